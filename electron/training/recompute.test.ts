/** Computing again gives the same gradients, bit for bit, through the runtime, and needs less memory. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { memoryOf, type TrainingGraph, trainingGraph } from '../autodiff/index.ts';
import { createSession } from '../compute/session.ts';
import { random } from '../contract/index.ts';
import {
  concretize,
  decodeModel,
  encodeModel,
  feedsOf,
  floats,
  type GraphBuilder,
  graphBuilder,
  type Model,
  sizeOf,
  type Tensor,
  type Value,
} from '../onnx/index.ts';
import { blockSize } from './block-size.ts';

const BATCH = 4;
const CLASSES = 5;

class Net {
  readonly b: GraphBuilder = graphBuilder({ opset: 17 });
  readonly #draw = random(7, 'test', 'recompute');
  #count = 0;

  weight(shape: readonly number[], scale = 1, offset = 0): Value {
    const data = Float32Array.from({ length: sizeOf(shape) }, () => (this.#draw.next() - 0.5) * scale + offset);
    return this.b.initializer(`w${this.#count++}`, floats(data, shape));
  }

  head(x: Value, features: number): void {
    const logits = this.b.gemm(x, this.weight([CLASSES, features]), this.weight([CLASSES]), { transB: true });
    this.b.output(logits, 'logits', [BATCH, CLASSES]);
  }
}

/** Residual blocks of convolution, batch normalisation and rectifier, a pooling with indices in front. */
function convnet(): Model {
  const net = new Net();
  const { b } = net;
  const conv = (x: Value, ins: number, outs: number, options: object): Value =>
    b.conv(x, net.weight([outs, ins, 3, 3], 2 / Math.sqrt(9 * ins)), undefined, { pads: [1, 1, 1, 1], ...options });
  const norm = (x: Value): Value => {
    const running = (value: number): Value => b.constant(floats(new Float32Array(32).fill(value)));
    return b.batchNorm(x, net.weight([32], 1, 1), net.weight([32]), running(0), running(1));
  };
  let y = b.relu(norm(conv(b.input('input', [BATCH, 3, 32, 32]), 3, 32, {})));
  for (let block = 0; block < 6; block++) y = b.add(y, b.relu(norm(conv(y, 32, 32, {}))));
  net.head(b.flatten(b.globalAveragePool(y)), 32);
  return b.model();
}

/** Attention and a perceptron over tokens with one of their own, each branch times a mask that the host draws. */
function transformer(): Model {
  const net = new Net();
  const { b } = net;
  const [width, heads, count] = [32, 4, 65];
  const input = b.input('input', [BATCH, count - 1, width]);
  const own = b.expand(net.weight([1, 1, width]), [BATCH, 1, width]);
  const mask = b.input('mask', [BATCH, 1, 1]);
  const norm = (x: Value): Value => b.layerNorm(x, net.weight([width], 1, 1), net.weight([width]));
  const linear = (x: Value, ins: number, outs: number): Value =>
    b.add(b.matmul(x, net.weight([ins, outs], 2 / Math.sqrt(ins))), net.weight([outs]));
  const split = (x: Value, axes: readonly number[]): Value =>
    b.transpose(b.reshape(x, [BATCH, count, heads, width / heads]), axes);
  let y = b.concat([own, input], 1);
  for (let block = 0; block < 4; block++) {
    const x = norm(y);
    const [q, k, v] = [0, 1, 2].map(() => linear(x, width, width)) as [Value, Value, Value];
    const softened = b.softmax(b.matmul(split(q, [0, 2, 1, 3]), split(k, [0, 2, 3, 1])));
    const mixed = b.transpose(b.matmul(softened, split(v, [0, 2, 1, 3])), [0, 2, 1, 3]);
    y = b.add(y, b.mul(linear(b.reshape(mixed, [BATCH, count, width]), width, width), mask));
    y = b.add(y, b.mul(linear(b.tanh(linear(norm(y), width, 2 * width)), 2 * width, width), mask));
  }
  const first = b.slice(y, { starts: [0], ends: [1], axes: [1] });
  net.head(b.reshape(norm(first), [BATCH, width]), width);
  return b.model();
}

function trainableOf({ graph }: Model): string[] {
  const running = new Set(
    graph.nodes.filter((node) => node.op === 'BatchNormalization').flatMap((node) => node.inputs.slice(3, 5)),
  );
  return [...graph.initializers]
    .filter(([name, { type, dims }]) => type === 'float32' && dims.length > 0 && !running.has(name))
    .map(([name]) => name);
}

async function graphsOf(model: Model, shapes: Record<string, readonly number[]>): Promise<TrainingGraph[]> {
  const trainable = trainableOf(model);
  const network = concretize(model, { shapes, trainable });
  const block = await blockSize();
  return [false, true].map((recompute) =>
    trainingGraph(network, {
      ...{ trainable, loss: { kind: 'cross-entropy' }, batchNorm: 'batch', formulation: 'cpu', block, recompute },
    }),
  );
}

async function outputsOf(model: Model, graph: TrainingGraph): Promise<Map<string, Uint8Array>> {
  const draw = random(3, 'test', 'feeds');
  const feeds: Record<string, Tensor> = {};
  for (const { name } of feedsOf(graph.model.graph)) {
    const { shape } = graph.values.get(name)!;
    const own = model.graph.initializers.get(name);
    feeds[name] =
      own ??
      floats(
        Float32Array.from({ length: sizeOf(shape) }, () => draw.next()),
        shape,
      );
  }
  const session = await createSession(encodeModel(graph.model), { threads: 2, optimization: 'disabled' });
  try {
    const outputs = await session.run(feeds);
    return new Map(
      Object.entries(outputs).map(([name, { data }]) => {
        const { buffer, byteOffset, byteLength } = data as Float32Array;
        return [name, new Uint8Array(buffer, byteOffset, byteLength)];
      }),
    );
  } finally {
    await session.release();
  }
}

const again = (graph: TrainingGraph): number =>
  graph.model.graph.nodes.filter((node) => node.outputs[0]!.endsWith('/again')).length;

async function compare(model: Model, shapes: Record<string, readonly number[]>): Promise<void> {
  const [kept, recomputed] = (await graphsOf(model, shapes)) as [TrainingGraph, TrainingGraph];
  expect(again(kept)).toBe(0);
  expect(again(recomputed)).toBeGreaterThan(0);
  const [first, second] = [await outputsOf(model, kept), await outputsOf(model, recomputed)];
  expect([...second.keys()].sort()).toEqual([...first.keys()].sort());
  const different = [...first].filter(([name, bytes]) => Buffer.compare(bytes, second.get(name)!) !== 0);
  expect(different.map(([name]) => name)).toEqual([]);
  // The same statistics, made once.
  expect(recomputed.statistics).toEqual(kept.statistics);
  const made = recomputed.model.graph.nodes.flatMap((node) => node.outputs);
  for (const { mean, variance } of recomputed.statistics)
    for (const name of [mean, variance]) expect(made.filter((one) => one === name)).toEqual([name]);
}

const SMALL: Record<string, [() => Model, Record<string, readonly number[]>]> = {
  'a convolutional network with statistics of the batch': [convnet, { input: [BATCH, 3, 32, 32] }],
  'a transformer with masks': [transformer, { input: [BATCH, 64, 32], mask: [BATCH, 1, 1] }],
};

describe.each(Object.keys(SMALL))('%s', (name) => {
  const [build, shapes] = SMALL[name]!;

  test('has the same gradients, loss, logits and statistics, bit for bit', () => compare(build(), shapes));

  test('keeps at most half of the activations', async () => {
    const [kept, recomputed] = (await graphsOf(build(), shapes)).map(memoryOf);
    expect(recomputed!.activations).toBeLessThan(0.5 * kept!.activations);
    expect(recomputed!.working).toBeLessThan(kept!.working);
  });
});

const shared = process.env.ASSAY_SHARED ?? resolve(import.meta.dirname, '../../../shared');
const NAMES = ['resnet18', 'mobilenetv2_100', 'vit_tiny', 'convnext_atto', 'efficientnet_b0'];

describe.each(NAMES)('%s', (name) => {
  const file = join(shared, 'data', 'bench-models', `${name}.onnx.gz`);

  test.skipIf(!existsSync(file))('has the same gradients bit for bit', { timeout: 120_000 }, async () => {
    const model = decodeModel(gunzipSync(readFileSync(file)));
    const size = name === 'vit_tiny' || name === 'resnet18' ? 224 : 96;
    await compare(model, { [feedsOf(model.graph)[0]!.name]: [2, 3, size, size] });
  });
});
