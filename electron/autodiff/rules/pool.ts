import { averageCounts, ints, type Node, reach, sizeOf, type Value, windowOf } from '../../onnx/index.ts';
import { type GradientBuilder } from '../gradient-builder.ts';
import { constantRules, type Rule, rule } from '../rule.ts';
import { dims, reshapeTo } from '../shapes.ts';
import { scatterWindows } from './conv.ts';

/** Every place of a window receives the window's gradient: a transposed convolution of ones, channel by channel. */
function spreadWindows(b: GradientBuilder, node: Node, X: Value, dY: Value): Value {
  const [n, channels, ...spatial] = dims(X) as [number, number, ...number[]];
  const window = windowOf(node.attributes, node.attributes.ints('kernel_shape', []));
  const planes = b.reshape(dY, [n * channels, 1, ...dims(dY).slice(2)]);
  const size = sizeOf(window.kernel);
  const ones = b.constant({ type: 'float32', dims: [1, 1, ...window.kernel], data: new Float32Array(size).fill(1) });
  return b.reshape(scatterWindows(b, planes, ones, { ...window, group: 1 }, spatial), dims(X));
}

/** Each output's gradient goes in equal parts to the elements that it averaged. */
const averagePool = rule('AveragePool', {
  keeps: [],
  backward({ b, node, attributes, inputs, Y, dY }) {
    const X = inputs[0]!;
    const spatial = dims(Y).slice(2);
    const counts = averageCounts(attributes, dims(X).slice(2), spatial);
    const same = counts.every((count) => count === counts[0]);
    const share = same
      ? b.mul(dY, 1 / counts[0]!)
      : b.mul(
          dY,
          b.constant({ type: 'float32', dims: spatial, data: Float32Array.from(counts, (count) => 1 / count) }),
        );
    return { X: spreadWindows(b, node, X, share) };
  },
});

/**
 * The places that won (the first of equals) receive the gradient; a place may win several windows.
 * Where the device does not tell the places they are found again: see byTaps.
 */
const maxPool = rule('MaxPool', {
  outputs: ['Y', 'places?'],
  keeps: ['X', 'Y', 'places'],
  prepare: (node, fresh, formulation) =>
    node.outputs.length > 1 || formulation !== 'cpu'
      ? node
      : { ...node, outputs: [...node.outputs, fresh(`${node.outputs[0]}_places`)] },
  backward({ b, node, X, places, Y, dY }) {
    if (places === undefined) return { X: byTaps(b, node, X, Y, dY) };
    const shape = dims(X);
    const flat = b.op('ScatterElements', [b.zeros([sizeOf(shape)]), b.reshape(places, [-1]), b.reshape(dY, [-1])], {
      axis: 0,
      reduction: 'add',
    });
    return { X: b.reshape(flat, shape) };
  },
});

/**
 * A convolution with one-hot filters lays the taps of every window side by side, [n c, taps, ..]; those equal to the
 * maximum win, the first of them takes all; the transposed convolution puts the gradients back.
 */
function byTaps(b: GradientBuilder, node: Node, X: Value, Y: Value, dY: Value): Value {
  const [n, channels, ...spatial] = dims(X) as [number, number, ...number[]];
  const places = dims(Y).slice(2);
  const window = windowOf(node.attributes, node.attributes.ints('kernel_shape', []));
  const { kernel, strides, dilations, before } = window;
  const taps = sizeOf(kernel);
  const after = spatial.map((dim, i) => (places[i]! - 1) * strides[i]! + reach(window, i) - before[i]! - dim);
  const planes = b.reshape(X, [n * channels, 1, ...spatial]);
  // Padding never wins; a finite number, because 0 times infinity is none.
  const padding = [0, 0, ...before, 0, 0, ...after.map((rows) => Math.max(0, rows))];
  const image = padding.every((rows) => rows === 0) ? planes : b.pad(planes, padding, { value: -3e38 });
  const eye = new Float32Array(taps * taps);
  for (let i = 0; i < taps; i++) eye[i * taps + i] = 1;
  const filter = b.constant({ type: 'float32', dims: [taps, 1, ...kernel], data: eye });
  const laid = b.conv(image, filter, undefined, { strides, dilations });
  const side = places.reduce((product, count) => product * count, 1);
  const rows = b.reshape(laid, [n * channels, taps, side]);
  const equal = b.cast(b.equal(rows, b.reshape(Y, [n * channels, 1, side])), b.floatType);
  const earlier = b.op('CumSum', [equal, b.constant(ints([1], []))], { exclusive: 1 });
  const wins = b.mul(equal, b.stepBelow(earlier, 0.5));
  const gradient = b.reshape(b.mul(wins, b.reshape(dY, [n * channels, 1, side])), [n * channels, taps, ...places]);
  return b.reshape(scatterWindows(b, gradient, filter, { ...window, group: 1 }, spatial), dims(X));
}

/** Y = (sum |x|^p)^(1/p): dX = |x|^(p-1) sign(x) * spread(dY Y^(1-p)). */
const lpPool = rule('LpPool', {
  keeps: ['X', 'Y'],
  backward({ b, node, attributes, X, Y, dY }) {
    const p = attributes.int('p', 2);
    const share = p === 1 ? dY : b.div(dY, b.max(b.pow(Y, p - 1), 1e-30));
    const spread = spreadWindows(b, node, X, share);
    if (p === 2) return { X: b.mul(X, spread) };
    const slope = p === 1 ? b.signOf(X) : b.mul(b.pow(b.abs(X), p - 1), b.signOf(X));
    return { X: b.mul(slope, spread) };
  },
});

const globalAverage = rule('GlobalAveragePool', {
  keeps: [],
  backward: ({ b, inputs, dY }) => ({ X: b.mul(dY, 1 / sizeOf(dims(inputs[0]!).slice(2))) }),
});

/** Equal maxima share the gradient in equal parts. */
const globalMax = rule('GlobalMaxPool', {
  keeps: ['X', 'Y'],
  backward({ b, X, Y, dY }) {
    const chosen = b.cast(b.equal(X, Y), b.floatType);
    const count = b.reduceSum(
      chosen,
      dims(X)
        .slice(2)
        .map((_, i) => i + 2),
    );
    return { X: b.mul(chosen, b.div(dY, reshapeTo(b, count, dims(Y)))) };
  },
});

export const POOL: readonly Rule[] = [
  averagePool,
  maxPool,
  lpPool,
  globalAverage,
  globalMax,
  ...constantRules('NonZero'),
];
