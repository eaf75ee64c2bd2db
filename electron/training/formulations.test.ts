/** Every formulation gives the gradients of the plain formulas, through the runtime. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Formulation, trainingGraph } from '../autodiff/index.ts';
import { createSession } from '../compute/session.ts';
import {
  concretize,
  encodeModel,
  floats,
  type GraphBuilder,
  graphBuilder,
  type Model,
  sizeOf,
  type Tensor,
  type Value,
} from '../onnx/index.ts';
import { blockSize } from './block-size.ts';

/** A small seeded generator (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296 - 0.5;
  };
}

class Net {
  readonly b: GraphBuilder = graphBuilder({ opset: 17 });
  readonly next = dice(7);
  #count = 0;
  weight(shape: readonly number[], scale = 1, offset = 0): Value {
    const data = Float32Array.from({ length: sizeOf(shape) }, () => this.next() * scale + offset);
    return this.b.initializer(`w${this.#count++}`, floats(data, shape));
  }
  conv(x: Value, ins: number, outs: number, k: number, options: object = {}, bias = false): Value {
    const w = this.weight([outs, ins, k, k], 2 / Math.sqrt(ins * k * k));
    return this.b.conv(x, w, bias ? this.weight([outs]) : undefined, options);
  }
  norm(x: Value, c: number): Value {
    const constant = (offset: number): Value =>
      this.b.constant(floats(Float32Array.from({ length: c }, () => this.next() * 0.2 + offset)));
    return this.b.batchNorm(x, this.weight([c], 1, 1), this.weight([c]), constant(0), constant(1));
  }
}

type Build = (net: Net, x: Value) => Value;
const CLASSES = 5;

/** Pooled features to logits. */
const head = (net: Net, x: Value, c: number): Value =>
  net.b.gemm(net.b.flatten(net.b.globalAveragePool(x)), net.weight([CLASSES, c], 1), net.weight([CLASSES]), {
    transB: true,
  });

/** Smooth activations only: a sign that flips would hide a fault of the formulation, or be taken for one. */
const NETWORKS: Record<string, Build> = {
  'plain convolutions with strides, dilations, odd pads and odd channels': (net, x) => {
    const { b } = net;
    let y = b.tanh(net.conv(x, 3, 20, 7, { strides: [2, 2], pads: [3, 3, 3, 3] }, true));
    y = b.tanh(net.conv(y, 20, 24, 3, { pads: [1, 1, 1, 1] }));
    y = b.tanh(net.conv(y, 24, 18, 3, { strides: [2, 2], pads: [1, 0, 1, 2] }, true));
    y = b.tanh(net.conv(y, 18, 32, 3, { dilations: [2, 2], pads: [2, 2, 2, 2] }));
    return head(net, b.sigmoid(net.conv(y, 32, 16, 1, {}, true)), 16);
  },
  'large maps, where filters are found tap by tap and image by image': (net, x) => {
    const { b } = net;
    let y = b.tanh(net.conv(x, 3, 16, 3, { pads: [1, 1, 1, 1] }));
    y = b.tanh(net.conv(y, 16, 16, 3, { pads: [1, 1, 1, 1] }));
    return head(net, b.tanh(net.conv(y, 16, 32, 1, {}, true)), 32);
  },
  'a residual of inverted bottlenecks with depthwise convolutions': (net, x) => {
    const { b } = net;
    let y = b.tanh(net.norm(net.conv(x, 3, 16, 3, { strides: [2, 2], pads: [1, 1, 1, 1] }), 16));
    const wide = b.tanh(net.norm(net.conv(y, 16, 40, 1), 40));
    const deep = b.tanh(net.norm(net.conv(wide, 1, 40, 5, { group: 40, pads: [2, 2, 2, 2] }), 40));
    y = b.add(net.norm(net.conv(deep, 40, 16, 1), 16), y);
    const strided = net.conv(y, 1, 16, 3, { group: 16, strides: [2, 2], pads: [1, 1, 1, 1] });
    return head(net, b.tanh(net.norm(strided, 16)), 16);
  },
  'squeeze and excitation with SiLU': (net, x) => {
    const { b } = net;
    const silu = (v: Value): Value => b.mul(v, b.sigmoid(v));
    const y = silu(net.norm(net.conv(x, 3, 24, 3, { strides: [2, 2], pads: [1, 1, 1, 1] }), 24));
    const squeezed = silu(net.conv(b.reduceMean(y, [2, 3]), 24, 6, 1, {}, true));
    return head(net, b.mul(y, b.sigmoid(net.conv(squeezed, 6, 24, 1, {}, true))), 24);
  },
  'patches, channel layer norm, GELU and layer scale': (net, x) => {
    const { b } = net;
    const norm = (v: Value, c: number): Value =>
      b.transpose(b.layerNorm(b.transpose(v, [0, 2, 3, 1]), net.weight([c], 1, 1), net.weight([c])), [0, 3, 1, 2]);
    const gelu = (v: Value): Value => b.mul(b.mul(v, b.add(b.erf(b.div(v, Math.SQRT2)), 1)), 0.5);
    let y = norm(net.conv(x, 3, 16, 4, { strides: [4, 4] }, true), 16);
    const deep = norm(net.conv(y, 1, 16, 7, { group: 16, pads: [3, 3, 3, 3] }, true), 16);
    const wide = gelu(net.conv(deep, 16, 32, 1, {}, true));
    y = b.add(y, b.mul(net.conv(wide, 32, 16, 1, {}, true), net.weight([16, 1, 1])));
    return head(net, net.conv(y, 16, 32, 2, { strides: [2, 2] }, true), 32);
  },
  'largest of windows: overlapping, apart, at stride 1, with rows left over, and with equal elements': (net, x) => {
    const { b } = net;
    const pool = (v: Value, kernel: number, stride: number, pad: number): Value =>
      b.op('MaxPool', [v], {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: [pad, pad, pad, pad],
      });
    // Few levels make equal elements; a weight a place tells which of them the gradient went to.
    const levels = b.op('Round', [b.mul(x, 2)]);
    const places = b.initializer('wPlaces', floats(new Float32Array(3 * 24 * 24), [1, 3, 24, 24]));
    let y = pool(net.conv(b.add(levels, places), 3, 16, 1), 3, 2, 1);
    y = pool(b.tanh(net.conv(y, 16, 20, 2)), 3, 2, 1);
    y = pool(b.tanh(net.conv(y, 20, 16, 3, { pads: [1, 1, 1, 1] })), 3, 1, 1);
    y = pool(b.tanh(net.conv(y, 16, 32, 3, { pads: [1, 1, 1, 1] })), 2, 2, 0);
    return head(net, b.tanh(net.conv(y, 32, 16, 1, {}, true)), 16);
  },
  'wide maps that are normalised through the moments of what they are made of, a shortcut joined': (net, x) => {
    const { b } = net;
    const y = b.tanh(net.conv(x, 3, 20, 3, { pads: [1, 1, 1, 1] }));
    const wide = b.tanh(net.norm(net.conv(y, 20, 128, 1), 128));
    const narrow = net.norm(net.conv(wide, 128, 32, 1), 32);
    const again = b.tanh(b.add(net.norm(net.conv(narrow, 32, 128, 1), 128), wide));
    return head(net, net.conv(again, 128, 16, 1, {}, true), 16);
  },
  'channels side by side': (net, x) => {
    const { b } = net;
    const a = b.tanh(net.conv(x, 3, 16, 3, { pads: [1, 1, 1, 1] }));
    const c = b.tanh(net.conv(a, 16, 32, 3, { pads: [1, 1, 1, 1] }));
    return head(net, b.tanh(net.norm(net.conv(b.concat([a, c], 1), 48, 16, 1), 16)), 16);
  },
};

/** The last fills blocks of images: filters are found by convolutions over the batch. */
const BATCHES = [4, 12] as const;

const imageOf = (batch: number): number[] => [batch, 3, 24, 24];

function build(make: Build, batch: number): Model {
  const net = new Net();
  const x = net.b.input('input', imageOf(batch));
  net.b.output(make(net, x), 'logits', [batch, CLASSES]);
  return net.b.model();
}

async function gradients(
  model: Model,
  batch: number,
  batchNorm: 'frozen' | 'batch',
  formulation: Formulation,
  block?: number,
): Promise<Map<string, Float32Array>> {
  const trainable = [...model.graph.initializers.keys()].filter((name) => name.startsWith('w'));
  const network = concretize(model, { shapes: { input: imageOf(batch) }, trainable });
  const loss = { kind: 'cross-entropy' as const };
  const graph = trainingGraph(network, { trainable, loss, batchNorm, formulation, block });
  const next = dice(3);
  const image = imageOf(batch);
  const rows = new Float32Array(batch * CLASSES);
  for (let i = 0; i < batch; i++) rows[i * CLASSES + (i % CLASSES)] = 1 / batch;
  const feeds: Record<string, Tensor> = {
    input: floats(Float32Array.from({ length: sizeOf(image) }, next), image),
    [graph.rows]: floats(rows, [batch, CLASSES]),
  };
  for (const name of trainable) feeds[name] = model.graph.initializers.get(name)!;
  const session = await createSession(encodeModel(graph.model), { threads: 1, optimization: 'basic' });
  try {
    const outputs = await session.run(feeds);
    return new Map([...graph.gradients].map(([name, output]) => [name, outputs[output]!.data as Float32Array]));
  } finally {
    await session.release();
  }
}

const norm = (values: Float32Array): number => Math.hypot(...values);

describe.each(Object.keys(NETWORKS))('%s', (name) => {
  let block: number | undefined;
  beforeAll(async () => {
    block = await blockSize();
  });

  test.each([
    ['cpu', 'frozen', true, BATCHES[0]],
    ['cpu', 'batch', true, BATCHES[0]],
    ['cpu', 'batch', true, BATCHES[1]],
    ['cpu', 'batch', false, BATCHES[0]],
    ['webgpu', 'batch', false, BATCHES[0]],
  ] as const)('%s, %s statistics, blocked layout %s, batch %i', async (formulation, batchNorm, blocked, batch) => {
    const model = build(NETWORKS[name]!, batch);
    const plain = await gradients(model, batch, batchNorm, 'plain');
    const other = await gradients(model, batch, batchNorm, formulation, blocked ? block : undefined);
    const largest = Math.max(...[...plain.values()].map(norm));
    const errors: [string, number][] = [];
    for (const [weight, expected] of plain) {
      const difference = norm(other.get(weight)!.map((value, i) => value - expected[i]!));
      errors.push([weight, difference / Math.max(norm(expected), 1e-3 * largest)]);
    }
    expect(errors.filter(([, error]) => !(error < 2e-4))).toEqual([]);
    expect(plain.size).toBeGreaterThan(5);
  });
});
