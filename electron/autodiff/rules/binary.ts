/** Elementwise operators of several operands. The tape sums over the axes along which an operand was stretched. */
import { type Value } from '../../onnx/index.ts';
import { type GradientBuilder } from '../gradient-builder.ts';
import { constantRules, type Rule, rule, variadicRule } from '../rule.ts';

const AB = ['A', 'B'] as const;

/** Y = A ^ B: dA = dY B A^(B-1), dB = dY Y ln A (0 where A <= 0). */
const pow = rule('Pow', {
  inputs: AB,
  keeps: ['A', 'B', 'Y'],
  backward({ b, A, B, Y, dY }) {
    const exponents = b.numbers(B);
    const slope = exponents?.length === 1 ? powSlope(b, A, Y, exponents[0]!) : b.mul(B, b.pow(A, b.sub(B, 1)));
    const logarithm = b.mul(b.log(b.max(A, 1e-30)), b.stepAbove(A));
    return { A: b.mul(dY, slope), B: b.mul(b.mul(dY, Y), logarithm) };
  },
});

function powSlope(b: GradientBuilder, A: Value, Y: Value, exponent: number): Value {
  if (exponent === 0) return b.mul(A, 0);
  if (exponent === 1) return b.scalar(1);
  if (exponent === 2) return b.mul(A, 2);
  if (exponent === 3) return b.mul(b.mul(A, A), 3);
  if (exponent === 0.5) return b.div(0.5, Y);
  if (exponent === -1) return b.mul(b.mul(Y, Y), -1);
  return b.mul(b.pow(A, exponent - 1), exponent);
}

/** Equal elements share the gradient in equal parts. */
const extremum = (op: 'Max' | 'Min'): Rule =>
  variadicRule(op, {
    keeps: 'all',
    backward({ b, inputs, Y, dY }) {
      if (inputs.length === 1) return [dY];
      const chosen = inputs.map((input) => b.cast(b.equal(input!, Y), b.floatType));
      const share = b.div(
        dY,
        chosen.reduce((sum, one) => b.add(sum, one)),
      );
      return chosen.map((one) => b.mul(share, one));
    },
  });

export const BINARY: readonly Rule[] = [
  rule('Add', { inputs: AB, keeps: [], backward: ({ dY }) => ({ A: dY, B: dY }) }),
  rule('Sub', { inputs: AB, keeps: [], backward: ({ b, dY }) => ({ A: dY, B: b.mul(dY, -1) }) }),
  rule('Mul', {
    inputs: AB,
    keeps: ['A', 'B'],
    backward: ({ b, A, B, dY }) => ({ A: b.mul(dY, B), B: b.mul(dY, A) }),
  }),
  rule('Div', {
    inputs: AB,
    keeps: ['B', 'Y'],
    backward({ b, B, Y, dY }) {
      const dA = b.div(dY, B);
      return { A: dA, B: b.mul(b.mul(dA, Y), -1) };
    },
  }),
  pow,
  // A mod B = A - n B with a whole n: floor(A / B), or cut towards 0 with fmod.
  rule('Mod', {
    inputs: AB,
    keeps: ['A', 'B', 'Y'],
    backward: ({ b, A, B, Y, dY }) => ({ A: dY, B: b.mul(dY, b.div(b.sub(Y, A), B)) }),
  }),
  extremum('Max'),
  extremum('Min'),
  variadicRule('Sum', { keeps: 'nothing', backward: ({ inputs, dY }) => inputs.map(() => dY) }),
  variadicRule('Mean', {
    keeps: 'nothing',
    backward: ({ b, inputs, dY }) => {
      const share = b.mul(dY, 1 / inputs.length);
      return inputs.map(() => share);
    },
  }),
  rule('Where', {
    inputs: ['condition', 'A', 'B'],
    keeps: ['condition'],
    backward: ({ b, condition, dY }) => ({ A: b.where(condition, dY, 0), B: b.where(condition, 0, dY) }),
  }),
  ...constantRules('Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'And', 'Or', 'Xor'),
];
