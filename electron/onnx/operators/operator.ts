/**
 * What Assay knows of an operator besides its gradient: the types and shapes of its outputs, and its values in float64.
 * The values serve constant folding (small tensors) and, as a slow twin, the tests of the gradient rules.
 * Operators are described in the form of operator set 18 or newer; `canonical.ts` brings older forms there.
 */
import { AssayError } from '../../contract/errors.ts';
import { type Attributes } from '../attributes.ts';
import { type Node } from '../graph.ts';
import { type DataType } from '../tensor.ts';

/** A value of known type and concrete shape. */
export interface Known {
  readonly type: DataType;
  readonly shape: readonly number[];
}

/** A tensor for evaluation: every element type is held as float64 (64-bit integers to the nearest double). */
export interface Dense {
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

export interface InferCall {
  readonly node: Node;
  readonly attributes: Attributes;
  readonly inputs: readonly (Known | undefined)[];
  /** Elements of input i where it is a constant. */
  constant(i: number): readonly number[] | undefined;
}

export interface EvaluateCall {
  readonly attributes: Attributes;
  readonly inputs: readonly (Dense | undefined)[];
  readonly results: readonly Known[];
}

export interface Operator {
  infer(call: InferCall): Known[];
  /** Elements of every output, in row-major order. */
  evaluate?(call: EvaluateCall): Float64Array[];
}

export type OperatorTable = Readonly<Record<string, Operator>>;

/** `onnx/unsupported` for the node at hand. */
export function unsupported(node: Node, reason: string): AssayError {
  return new AssayError('onnx/unsupported', {
    subject: node.name || node.outputs[0] || '?',
    values: { operator: node.op, reason },
  });
}

/** Input i, which must be there. */
export function need(call: InferCall, i: number): Known {
  const input = call.inputs[i];
  if (input === undefined) throw unsupported(call.node, `input ${i + 1} is missing`);
  return input;
}

/** The elements of input i, which must be a constant: shapes must be known before a network can be differentiated. */
export function needConstant(call: InferCall, i: number, what: string): readonly number[] {
  const values = call.constant(i);
  if (values === undefined) throw unsupported(call.node, `its ${what} depends on the image`);
  return values;
}

/** Input i of an evaluation, which must be there. */
export function given(call: EvaluateCall, i: number): Dense {
  const input = call.inputs[i];
  if (input === undefined) throw new RangeError(`input ${i} is missing`);
  return input;
}

/** A negative axis counts from the end. */
export function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Row-major strides, in elements. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let i = dims.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * dims[i + 1]!;
  return strides;
}

/** The shape of operands stretched over each other (numpy's broadcasting), or undefined where they do not fit. */
export function broadcastShape(...shapes: (readonly number[])[]): number[] | undefined {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes)
    for (let i = 0; i < shape.length; i++) {
      const at = rank - shape.length + i;
      const dim = shape[i]!;
      if (dim === 1 || dim === result[at]) continue;
      if (result[at] !== 1) return undefined;
      result[at] = dim;
    }
  return result;
}

/** Strides that read a tensor of shape `dims` as if it had the shape `to`: 0 where it is stretched. */
export function broadcastStrides(dims: readonly number[], to: readonly number[]): number[] {
  const own = stridesOf(dims);
  const lead = to.length - dims.length;
  return to.map((_, i) => (i < lead || dims[i - lead] === 1 ? 0 : own[i - lead]!));
}

/** Calls `visit(output index, input offset)` for every element of `dims`, the input being read with `strides`. */
export function walk(
  dims: readonly number[],
  strides: readonly number[],
  offset: number,
  visit: (at: number, from: number) => void,
): void {
  const total = dims.reduce((product, dim) => product * dim, 1);
  const index = new Array<number>(dims.length).fill(0);
  let from = offset;
  for (let at = 0; at < total; at++) {
    visit(at, from);
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < dims[axis]!) break;
      from -= strides[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
}

/** A strided view copied into one run of elements. */
export function gatherView(
  data: Float64Array,
  dims: readonly number[],
  strides: readonly number[],
  offset = 0,
): Float64Array {
  const out = new Float64Array(dims.reduce((product, dim) => product * dim, 1));
  walk(dims, strides, offset, (at, from) => (out[at] = data[from]!));
  return out;
}

/** The operand stretched to `to`. */
export function stretched(input: Dense, to: readonly number[]): Float64Array {
  if (input.dims.length === to.length && input.dims.every((dim, i) => dim === to[i])) return input.data;
  return gatherView(input.data, to, broadcastStrides(input.dims, to));
}

/** Same type and shape as the first input. */
export const sameAsFirst = (call: InferCall): Known[] => [need(call, 0)];
