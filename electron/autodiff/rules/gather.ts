/** Operators that read or write by index: what was read from a place adds up there. */
import { axisOf, ints, sizeOf, type Value } from '../../onnx/index.ts';
import { type GradientBuilder } from '../gradient-builder.ts';
import { type Rule, rule } from '../rule.ts';
import { dims, reshapeTo } from '../shapes.ts';

function scatterAdd(b: GradientBuilder, to: Value, indices: Value, updates: Value, axis: number): Value {
  return b.op('ScatterElements', [to, indices, updates], { axis, reduction: 'add' });
}

/** X read at whole slices along `axis`. A run of neighbouring slices only needs zeros around it. */
const gather = rule('Gather', {
  inputs: ['X', 'indices'],
  keeps: ['indices'],
  backward({ b, attributes, inputs, indices, dY }) {
    const shape = dims(inputs[0]!);
    const axis = axisOf(attributes.int('axis', 0), shape.length);
    const [prefix, length, suffix] = [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))];
    const count = sizeOf(dims(indices));
    const rows = reshapeTo(b, dY, [prefix, count, suffix]);
    const places = b.numbers(indices)?.map((i) => (i < 0 ? i + length : i));
    if (places?.every((place, i) => place === places[0]! + i))
      return { X: reshapeTo(b, b.pad(rows, [0, places[0]!, 0, 0, length - places[0]! - count, 0]), shape) };
    const spread = b.expand(b.reshape(indices, [1, count, 1]), [prefix, count, suffix]);
    return { X: reshapeTo(b, scatterAdd(b, b.zeros([prefix, length, suffix]), spread, rows, 1), shape) };
  },
});

const gatherElements = rule('GatherElements', {
  inputs: ['X', 'indices'],
  keeps: ['indices'],
  backward: ({ b, attributes, inputs, indices, dY }) => ({
    X: scatterAdd(b, b.zeros(dims(inputs[0]!)), indices, dY, attributes.int('axis', 0)),
  }),
});

/** Where each element of a GatherND result lies in the flat data, as indices [elements]. */
function flatPlaces(b: GradientBuilder, shape: readonly number[], indices: Value, batchDims: number): Value {
  const indexShape = dims(indices);
  const depth = indexShape.at(-1)!;
  const addressed = shape.slice(batchDims, batchDims + depth);
  const run = sizeOf(shape.slice(batchDims + depth));
  const strides = addressed.map((_, i) => sizeOf(shape.slice(batchDims + i + 1)));
  const rows = sizeOf(indexShape.slice(0, -1));
  const table = b.reshape(indices, [rows, depth]);
  const zero = b.constant(ints([0], []));
  const wrapped = b.add(table, b.where(b.less(table, zero), b.constant(ints(addressed, [1, depth])), zero));
  let first = b.reduceSum(b.mul(wrapped, b.constant(ints(strides, [1, depth]))), [1]);
  const batches = sizeOf(shape.slice(0, batchDims));
  if (batches > 1) {
    const size = sizeOf(shape) / batches;
    const offsets = Array.from({ length: rows }, (_, row) => Math.floor(row / (rows / batches)) * size);
    first = b.add(first, b.constant(ints(offsets, [rows, 1])));
  }
  const within = b.constant(
    ints(
      Array.from({ length: run }, (_, i) => i),
      [1, run],
    ),
  );
  return b.reshape(b.add(first, within), [rows * run]);
}

const gatherND = rule('GatherND', {
  inputs: ['X', 'indices'],
  keeps: ['indices'],
  backward({ b, attributes, inputs, indices, dY }) {
    const shape = dims(inputs[0]!);
    const places = flatPlaces(b, shape, indices, attributes.int('batch_dims', 0));
    const flat = scatterAdd(b, b.zeros([sizeOf(shape)]), places, b.reshape(dY, [-1]), 0);
    return { X: b.reshape(flat, shape) };
  },
});

/** Overwritten places lose their gradient to the updates; with `add` both have it. */
const scatterElements = rule('ScatterElements', {
  inputs: ['X', 'indices', 'updates'],
  keeps: ['indices'],
  backward({ b, node, attributes, indices, dY }) {
    const axis = attributes.int('axis', 0);
    const updates = b.op('GatherElements', [dY, indices], { axis });
    const reduction = attributes.string('reduction', 'none');
    if (reduction === 'add') return { X: dY, updates };
    if (reduction !== 'none') throw b.noGradient(node);
    return { X: b.op('ScatterElements', [dY, indices, b.zeros(dims(indices))], { axis }), updates };
  },
});

const scatterND = rule('ScatterND', {
  inputs: ['X', 'indices', 'updates'],
  keeps: ['indices'],
  backward({ b, node, attributes, inputs, indices, dY }) {
    const updates = b.op('GatherND', [dY, indices]);
    const reduction = attributes.string('reduction', 'none');
    if (reduction === 'add') return { X: dY, updates };
    if (reduction !== 'none') throw b.noGradient(node);
    return { X: b.op('ScatterND', [dY, indices, b.zeros(dims(inputs[2]!))]), updates };
  },
});

const topK = rule('TopK', {
  inputs: ['X', 'k'],
  outputs: ['Y', 'places'],
  keeps: ['places'],
  backward: ({ b, attributes, inputs, places, dY }) => ({
    X: scatterAdd(b, b.zeros(dims(inputs[0]!)), places, dY, attributes.int('axis', -1)),
  }),
});

/** The two values (off, on) get the sums over the places that show them. */
const oneHot = rule('OneHot', {
  inputs: ['indices', 'depth', 'values'],
  keeps: ['indices'],
  backward({ b, attributes, indices, depth, dY }) {
    const offOn = b.constant({ type: 'float32', dims: [2], data: Float32Array.of(0, 1) });
    const on = b.reduceSum(b.mul(b.op('OneHot', [indices, depth, offOn], attributes), dY), undefined, {
      keepDims: false,
    });
    const all = b.reduceSum(dY, undefined, { keepDims: false });
    return { values: b.concat([b.reshape(b.sub(all, on), [1]), b.reshape(on, [1])], 0) };
  },
});

export const GATHER: readonly Rule[] = [gather, gatherElements, gatherND, scatterElements, scatterND, topK, oneHot];
