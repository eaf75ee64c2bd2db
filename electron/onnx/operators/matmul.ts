import { sizeOf } from '../tensor.ts';
import {
  broadcastShape,
  broadcastStrides,
  type Dense,
  type EvaluateCall,
  gatherView,
  given,
  type InferCall,
  need,
  type Operator,
  type OperatorTable,
  stridesOf,
  unsupported,
  walk,
} from './operator.ts';

/** Swaps the last two axes of a shape. */
const turned = (shape: readonly number[]): number[] => [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];

function transposed(x: Dense): Dense {
  const strides = stridesOf(x.dims);
  const rank = x.dims.length;
  [strides[rank - 1], strides[rank - 2]] = [strides[rank - 2]!, strides[rank - 1]!];
  return { type: x.type, dims: turned(x.dims), data: gatherView(x.data, turned(x.dims), strides) };
}

/** Shapes of a product: vectors become matrices, batches are stretched over each other. */
function product(a: readonly number[], b: readonly number[]): { shape: number[]; batch: number[] } | undefined {
  const [left, right] = [a.length === 1 ? [1, ...a] : a, b.length === 1 ? [...b, 1] : b];
  const batch = broadcastShape(left.slice(0, -2), right.slice(0, -2));
  if (batch === undefined || left.at(-1) !== right.at(-2)) return undefined;
  const shape = [...batch];
  if (a.length > 1) shape.push(left.at(-2)!);
  if (b.length > 1) shape.push(right.at(-1)!);
  return { shape, batch };
}

function multiply(a: Dense, b: Dense, alpha = 1): Float64Array {
  const left = a.dims.length === 1 ? { ...a, dims: [1, ...a.dims] } : a;
  const right = b.dims.length === 1 ? { ...b, dims: [...b.dims, 1] } : b;
  const [m, k] = left.dims.slice(-2) as [number, number];
  const n = right.dims.at(-1)!;
  const { batch } = product(a.dims, b.dims)!;
  const [fromA, fromB]: number[][] = [[], []];
  walk(batch, broadcastStrides(left.dims.slice(0, -2), batch), 0, (_, at) => fromA!.push(at * m * k));
  walk(batch, broadcastStrides(right.dims.slice(0, -2), batch), 0, (_, at) => fromB!.push(at * k * n));
  const out = new Float64Array(sizeOf(batch) * m * n);
  for (let p = 0; p < fromA!.length; p++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) sum += left.data[fromA![p]! + i * k + l]! * right.data[fromB![p]! + l * n + j]!;
        out[(p * m + i) * n + j] = alpha * sum;
      }
  return out;
}

function matmulShape(call: InferCall, a: readonly number[], b: readonly number[]): number[] {
  const result = product(a, b);
  if (result === undefined) throw unsupported(call.node, `[${a}] times [${b}] does not fit`);
  return result.shape;
}

const gemm: Operator = {
  infer: (call) => {
    const [a, b] = [need(call, 0), need(call, 1)];
    const left = call.attributes.int('transA', 0) ? turned(a.shape) : a.shape;
    const right = call.attributes.int('transB', 0) ? turned(b.shape) : b.shape;
    return [{ type: a.type, shape: matmulShape(call, left, right) }];
  },
  evaluate: (call) => {
    const [a, b] = [given(call, 0), given(call, 1)];
    const left = call.attributes.int('transA', 0) ? transposed(a) : a;
    const right = call.attributes.int('transB', 0) ? transposed(b) : b;
    const out = multiply(left, right, call.attributes.float('alpha', 1));
    const c = call.inputs[2];
    if (c === undefined) return [out];
    const beta = call.attributes.float('beta', 1);
    const to = call.results[0]!.shape;
    const added = gatherView(c.data, to, broadcastStrides(c.dims, to));
    return [out.map((value, i) => value + beta * added[i]!)];
  },
};

/** An Einsum equation with its ellipsis written out in capital labels that the equation does not use. */
export interface Equation {
  readonly inputs: readonly string[];
  readonly output: string;
}

/**
 * Reads an equation for operands of these ranks. The ellipsis becomes labels '0', '1', ... counted from its right end,
 * so that operands with fewer broadcast axes line up.
 */
export function readEquation(equation: string, ranks: readonly number[]): Equation {
  const [left = '', right] = equation.replaceAll(' ', '').split('->');
  let longest = 0;
  const inputs = left.split(',').map((term, i) => {
    if (!term.includes('...')) return term;
    const count = ranks[i]! - (term.length - 3);
    longest = Math.max(longest, count);
    return term.replace('...', ellipsis(count));
  });
  if (right !== undefined) return { inputs, output: right.replace('...', ellipsis(longest)) };
  // Without an arrow: the ellipsis, then the labels that occur once, in alphabetical order.
  const all = inputs.join('');
  const once = [...new Set(all)].filter((label) => !/\d/.test(label) && all.split(label).length === 2).sort();
  return { inputs, output: ellipsis(longest) + once.join('') };
}

const ellipsis = (count: number): string => Array.from({ length: count }, (_, i) => String(count - 1 - i)).join('');

/** The length of every label. */
export function labelSizes(equation: Equation, shapes: readonly (readonly number[])[]): Map<string, number> {
  const sizes = new Map<string, number>();
  equation.inputs.forEach((term, i) =>
    [...term].forEach((label, axis) => sizes.set(label, Math.max(sizes.get(label) ?? 1, shapes[i]![axis]!))),
  );
  return sizes;
}

const einsum: Operator = {
  infer: (call) => {
    const shapes = call.inputs.map((_, i) => need(call, i).shape);
    const equation = readEquation(
      call.attributes.string('equation', ''),
      shapes.map((shape) => shape.length),
    );
    const sizes = labelSizes(equation, shapes);
    return [{ type: need(call, 0).type, shape: [...equation.output].map((label) => sizes.get(label)!) }];
  },
  evaluate: (call: EvaluateCall) => {
    const operands = call.inputs.map((_, i) => given(call, i));
    const equation = readEquation(
      call.attributes.string('equation', ''),
      operands.map((x) => x.dims.length),
    );
    const sizes = labelSizes(
      equation,
      operands.map((x) => x.dims),
    );
    const labels = [...sizes.keys()];
    const dims = labels.map((label) => sizes.get(label)!);
    const outShape = [...equation.output].map((label) => sizes.get(label)!);
    const stridesFor = (term: string, shape: readonly number[]): number[] => {
      const own = stridesOf(shape);
      return labels.map((label) =>
        [...term].reduce((sum, one, axis) => sum + (one === label && shape[axis] !== 1 ? own[axis]! : 0), 0),
      );
    };
    const factors = new Float64Array(sizeOf(dims)).fill(1);
    operands.forEach((x, i) =>
      walk(dims, stridesFor(equation.inputs[i]!, x.dims), 0, (at, from) => (factors[at]! *= x.data[from]!)),
    );
    const out = new Float64Array(sizeOf(outShape));
    walk(dims, stridesFor(equation.output, outShape), 0, (at, to) => (out[to]! += factors[at]!));
    return [out];
  },
};

const fused: Operator = {
  infer: (call) => {
    const [a, b] = [need(call, 0), need(call, 1)];
    const left = call.attributes.int('transA', 0) ? turned(a.shape) : a.shape;
    const right = call.attributes.int('transB', 0) ? turned(b.shape) : b.shape;
    return [{ type: a.type, shape: matmulShape(call, left, right) }];
  },
  evaluate: (call) => {
    const [a, b] = [given(call, 0), given(call, 1)];
    const left = call.attributes.int('transA', 0) ? transposed(a) : a;
    const right = call.attributes.int('transB', 0) ? transposed(b) : b;
    return [multiply(left, right, call.attributes.float('alpha', 1))];
  },
};

export const MATMUL: OperatorTable = {
  MatMul: {
    infer: (call) => [{ type: need(call, 0).type, shape: matmulShape(call, need(call, 0).shape, need(call, 1).shape) }],
    evaluate: (call) => [multiply(given(call, 0), given(call, 1))],
  },
  Gemm: gemm,
  FusedMatMul: fused,
  Einsum: einsum,
};
