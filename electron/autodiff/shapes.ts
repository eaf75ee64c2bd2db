import { type GraphBuilder, sizeOf, type Value } from '../onnx/index.ts';

/** The shape of a value of a concrete graph. */
export function dims(value: Value): readonly number[] {
  if (value.shape === undefined || value.shape.some((dim) => typeof dim !== 'number'))
    throw new RangeError(`the shape of ${value.name} is not known`);
  return value.shape as readonly number[];
}

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

/** Reshape, or nothing where the value has the shape already. */
export function reshapeTo(b: GraphBuilder, value: Value, shape: readonly number[]): Value {
  return sameShape(dims(value), shape) ? value : b.reshape(value, shape);
}

/**
 * A gradient brought to the shape of its value: summed over the axes along which the value was stretched, stretched
 * where the rule left an axis at 1.
 */
export function fit(b: GraphBuilder, gradient: Value, shape: readonly number[]): Value {
  const from = dims(gradient);
  if (sameShape(from, shape)) return gradient;
  if (sizeOf(from) === sizeOf(shape)) return b.reshape(gradient, shape);
  const summed = sumTo(b, gradient, shape);
  return sameShape(dims(summed), shape) ? summed : b.expand(summed, shape);
}

function sumTo(b: GraphBuilder, gradient: Value, shape: readonly number[]): Value {
  const from = dims(gradient);
  const lead = from.length - shape.length;
  const axes = from.flatMap((dim, i) => (i < lead || (shape[i - lead] === 1 && dim !== 1) ? [i] : []));
  if (axes.length === 0) return gradient;
  const rest = from.map((dim, i) => (axes.includes(i) ? 1 : dim)).slice(Math.max(0, lead));
  if (axes.every((axis, i) => axis === i)) {
    // Leading axes as one sum over the rows of a matrix.
    const rows = sizeOf(from.slice(0, axes.length));
    const matrix = reshapeTo(b, gradient, [rows, sizeOf(from) / rows]);
    return reshapeTo(b, b.reduceSum(matrix, [0], { keepDims: false }), rest);
  }
  return reshapeTo(b, b.reduceSum(gradient, axes), rest);
}
