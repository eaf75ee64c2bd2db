import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Dim, encodeModel, floats, graphBuilder, type GraphBuilder, type Value } from '../../onnx/index.ts';
import { createSession } from '../../compute/index.ts';
import { random } from '../../contract/index.ts';
import { featureModel, partOf } from './features.ts';
import { inspectModel } from './inspect.ts';
import { featuresOf, tapsOf } from './spec.ts';

const known = { mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] };
const draw = random(1, 'weights');
const weights = (b: GraphBuilder, ...dims: number[]): Value =>
  b.constant(
    floats(
      new Float32Array(dims.reduce((a, d) => a * d, 1)).map(() => draw.normal() / 4),
      dims,
    ),
  );

/** Stem and stages, each halving the side: [channels of every stage]. */
function aConvNet(shape: readonly Dim[], stages: number[], options: { opset?: number; classes?: number } = {}) {
  const b = graphBuilder({ opset: options.opset });
  let x = b.input('picture', shape);
  if (shape[3] === 3) x = b.transpose(x, [0, 3, 1, 2]);
  let channels = 3;
  for (const width of stages) {
    x = b.relu(b.conv(x, weights(b, width, channels, 3, 3), undefined, { strides: [2, 2], pads: [1, 1, 1, 1] }));
    channels = width;
  }
  const pooled = b.flatten(b.globalAveragePool(x));
  const classes = options.classes ?? 10;
  b.output(b.gemm(pooled, weights(b, channels, classes)), 'logits', ['N', classes]);
  return encodeModel(b.model());
}

const STAGES = [8, 12, 16, 24, 32];

test('the last tensor of every stride from 8 on is pooled', async () => {
  const { spec } = await inspectModel(aConvNet(['N', 3, 'H', 'W'], STAGES), {
    subject: 'net.onnx',
    ...known,
    size: 64,
  });
  expect(tapsOf(spec, 'depths').map(({ channels, stride, kind }) => [channels, stride, kind])).toEqual([
    [16, 8, 'map'],
    [24, 16, 'map'],
    [32, 32, 'map'],
  ]);
  expect(tapsOf(spec, 'last').map((tap) => tap.channels)).toEqual([32]);
  expect(spec).toMatchObject({ nativeSize: 64, fixedSize: null, multiple: 32, input: { layout: 'NCHW', batch: null } });
});

test('the kept file says by itself what it is, and gives features', async () => {
  const { spec, bytes } = await inspectModel(aConvNet(['N', 'H', 'W', 3], STAGES), {
    subject: 'net.onnx',
    ...known,
    size: 64,
  });
  expect(spec.input).toMatchObject({ layout: 'NHWC', name: 'picture' });
  const model = featureModel([partOf(bytes, spec, 'depths', 96)]);
  const session = await createSession(model.bytes);
  const { features } = await session.run({
    pixels: { type: 'uint8', dims: [2, 96, 96, 3], data: new Uint8Array(2 * 96 * 96 * 3).map((_, i) => i % 256) },
  });
  await session.release();
  expect(features!.dims).toEqual([2, featuresOf(spec, 'depths')]);
});

test('a fixed size and a fixed batch are seen', async () => {
  const b = graphBuilder();
  const x = b.input('x', [1, 3, 64, 64]);
  // The shape written down by an exporter: one image, and no other number.
  const map = b.conv(x, weights(b, 16, 3, 8, 8), undefined, { strides: [8, 8] });
  b.output(b.reshape(b.globalAveragePool(map), [1, 16]), 'out', [1, 16]);
  const { spec } = await inspectModel(encodeModel(b.model()), { subject: 'x', ...known, size: 96 });
  expect(spec).toMatchObject({ fixedSize: 64, nativeSize: 64, input: { batch: 1 } });
});

test('taps can be named by hand', async () => {
  const file = aConvNet(['N', 3, 'H', 'W'], STAGES);
  const { spec } = await inspectModel(file, { subject: 'x', ...known, size: 64, taps: ['Relu_2', 'Relu_4'] });
  expect(spec.depths).toEqual(['Relu_2', 'Relu_4']);
  await expect(inspectModel(file, { subject: 'x', ...known, taps: ['nowhere'] })).rejects.toMatchObject({
    code: 'model/no-image-input',
  });
});

const refusals: [claim: string, file: () => Uint8Array, options: object, code: string][] = [
  ['bytes that are no model', () => new TextEncoder().encode('<svg/>'), known, 'model/not-onnx'],
  ['an empty file', () => new Uint8Array(), known, 'model/not-onnx'],
  ['a cut-off file', () => aConvNet(['N', 3, 'H', 'W'], STAGES).subarray(0, 4000), known, 'model/not-onnx'],
  ['no mean and deviation', () => aConvNet(['N', 3, 'H', 'W'], STAGES), {}, 'model/preprocessing'],
  ['an input without three colours', () => aConvNet(['N', 3, 'H', 'W', 1] as Dim[], []), known, 'model/no-image-input'],
  [
    'a text input',
    () => {
      const b = graphBuilder();
      b.output(b.identity(b.input('ids', ['N', 'T'], 'int64')), 'out');
      return encodeModel(b.model());
    },
    known,
    'model/no-image-input',
  ],
  [
    'two inputs',
    () => {
      const b = graphBuilder();
      b.output(b.add(b.input('a', ['N', 3, 8, 8]), b.input('b', ['N', 3, 8, 8])), 'out');
      return encodeModel(b.model());
    },
    known,
    'model/no-image-input',
  ],
];
test.each(refusals)('%s is refused with its own code', async (_claim, file, options, code) => {
  await expect(inspectModel(file(), { subject: 'file.onnx', ...options })).rejects.toMatchObject({
    code,
    subject: 'file.onnx',
  });
});

const shared = join(process.env.ASSAY_SHARED ?? join(import.meta.dirname, '../../../../shared'), 'data/models');

test.skipIf(!existsSync(shared))(
  'real networks get the levels that their makers mean (needs the shared data)',
  async () => {
    const levels = async (name: string) => {
      const { spec } = await inspectModel(readFileSync(join(shared, name)), { subject: name, size: 64 });
      return tapsOf(spec, 'depths').map(({ channels, stride }) => `${channels}@${stride}`);
    };
    expect(await levels('mobilenetv2_100_imagenet.onnx')).toEqual(['192@8', '576@16', '1280@32']);
    // A neck behind the backbone is left out.
    expect((await levels('ppocrv5_det_lcnetv3.onnx')).map((level) => level.split('@')[0])).toEqual([
      '96',
      '192',
      '384',
    ]);
  },
);
