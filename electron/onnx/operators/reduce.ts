import { sizeOf } from '../tensor.ts';
import {
  axisOf,
  type EvaluateCall,
  given,
  type InferCall,
  need,
  needConstant,
  type Operator,
  type OperatorTable,
  stridesOf,
  walk,
} from './operator.ts';

/** A running value over the reduced elements and its end. */
interface Fold {
  start: number;
  step: (sum: number, x: number) => number;
  end?: (sum: number, count: number) => number;
}

const FOLDS: Record<string, Fold> = {
  ReduceSum: { start: 0, step: (s, x) => s + x },
  ReduceMean: { start: 0, step: (s, x) => s + x, end: (s, n) => s / n },
  ReduceMax: { start: -Infinity, step: (s, x) => (x > s || Number.isNaN(x) ? x : s) },
  ReduceMin: { start: Infinity, step: (s, x) => (x < s || Number.isNaN(x) ? x : s) },
  ReduceProd: { start: 1, step: (s, x) => s * x },
  ReduceL1: { start: 0, step: (s, x) => s + Math.abs(x) },
  ReduceL2: { start: 0, step: (s, x) => s + x * x, end: Math.sqrt },
  ReduceSumSquare: { start: 0, step: (s, x) => s + x * x },
  ReduceLogSum: { start: 0, step: (s, x) => s + x, end: Math.log },
  ReduceLogSumExp: { start: 0, step: (s, x) => s + Math.exp(x), end: Math.log },
};

/** Axes of a reduction in ascending order; empty: nothing is reduced. */
export function reducedAxes(
  rank: number,
  axes: readonly number[] | undefined,
  noopWithEmptyAxes: boolean,
): readonly number[] {
  if (axes === undefined || axes.length === 0)
    return noopWithEmptyAxes ? [] : Array.from({ length: rank }, (_, i) => i);
  return axes.map((axis) => axisOf(axis, rank)).sort((a, b) => a - b);
}

/** The shape with some axes reduced to 1, or taken out. */
export function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  return keepDims ? shape.map((dim, i) => (axes.includes(i) ? 1 : dim)) : shape.filter((_, i) => !axes.includes(i));
}

function axesOf(call: InferCall): readonly number[] {
  const axes = call.inputs[1] === undefined ? call.attributes.ints('axes') : needConstant(call, 1, 'list of axes');
  return reducedAxes(need(call, 0).shape.length, axes, call.attributes.int('noop_with_empty_axes', 0) === 1);
}

function run(call: EvaluateCall, fold: Fold): Float64Array[] {
  const x = given(call, 0);
  const axes = reducedAxes(
    x.dims.length,
    call.inputs[1] === undefined ? call.attributes.ints('axes') : [...call.inputs[1].data],
    call.attributes.int('noop_with_empty_axes', 0) === 1,
  );
  const kept = reducedShape(x.dims, axes, true);
  const out = new Float64Array(sizeOf(kept)).fill(fold.start);
  const strides = stridesOf(kept).map((stride, i) => (axes.includes(i) ? 0 : stride));
  walk(x.dims, strides, 0, (at, to) => (out[to] = fold.step(out[to]!, x.data[at]!)));
  const count = x.data.length / Math.max(1, out.length);
  return [fold.end === undefined ? out : out.map((sum) => fold.end!(sum, count))];
}

const reduction = (fold: Fold): Operator => ({
  infer: (call) => {
    const x = need(call, 0);
    return [{ type: x.type, shape: reducedShape(x.shape, axesOf(call), call.attributes.int('keepdims', 1) !== 0) }];
  },
  evaluate: (call) => run(call, fold),
});

const argument = (better: (x: number, best: number) => boolean): Operator => ({
  infer: (call) => {
    const { shape } = need(call, 0);
    const axis = axisOf(call.attributes.int('axis', 0), shape.length);
    return [{ type: 'int64', shape: reducedShape(shape, [axis], call.attributes.int('keepdims', 1) !== 0) }];
  },
  evaluate: (call) => {
    const x = given(call, 0);
    const axis = axisOf(call.attributes.int('axis', 0), x.dims.length);
    const last = call.attributes.int('select_last_index', 0) === 1;
    const length = x.dims[axis]!;
    const stride = stridesOf(x.dims)[axis]!;
    const kept = reducedShape(x.dims, [axis], true);
    const out = new Float64Array(sizeOf(kept));
    const strides = stridesOf(x.dims).map((s, i) => (i === axis ? 0 : s));
    walk(kept, strides, 0, (at, from) => {
      let best = 0;
      for (let i = 1; i < length; i++) {
        const [value, known] = [x.data[from + i * stride]!, x.data[from + best * stride]!];
        if (better(value, known) || (last && value === known)) best = i;
      }
      out[at] = best;
    });
    return [out];
  },
});

export const REDUCE: OperatorTable = {
  ...Object.fromEntries(Object.entries(FOLDS).map(([name, fold]) => [name, reduction(fold)])),
  ArgMax: argument((x, best) => x > best),
  ArgMin: argument((x, best) => x < best),
};
