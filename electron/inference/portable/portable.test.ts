import { expect, test } from 'vitest';
import { createSession } from '../../compute/index.ts';
import { random } from '../../contract/index.ts';
import { nodeAdder } from '../../embeddings/index.ts';
import { fitPixels } from '../../imaging/index.ts';
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
  const shape = add('Cast', [add('Shape', ['picture'])], { to: typeNumber('float32') });
  const side = (at: number): string => add('Gather', [shape, scalar(at, 'int64')], { axis: 0 });
  add('Identity', [fitted(add, planes, { height: side(0), width: side(1) }, size, fit)], {}, 'pixels');
  const model: Model = {
    ...{ irVersion: 8, producerName: '', producerVersion: '', domain: '', modelVersion: 0, documentation: '' },
    ...{ opsets: new Map([['', opset]]), metadata: new Map(), graph },
  };
  return encodeModel(model);
}

/** Where a picture becomes larger the library looks weights up at 64 places; where it averages blocks, the mean below is the measure. */
function largest(longest: number, size: number): number {
  if (longest < size) return 16;
  return longest >= 4 * size ? 255 : 4;
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

test.each([11, 13, 18])('operator set %i: the resize gives the levels of the imaging room', async (opset) => {
  for (const fit of ['letterbox', 'stretch'] as const)
    for (const size of [32, 65]) {
      const session = await createSession(resizeModel(size, fit, opset));
      for (const [width, height] of [
        [64, 64],
        [61, 47],
        [300, 71],
        [40, 333],
        [20, 31],
        [32, 32],
        [1, 9],
      ] as const) {
        // One axis larger and the other smaller: the library then moves both, which nobody should copy.
        if (fit === 'stretch' && width < size !== height < size) continue;
        const data = drawn(width, height);
        const found = await session.run({ picture: { type: 'uint8', dims: [height, width, 3], data } });
        const pixels = found.pixels!.data as Float32Array;
        const wanted = await fitPixels({ data, width, height }, { width: size, height: size, fit });
        let [worst, sum] = [0, 0];
        for (let i = 0; i < size * size; i++)
          for (let c = 0; c < 3; c++) {
            const off = Math.abs(pixels[c * size * size + i]! - wanted.data[3 * i + c]!);
            worst = Math.max(worst, off);
            sum += off;
          }
        const words = `${fit} ${width} × ${height} to ${size}`;
        expect(worst, words).toBeLessThanOrEqual(largest(Math.max(width, height), size));
        expect(sum / (3 * size * size), words).toBeLessThan(2);
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
