/** Operators that move elements without changing them. */
import { axisOf, padsOf, sizeOf, sliceRanges, type Value } from '../../onnx/index.ts';
import { type GradientBuilder } from '../gradient-builder.ts';
import { constantRules, type Rule, rule, type RuleCall, variadicRule } from '../rule.ts';
import { dims, reshapeTo } from '../shapes.ts';

/** Same elements in another shape. */
const reshaped = (op: string): Rule =>
  rule(op, { keeps: [], backward: ({ b, inputs, dY }) => ({ X: reshapeTo(b, dY, dims(inputs[0]!)) }) });

const transpose = rule('Transpose', {
  keeps: [],
  backward({ b, attributes, dY }) {
    const rank = dims(dY).length;
    const perm = attributes.ints(
      'perm',
      Array.from({ length: rank }, (_, i) => rank - 1 - i),
    );
    return {
      X: b.transpose(
        dY,
        perm.map((_, i) => perm.indexOf(i)),
      ),
    };
  },
});

/** A range of an axis. */
const cut = (b: GradientBuilder, value: Value, axis: number, start: number, end: number): Value =>
  start === 0 && end === dims(value)[axis] ? value : b.slice(value, { starts: [start], ends: [end], axes: [axis] });

const concat = variadicRule('Concat', {
  keeps: 'nothing',
  backward({ b, attributes, inputs, dY }) {
    const axis = axisOf(attributes.int('axis', 0), dims(dY).length);
    let end = 0;
    return inputs.map((input) => {
      const start = end;
      end += dims(input!)[axis]!;
      return cut(b, dY, axis, start, end);
    });
  },
});

const split: Rule = {
  op: 'Split',
  keeps: { inputs: [], outputs: [] },
  backward({ b, attributes, outputs, gradients }) {
    const parts = outputs.map((output, i) => gradients[i] ?? b.zeros(dims(output), output.type));
    return [parts.length === 1 ? parts[0] : b.concat(parts, attributes.int('axis', 0))];
  },
};

/** Zeros around a value. */
function padded(b: GradientBuilder, value: Value, before: readonly number[], after: readonly number[]): Value {
  return before.every((n) => n === 0) && after.every((n) => n === 0) ? value : b.pad(value, [...before, ...after]);
}

/** What a Slice left out gets zeros: axis by axis turned round, spread by the step, padded. */
function unslice(
  b: GradientBuilder,
  dY: Value,
  shape: readonly number[],
  ranges: readonly { start: number; step: number; count: number }[],
): Value {
  let gradient = dY;
  const before = shape.map(() => 0);
  const after = shape.map(() => 0);
  ranges.forEach(({ start, step, count }, axis) => {
    if (count === 0) return;
    const size = Math.abs(step);
    if (step < 0) gradient = b.slice(gradient, { starts: [-1], ends: [-(2 ** 62)], axes: [axis], steps: [-1] });
    if (size > 1 && count > 1) {
      const now = dims(gradient);
      const split = [...now.slice(0, axis + 1), 1, ...now.slice(axis + 1)];
      const rows = b.pad(b.reshape(gradient, split), [
        ...split.map(() => 0),
        ...split.map((_, i) => (i === axis + 1 ? size - 1 : 0)),
      ]);
      const merged = b.reshape(
        rows,
        now.map((dim, i) => (i === axis ? dim * size : dim)),
      );
      gradient = cut(b, merged, axis, 0, (count - 1) * size + 1);
    }
    const first = step > 0 ? start : start + (count - 1) * step;
    before[axis] = first;
    after[axis] = shape[axis]! - first - (count - 1) * size - 1;
  });
  return padded(b, gradient, before, after);
}

const slice = rule('Slice', {
  inputs: ['X', 'starts', 'ends', 'axes?', 'steps?'],
  keeps: [],
  backward({ b, inputs, starts, ends, axes, steps, dY }) {
    const shape = dims(inputs[0]!);
    const ranges = sliceRanges(shape, b.numbers(starts)!, b.numbers(ends)!, b.numbers(axes), b.numbers(steps));
    return { X: sizeOf(dims(dY)) === 0 ? b.zeros(shape) : unslice(b, dY, shape, ranges) };
  },
});

/** Repeats are summed: [r0 d0, r1 d1] read as [r0, d0, r1, d1]. */
const tile = rule('Tile', {
  inputs: ['X', 'repeats'],
  keeps: [],
  backward({ b, inputs, repeats, dY }) {
    const shape = dims(inputs[0]!);
    const counts = b.numbers(repeats)!;
    const axes = counts.flatMap((count, i) => (count > 1 ? [2 * i] : []));
    if (axes.length === 0) return { X: dY };
    const parts = b.reshape(
      dY,
      shape.flatMap((dim, i) => [counts[i]!, dim]),
    );
    return { X: reshapeTo(b, b.reduceSum(parts, axes), shape) };
  },
});

/** Reverses an axis. */
const reversed = (b: GradientBuilder, value: Value, axis: number): Value =>
  b.slice(value, { starts: [-1], ends: [-(2 ** 62)], axes: [axis], steps: [-1] });

/** Zeros up to the length of the axis, so that `part` starts at `start`. */
function place(b: GradientBuilder, part: Value, axis: number, start: number, length: number): Value {
  const rank = dims(part).length;
  const only = (n: number): number[] => Array.from({ length: rank }, (_, i) => (i === axis ? n : 0));
  return padded(b, part, only(start), only(length - start - dims(part)[axis]!));
}

/** The gradient of one padded axis: its inner part, plus what the border copied, put back where it was taken. */
function unpadAxis(b: GradientBuilder, dY: Value, axis: number, before: number, after: number, mode: string): Value {
  const total = dims(dY)[axis]!;
  const length = total - before - after;
  const inner = cut(b, dY, axis, Math.max(0, before), total - Math.max(0, after));
  // Negative pads cut the input: what was cut gets zeros.
  const core = place(b, inner, axis, Math.max(0, -before), length);
  if (mode === 'constant') return core;
  const borders: Value[] = [];
  if (before > 0) {
    const border = cut(b, dY, axis, 0, before);
    if (mode === 'reflect') borders.push(place(b, reversed(b, border, axis), axis, 1, length));
    else if (mode === 'edge') borders.push(place(b, b.reduceSum(border, [axis]), axis, 0, length));
    else borders.push(place(b, border, axis, length - before, length));
  }
  if (after > 0) {
    const border = cut(b, dY, axis, total - after, total);
    if (mode === 'reflect') borders.push(place(b, reversed(b, border, axis), axis, length - 1 - after, length));
    else if (mode === 'edge') borders.push(place(b, b.reduceSum(border, [axis]), axis, length - 1, length));
    else borders.push(place(b, border, axis, 0, length));
  }
  return borders.reduce((sum, border) => b.add(sum, border), core);
}

const pad = rule('Pad', {
  inputs: ['X', 'pads', 'value?', 'axes?'],
  keeps: [],
  backward({ b, attributes, inputs, pads, value, axes, dY }) {
    const shape = dims(inputs[0]!);
    const { before, after } = padsOf(shape.length, b.numbers(pads)!, b.numbers(axes));
    const mode = attributes.string('mode', 'constant');
    let gradient = dY;
    shape.forEach((_, axis) => {
      if (before[axis] !== 0 || after[axis] !== 0)
        gradient = unpadAxis(b, gradient, axis, before[axis]!, after[axis]!, mode);
    });
    const outside =
      value &&
      b.sub(b.reduceSum(dY, undefined, { keepDims: false }), b.reduceSum(gradient, undefined, { keepDims: false }));
    return { X: gradient, ...(outside && { value: outside }) };
  },
});

/** Depth to space and back are a reshape, a transposition and a reshape; `mode` says where the block's axes lie. */
function blocks(call: RuleCall, dY: Value, toSpace: boolean): Value {
  const { b, attributes, inputs } = call;
  const shape = dims(inputs[0]!);
  const s = attributes.int('blocksize', 1);
  if (toSpace) {
    const [n, c, h, w] = shape as [number, number, number, number];
    const crd = attributes.string('mode', 'DCR') === 'CRD';
    const split = b.reshape(dY, [n, c / (s * s), h, s, w, s]);
    return b.reshape(b.transpose(split, crd ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]), shape);
  }
  const [n, c, h, w] = shape as [number, number, number, number];
  const split = b.reshape(dY, [n, s, s, c, h / s, w / s]);
  return b.reshape(b.transpose(split, [0, 3, 4, 1, 5, 2]), shape);
}

const trilu = rule('Trilu', {
  inputs: ['X', 'k?'],
  keeps: [],
  backward: ({ b, attributes, k, dY }) => ({ X: b.op('Trilu', [dY, k], attributes) }),
});

/** A running sum is turned round. */
const cumSum = rule('CumSum', {
  inputs: ['X', 'axis'],
  keeps: [],
  backward: ({ b, attributes, axis, dY }) => ({
    X: b.op('CumSum', [dY, axis], attributes.with({ reverse: 1 - attributes.int('reverse', 0) })),
  }),
});

export const SHAPE: readonly Rule[] = [
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'].map(reshaped),
  transpose,
  concat,
  split,
  slice,
  tile,
  pad,
  trilu,
  cumSum,
  // The tape sums over the stretched axes.
  rule('Expand', { keeps: [], backward: ({ dY }) => ({ X: dY }) }),
  rule('DepthToSpace', { keeps: [], backward: (call) => ({ X: blocks(call, call.dY, true) }) }),
  rule('SpaceToDepth', { keeps: [], backward: (call) => ({ X: blocks(call, call.dY, false) }) }),
  ...constantRules('ConstantOfShape', 'Range'),
];
