import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSession } from '../../compute/index.ts';
import { random } from '../../contract/index.ts';
import { nodeAdder } from '../../embeddings/index.ts';
import { encodePng, loadPixels } from '../../imaging/index.ts';
import { encodeModel, type Graph, type Model, scalar, typeNumber } from '../../onnx/index.ts';
import { axesAware } from './graph.ts';
import { guideOf } from './guide.ts';
import { fitted } from './resize.ts';

/** The resize by itself: uint8 [H, W, 3] to float32 [1, 3, size, size]. */
function resizeModel(size: number, fit: 'letterbox' | 'stretch', opset: number): Uint8Array {
  const graph: Graph = {
    ...{ name: 'resize', nodes: [], initializers: new Map(), values: [] },
    inputs: [{ name: 'picture', type: 'uint8', shape: ['height', 'width', 3] }],
    outputs: [{ name: 'pixels', type: 'float32', shape: [1, 3, size, size] }],
  };
  const add = axesAware(nodeAdder(graph, opset), opset);
  const planes = add('Cast', [add('Transpose', ['picture'], { perm: [2, 0, 1] })], { to: typeNumber('float32') });
  const shape = add('Cast', [add('Shape', ['picture'])], { to: typeNumber('float64') });
  const side = (at: number): string => add('Gather', [shape, scalar(at, 'int64')], { axis: 0 });
  add('Identity', [fitted(add, planes, { height: side(0), width: side(1) }, size, fit)], {}, 'pixels');
  const model: Model = {
    ...{ irVersion: 8, producerName: '', producerVersion: '', domain: '', modelVersion: 0, documentation: '' },
    ...{ opsets: new Map([['', opset]]), metadata: new Map(), graph },
  };
  return encodeModel(model);
}

/** Edges, tones and noise. */
function drawn(width: number, height: number): Buffer {
  const draw = random(1, 'resize-test', width, height);
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        data[at++] = (((x >> 3) + (y >> 2)) % 3 === 0 ? 240 - c * 30 : (x * 2 + y + c * 40) % 200) * 0.9 + draw.int(20);
  return data;
}

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'assay portable '))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function fileOf(width: number, height: number): Promise<string> {
  const path = join(folder, `${width} x ${height}.png`);
  if (!existsSync(path)) writeFileSync(path, await encodePng({ data: drawn(width, height), width, height }));
  return path;
}

const SIDES: readonly (readonly [number, number])[] = [
  [64, 64],
  [61, 47],
  [300, 71],
  [40, 333],
  [20, 31],
  [32, 32],
  [1, 9],
  [640, 504],
  [333, 1000],
  [130, 129],
  [1003, 777],
  [777, 1003],
  [2048, 1365],
  [5, 700],
];

test.each([11, 13, 18])('operator set %i: the resize gives the levels that are read from a file', async (opset) => {
  for (const fit of ['letterbox', 'stretch'] as const)
    for (const size of opset === 13 ? [32, 65, 224] : [65]) {
      const session = await createSession(resizeModel(size, fit, opset));
      for (const [width, height] of SIDES) {
        const data = drawn(width, height);
        const found = await session.run({ picture: { type: 'uint8', dims: [height, width, 3], data } });
        const pixels = found.pixels!.data as Float32Array;
        const wanted = await loadPixels(await fileOf(width, height), { width: size, height: size, fit });
        let [off, worst] = [0, 0];
        for (let i = 0; i < size * size; i++)
          for (let c = 0; c < 3; c++) {
            const apart = Math.abs(pixels[c * size * size + i]! - wanted.data[3 * i + c]!);
            if (apart > 0) off++;
            worst = Math.max(worst, apart);
          }
        // A place that lies on a cut moves by 1/64 pixel: few values, one level.
        expect(worst, `${fit} ${width} × ${height} to ${size}`).toBeLessThanOrEqual(1);
        expect(off / (3 * size * size), `${fit} ${width} × ${height} to ${size}`).toBeLessThan(0.005);
      }
      await session.release();
    }
});

test('the page names the file, the classes and the input', () => {
  const page = guideOf({
    file: 'a "b".onnx',
    classes: ['하나', "it's"],
    run: 'run 1',
    fit: 'letterbox',
    calibrated: true,
  });
  expect(page).toContain('InferenceSession("a \\"b\\".onnx")');
  expect(page).toContain('["하나","it\'s"]');
  for (const language of ['## Python', '## JavaScript', '## C#']) expect(page).toContain(language);
});
