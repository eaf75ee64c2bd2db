/**
 * One property for all rules: along a random direction v of a random point the gradient g satisfies
 * <g, v> = (f(x + h v) - f(x - h v)) / 2h, f = sum(r * output), everything in float64 by the evaluator of onnx/.
 */
import { describe, expect, test } from 'vitest';
import {
  concretize,
  type Dense,
  evaluateGraph,
  floats,
  graphBuilder,
  ints,
  sizeOf,
  toDense,
} from '../../onnx/index.ts';
import { type AttributeInputs, type Tensor } from '../../onnx/index.ts';
import { pullBackGraph, RULES } from '../index.ts';

/** A small seeded generator (mulberry32): the same draws on every machine. */
class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }
  int(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }
  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!;
  }
  flip(): boolean {
    return this.next() < 0.5;
  }
  shape(rank: number, high = 4): number[] {
    return Array.from({ length: rank }, () => this.int(1, high));
  }
}

interface Input {
  shape: readonly number[];
  /** Range of the elements, away from kinks and poles; default -2 to 2. */
  range?: readonly [number, number];
  /** Fixed: not differentiated. */
  tensor?: Tensor;
}

interface Draw {
  inputs: (Input | undefined)[];
  attributes?: AttributeInputs;
  outputs?: number;
}

type Generator = (dice: Dice) => Draw;

const constant = (tensor: Tensor): Input => ({ shape: tensor.dims, tensor });
const intInput = (values: readonly number[]): Input => constant(ints(values));

const unary =
  (range: readonly [number, number] = [-2, 2], attributes: (dice: Dice) => AttributeInputs = () => ({})): Generator =>
  (dice) => ({ inputs: [{ shape: dice.shape(dice.int(0, 4)), range }], attributes: attributes(dice) });

/** Shapes that are stretched over each other: axes left out or 1 at random. */
function stretchable(dice: Dice, count: number): number[][] {
  const full = dice.shape(dice.int(1, 4));
  return Array.from({ length: count }, () =>
    full.slice(dice.flip() ? 0 : dice.int(0, full.length)).map((dim) => (dice.flip() ? dim : 1)),
  );
}

const several =
  (count: number, ranges: readonly (readonly [number, number])[] = []): Generator =>
  (dice) => ({ inputs: stretchable(dice, count).map((shape, i) => ({ shape, range: ranges[i] })) });

const reduction =
  (range: readonly [number, number] = [-2, 2]): Generator =>
  (dice) => {
    const shape = dice.shape(dice.int(1, 4));
    const axes = shape.map((_, i) => i).filter(() => dice.flip());
    const given = axes.map((axis) => (dice.flip() ? axis : axis - shape.length));
    return {
      inputs: axes.length === 0 ? [{ shape, range }] : [{ shape, range }, intInput(given)],
      attributes: { keepdims: dice.flip(), noop_with_empty_axes: axes.length === 0 && dice.flip() ? 1 : undefined },
    };
  };

function windowDraw(
  dice: Dice,
  rank: number,
  reachable = 3,
): { kernel: number[]; attributes: AttributeInputs; spatial: number[] } {
  const kernel = Array.from({ length: rank }, () => dice.int(1, reachable));
  const dilations = kernel.map(() => dice.int(1, 2));
  const spatial = kernel.map((k, i) => (k - 1) * dilations[i]! + 1 + dice.int(0, 4));
  const pads = [...kernel, ...kernel].map((k) => dice.int(0, Math.max(0, k - 1)));
  return { kernel, spatial, attributes: { strides: kernel.map(() => dice.int(1, 3)), dilations, pads } };
}

const conv: Generator = (dice) => {
  const { kernel, spatial, attributes } = windowDraw(dice, dice.int(1, 3));
  const [group, perGroup, outs] = [dice.int(1, 3), dice.int(1, 2), dice.int(1, 2)];
  return {
    inputs: [
      { shape: [dice.int(1, 2), group * perGroup, ...spatial] },
      { shape: [group * outs, perGroup, ...kernel] },
      dice.flip() ? { shape: [group * outs] } : undefined,
    ],
    attributes: { ...attributes, group },
  };
};

const convTranspose: Generator = (dice) => {
  const { kernel, attributes } = windowDraw(dice, dice.int(1, 3));
  const [group, perGroup, outs] = [dice.int(1, 2), dice.int(1, 2), dice.int(1, 2)];
  const strides = attributes.strides as number[];
  const output_padding = strides.map((stride) => dice.int(0, stride - 1));
  // Enough places that the pads do not eat the result.
  const spatial = kernel.map(() => dice.int(3, 5));
  return {
    inputs: [
      { shape: [dice.int(1, 2), group * perGroup, ...spatial] },
      { shape: [group * perGroup, outs, ...kernel] },
      dice.flip() ? { shape: [group * outs] } : undefined,
    ],
    attributes: { ...attributes, pads: kernel.flatMap(() => [0, 0]), group, output_padding },
  };
};

const pool =
  (extra: (dice: Dice) => AttributeInputs = () => ({}), range?: readonly [number, number]): Generator =>
  (dice) => {
    const { kernel, spatial, attributes } = windowDraw(dice, dice.int(1, 3));
    return {
      inputs: [{ shape: [dice.int(1, 2), dice.int(1, 3), ...spatial], range }],
      attributes: { ...attributes, kernel_shape: kernel, ceil_mode: dice.flip(), ...extra(dice) },
    };
  };

const images = (dice: Dice): number[] => [
  dice.int(1, 3),
  dice.int(2, 4),
  ...dice.shape(dice.int(1, 2), 3).map((d) => d + 1),
];

const perChannelNorm: Generator = (dice) => {
  const shape = images(dice);
  return { inputs: [{ shape }, { shape: [shape[1]!] }, { shape: [shape[1]!] }] };
};

const matrices: Generator = (dice) => {
  const [m, k, n] = [dice.int(1, 3), dice.int(1, 3), dice.int(1, 3)];
  const batch = stretchable(dice, 2);
  return dice.pick([
    { inputs: [{ shape: [m, k] }, { shape: [k, n] }] },
    { inputs: [{ shape: [...batch[0]!, m, k] }, { shape: [...batch[1]!, k, n] }] },
    { inputs: [{ shape: [k] }, { shape: [...batch[1]!, k, n] }] },
    { inputs: [{ shape: [...batch[0]!, m, k] }, { shape: [k] }] },
  ]);
};

const gemm: Generator = (dice) => {
  const [m, k, n] = [dice.int(1, 3), dice.int(1, 3), dice.int(1, 3)];
  const [transA, transB] = [dice.flip(), dice.flip()];
  const bias = dice.pick([undefined, [n], [m, 1], [1, n], [m, n], []]);
  return {
    inputs: [{ shape: transA ? [k, m] : [m, k] }, { shape: transB ? [n, k] : [k, n] }, bias && { shape: bias }],
    attributes: { transA, transB, alpha: dice.between(-2, 2), beta: dice.between(-2, 2) },
  };
};

const EQUATIONS: readonly [string, readonly (readonly number[])[]][] = [
  [
    'ij,jk->ik',
    [
      [2, 3],
      [3, 4],
    ],
  ],
  [
    'bhnd,bhmd->bhnm',
    [
      [2, 2, 3, 2],
      [2, 2, 4, 2],
    ],
  ],
  ['ijk->j', [[2, 3, 2]]],
  ['ii->i', [[3, 3]]],
  ['iij->j', [[3, 3, 2]]],
  ['i,j->ij', [[3], [2]]],
  [
    '...ij,...jk->...ik',
    [
      [2, 1, 3, 2],
      [4, 2, 3],
    ],
  ],
  [
    'ab,bc,cd->ad',
    [
      [2, 3],
      [3, 2],
      [2, 2],
    ],
  ],
  [
    'ij,ij',
    [
      [2, 3],
      [2, 3],
    ],
  ],
];

const slice: Generator = (dice) => {
  const shape = dice.shape(dice.int(1, 3), 7);
  const axes = shape.map((_, i) => i).filter(() => dice.flip());
  if (axes.length === 0) axes.push(0);
  const steps = axes.map(() => dice.pick([1, 1, 2, 3, -1, -2]));
  const starts = axes.map((axis, i) =>
    steps[i]! > 0 ? dice.int(0, shape[axis]! - 1) : dice.int(-1, shape[axis]! - 1),
  );
  const ends = steps.map((step) => (step > 0 ? dice.pick([2 ** 40, 7, -1]) : -(2 ** 40)));
  return { inputs: [{ shape }, intInput(starts), intInput(ends), intInput(axes), intInput(steps)] };
};

const pad: Generator = (dice) => {
  const mode = dice.pick(['constant', 'reflect', 'edge', 'wrap']);
  const shape = dice.shape(dice.int(1, 3), 3).map((dim) => dim + 2);
  const low = mode === 'constant' ? -1 : 0;
  const pads = [...shape, ...shape].map(() => dice.int(low, 2));
  const value = mode === 'constant' && dice.flip() ? { shape: [] } : undefined;
  return { inputs: [{ shape }, intInput(pads), value], attributes: { mode } };
};

const resize: Generator = (dice) => {
  const mode = dice.pick(['nearest', 'linear', 'cubic']);
  const shape = [dice.int(1, 2), 2, dice.int(2, 5), dice.int(2, 5)];
  const sizes = [shape[0]!, shape[1]!, dice.int(1, 9), dice.int(1, 9)];
  const attributes = {
    mode,
    coordinate_transformation_mode: dice.pick(['half_pixel', 'align_corners', 'asymmetric', 'pytorch_half_pixel']),
    nearest_mode:
      mode === 'nearest' ? dice.pick(['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil']) : undefined,
    exclude_outside: mode === 'cubic' ? dice.flip() : undefined,
    antialias: mode === 'linear' ? dice.flip() : undefined,
  };
  if (dice.flip()) return { inputs: [{ shape }, undefined, undefined, intInput(sizes)], attributes };
  const scales = floats([1, 1, dice.pick([0.5, 1.5, 2]), dice.pick([0.7, 1, 3])]);
  return { inputs: [{ shape }, undefined, constant(scales)], attributes };
};

const indicesFor = (dice: Dice, shape: readonly number[], length: number): Input =>
  constant(
    ints(
      Array.from({ length: sizeOf(shape) }, () => dice.int(-length, length - 1)),
      shape,
    ),
  );

const gather: Generator = (dice) => {
  const shape = dice.shape(dice.int(1, 3)).map((dim) => dim + 1);
  const axis = dice.int(0, shape.length - 1);
  const indices = dice.flip()
    ? indicesFor(dice, dice.shape(dice.int(0, 2), 3), shape[axis]!)
    : intInput(Array.from({ length: dice.int(1, shape[axis]!) }, (_, i) => i));
  return { inputs: [{ shape }, indices], attributes: { axis } };
};

const elements = (dice: Dice): { shape: number[]; axis: number; indices: Input } => {
  const shape = dice.shape(2).map((dim) => dim + 1);
  const axis = dice.int(0, 1);
  const indexShape = shape.map((dim, i) => (i === axis ? dice.int(1, 4) : dice.int(1, dim)));
  return { shape, axis, indices: indicesFor(dice, indexShape, shape[axis]!) };
};

/** One generator an operator with a gradient. */
const GENERATORS: Record<string, Generator> = {
  Abs: unary([0.1, 2]),
  Acos: unary([-0.9, 0.9]),
  Acosh: unary([1.2, 3]),
  Add: several(2),
  Asin: unary([-0.9, 0.9]),
  Asinh: unary(),
  Atan: unary(),
  Atanh: unary([-0.9, 0.9]),
  AveragePool: pool((dice) => ({ count_include_pad: dice.flip(), dilations: undefined })),
  BatchNormalization: (dice) => {
    const shape = images(dice);
    const c = [shape[1]!];
    return { inputs: [{ shape }, { shape: c }, { shape: c }, { shape: c }, { shape: c, range: [0.5, 2] }] };
  },
  Cast: unary(undefined, () => ({ to: 1 })),
  Celu: unary(undefined, (dice) => ({ alpha: dice.between(0.5, 2) })),
  Clip: (dice) => ({
    inputs: [
      { shape: dice.shape(3) },
      dice.flip() ? constant(floats([-0.7], [])) : undefined,
      dice.flip() ? constant(floats([0.9], [])) : undefined,
    ],
  }),
  Concat: (dice) => {
    const shape = dice.shape(3);
    const axis = dice.int(0, 2);
    const part = (): Input => ({ shape: shape.map((dim, i) => (i === axis ? dice.int(1, 3) : dim)) });
    return { inputs: [part(), part(), part()], attributes: { axis: dice.flip() ? axis : axis - 3 } };
  },
  Conv: conv,
  ConvTranspose: convTranspose,
  Cos: unary(),
  Cosh: unary(),
  CumSum: (dice) => {
    const shape = dice.shape(3);
    return {
      inputs: [{ shape }, constant(ints([dice.int(0, 2)], []))],
      attributes: { exclusive: dice.flip(), reverse: dice.flip() },
    };
  },
  DepthToSpace: (dice) => ({
    inputs: [{ shape: [dice.int(1, 2), 8, dice.int(1, 3), dice.int(1, 3)] }],
    attributes: { blocksize: 2, mode: dice.pick(['DCR', 'CRD']) },
  }),
  Div: several(2, [
    [-2, 2],
    [0.5, 2],
  ]),
  Einsum: (dice) => {
    const [equation, shapes] = dice.pick(EQUATIONS);
    return { inputs: shapes.map((shape) => ({ shape })), attributes: { equation } };
  },
  Elu: unary(undefined, (dice) => ({ alpha: dice.between(0.5, 2) })),
  Erf: unary(),
  Exp: unary(),
  Expand: (dice) => {
    const [shape, to] = stretchable(dice, 2);
    return { inputs: [{ shape: shape! }, intInput(to!)] };
  },
  Flatten: (dice) => ({ inputs: [{ shape: dice.shape(3) }], attributes: { axis: dice.int(-2, 3) } }),
  Gather: gather,
  GatherElements: (dice) => {
    const { shape, axis, indices } = elements(dice);
    return { inputs: [{ shape }, indices], attributes: { axis } };
  },
  GatherND: (dice) => {
    const shape = [2, 3, 4, 2];
    const batch = dice.int(0, 1);
    const depth = dice.int(1, 2);
    const addressed = shape.slice(batch, batch + depth);
    const rows = [...shape.slice(0, batch), 3];
    const values = Array.from({ length: sizeOf(rows) }, () => addressed.map((dim) => dice.int(-dim, dim - 1))).flat();
    return {
      inputs: [{ shape }, constant(ints(values, [...rows, depth]))],
      attributes: { batch_dims: batch },
    };
  },
  Gelu: unary(undefined, (dice) => ({ approximate: dice.pick(['none', 'tanh']) })),
  'com.microsoft.Gelu': unary(),
  'com.microsoft.QuickGelu': unary(undefined, (dice) => ({ alpha: dice.between(0.5, 2) })),
  Gemm: gemm,
  GlobalAveragePool: (dice) => ({ inputs: [{ shape: images(dice) }] }),
  GlobalMaxPool: (dice) => ({ inputs: [{ shape: images(dice) }] }),
  GroupNormalization: (dice) => {
    const shape = [dice.int(1, 2), 4, dice.int(1, 3), 2];
    return { inputs: [{ shape }, { shape: [4] }, { shape: [4] }], attributes: { num_groups: dice.pick([1, 2, 4]) } };
  },
  HardSigmoid: unary([-4, 4], (dice) => ({ alpha: dice.between(0.1, 0.4), beta: 0.45 })),
  HardSwish: unary([-4, 4]),
  Identity: unary(),
  InstanceNormalization: perChannelNorm,
  LRN: (dice) => ({
    inputs: [{ shape: [dice.int(1, 2), dice.int(2, 6), 2, 2] }],
    attributes: { size: dice.pick([1, 3, 5]), alpha: dice.between(0.1, 1), beta: 0.6, bias: 1.3 },
  }),
  LayerNormalization: (dice) => {
    const shape = dice.shape(dice.int(2, 4)).map((dim) => dim + 1);
    const axis = dice.int(0, shape.length - 1);
    const inner = shape.slice(axis);
    return {
      inputs: [{ shape }, { shape: inner }, dice.flip() ? { shape: inner } : undefined],
      attributes: { axis: dice.flip() ? axis : axis - shape.length },
    };
  },
  LeakyRelu: unary(undefined, (dice) => ({ alpha: dice.between(0.05, 0.5) })),
  Log: unary([0.3, 2]),
  LogSoftmax: (dice) => ({ inputs: [{ shape: dice.shape(3) }], attributes: { axis: dice.int(-3, 2) } }),
  LpNormalization: (dice) => ({
    inputs: [{ shape: dice.shape(3), range: [0.2, 2] }],
    attributes: { axis: dice.int(-3, 2), p: dice.int(1, 2) },
  }),
  LpPool: pool((dice) => ({ p: dice.int(1, 3), dilations: undefined, ceil_mode: undefined }), [0.2, 2]),
  MatMul: matrices,
  Max: several(3),
  MaxPool: pool(),
  Mean: several(3),
  MeanVarianceNormalization: (dice) => ({
    inputs: [{ shape: [2, 2, 2, 3] }],
    attributes: { axes: dice.flip() ? [0, 2, 3] : [1, 2] },
  }),
  Min: several(3),
  Mish: unary(),
  Mod: (dice) => ({
    ...several(2, [
      [0.1, 2],
      [2.1, 3],
    ])(dice),
    attributes: { fmod: 1 },
  }),
  Mul: several(2),
  Neg: unary(),
  OneHot: (dice) => ({
    inputs: [indicesFor(dice, dice.shape(2), 4), constant(ints([4], [])), { shape: [2] }],
    attributes: { axis: dice.int(-1, 2) },
  }),
  PRelu: (dice) => {
    const shape = dice.shape(3);
    return { inputs: [{ shape }, { shape: shape.slice(dice.int(0, 2)).map((dim) => (dice.flip() ? dim : 1)) }] };
  },
  Pad: pad,
  Pow: (dice) => {
    const exponent = dice.pick([0, 1, 2, 3, 0.5, -1, 1.7]);
    if (dice.flip())
      return several(2, [
        [0.3, 2],
        [-2, 2],
      ])(dice);
    return { inputs: [{ shape: dice.shape(2), range: [0.3, 2] }, constant(floats([exponent], []))] };
  },
  RMSNormalization: (dice) => {
    const shape = dice.shape(3).map((dim) => dim + 1);
    const axis = dice.int(0, 2);
    return { inputs: [{ shape }, { shape: shape.slice(axis) }], attributes: { axis } };
  },
  Reciprocal: unary([0.5, 2]),
  ReduceL1: reduction([0.2, 2]),
  ReduceL2: reduction(),
  ReduceLogSum: reduction([0.2, 2]),
  ReduceLogSumExp: reduction(),
  ReduceMax: reduction(),
  ReduceMean: reduction(),
  ReduceMin: reduction(),
  ReduceProd: reduction(),
  ReduceSum: reduction(),
  ReduceSumSquare: reduction(),
  Relu: unary(),
  Reshape: (dice) => {
    const shape = [dice.int(1, 3), 4, dice.int(1, 3)];
    return { inputs: [{ shape }, intInput(dice.pick([[0, -1], [-1], [0, 2, 2, -1]]))] };
  },
  Resize: resize,
  ScatterElements: (dice) => {
    // Overwriting one place twice has no defined result: with distinct places, or adding.
    if (dice.flip()) {
      const { shape, axis, indices } = elements(dice);
      return { inputs: [{ shape }, indices, { shape: indices.shape }], attributes: { axis, reduction: 'add' } };
    }
    return { inputs: [{ shape: [4, 3] }, constant(ints([2, 0, 1, 3, 1, 0], [2, 3])), { shape: [2, 3] }] };
  },
  ScatterND: (dice) => ({
    inputs: [{ shape: [4, 3, 2] }, constant(ints([3, 1], [2, 1])), { shape: [2, 3, 2] }],
    attributes: { reduction: dice.flip() ? 'add' : undefined },
  }),
  Selu: unary(undefined, (dice) => ({ alpha: dice.between(0.5, 2), gamma: dice.between(0.5, 2) })),
  Shrink: unary([0.6, 2], () => ({ lambd: 0.4, bias: 0.1 })),
  Sigmoid: unary(),
  Sin: unary(),
  Sinh: unary(),
  Slice: slice,
  Softmax: (dice) => ({ inputs: [{ shape: dice.shape(3) }], attributes: { axis: dice.int(-3, 2) } }),
  Softplus: unary(),
  Softsign: unary([0.1, 2]),
  SpaceToDepth: (dice) => ({
    inputs: [{ shape: [dice.int(1, 2), dice.int(1, 2), 2 * dice.int(1, 3), 2 * dice.int(1, 3)] }],
    attributes: { blocksize: 2 },
  }),
  Split: (dice) => {
    const sizes = [dice.int(1, 3), dice.int(1, 3)];
    return { inputs: [{ shape: [2, sizes[0]! + sizes[1]!, 2] }, intInput(sizes)], attributes: { axis: 1 }, outputs: 2 };
  },
  Sqrt: unary([0.3, 2]),
  Squeeze: (dice) => ({ inputs: [{ shape: [1, dice.int(1, 3), 1] }, dice.flip() ? intInput([0, -1]) : undefined] }),
  Sub: several(2),
  Sum: several(3),
  Swish: unary(undefined, (dice) => ({ alpha: dice.between(0.5, 2) })),
  Tan: unary([-1, 1]),
  Tanh: unary(),
  ThresholdedRelu: unary([0.6, 2], () => ({ alpha: 0.5 })),
  Tile: (dice) => ({ inputs: [{ shape: dice.shape(3) }, intInput([dice.int(1, 3), dice.int(1, 2), dice.int(1, 3)])] }),
  TopK: (dice) => {
    const shape = [3, 5];
    const axis = dice.int(0, 1);
    return {
      inputs: [{ shape }, intInput([dice.int(1, shape[axis]!)])],
      attributes: { axis, largest: dice.flip() },
      outputs: 2,
    };
  },
  Transpose: (dice) => ({
    inputs: [{ shape: dice.shape(3) }],
    attributes: { perm: dice.pick([undefined, [1, 2, 0], [2, 0, 1], [0, 2, 1]]) },
  }),
  Trilu: (dice) => ({
    inputs: [{ shape: [2, dice.int(2, 4), dice.int(2, 4)] }, constant(ints([dice.int(-2, 2)], []))],
    attributes: { upper: dice.flip() },
  }),
  Unsqueeze: (dice) => ({ inputs: [{ shape: dice.shape(2) }, intInput(dice.pick([[0], [1, -1], [0, 2]]))] }),
  Where: (dice) => {
    const [c, x, y] = stretchable(dice, 3);
    const mask = {
      type: 'bool' as const,
      dims: c!,
      data: Uint8Array.from({ length: sizeOf(c!) }, () => dice.int(0, 1)),
    };
    return { inputs: [constant(mask), { shape: x! }, { shape: y! }] };
  },
};

/** Bound of |<g, v> - difference| / (|<g, v>| + largest product): h^2 and constants that graphs hold in float32. */
const TOLERANCE = 2e-6;

function directional(op: string, draw: Draw, dice: Dice): { ours: number; theirs: number; scale: number } {
  const b = graphBuilder({ opset: 24 });
  const point = new Map<string, Dense>();
  const watched: string[] = [];
  const inputs = draw.inputs.map((input, i) => {
    if (input === undefined) return undefined;
    if (input.tensor !== undefined) return b.initializer(`c${i}`, input.tensor);
    const [low, high] = input.range ?? [-2, 2];
    const data = Float64Array.from({ length: sizeOf(input.shape) }, () => dice.between(low, high));
    point.set(`x${i}`, { type: 'float32', dims: input.shape, data });
    watched.push(`x${i}`);
    return b.input(`x${i}`, input.shape);
  });
  const at = op.lastIndexOf('.');
  const [name, domain] = at < 0 ? [op, ''] : [op.slice(at + 1), op.slice(0, at)];
  const results = b.op(name, inputs, draw.attributes ?? {}, { outputs: draw.outputs ?? 1, domain });
  for (const result of results) b.output(result, result.name, []);
  const shapes = Object.fromEntries([...point].map(([key, { dims }]) => [key, dims]));
  const network = concretize(b.model(), { shapes });
  const floatOutputs = network.outputs.filter((output) => network.known.get(output)!.type === 'float32');
  const graph = pullBackGraph(network, { watched, outputs: floatOutputs });

  const feeds = new Map(point);
  for (const [key, tensor] of graph.model.graph.initializers) feeds.set(key, toDense(tensor));
  for (const [output, cotangent] of graph.cotangents) {
    const { shape } = network.known.get(output)!;
    const data = Float64Array.from({ length: sizeOf(shape) }, () => dice.between(-1, 1));
    feeds.set(cotangent, { type: 'float32', dims: shape, data });
  }
  const value = (step: number): number => {
    const moved = new Map(feeds);
    for (const [key, tensor] of network.constants) moved.set(key, toDense(tensor));
    for (const key of watched) {
      const { data, ...rest } = point.get(key)!;
      moved.set(key, { ...rest, data: data.map((x, i) => x + step * direction.get(key)![i]!) });
    }
    const outputs = evaluateGraph(network.nodes, moved);
    return floatOutputs.reduce((sum, output) => {
      const weights = feeds.get(graph.cotangents.get(output)!)!.data;
      return sum + outputs.get(output)!.data.reduce((part, y, i) => part + y * weights[i]!, 0);
    }, 0);
  };
  const direction = new Map(watched.map((key) => [key, point.get(key)!.data.map(() => dice.between(-1, 1))] as const));
  const values = evaluateGraph(graph.model.graph.nodes, feeds);
  let [ours, scale] = [0, 1e-3];
  for (const key of watched) {
    const gradient = values.get(graph.gradients.get(key)!)!;
    expect([op, key, gradient.dims]).toEqual([op, key, point.get(key)!.dims]);
    gradient.data.forEach((g, i) => {
      ours += g * direction.get(key)![i]!;
      scale = Math.max(scale, Math.abs(g));
    });
  }
  const h = 1e-5;
  return { ours, theirs: (value(h) - value(-h)) / (2 * h), scale: scale + Math.abs(ours) };
}

describe('gradient rules agree with central differences', () => {
  const withGradient = [...RULES.keys()].filter((op) => RULES.get(op)!.backward.length > 0);

  test('every rule with a gradient has a generator', () => {
    expect(withGradient.filter((op) => !(op in GENERATORS))).toEqual([]);
  });

  test.each(Object.keys(GENERATORS).sort())('%s', (op) => {
    expect(RULES.has(op)).toBe(true);
    const dice = new Dice([...op].reduce((seed, letter) => seed * 31 + letter.charCodeAt(0), 7) | 0);
    for (let round = 0; round < 12; round++) {
      const draw = GENERATORS[op]!(dice);
      const { ours, theirs, scale } = directional(op, draw, dice);
      // The draws are seeded: none of them lies on a kink.
      if (!(Math.abs(ours - theirs) / scale < TOLERANCE)) expect({ op, draw, ours, theirs }).toBe('equal');
    }
  });
});
