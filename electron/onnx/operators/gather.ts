import { sizeOf } from '../tensor.ts';
import {
  axisOf,
  type EvaluateCall,
  given,
  need,
  needConstant,
  type OperatorTable,
  sameAsFirst,
  stridesOf,
} from './operator.ts';

const wrap = (index: number, dim: number): number => (index < 0 ? index + dim : index);

/** For GatherElements and ScatterElements: where each element of the index tensor points in the data. */
function elementPlaces(
  dims: readonly number[],
  indexDims: readonly number[],
  indices: Float64Array,
  axis: number,
): number[] {
  const strides = stridesOf(dims);
  const own = stridesOf(indexDims);
  return Array.from(indices, (index, at) =>
    dims.reduce((sum, dim, i) => {
      const place = i === axis ? wrap(index, dim) : Math.floor(at / own[i]!) % indexDims[i]!;
      return sum + place * strides[i]!;
    }, 0),
  );
}

/** For GatherND and ScatterND: the first element of each slice that an index row points at. */
function slicePlaces(
  dims: readonly number[],
  indexDims: readonly number[],
  indices: Float64Array,
  batchDims: number,
): { places: number[]; run: number } {
  const strides = stridesOf(dims);
  const depth = indexDims.at(-1)!;
  const rows = indices.length / depth;
  const batches = sizeOf(indexDims.slice(0, batchDims));
  const perBatch = batchDims === 0 ? 0 : strides[batchDims - 1]!;
  const places = Array.from({ length: rows }, (_, row) => {
    let at = Math.floor(row / (rows / batches)) * perBatch;
    for (let i = 0; i < depth; i++) {
      const axis = batchDims + i;
      at += wrap(indices[row * depth + i]!, dims[axis]!) * strides[axis]!;
    }
    return at;
  });
  return { places, run: sizeOf(dims.slice(batchDims + depth)) };
}

function combine(reduction: string): (old: number, update: number) => number {
  switch (reduction) {
    case 'add':
      return (old, update) => old + update;
    case 'mul':
      return (old, update) => old * update;
    case 'max':
      return Math.max;
    case 'min':
      return Math.min;
    default:
      return (_, update) => update;
  }
}

function scatter(call: EvaluateCall, places: readonly number[], run: number): Float64Array[] {
  const out = given(call, 0).data.slice();
  const updates = given(call, 2).data;
  const join = combine(call.attributes.string('reduction', 'none'));
  places.forEach((place, row) => {
    for (let i = 0; i < run; i++) out[place + i] = join(out[place + i]!, updates[row * run + i]!);
  });
  return [out];
}

export const GATHER: OperatorTable = {
  Gather: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const axis = axisOf(call.attributes.int('axis', 0), shape.length);
      return [{ type, shape: [...shape.slice(0, axis), ...need(call, 1).shape, ...shape.slice(axis + 1)] }];
    },
    evaluate: (call) => {
      const x = given(call, 0);
      const axis = axisOf(call.attributes.int('axis', 0), x.dims.length);
      const [outer, dim, run] = [sizeOf(x.dims.slice(0, axis)), x.dims[axis]!, sizeOf(x.dims.slice(axis + 1))];
      const indices = given(call, 1).data;
      const out = new Float64Array(outer * indices.length * run);
      for (let o = 0; o < outer; o++)
        for (let i = 0; i < indices.length; i++) {
          const from = (o * dim + wrap(indices[i]!, dim)) * run;
          out.set(x.data.subarray(from, from + run), (o * indices.length + i) * run);
        }
      return [out];
    },
  },
  GatherElements: {
    infer: (call) => [{ type: need(call, 0).type, shape: need(call, 1).shape }],
    evaluate: (call) => {
      const [x, indices] = [given(call, 0), given(call, 1)];
      const axis = axisOf(call.attributes.int('axis', 0), x.dims.length);
      return [Float64Array.from(elementPlaces(x.dims, indices.dims, indices.data, axis), (at) => x.data[at]!)];
    },
  },
  ScatterElements: {
    infer: sameAsFirst,
    evaluate: (call) => {
      const [x, indices] = [given(call, 0), given(call, 1)];
      const axis = axisOf(call.attributes.int('axis', 0), x.dims.length);
      return scatter(call, elementPlaces(x.dims, indices.dims, indices.data, axis), 1);
    },
  },
  GatherND: {
    infer: (call) => {
      const [x, indices] = [need(call, 0), need(call, 1)];
      const batch = call.attributes.int('batch_dims', 0);
      const rest = x.shape.slice(batch + indices.shape.at(-1)!);
      return [{ type: x.type, shape: [...indices.shape.slice(0, -1), ...rest] }];
    },
    evaluate: (call) => {
      const [x, indices] = [given(call, 0), given(call, 1)];
      const { places, run } = slicePlaces(x.dims, indices.dims, indices.data, call.attributes.int('batch_dims', 0));
      const out = new Float64Array(places.length * run);
      places.forEach((at, row) => out.set(x.data.subarray(at, at + run), row * run));
      return [out];
    },
  },
  ScatterND: {
    infer: sameAsFirst,
    evaluate: (call) => {
      const [x, indices] = [given(call, 0), given(call, 1)];
      const { places, run } = slicePlaces(x.dims, indices.dims, indices.data, 0);
      return scatter(call, places, run);
    },
  },
  OneHot: {
    infer: (call) => {
      const { shape } = need(call, 0);
      const depth = needConstant(call, 1, 'depth')[0]!;
      const axis = axisOf(call.attributes.int('axis', -1), shape.length + 1);
      return [{ type: need(call, 2).type, shape: [...shape.slice(0, axis), depth, ...shape.slice(axis)] }];
    },
    evaluate: (call) => {
      const [indices, values] = [given(call, 0), given(call, 2)];
      const axis = axisOf(call.attributes.int('axis', -1), indices.dims.length + 1);
      const depth = given(call, 1).data[0]!;
      const run = sizeOf(indices.dims.slice(axis));
      const out = new Float64Array(indices.data.length * depth).fill(values.data[0]!);
      indices.data.forEach((index, at) => {
        const place = wrap(index, depth);
        if (place < 0 || place >= depth) return;
        out[(Math.floor(at / run) * depth + place) * run + (at % run)] = values.data[1]!;
      });
      return [out];
    },
  },
  TopK: {
    infer: (call) => {
      const { type, shape } = need(call, 0);
      const axis = axisOf(call.attributes.int('axis', -1), shape.length);
      const k = needConstant(call, 1, 'count')[0]!;
      const dims = shape.map((dim, i) => (i === axis ? k : dim));
      return [
        { type, shape: dims },
        { type: 'int64', shape: dims },
      ];
    },
    evaluate: (call) => {
      const x = given(call, 0);
      const { shape } = call.results[0]!;
      const axis = axisOf(call.attributes.int('axis', -1), shape.length);
      const sign = call.attributes.int('largest', 1) === 1 ? -1 : 1;
      const [run, dim, k] = [sizeOf(shape.slice(axis + 1)), x.dims[axis]!, shape[axis]!];
      const [values, places] = [new Float64Array(sizeOf(shape)), new Float64Array(sizeOf(shape))];
      for (let row = 0; row < x.data.length / dim; row++) {
        const [outer, inner] = [Math.floor(row / run), row % run];
        const read = (i: number): number => x.data[(outer * dim + i) * run + inner]!;
        const order = Array.from({ length: dim }, (_, i) => i).sort((a, b) => sign * (read(a) - read(b)) || a - b);
        for (let i = 0; i < k; i++) {
          values[(outer * k + i) * run + inner] = read(order[i]!);
          places[(outer * k + i) * run + inner] = order[i]!;
        }
      }
      return [values, places];
    },
  },
};
