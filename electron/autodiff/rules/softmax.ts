import { constantRules, type Rule, rule } from '../rule.ts';

/**
 * Y = softmax(X) along `axis`;  dX = Y * (dY - sum(dY * Y, axis)).
 * X, Y, dY: one shape, any rank. Keeps only Y: X is free before the backward pass.
 */
const softmax = rule('Softmax', {
  keeps: ['Y'],
  backward({ b, attributes, Y, dY }) {
    const axis = attributes.int('axis', -1);
    const dot = b.reduceSum(b.mul(dY, Y), [axis], { keepDims: true });
    return { X: b.mul(Y, b.sub(dY, dot)) };
  },
});

/** Y = log softmax(X);  dX = dY - exp(Y) * sum(dY, axis). */
const logSoftmax = rule('LogSoftmax', {
  keeps: ['Y'],
  backward({ b, attributes, Y, dY }) {
    const axis = attributes.int('axis', -1);
    return { X: b.sub(dY, b.mul(b.exp(Y), b.reduceSum(dY, [axis]))) };
  },
});

export const SOFTMAX: readonly Rule[] = [softmax, logSoftmax, ...constantRules('Hardmax')];
