import { sizeOf } from '../tensor.ts';
import {
  axisOf,
  broadcastStrides,
  type EvaluateCall,
  gatherView,
  given,
  need,
  type Operator,
  type OperatorTable,
  sameAsFirst,
  stridesOf,
  walk,
} from './operator.ts';

/** Softmax-like: `f` maps the elements of one line along the axis to as many. */
const along = (f: (line: Float64Array) => ArrayLike<number>, defaultAxis = -1): Operator => ({
  infer: sameAsFirst,
  evaluate: (call) => {
    const x = given(call, 0);
    const axis = axisOf(call.attributes.int('axis', defaultAxis), x.dims.length);
    return [mapLines(x.data, x.dims, axis, f)];
  },
});

function mapLines(
  data: Float64Array,
  dims: readonly number[],
  axis: number,
  f: (line: Float64Array) => ArrayLike<number>,
): Float64Array {
  const strides = stridesOf(dims);
  const [length, stride] = [dims[axis]!, strides[axis]!];
  const out = new Float64Array(data.length);
  walk(
    dims.map((dim, i) => (i === axis ? 1 : dim)),
    strides,
    0,
    (_, from) => {
      const line = Float64Array.from({ length }, (_, i) => data[from + i * stride]!);
      const result = f(line);
      for (let i = 0; i < length; i++) out[from + i * stride] = result[i]!;
    },
  );
  return out;
}

function logSoftmax(line: Float64Array): Float64Array {
  const top = line.reduce((best, x) => Math.max(best, x), -Infinity);
  const log = top + Math.log(line.reduce((sum, x) => sum + Math.exp(x - top), 0));
  return line.map((x) => x - log);
}

/** Mean and variance (biased) of equal runs of elements. */
function moments(data: Float64Array, run: number): { mean: number[]; variance: number[] } {
  const mean: number[] = [];
  const variance: number[] = [];
  for (let start = 0; start < data.length; start += run) {
    const part = data.subarray(start, start + run);
    const average = part.reduce((sum, x) => sum + x, 0) / run;
    mean.push(average);
    variance.push(part.reduce((sum, x) => sum + (x - average) ** 2, 0) / run);
  }
  return { mean, variance };
}

/** Normalises runs of elements, then scales and shifts by channel. */
function normalise(call: EvaluateCall, run: number, channel: (at: number) => number): Float64Array[] {
  const x = given(call, 0);
  const epsilon = call.attributes.float('epsilon', 1e-5);
  const { mean, variance } = moments(x.data, run);
  const [scale, bias] = [given(call, 1).data, call.inputs[2]?.data];
  return [
    x.data.map((value, at) => {
      const i = Math.floor(at / run);
      const c = channel(at);
      return ((value - mean[i]!) / Math.sqrt(variance[i]! + epsilon)) * scale[c]! + (bias?.[c] ?? 0);
    }),
  ];
}

const layerNorm: Operator = {
  infer: (call) => {
    const x = need(call, 0);
    const axis = axisOf(call.attributes.int('axis', -1), x.shape.length);
    const shape = x.shape.map((dim, i) => (i < axis ? dim : 1));
    return [x, { type: x.type, shape }, { type: x.type, shape }].slice(0, call.node.outputs.length);
  },
  evaluate: (call) => {
    const x = given(call, 0);
    const axis = axisOf(call.attributes.int('axis', -1), x.dims.length);
    const inner = x.dims.slice(axis);
    const run = sizeOf(inner);
    const stretch = (i: number): Float64Array | undefined => {
      const input = call.inputs[i];
      return input && gatherView(input.data, inner, broadcastStrides(input.dims, inner));
    };
    const [scale, bias] = [stretch(1), stretch(2)];
    const { mean, variance } = moments(x.data, run);
    const inverse = variance.map((v) => 1 / Math.sqrt(v + call.attributes.float('epsilon', 1e-5)));
    const y = x.data.map((value, at) => {
      const i = Math.floor(at / run);
      return (value - mean[i]!) * inverse[i]! * (scale?.[at % run] ?? 1) + (bias?.[at % run] ?? 0);
    });
    return [y, Float64Array.from(mean), Float64Array.from(inverse)].slice(0, call.results.length);
  },
};

export const NORM: OperatorTable = {
  Softmax: along((line) => logSoftmax(line).map(Math.exp)),
  LogSoftmax: along(logSoftmax),
  Hardmax: along((line) => {
    const best = line.indexOf(line.reduce((top, x) => Math.max(top, x), -Infinity));
    return line.map((_, i) => (i === best ? 1 : 0));
  }),
  LpNormalization: {
    infer: sameAsFirst,
    evaluate: (call) => {
      const x = given(call, 0);
      const p = call.attributes.int('p', 2);
      const axis = axisOf(call.attributes.int('axis', -1), x.dims.length);
      return [
        mapLines(x.data, x.dims, axis, (line) => {
          const norm = line.reduce((sum, v) => sum + Math.abs(v) ** p, 0) ** (1 / p);
          return line.map((v) => v / norm);
        }),
      ];
    },
  },
  BatchNormalization: {
    infer: (call) => [need(call, 0)],
    evaluate: (call) => {
      const x = given(call, 0);
      const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) => given(call, i).data);
      const epsilon = call.attributes.float('epsilon', 1e-5);
      const block = sizeOf(x.dims.slice(2));
      return [
        x.data.map((value, at) => {
          const c = Math.floor(at / block) % x.dims[1]!;
          return ((value - mean![c]!) / Math.sqrt(variance![c]! + epsilon)) * scale![c]! + bias![c]!;
        }),
      ];
    },
  },
  InstanceNormalization: {
    infer: sameAsFirst,
    evaluate: (call) => {
      const { dims } = given(call, 0);
      const block = sizeOf(dims.slice(2));
      return normalise(call, block, (at) => Math.floor(at / block) % dims[1]!);
    },
  },
  GroupNormalization: {
    infer: sameAsFirst,
    evaluate: (call) => {
      const { dims } = given(call, 0);
      const groups = call.attributes.int('num_groups', 1);
      const block = sizeOf(dims.slice(2));
      const run = (block * dims[1]!) / groups;
      // Before operator set 21 scale and bias have one entry a group, since then one a channel.
      const perGroup = given(call, 1).data.length === groups && groups !== dims[1];
      return normalise(call, run, (at) =>
        perGroup ? Math.floor(at / run) % groups : Math.floor(at / block) % dims[1]!,
      );
    },
  },
  LayerNormalization: layerNorm,
  RMSNormalization: {
    infer: sameAsFirst,
    evaluate: (call) => {
      const x = given(call, 0);
      const inner = x.dims.slice(axisOf(call.attributes.int('axis', -1), x.dims.length));
      const run = sizeOf(inner);
      const scale = gatherView(given(call, 1).data, inner, broadcastStrides(given(call, 1).dims, inner));
      const epsilon = call.attributes.float('epsilon', 1e-5);
      const squares = moments(
        x.data.map((v) => v * v),
        run,
      ).mean;
      return [x.data.map((v, at) => (v / Math.sqrt(squares[Math.floor(at / run)]! + epsilon)) * scale[at % run]!)];
    },
  },
  MeanVarianceNormalization: {
    infer: sameAsFirst,
    evaluate: (call) => {
      const x = given(call, 0);
      const axes = call.attributes.ints('axes', [0, 2, 3]);
      const groups = x.dims.map((dim, i) => (axes.includes(i) ? 1 : dim));
      const strides = stridesOf(groups).map((stride, i) => (axes.includes(i) ? 0 : stride));
      const [sum, squares] = [new Float64Array(sizeOf(groups)), new Float64Array(sizeOf(groups))];
      const group = new Int32Array(x.data.length);
      walk(x.dims, strides, 0, (at, to) => {
        group[at] = to;
        sum[to]! += x.data[at]!;
        squares[to]! += x.data[at]! ** 2;
      });
      const count = x.data.length / sum.length;
      return [
        x.data.map((value, at) => {
          const mean = sum[group[at]!]! / count;
          return (value - mean) / (Math.sqrt(squares[group[at]!]! / count - mean ** 2) + 1e-9);
        }),
      ];
    },
  },
  LRN: {
    infer: sameAsFirst,
    evaluate: (call) => {
      const x = given(call, 0);
      const { alpha, beta, bias, size } = {
        alpha: call.attributes.float('alpha', 0.0001),
        beta: call.attributes.float('beta', 0.75),
        bias: call.attributes.float('bias', 1),
        size: call.attributes.int('size', 1),
      };
      const [channels, block] = [x.dims[1]!, sizeOf(x.dims.slice(2))];
      const [below, above] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
      return [
        x.data.map((value, at) => {
          const c = Math.floor(at / block) % channels;
          let sum = 0;
          for (let i = Math.max(0, c - below); i <= Math.min(channels - 1, c + above); i++)
            sum += x.data[at + (i - c) * block]! ** 2;
          return value / (bias + (alpha / size) * sum) ** beta;
        }),
      ];
    },
  },
};
