/** Elementwise functions of one operand. Formulas are those of calculus; x is the input, y the output. */
import { type Value } from '../../onnx/index.ts';
import { type GradientBuilder, justAbove, justBelow } from '../gradient-builder.ts';
import { constantRules, type Rule, rule, type RuleCall } from '../rule.ts';
import { dims, reshapeTo } from '../shapes.ts';

type Call = RuleCall & { X: Value; Y: Value; dY: Value };

/** dX = dY * slope(x). Keeps the input. */
const ofX = (op: string, slope: (call: Call) => Value): Rule =>
  rule(op, { keeps: ['X'], backward: (call) => ({ X: call.b.mul(call.dY, slope(call)) }) });

/** dX = dY * slope(y). Keeps the output: the input is free before the backward pass. */
const ofY = (op: string, slope: (call: Call) => Value): Rule =>
  rule(op, { keeps: ['Y'], backward: (call) => ({ X: call.b.mul(call.dY, slope(call)) }) });

const square = (b: GradientBuilder, x: Value): Value => b.mul(x, x);

/** The slope of GELU: (1 + erf(u)) / 2 + u exp(-u^2) / sqrt(pi), u = x / sqrt(2), or that of the tanh form. */
function geluSlope({ b, X, attributes }: Call): Value {
  if (attributes.string('approximate', 'none') === 'tanh') {
    const k = Math.sqrt(2 / Math.PI);
    const squared = square(b, X);
    const t = b.tanh(b.mul(X, b.add(b.mul(squared, k * 0.044715), k)));
    const inner = b.add(b.mul(squared, 3 * k * 0.044715), k);
    const rest = b.mul(b.mul(X, 0.5), b.mul(b.sub(1, square(b, t)), inner));
    return b.add(b.hardSigmoid(t, 0.5, 0.5), rest);
  }
  const u = b.mul(X, Math.SQRT1_2);
  const density = b.mul(u, b.exp(b.mul(square(b, u), -1)));
  // (1 + erf) / 2 lies in 0..1, where HardSigmoid(1/2, 1/2) is the same line in one pass.
  return b.add(b.hardSigmoid(b.erf(u), 0.5, 0.5), b.mul(density, 1 / Math.sqrt(Math.PI)));
}

/** y = x s(a x): slope s + a y (1 - s). */
function swishSlope({ b, X, Y }: Call, alpha: number): Value {
  const s = b.sigmoid(b.mul(X, alpha));
  return b.add(s, b.mul(b.mul(Y, alpha), b.sub(1, s)));
}

/** Clip passes the gradient between its bounds and at them. */
const clip = rule('Clip', {
  inputs: ['X', 'low?', 'high?'],
  keeps: ['X'],
  backward({ b, X, low, high, Y, dY }) {
    const [lowest, highest] = [b.numbers(low)?.[0], b.numbers(high)?.[0]];
    if ((low !== undefined && lowest === undefined) || (high !== undefined && highest === undefined))
      return { X: b.where(b.equal(X, Y), dY, 0) };
    let gradient = dY;
    if (lowest !== undefined && lowest > -3e38) gradient = b.mul(gradient, b.stepAbove(X, justBelow(lowest)));
    if (highest !== undefined && highest < 3e38) gradient = b.mul(gradient, b.stepBelow(X, justAbove(highest)));
    return { X: gradient };
  },
});

/** Y = X where positive, slope * X elsewhere; at 0 the negative slope. */
const prelu = rule('PRelu', {
  inputs: ['X', 'slope'],
  keeps: ['X', 'slope'],
  backward({ b, X, slope, dY }) {
    const positive = b.stepAbove(X);
    const factor = b.add(positive, b.mul(b.sub(1, positive), slope));
    return { X: b.mul(dY, factor), slope: b.mul(dY, b.min(X, 0)) };
  },
});

const hardSigmoid = rule('HardSigmoid', {
  keeps: ['Y'],
  backward({ b, attributes, Y, dY }) {
    const inside = b.mul(b.stepAbove(Y), b.stepBelow(Y, 1));
    return { X: b.mul(b.mul(dY, attributes.float('alpha', 0.2)), inside) };
  },
});

const hardSwish = ofX('HardSwish', ({ b, X }) => {
  const h = b.hardSigmoid(X, 1 / 6, 0.5);
  const inside = b.mul(b.stepAbove(h), b.stepBelow(h, 1));
  return b.add(h, b.mul(b.mul(X, 1 / 6), inside));
});

/** Values go through, the shape or type changes back. */
const same = (op: string): Rule =>
  rule(op, { keeps: [], backward: ({ b, inputs, dY }) => ({ X: reshapeTo(b, dY, dims(inputs[0]!)) }) });

export const UNARY: readonly Rule[] = [
  ofX('Abs', ({ b, X }) => b.signOf(X)),
  ofX('Acos', ({ b, X }) => b.div(-1, b.sqrt(b.sub(1, square(b, X))))),
  ofX('Acosh', ({ b, X }) => b.div(1, b.sqrt(b.sub(square(b, X), 1)))),
  ofX('Asin', ({ b, X }) => b.div(1, b.sqrt(b.sub(1, square(b, X))))),
  ofX('Asinh', ({ b, X }) => b.div(1, b.sqrt(b.add(square(b, X), 1)))),
  ofX('Atan', ({ b, X }) => b.div(1, b.add(square(b, X), 1))),
  ofX('Atanh', ({ b, X }) => b.div(1, b.sub(1, square(b, X)))),
  ofX('Celu', ({ b, X, attributes }) => b.exp(b.mul(b.min(X, 0), 1 / attributes.float('alpha', 1)))),
  ofX('Cos', ({ b, X }) => b.mul(b.op('Sin', [X]), -1)),
  ofX('Cosh', ({ b, X }) => b.op('Sinh', [X])),
  // y + alpha = alpha exp(x) below 0
  ofY('Elu', ({ b, Y, attributes }) => {
    const positive = b.stepAbove(Y);
    const below = b.add(b.min(Y, 0), attributes.float('alpha', 1));
    return b.add(positive, b.mul(b.sub(1, positive), below));
  }),
  ofX('Erf', ({ b, X }) => b.mul(b.exp(b.mul(square(b, X), -1)), 2 / Math.sqrt(Math.PI))),
  ofY('Exp', ({ Y }) => Y),
  ofX('Gelu', geluSlope),
  ofX('com.microsoft.Gelu', geluSlope),
  hardSigmoid,
  hardSwish,
  ofX('LeakyRelu', ({ b, X, attributes }) => {
    const alpha = attributes.float('alpha', 0.01);
    return b.add(b.mul(b.stepAbove(X), 1 - alpha), alpha);
  }),
  rule('Log', { keeps: ['X'], backward: ({ b, X, dY }) => ({ X: b.div(dY, X) }) }),
  // y = x tanh(softplus(x)): slope t + x (1 - t^2) s
  ofX('Mish', ({ b, X }) => {
    const t = b.tanh(b.op('Softplus', [X]));
    return b.add(t, b.mul(b.mul(X, b.sub(1, square(b, t))), b.sigmoid(X)));
  }),
  rule('Neg', { keeps: [], backward: ({ b, dY }) => ({ X: b.mul(dY, -1) }) }),
  rule('com.microsoft.QuickGelu', {
    keeps: ['X', 'Y'],
    backward: (call) => ({ X: call.b.mul(call.dY, swishSlope(call, call.attributes.float('alpha', 1.702))) }),
  }),
  ofY('Reciprocal', ({ b, Y }) => b.mul(square(b, Y), -1)),
  ofY('Relu', ({ b, Y }) => b.stepAbove(Y)),
  ofY('Selu', ({ b, Y, attributes }) => {
    const alpha = attributes.float('alpha', 1.67326319217681884765625);
    const gamma = attributes.float('gamma', 1.05070102214813232421875);
    const positive = b.stepAbove(Y);
    const below = b.add(b.min(Y, 0), gamma * alpha);
    return b.add(b.mul(positive, gamma), b.mul(b.sub(1, positive), below));
  }),
  ofX('Shrink', ({ b, X, attributes }) => {
    const lambd = attributes.float('lambd', 0.5);
    return b.add(b.stepAbove(X, lambd), b.stepBelow(X, -lambd));
  }),
  ofY('Sigmoid', ({ b, Y }) => b.mul(Y, b.sub(1, Y))),
  ofX('Sin', ({ b, X }) => b.op('Cos', [X])),
  ofX('Sinh', ({ b, X }) => b.op('Cosh', [X])),
  ofX('Softplus', ({ b, X }) => b.sigmoid(X)),
  ofX('Softsign', ({ b, X }) => {
    const whole = b.add(b.abs(X), 1);
    return b.div(1, b.mul(whole, whole));
  }),
  rule('Sqrt', { keeps: ['Y'], backward: ({ b, Y, dY }) => ({ X: b.div(b.mul(dY, 0.5), Y) }) }),
  rule('Swish', {
    keeps: ['X', 'Y'],
    backward: (call) => ({ X: call.b.mul(call.dY, swishSlope(call, call.attributes.float('alpha', 1))) }),
  }),
  ofY('Tan', ({ b, Y }) => b.add(square(b, Y), 1)),
  ofY('Tanh', ({ b, Y }) => b.sub(1, square(b, Y))),
  ofX('ThresholdedRelu', ({ b, X, attributes }) => b.stepAbove(X, attributes.float('alpha', 1))),
  clip,
  prelu,
  same('Identity'),
  rule('Cast', {
    keeps: [],
    backward: ({ b, inputs, dY }) => {
      const { type } = inputs[0]!;
      return type === dY.type || type === undefined ? { X: dY } : { X: b.cast(dY, type) };
    },
  }),
  ...constantRules('Ceil', 'Floor', 'Round', 'Sign', 'IsNaN', 'IsInf', 'Not', 'Shape', 'Size', 'EyeLike'),
];
