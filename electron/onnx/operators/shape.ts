import { numbersOf, sizeOf } from '../tensor.ts';
import {
  axisOf,
  broadcastShape,
  broadcastStrides,
  gatherView,
  given,
  type InferCall,
  need,
  needConstant,
  type OperatorTable,
  sameAsFirst,
  stridesOf,
  unsupported,
  walk,
} from './operator.ts';

/** The start, step and count of every axis of a Slice. */
export function sliceRanges(
  dims: readonly number[],
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[] = starts.map((_, i) => i),
  steps: readonly number[] = starts.map(() => 1),
): { start: number; step: number; count: number }[] {
  const ranges = dims.map((dim) => ({ start: 0, step: 1, count: dim }));
  axes.forEach((given, i) => {
    const axis = axisOf(given, dims.length);
    const dim = dims[axis]!;
    const step = steps[i]!;
    const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
    const wrap = (value: number): number => (value < 0 ? value + dim : value);
    const start = step > 0 ? clamp(wrap(starts[i]!), 0, dim) : clamp(wrap(starts[i]!), 0, dim - 1);
    const end = step > 0 ? clamp(wrap(ends[i]!), 0, dim) : clamp(wrap(ends[i]!), -1, dim - 1);
    ranges[axis] = { start, step, count: Math.max(0, Math.ceil((end - start) / step)) };
  });
  return ranges;
}

/** Pads an axis of `dim` elements: for every place of the result the index it is read from, -1 for the fill value. */
export function padIndices(dim: number, before: number, after: number, mode: string): number[] {
  return Array.from({ length: dim + before + after }, (_, at) => {
    const i = at - before;
    if (i >= 0 && i < dim) return i;
    if (mode === 'edge') return i < 0 ? 0 : dim - 1;
    if (mode === 'wrap') return ((i % dim) + dim) % dim;
    if (mode !== 'reflect') return -1;
    if (dim === 1) return 0;
    const period = 2 * (dim - 1);
    const folded = ((i % period) + period) % period;
    return folded < dim ? folded : period - folded;
  });
}

/** Begins and ends of a Pad, one an axis. */
export function padsOf(
  rank: number,
  pads: readonly number[],
  axes: readonly number[] = Array.from({ length: rank }, (_, i) => i),
): { before: number[]; after: number[] } {
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  axes.forEach((axis, i) => {
    before[axisOf(axis, rank)] = pads[i]!;
    after[axisOf(axis, rank)] = pads[i + axes.length]!;
  });
  return { before, after };
}

function reshaped(call: InferCall): number[] {
  const { shape } = need(call, 0);
  const wanted = needConstant(call, 1, 'shape');
  const zero = call.attributes.int('allowzero', 0) === 1;
  const dims = wanted.map((dim, i) => (dim === 0 && !zero ? shape[i]! : dim));
  const known = dims.reduce((product, dim) => (dim === -1 ? product : product * dim), 1);
  const result = dims.map((dim) => (dim === -1 ? sizeOf(shape) / known : dim));
  if (sizeOf(result) !== sizeOf(shape) || result.some((dim) => !Number.isInteger(dim)))
    throw unsupported(call.node, `[${shape}] cannot take the shape [${wanted}]`);
  return result;
}

const sameData = (call: Parameters<NonNullable<OperatorTable[string]['evaluate']>>[0]): Float64Array[] => [
  given(call, 0).data,
];

function permutation(call: { attributes: InferCall['attributes'] }, rank: number): readonly number[] {
  return call.attributes.ints('perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
}

export const SHAPE: OperatorTable = {
  Reshape: { infer: (call) => [{ type: need(call, 0).type, shape: reshaped(call) }], evaluate: sameData },
  Flatten: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const given = call.attributes.int('axis', 1);
      const axis = given < 0 ? given + shape.length : given;
      return [{ type, shape: [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))] }];
    },
    evaluate: sameData,
  },
  Squeeze: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const axes = call.inputs[1] && needConstant(call, 1, 'list of axes').map((axis) => axisOf(axis, shape.length));
      return [{ type, shape: shape.filter((dim, i) => (axes === undefined ? dim !== 1 : !axes.includes(i))) }];
    },
    evaluate: sameData,
  },
  Unsqueeze: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const axes = needConstant(call, 1, 'list of axes');
      const rank = shape.length + axes.length;
      const at = axes.map((axis) => axisOf(axis, rank));
      const rest = [...shape];
      return [{ type, shape: Array.from({ length: rank }, (_, i) => (at.includes(i) ? 1 : rest.shift()!)) }];
    },
    evaluate: sameData,
  },
  Transpose: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      return [{ type, shape: permutation(call, shape.length).map((axis) => shape[axis]!) }];
    },
    evaluate: (call) => {
      const x = given(call, 0);
      const strides = stridesOf(x.dims);
      const perm = permutation(call, x.dims.length);
      return [
        gatherView(
          x.data,
          call.results[0]!.shape,
          perm.map((axis) => strides[axis]!),
        ),
      ];
    },
  },
  Concat: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const axis = axisOf(call.attributes.int('axis', 0), shape.length);
      const length = call.inputs.reduce((sum, _, i) => sum + need(call, i).shape[axis]!, 0);
      return [{ type, shape: shape.map((dim, i) => (i === axis ? length : dim)) }];
    },
    evaluate: (call) => {
      const { shape } = call.results[0]!;
      const axis = axisOf(call.attributes.int('axis', 0), shape.length);
      const outer = sizeOf(shape.slice(0, axis));
      const out = new Float64Array(sizeOf(shape));
      const row = out.length / Math.max(1, outer);
      let column = 0;
      for (let i = 0; i < call.inputs.length; i++) {
        const { data } = given(call, i);
        const run = data.length / Math.max(1, outer);
        for (let o = 0; o < outer; o++) out.set(data.subarray(o * run, (o + 1) * run), o * row + column);
        column += run;
      }
      return [out];
    },
  },
  Split: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const axis = axisOf(call.attributes.int('axis', 0), shape.length);
      const parts = call.node.outputs.length;
      const each = Math.ceil(shape[axis]! / parts);
      const sizes =
        call.inputs[1] === undefined
          ? Array.from({ length: parts }, (_, i) => Math.min(each, shape[axis]! - i * each))
          : needConstant(call, 1, 'list of sizes');
      return sizes.map((size) => ({ type, shape: shape.map((dim, i) => (i === axis ? size : dim)) }));
    },
    evaluate: (call) => {
      const x = given(call, 0);
      const axis = axisOf(call.attributes.int('axis', 0), x.dims.length);
      const strides = stridesOf(x.dims);
      let start = 0;
      return call.results.map(({ shape }) => {
        const part = gatherView(x.data, shape, strides, start * strides[axis]!);
        start += shape[axis]!;
        return part;
      });
    },
  },
  Slice: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const [starts, ends] = [needConstant(call, 1, 'range'), needConstant(call, 2, 'range')];
      const [axes, steps] = [3, 4].map((i) => (call.inputs[i] ? needConstant(call, i, 'range') : undefined));
      return [{ type, shape: sliceRanges(shape, starts, ends, axes, steps).map((range) => range.count) }];
    },
    evaluate: (call) => {
      const x = given(call, 0);
      const [starts, ends] = [[...given(call, 1).data], [...given(call, 2).data]];
      const [axes, steps] = [3, 4].map((i) => call.inputs[i] && [...call.inputs[i].data]);
      const ranges = sliceRanges(x.dims, starts, ends, axes, steps);
      const strides = stridesOf(x.dims);
      const offset = ranges.reduce((sum, { start }, i) => sum + start * strides[i]!, 0);
      return [
        gatherView(
          x.data,
          call.results[0]!.shape,
          ranges.map(({ step }, i) => step * strides[i]!),
          offset,
        ),
      ];
    },
  },
  Expand: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const wanted = needConstant(call, 1, 'shape');
      const to = broadcastShape(shape, wanted);
      if (to === undefined) throw unsupported(call.node, `[${shape}] cannot be stretched to [${wanted}]`);
      return [{ type, shape: to }];
    },
    evaluate: (call) => {
      const x = given(call, 0);
      const to = call.results[0]!.shape;
      return [gatherView(x.data, to, broadcastStrides(x.dims, to))];
    },
  },
  Tile: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const repeats = needConstant(call, 1, 'list of repeats');
      return [{ type, shape: shape.map((dim, i) => dim * repeats[i]!) }];
    },
    evaluate: (call) => {
      const x = given(call, 0);
      // [d0, d1] tiled r0 x r1 is [r0, d0, r1, d1] with stride 0 along the repeats.
      const dims = x.dims.flatMap((dim, i) => [given(call, 1).data[i]!, dim]);
      return [
        gatherView(
          x.data,
          dims,
          stridesOf(x.dims).flatMap((stride) => [0, stride]),
        ),
      ];
    },
  },
  Pad: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const axes = call.inputs[3] && needConstant(call, 3, 'list of axes');
      const { before, after } = padsOf(shape.length, needConstant(call, 1, 'list of pads'), axes);
      return [{ type, shape: shape.map((dim, i) => dim + before[i]! + after[i]!) }];
    },
    evaluate: (call) => {
      const x = given(call, 0);
      const { shape } = call.results[0]!;
      const { before, after } = padsOf(
        x.dims.length,
        [...given(call, 1).data],
        call.inputs[3] && [...call.inputs[3].data],
      );
      const mode = call.attributes.string('mode', 'constant');
      const tables = x.dims.map((dim, i) => padIndices(dim, before[i]!, after[i]!, mode));
      const [strides, own] = [stridesOf(shape), stridesOf(x.dims)];
      const fill = call.inputs[2]?.data[0] ?? 0;
      const out = new Float64Array(sizeOf(shape));
      for (let at = 0; at < out.length; at++) {
        let from = 0;
        let outside = false;
        for (let axis = 0; axis < shape.length; axis++) {
          const index = tables[axis]![Math.floor(at / strides[axis]!) % shape[axis]!]!;
          outside ||= index < 0;
          from += index * own[axis]!;
        }
        out[at] = outside ? fill : x.data[from]!;
      }
      return [out];
    },
  },
  Shape: {
    infer: (call) => {
      const { shape } = need(call, 0);
      return [{ type: 'int64', shape: [shapeRange(call, shape).length] }];
    },
    evaluate: (call) => [Float64Array.from(shapeRange(call, given(call, 0).dims))],
  },
  Size: {
    infer: () => [{ type: 'int64', shape: [] }],
    evaluate: (call) => [Float64Array.of(sizeOf(given(call, 0).dims))],
  },
  ConstantOfShape: {
    infer: (call) => {
      const shape = needConstant(call, 0, 'shape');
      return [{ type: call.attributes.tensor('value')?.type ?? 'float32', shape: [...shape] }];
    },
    evaluate: (call) => {
      const value = call.attributes.tensor('value');
      const fill = value === undefined ? 0 : numbersOf(value)[0]!;
      return [new Float64Array(sizeOf(call.results[0]!.shape)).fill(fill)];
    },
  },
  Range: {
    infer: (call) => {
      const [start, limit, delta] = [0, 1, 2].map((i) => needConstant(call, i, 'range')[0]!);
      const count = Math.max(0, Math.ceil((limit! - start!) / delta!));
      return [{ type: need(call, 0).type, shape: [count] }];
    },
    evaluate: (call) => {
      const [start, , delta] = [0, 1, 2].map((i) => given(call, i).data[0]!);
      return [Float64Array.from({ length: call.results[0]!.shape[0]! }, (_, i) => start! + i * delta!)];
    },
  },
  DepthToSpace: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const [n, c, h, w] = shape as [number, number, number, number];
      const s = call.attributes.int('blocksize', 1);
      return [{ type, shape: [n, c / (s * s), h * s, w * s] }];
    },
    evaluate: (call) => {
      const x = given(call, 0);
      const [n, c, h, w] = x.dims as [number, number, number, number];
      const s = call.attributes.int('blocksize', 1);
      const crd = call.attributes.string('mode', 'DCR') === 'CRD';
      const inner = crd ? [n, c / (s * s), s, s, h, w] : [n, s, s, c / (s * s), h, w];
      const perm = crd ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2];
      const strides = stridesOf(inner);
      return [
        gatherView(
          x.data,
          perm.map((axis) => inner[axis]!),
          perm.map((axis) => strides[axis]!),
        ),
      ];
    },
  },
  SpaceToDepth: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const [n, c, h, w] = shape as [number, number, number, number];
      const s = call.attributes.int('blocksize', 1);
      return [{ type, shape: [n, c * s * s, h / s, w / s] }];
    },
    evaluate: (call) => {
      const x = given(call, 0);
      const [n, c, h, w] = x.dims as [number, number, number, number];
      const s = call.attributes.int('blocksize', 1);
      const inner = [n, c, h / s, s, w / s, s];
      const strides = stridesOf(inner);
      const perm = [0, 3, 5, 1, 2, 4];
      return [
        gatherView(
          x.data,
          perm.map((axis) => inner[axis]!),
          perm.map((axis) => strides[axis]!),
        ),
      ];
    },
  },
  Trilu: {
    infer: sameAsFirst,
    evaluate: (call) => {
      const x = given(call, 0);
      const [rows, columns] = x.dims.slice(-2) as [number, number];
      const k = call.inputs[1]?.data[0] ?? 0;
      const upper = call.attributes.int('upper', 1) === 1;
      return [
        x.data.map((value, at) => {
          const distance = (at % columns) - (Math.floor(at / columns) % rows);
          return (upper ? distance >= k : distance <= k) ? value : 0;
        }),
      ];
    },
  },
  EyeLike: {
    infer: (call) => [{ type: need(call, 0).type, shape: need(call, 0).shape }],
    evaluate: (call) => {
      const columns = given(call, 0).dims[1]!;
      const k = call.attributes.int('k', 0);
      return [given(call, 0).data.map((_, at) => ((at % columns) - Math.floor(at / columns) === k ? 1 : 0))];
    },
  },
  CumSum: {
    infer: sameAsFirst,
    evaluate: (call) => {
      const x = given(call, 0);
      const axis = axisOf(given(call, 1).data[0]!, x.dims.length);
      const exclusive = call.attributes.int('exclusive', 0) === 1;
      const reverse = call.attributes.int('reverse', 0) === 1;
      const [length, stride] = [x.dims[axis]!, stridesOf(x.dims)[axis]!];
      const out = new Float64Array(x.data.length);
      const starts = x.dims.map((dim, i) => (i === axis ? 1 : dim));
      walk(starts, stridesOf(x.dims), 0, (_, from) => {
        let sum = 0;
        for (let i = 0; i < length; i++) {
          const at = from + (reverse ? length - 1 - i : i) * stride;
          if (exclusive) out[at] = sum;
          sum += x.data[at]!;
          if (!exclusive) out[at] = sum;
        }
      });
      return [out];
    },
  },
};

function shapeRange(call: { attributes: InferCall['attributes'] }, shape: readonly number[]): readonly number[] {
  const rank = shape.length;
  const clamp = (value: number): number => Math.min(rank, Math.max(0, value < 0 ? value + rank : value));
  return shape.slice(clamp(call.attributes.int('start', 0)), clamp(call.attributes.int('end', rank)));
}
