/** Convolutions and pools over any number of spatial axes. Pads are explicit here (canonical.ts resolves auto_pad). */
import { type Attributes } from '../attributes.ts';
import { sizeOf } from '../tensor.ts';
import {
  type EvaluateCall,
  given,
  type InferCall,
  need,
  type Operator,
  type OperatorTable,
  stridesOf,
  unsupported,
} from './operator.ts';

/** A sliding window, one entry a spatial axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export function windowOf(attributes: Attributes, kernel: readonly number[]): Window {
  const ones = kernel.map(() => 1);
  const pads = attributes.ints(
    'pads',
    [...kernel, ...kernel].map(() => 0),
  );
  return {
    kernel,
    strides: attributes.ints('strides', ones),
    dilations: attributes.ints('dilations', ones),
    before: pads.slice(0, kernel.length),
    after: pads.slice(kernel.length),
  };
}

/** Length of the dilated kernel. */
export const reach = (window: Window, axis: number): number => (window.kernel[axis]! - 1) * window.dilations[axis]! + 1;

/** Windows that fit on an axis. With `ceil` a last one may stick out, if it starts inside the input or its first pad. */
export function windowCount(window: Window, axis: number, dim: number, ceil = false): number {
  const stride = window.strides[axis]!;
  const room = dim + window.before[axis]! + window.after[axis]! - reach(window, axis);
  if (!ceil) return Math.floor(room / stride) + 1;
  const count = Math.ceil(room / stride) + 1;
  return (count - 1) * stride >= dim + window.before[axis]! ? count - 1 : count;
}

/** Output length of a transposed convolution. */
export function transposedLength(window: Window, axis: number, dim: number, outputPadding: number): number {
  const { strides, before, after } = window;
  return (dim - 1) * strides[axis]! + reach(window, axis) + outputPadding - before[axis]! - after[axis]!;
}

/** For every window (rows) and tap (columns): the flat index in the spatial block, -1 outside. */
function tapTable(window: Window, dims: readonly number[], outDims: readonly number[]): Int32Array[] {
  const [outStrides, tapStrides, strides] = [stridesOf(outDims), stridesOf(window.kernel), stridesOf(dims)];
  return Array.from({ length: sizeOf(outDims) }, (_, o) =>
    Int32Array.from({ length: sizeOf(window.kernel) }, (_, t) => {
      let flat = 0;
      for (let axis = 0; axis < dims.length; axis++) {
        const place = Math.floor(o / outStrides[axis]!) % outDims[axis]!;
        const tap = Math.floor(t / tapStrides[axis]!) % window.kernel[axis]!;
        const at = place * window.strides[axis]! + tap * window.dilations[axis]! - window.before[axis]!;
        if (at < 0 || at >= dims[axis]!) return -1;
        flat += at * strides[axis]!;
      }
      return flat;
    }),
  );
}

const conv: Operator = {
  infer: (call) => {
    const [x, w] = [need(call, 0), need(call, 1)];
    const group = call.attributes.int('group', 1);
    if (w.shape[1]! * group !== x.shape[1])
      throw unsupported(call.node, `${x.shape[1]} channels do not fit its filter`);
    const window = windowOf(call.attributes, w.shape.slice(2));
    const spatial = x.shape.slice(2).map((dim, axis) => windowCount(window, axis, dim));
    return [{ type: x.type, shape: [x.shape[0]!, w.shape[0]!, ...spatial] }];
  },
  evaluate: (call) => {
    const [x, w] = [given(call, 0), given(call, 1)];
    const group = call.attributes.int('group', 1);
    const shape = call.results[0]!.shape;
    const [n, outs] = shape as [number, number];
    const [channels, perGroup] = [x.dims[1]!, w.dims[1]!];
    const table = tapTable(windowOf(call.attributes, w.dims.slice(2)), x.dims.slice(2), shape.slice(2));
    const [block, taps] = [sizeOf(x.dims.slice(2)), sizeOf(w.dims.slice(2))];
    const out = new Float64Array(sizeOf(shape));
    let at = 0;
    for (let i = 0; i < n; i++)
      for (let o = 0; o < outs; o++) {
        const first = Math.floor(o / (outs / group)) * perGroup;
        for (const row of table) {
          let sum = call.inputs[2]?.data[o] ?? 0;
          for (let c = 0; c < perGroup; c++)
            for (let t = 0; t < taps; t++)
              if (row[t]! >= 0)
                sum += x.data[(i * channels + first + c) * block + row[t]!]! * w.data[(o * perGroup + c) * taps + t]!;
          out[at++] = sum;
        }
      }
    return [out];
  },
};

const convTranspose: Operator = {
  infer: (call) => {
    const [x, w] = [need(call, 0), need(call, 1)];
    const window = windowOf(call.attributes, w.shape.slice(2));
    const extra = call.attributes.ints(
      'output_padding',
      window.kernel.map(() => 0),
    );
    const spatial = x.shape.slice(2).map((dim, axis) => transposedLength(window, axis, dim, extra[axis]!));
    return [{ type: x.type, shape: [x.shape[0]!, w.shape[1]! * call.attributes.int('group', 1), ...spatial] }];
  },
  evaluate: (call) => {
    const [x, w] = [given(call, 0), given(call, 1)];
    const group = call.attributes.int('group', 1);
    const shape = call.results[0]!.shape;
    const [channels, perGroup] = [x.dims[1]!, w.dims[1]!];
    const outs = perGroup * group;
    // The transposed convolution scatters where the convolution of its output would gather.
    const table = tapTable(windowOf(call.attributes, w.dims.slice(2)), shape.slice(2), x.dims.slice(2));
    const [block, taps] = [sizeOf(shape.slice(2)), sizeOf(w.dims.slice(2))];
    const out = new Float64Array(sizeOf(shape));
    if (call.inputs[2] !== undefined)
      for (let at = 0; at < out.length; at++) out[at] = call.inputs[2].data[Math.floor(at / block) % outs]!;
    for (let i = 0; i < x.dims[0]!; i++)
      for (let c = 0; c < channels; c++) {
        const first = Math.floor(c / (channels / group)) * perGroup;
        table.forEach((row, place) => {
          const value = x.data[(i * channels + c) * table.length + place]!;
          for (let o = 0; o < perGroup; o++)
            for (let t = 0; t < taps; t++)
              if (row[t]! >= 0)
                out[(i * outs + first + o) * block + row[t]!]! += value * w.data[(c * perGroup + o) * taps + t]!;
        });
      }
    return [out];
  },
};

function poolShape(call: InferCall): number[] {
  const x = need(call, 0);
  const window = windowOf(call.attributes, call.attributes.ints('kernel_shape', []));
  const ceil = call.attributes.int('ceil_mode', 0) === 1;
  return [...x.shape.slice(0, 2), ...x.shape.slice(2).map((dim, axis) => windowCount(window, axis, dim, ceil))];
}

/** Calls `visit(output index, first element of the plane, taps)` for every window of every channel. */
function eachWindow(call: EvaluateCall, visit: (at: number, base: number, taps: Int32Array) => void): void {
  const x = given(call, 0);
  const window = windowOf(call.attributes, call.attributes.ints('kernel_shape', []));
  const table = tapTable(window, x.dims.slice(2), call.results[0]!.shape.slice(2));
  const block = sizeOf(x.dims.slice(2));
  for (let plane = 0; plane < x.dims[0]! * x.dims[1]!; plane++)
    table.forEach((taps, place) => visit(plane * table.length + place, plane * block, taps));
}

const maxPool: Operator = {
  infer: (call) => {
    const shape = poolShape(call);
    const values = { type: need(call, 0).type, shape };
    return call.node.outputs.length > 1 ? [values, { type: 'int64', shape }] : [values];
  },
  evaluate: (call) => {
    const { data } = given(call, 0);
    const size = sizeOf(call.results[0]!.shape);
    const [values, places] = [new Float64Array(size), new Float64Array(size)];
    eachWindow(call, (at, base, taps) => {
      let best = -1;
      for (const tap of taps) if (tap >= 0 && (best < 0 || data[base + tap]! > data[base + best]!)) best = tap;
      values[at] = data[base + best]!;
      places[at] = base + best;
    });
    return [values, places].slice(0, call.results.length);
  },
};

/**
 * How many elements every window of an average counts, flat over the output's spatial axes. Padding is counted with
 * count_include_pad, but never what ceil_mode adds behind it.
 */
export function averageCounts(attributes: Attributes, dims: readonly number[], outDims: readonly number[]): number[] {
  const window = windowOf(attributes, attributes.ints('kernel_shape', []));
  const include = attributes.int('count_include_pad', 0) === 1;
  const strides = stridesOf(outDims);
  return Array.from({ length: sizeOf(outDims) }, (_, o) =>
    dims.reduce((product, dim, axis) => {
      const place = Math.floor(o / strides[axis]!) % outDims[axis]!;
      let count = 0;
      for (let tap = 0; tap < window.kernel[axis]!; tap++) {
        const at = place * window.strides[axis]! + tap * window.dilations[axis]! - window.before[axis]!;
        if (include ? at < dim + window.after[axis]! : at >= 0 && at < dim) count++;
      }
      return product * count;
    }, 1),
  );
}

const averagePool: Operator = {
  infer: (call) => [{ type: need(call, 0).type, shape: poolShape(call) }],
  evaluate: (call) => {
    const x = given(call, 0);
    const { shape } = call.results[0]!;
    const counts = averageCounts(call.attributes, x.dims.slice(2), shape.slice(2));
    const out = new Float64Array(sizeOf(shape));
    eachWindow(call, (at, base, taps) => {
      for (const tap of taps) if (tap >= 0) out[at]! += x.data[base + tap]!;
      out[at]! /= counts[at % counts.length]!;
    });
    return [out];
  },
};

const lpPool: Operator = {
  infer: (call) => [{ type: need(call, 0).type, shape: poolShape(call) }],
  evaluate: (call) => {
    const { data } = given(call, 0);
    const p = call.attributes.int('p', 2);
    const out = new Float64Array(sizeOf(call.results[0]!.shape));
    eachWindow(call, (at, base, taps) => {
      for (const tap of taps) if (tap >= 0) out[at]! += Math.abs(data[base + tap]!) ** p;
      out[at] = out[at]! ** (1 / p);
    });
    return [out];
  },
};

const global = (fold: (values: Float64Array, attributes: Attributes) => number): Operator => ({
  infer: (call) => {
    const { type, shape } = need(call, 0);
    return [{ type, shape: shape.map((dim, i) => (i < 2 ? dim : 1)) }];
  },
  evaluate: (call) => {
    const x = given(call, 0);
    const block = sizeOf(x.dims.slice(2));
    return [
      Float64Array.from({ length: x.data.length / block }, (_, i) =>
        fold(x.data.subarray(i * block, (i + 1) * block), call.attributes),
      ),
    ];
  },
});

export const WINDOW: OperatorTable = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: maxPool,
  AveragePool: averagePool,
  LpPool: lpPool,
  GlobalAveragePool: global((values) => values.reduce((sum, x) => sum + x, 0) / values.length),
  GlobalMaxPool: global((values) => values.reduce((best, x) => Math.max(best, x), -Infinity)),
  GlobalLpPool: global((values, a) => {
    const p = a.int('p', 2);
    return values.reduce((sum, x) => sum + Math.abs(x) ** p, 0) ** (1 / p);
  }),
};
