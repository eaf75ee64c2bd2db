/** The preview shows the very bytes that training sees. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { picture } from '../../../tests/helpers/fixtures.ts';
import { type TaskContext } from '../../compute/index.ts';
import { type Plan, type Policy } from '../../contract/index.ts';
import { BatchLoader } from '../../training/loader/loader.ts';
import { type PreviewBatch, previewTask } from './preview.ts';

const SIZE = 48;
const DRAWS = 4;
const overlay = { op: 'overlay', p: 1, ranges: { alpha: [0.3, 0.5] as [number, number] } };
const plan: Plan = {
  name: 'two groups',
  groups: [
    {
      ...{ name: 'striped', classes: ['a', 'b'], heavyChance: 0.5, heavyByClass: {} },
      base: [overlay, { op: 'gaussian-noise', p: 0.5, ranges: {} }],
      heavy: [
        { op: 'affine', p: 1, ranges: {} },
        { op: 'jpeg', p: 1, ranges: {} },
      ],
    },
  ],
  rest: [{ op: 'rotate', p: 0.8, ranges: {} }, overlay],
};
const policy: Policy = { name: 'one for all', ops: [overlay, { op: 'holes', p: 0.5, ranges: {} }] };

let folder: string;
let images: { path: string; hash: string; class: string; held: boolean }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-preview-'));
  images = [];
  for (let i = 0; i < 8; i++) {
    const path = join(folder, `${i}.jpg`);
    await writeFile(path, await picture(i % 4, i, 60 + 7 * i));
    images.push({ path, hash: `${(i * 7) % 8}f`, class: 'abcd'[i % 4]!, held: i > 5 });
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['a plan by class group', plan],
  ['one policy for all', null],
])('%s: preview bytes are training bytes', async (_, byGroup) => {
  const shown: PreviewBatch[] = [];
  const context: TaskContext<PreviewBatch> = {
    ...{ signal: new AbortController().signal, progress: () => undefined, log: () => undefined },
    emit: (batch) => Promise.resolve(void shown.push(batch)),
  };
  await previewTask({ images, policy, plan: byGroup, pool: images, draws: DRAWS, size: SIZE, seed: 7 }, context);
  const loader = new BatchLoader({
    images,
    size: SIZE,
    fit: 'letterbox',
    policy,
    plan: byGroup,
    twin: policy,
    seed: 7,
    workers: 2,
  });
  const requests = Array.from({ length: DRAWS }, (_unused, draw) => ({
    rows: images.map((_image, i) => i),
    mode: 'augmented' as const,
    draw,
  }));
  const bytes = SIZE * SIZE * 3;
  const different = new Set<string>();
  let draw = 0;
  for await (const batch of loader.run(requests, new AbortController().signal)) {
    expect(batch.failed).toEqual([]);
    for (const [i] of images.entries()) {
      const trained = Buffer.from(batch.pixels.subarray(i * bytes, (i + 1) * bytes));
      const png = await sharp(shown[i]!.draws[draw]!.png).raw().toBuffer();
      expect(png.equals(trained), `image ${i}, draw ${draw}`).toBe(true);
      different.add(trained.toString('base64'));
    }
    draw++;
  }
  await loader.close();
  expect(draw).toBe(DRAWS);
  expect(different.size).toBeGreaterThan(images.length * 2);
});

test('another page shines through, never one that is held out', async () => {
  const through = async (pool: typeof images): Promise<Buffer[]> => {
    const shown: PreviewBatch[] = [];
    const context: TaskContext<PreviewBatch> = {
      ...{ signal: new AbortController().signal, progress: () => undefined, log: () => undefined },
      emit: (batch) => Promise.resolve(void shown.push(batch)),
    };
    await previewTask({ images: images.slice(0, 1), policy, pool, draws: 12, size: SIZE, seed: 1 }, context);
    return shown[0]!.draws.map(({ png }) => Buffer.from(png));
  };
  const alone = await through([]);
  const held = await through(images.map((image) => ({ ...image, held: true })));
  const many = await through(images);
  expect(held).toEqual(alone);
  // In four of ten draws it is another page.
  const changed = many.filter((png, i) => !png.equals(alone[i]!)).length;
  expect(changed).toBeGreaterThan(0);
  expect(changed).toBeLessThan(12);
});
