import { axisOf, sizeOf, type Value } from '../../onnx/index.ts';
import { type GradientBuilder } from '../gradient-builder.ts';
import { composedRule, type Rule, rule } from '../rule.ts';
import { dims, reshapeTo } from '../shapes.ts';

/** A value of [channels] shaped to be stretched over [n, channels, ..]. */
export function perChannel(b: GradientBuilder, value: Value, rank: number): Value {
  return b.reshape(value, [1, sizeOf(dims(value)), ...new Array<number>(rank - 2).fill(1)]);
}

const batchAxes = (rank: number): number[] => Array.from({ length: rank }, (_, i) => i).filter((i) => i !== 1);

/**
 * Inference form, statistics constant: Y = a (X - mean) + bias, a = scale / sqrt(variance + epsilon).
 * dX = a dY; dscale = sum(dY (X - mean)) / sqrt(..); dbias = sum(dY). Statistics get theirs too, where they are trained.
 */
const batchNorm = rule('BatchNormalization', {
  inputs: ['X', 'scale', 'bias', 'mean', 'variance'],
  keeps: ['X', 'scale', 'mean', 'variance'],
  backward({ b, attributes, X, scale, mean, variance, dY }) {
    const rank = dims(X).length;
    const inverse = b.div(1, b.sqrt(b.add(variance, attributes.float('epsilon', 1e-5))));
    const a = b.mul(scale, inverse);
    const sum = b.reduceSum(dY, batchAxes(rank), { keepDims: false });
    const centred = b.sub(X, perChannel(b, mean, rank));
    const product = b.reduceSum(b.mul(dY, centred), batchAxes(rank), { keepDims: false });
    const dScale = b.mul(product, inverse);
    return {
      X: b.mul(dY, perChannel(b, a, rank)),
      scale: dScale,
      bias: sum,
      mean: b.mul(b.mul(a, sum), -1),
      variance: b.mul(b.mul(b.mul(dScale, a), inverse), -0.5),
    };
  },
});

/** dX of x̂ = (X - mean) / sigma over `axes`, from dx̂: (dx̂ - mean(dx̂) - x̂ mean(dx̂ x̂)) / sigma. */
export function normalisedGradient(
  b: GradientBuilder,
  xHat: Value,
  inverse: Value,
  dHat: Value,
  axes: readonly number[],
): Value {
  const mean = b.reduceMean(dHat, axes);
  const along = b.mul(xHat, b.reduceMean(b.mul(dHat, xHat), axes));
  return b.mul(b.sub(b.sub(dHat, mean), along), inverse);
}

/** Layer normalisation gives mean and 1 / sigma as further outputs: X is normalised again from them. */
const layerNorm = rule('LayerNormalization', {
  inputs: ['X', 'scale', 'bias?'],
  outputs: ['Y', 'mean', 'inverse'],
  keeps: ['X', 'scale', 'mean', 'inverse'],
  prepare: (node, fresh) => {
    const [y, mean, inverse] = node.outputs as [string, string?, string?];
    return { ...node, outputs: [y, mean || fresh(`${y}_mean`), inverse || fresh(`${y}_inverse`)] };
  },
  backward({ b, attributes, X, scale, bias, mean, inverse, dY }) {
    const rank = dims(X).length;
    const axis = axisOf(attributes.int('axis', -1), rank);
    const axes = Array.from({ length: rank - axis }, (_, i) => axis + i);
    const xHat = b.mul(b.sub(X, mean), inverse);
    return {
      X: normalisedGradient(b, xHat, inverse, b.mul(dY, scale), axes),
      scale: b.mul(dY, xHat),
      ...(bias && { bias: dY }),
    };
  },
});

/** Normalises [n, groups, run] and scales by channel: instance (groups = channels) and group normalisation. */
function grouped(
  b: GradientBuilder,
  X: Value,
  scale: Value,
  dY: Value,
  groups: number,
  epsilon: number,
): { X: Value; scale: Value; bias: Value } {
  const shape = dims(X);
  const [n, channels] = shape as [number, number];
  const rows = [n, groups, sizeOf(shape.slice(1)) / groups];
  const x = b.reshape(X, rows);
  const centred = b.sub(x, b.reduceMean(x, [2]));
  const variance = b.reduceMean(b.mul(centred, centred), [2]);
  const inverse = b.div(1, b.sqrt(b.add(variance, epsilon)));
  const xHat = b.mul(centred, inverse);
  // Before operator set 21 group normalisation scales by group.
  const byGroup = dims(scale)[0] === groups && groups !== channels;
  const weights = byGroup ? b.reshape(scale, [1, groups, 1]) : b.reshape(scale, [1, channels, 1]);
  const scaled = b.mul(b.reshape(dY, byGroup ? rows : [n, channels, -1]), weights);
  const dX = normalisedGradient(b, xHat, inverse, b.reshape(scaled, rows), [2]);
  const lines = byGroup ? rows : [n, channels, sizeOf(shape.slice(2))];
  const total = (value: Value): Value => b.reduceSum(reshapeTo(b, value, lines), [0, 2], { keepDims: false });
  return { X: b.reshape(dX, shape), scale: total(b.mul(xHat, b.reshape(dY, rows))), bias: total(dY) };
}

const instanceNorm = rule('InstanceNormalization', {
  inputs: ['X', 'scale', 'bias'],
  keeps: ['X', 'scale'],
  backward: ({ b, attributes, X, scale, dY }) =>
    grouped(b, X, scale, dY, dims(X)[1]!, attributes.float('epsilon', 1e-5)),
});

const groupNorm = rule('GroupNormalization', {
  inputs: ['X', 'scale', 'bias'],
  keeps: ['X', 'scale'],
  backward: ({ b, attributes, X, scale, dY }) =>
    grouped(b, X, scale, dY, attributes.int('num_groups', 1), attributes.float('epsilon', 1e-5)),
});

/** Y = X s^-beta, s = bias + alpha / size * (sum of squares of neighbouring channels). */
const lrn = rule('LRN', {
  keeps: ['X'],
  backward({ b, attributes, X, dY }) {
    const size = attributes.int('size', 1);
    const [alpha, beta] = [attributes.float('alpha', 0.0001), attributes.float('beta', 0.75)];
    const [below, above] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
    const [n, channels, ...spatial] = dims(X) as [number, number, ...number[]];
    // A sum over a window of channels: an average over a plane [channels, places] times its size.
    const windowSum = (value: Value, first: number, last: number): Value => {
      const plane = b.reshape(value, [n, 1, channels, sizeOf(spatial)]);
      const pads = [first, 0, last, 0];
      const mean = b.averagePool(plane, { kernel: [size, 1], pads, countIncludePad: true });
      return b.mul(b.reshape(mean, dims(X)), size);
    };
    const s = b.add(b.mul(windowSum(b.mul(X, X), below, above), alpha / size), attributes.float('bias', 1));
    const power = b.pow(s, -beta);
    const inner = windowSum(b.div(b.mul(b.mul(dY, X), power), s), above, below);
    return { X: b.sub(b.mul(dY, power), b.mul(b.mul(X, inner), (2 * alpha * beta) / size)) };
  },
});

/** Y = X / |X|_p along `axis`. */
const lpNorm = composedRule('LpNormalization', {
  compose({ b, attributes, X }) {
    const axes = [attributes.int('axis', -1)];
    if (attributes.int('p', 2) === 1) return b.div(X, b.op('ReduceL1', [X, b.ints(axes)], { keepdims: 1 }));
    return b.div(X, b.sqrt(b.reduceSum(b.mul(X, X), axes)));
  },
});

const meanVariance = composedRule('MeanVarianceNormalization', {
  compose({ b, attributes, X }) {
    const axes = attributes.ints('axes', [0, 2, 3]);
    const centred = b.sub(X, b.reduceMean(X, axes));
    return b.div(centred, b.add(b.sqrt(b.reduceMean(b.mul(centred, centred), axes)), 1e-9));
  },
});

/** Y = X / sqrt(mean(X^2) + epsilon) * scale over the axes from `axis` on. */
const rmsNorm = composedRule('RMSNormalization', {
  inputs: ['X', 'scale'],
  compose({ b, attributes, X, scale }) {
    const rank = dims(X).length;
    const axis = axisOf(attributes.int('axis', -1), rank);
    const axes = Array.from({ length: rank - axis }, (_, i) => axis + i);
    const square = b.reduceMean(b.mul(X, X), axes);
    return b.mul(b.div(X, b.sqrt(b.add(square, attributes.float('epsilon', 1e-5)))), scale);
  },
});

export const NORM: readonly Rule[] = [
  batchNorm,
  layerNorm,
  instanceNorm,
  groupNorm,
  lrn,
  lpNorm,
  meanVariance,
  rmsNorm,
];
