import { AssayError } from '../../contract/errors.ts';
import { type Attributes } from '../attributes.ts';
import { type DataType, typeOfNumber } from '../tensor.ts';
import {
  broadcastShape,
  type EvaluateCall,
  given,
  type InferCall,
  type Known,
  need,
  type Operator,
  type OperatorTable,
  sameAsFirst,
  stretched,
  unsupported,
} from './operator.ts';

/**
 * erf(x) to 1e-15: for |x| < 3 the series 2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!! (no cancellation), beyond
 * it the continued fraction of erfc. Abramowitz and Stegun 7.1.6, 7.1.14.
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 3) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum) && n < 200; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = 0;
  for (let k = 60; k >= 1; k--) fraction = k / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (size + fraction));
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Half to even, as ONNX asks. */
function round(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && Math.abs(below % 2) === 1) ? below + 1 : below;
}

function gelu(a: Attributes): (x: number) => number {
  return a.string('approximate', 'none') === 'tanh'
    ? (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
    : (x) => 0.5 * x * (1 + erf(x / Math.SQRT2));
}

/** One operand: attributes -> function of an element. */
const UNARY: Record<string, (a: Attributes) => (x: number) => number> = {
  Abs: () => Math.abs,
  Acos: () => Math.acos,
  Acosh: () => Math.acosh,
  Asin: () => Math.asin,
  Asinh: () => Math.asinh,
  Atan: () => Math.atan,
  Atanh: () => Math.atanh,
  Ceil: () => Math.ceil,
  Celu: (a) => {
    const alpha = a.float('alpha', 1);
    return (x) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
  },
  Cos: () => Math.cos,
  Cosh: () => Math.cosh,
  Elu: (a) => {
    const alpha = a.float('alpha', 1);
    return (x) => (x >= 0 ? x : alpha * Math.expm1(x));
  },
  Erf: () => erf,
  Exp: () => Math.exp,
  Floor: () => Math.floor,
  Gelu: gelu,
  HardSigmoid: (a) => {
    const [alpha, beta] = [a.float('alpha', 0.2), a.float('beta', 0.5)];
    return (x) => Math.min(1, Math.max(0, alpha * x + beta));
  },
  HardSwish: () => (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5)),
  Identity: () => (x) => x,
  LeakyRelu: (a) => {
    const alpha = a.float('alpha', 0.01);
    return (x) => (x >= 0 ? x : alpha * x);
  },
  Log: () => Math.log,
  Mish: () => (x) => x * Math.tanh(softplus(x)),
  Neg: () => (x) => -x,
  Reciprocal: () => (x) => 1 / x,
  Relu: () => (x) => (x > 0 ? x : 0),
  Round: () => round,
  Selu: (a) => {
    const alpha = a.float('alpha', 1.67326319217681884765625);
    const gamma = a.float('gamma', 1.05070102214813232421875);
    return (x) => gamma * (x > 0 ? x : alpha * Math.expm1(x));
  },
  Shrink: (a) => {
    const [lambd, bias] = [a.float('lambd', 0.5), a.float('bias', 0)];
    return (x) => (x < -lambd ? x + bias : x > lambd ? x - bias : 0);
  },
  Sigmoid: () => sigmoid,
  Sign: () => Math.sign,
  Sin: () => Math.sin,
  Sinh: () => Math.sinh,
  Softplus: () => softplus,
  Softsign: () => (x) => x / (1 + Math.abs(x)),
  Sqrt: () => Math.sqrt,
  Swish: (a) => {
    const alpha = a.float('alpha', 1);
    return (x) => x * sigmoid(alpha * x);
  },
  Tan: () => Math.tan,
  Tanh: () => Math.tanh,
  ThresholdedRelu: (a) => {
    const alpha = a.float('alpha', 1);
    return (x) => (x > alpha ? x : 0);
  },
};

const TESTS: Record<string, (x: number) => boolean> = {
  Not: (x) => x === 0,
  IsNaN: Number.isNaN,
  IsInf: (x) => x === Infinity || x === -Infinity,
};

const isWhole = (type: DataType): boolean => /^u?int/.test(type);

/** Two operands, stretched over each other. */
const BINARY: Record<string, (a: Attributes, type: DataType) => (x: number, y: number) => number> = {
  Add: () => (x, y) => x + y,
  Sub: () => (x, y) => x - y,
  Mul: () => (x, y) => x * y,
  Div: (_, type) => (isWhole(type) ? (x, y) => Math.trunc(x / y) : (x, y) => x / y),
  Mod: (a) => (a.int('fmod', 0) === 1 ? (x, y) => x % y : (x, y) => x - Math.floor(x / y) * y),
  Pow: () => Math.pow,
  PRelu: () => (x, slope) => (x >= 0 ? x : slope * x),
};

const COMPARISONS: Record<string, (x: number, y: number) => boolean> = {
  And: (x, y) => x !== 0 && y !== 0,
  Or: (x, y) => x !== 0 || y !== 0,
  Xor: (x, y) => (x !== 0) !== (y !== 0),
  Equal: (x, y) => x === y,
  Greater: (x, y) => x > y,
  GreaterOrEqual: (x, y) => x >= y,
  Less: (x, y) => x < y,
  LessOrEqual: (x, y) => x <= y,
};

const VARIADIC: Record<string, (values: number[]) => number> = {
  Max: (values) => Math.max(...values),
  Min: (values) => Math.min(...values),
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
};

function shapeOfAll(call: InferCall): number[] {
  const shapes = call.inputs.map((_, i) => need(call, i).shape);
  const shape = broadcastShape(...shapes);
  if (shape === undefined) throw unsupported(call.node, `shapes ${shapes.map((s) => `[${s}]`).join(' and ')} differ`);
  return shape;
}

function zip(call: EvaluateCall, f: (x: number, y: number) => number): Float64Array[] {
  const to = call.results[0]!.shape;
  const [x, y] = [stretched(given(call, 0), to), stretched(given(call, 1), to)];
  return [x.map((value, i) => f(value, y[i]!))];
}

const unary = (make: (a: Attributes) => (x: number) => number): Operator => ({
  infer: sameAsFirst,
  evaluate: (call) => [given(call, 0).data.map(make(call.attributes))],
});

const entries = <T>(table: Record<string, T>, make: (entry: T) => Operator): OperatorTable =>
  Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, make(entry)]));

export const ELEMENTWISE: OperatorTable = {
  ...entries(UNARY, unary),
  ...entries(TESTS, (test) => ({
    infer: (call) => [{ type: 'bool', shape: need(call, 0).shape }],
    evaluate: (call) => [given(call, 0).data.map((x) => (test(x) ? 1 : 0))],
  })),
  ...entries(BINARY, (make) => ({
    infer: (call) => [{ type: need(call, 0).type, shape: shapeOfAll(call) }],
    evaluate: (call) => zip(call, make(call.attributes, given(call, 0).type)),
  })),
  ...entries(COMPARISONS, (test) => ({
    infer: (call) => [{ type: 'bool', shape: shapeOfAll(call) }],
    evaluate: (call) => zip(call, (x, y) => (test(x, y) ? 1 : 0)),
  })),
  ...entries(VARIADIC, (f) => ({
    infer: (call) => [{ type: need(call, 0).type, shape: shapeOfAll(call) }],
    evaluate: (call) => {
      const all = call.inputs.map((_, i) => stretched(given(call, i), call.results[0]!.shape));
      return [all[0]!.map((_, at) => f(all.map((one) => one[at]!)))];
    },
  })),
  QuickGelu: unary((a) => {
    const alpha = a.float('alpha', 1.702);
    return (x) => x * sigmoid(alpha * x);
  }),
  Where: {
    infer: (call) => [{ type: need(call, 1).type, shape: shapeOfAll(call) }],
    evaluate: (call) => {
      const to = call.results[0]!.shape;
      const [c, x, y] = [0, 1, 2].map((i) => stretched(given(call, i), to));
      return [c!.map((test, i) => (test === 0 ? y![i]! : x![i]!))];
    },
  },
  Clip: {
    infer: sameAsFirst,
    evaluate: (call) => {
      const [low, high] = [call.inputs[1]?.data[0] ?? -Infinity, call.inputs[2]?.data[0] ?? Infinity];
      return [given(call, 0).data.map((x) => Math.min(high, Math.max(low, x)))];
    },
  },
  Cast: {
    infer: (call) => [{ type: castType(call), shape: need(call, 0).shape }],
    evaluate: (call) => {
      const { type } = call.results[0]!;
      const convert =
        type === 'bool' ? (x: number) => (x === 0 ? 0 : 1) : isWhole(type) ? Math.trunc : (x: number) => x;
      return [given(call, 0).data.map(convert)];
    },
  },
  CastLike: {
    infer: (call) => [{ type: need(call, 1).type, shape: need(call, 0).shape }],
    evaluate: (call) => [isWhole(call.results[0]!.type) ? given(call, 0).data.map(Math.trunc) : given(call, 0).data],
  },
  Dropout: {
    // Inference: nothing is dropped.
    infer: (call) => {
      const x = need(call, 0);
      const mask: Known = { type: 'bool', shape: x.shape };
      return [x, mask].slice(0, call.node.outputs.length);
    },
    evaluate: (call) => [given(call, 0).data, new Float64Array(given(call, 0).data.length).fill(1)],
  },
};

function castType(call: InferCall): DataType {
  const type = typeOfNumber(call.attributes.int('to', 0));
  if (type === undefined) throw new AssayError('internal/fault', { values: { reason: 'Cast without a type' } });
  return type;
}
