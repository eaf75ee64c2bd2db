/** Convolutions over any number of spatial axes, with groups, strides, dilations and uneven pads. */
import { type Node, reach, sizeOf, type Value, type Window, windowOf } from '../../onnx/index.ts';
import { type GradientBuilder } from '../gradient-builder.ts';
import { type Rule, rule } from '../rule.ts';
import { dims, reshapeTo } from '../shapes.ts';

export interface ConvWindow extends Window {
  readonly group: number;
}

export const convWindow = (node: Node, W: Value): ConvWindow => ({
  ...windowOf(node.attributes, dims(W).slice(2)),
  group: node.attributes.int('group', 1),
});

/**
 * Gives the gradient of windows back to the `spatial` places that they covered. At stride 1 that is a convolution with
 * the taps turned round and inputs and outputs exchanged; else the transposed convolution: rows that no window reached
 * become output padding, rows that windows reached beyond the input become end pads.
 */
export function scatterWindows(
  b: GradientBuilder,
  dY: Value,
  W: Value,
  window: ConvWindow,
  spatial: readonly number[],
): Value {
  const { group, strides, dilations, before, kernel } = window;
  const outputs = dims(dY).slice(2);
  const first = kernel.map((_, i) => reach(window, i) - 1 - before[i]!);
  const last = spatial.map((dim, i) => dim - outputs[i]! - first[i]! + reach(window, i) - 1);
  if (strides.every((stride) => stride === 1) && [...first, ...last].every((pad) => pad >= 0))
    return b.conv(dY, turnedFilter(b, W, group), undefined, { group, dilations, pads: [...first, ...last] });
  const surplus = spatial.map(
    (dim, axis) => (outputs[axis]! - 1) * strides[axis]! + reach(window, axis) - before[axis]! - dim,
  );
  return b.convTranspose(dY, W, undefined, {
    group,
    strides,
    dilations,
    pads: [...before, ...surplus.map((rows) => Math.max(0, rows))],
    outputPadding: surplus.map((rows) => Math.max(0, -rows)),
  });
}

/** [g o, c, taps] -> [g c, o, taps turned round]. */
export function turnedFilter(b: GradientBuilder, W: Value, group: number): Value {
  const [outs, ins, ...kernel] = dims(W) as [number, number, ...number[]];
  const axes = kernel.flatMap((k, i) => (k > 1 ? [i + 2] : []));
  const each = (value: number): number[] => axes.map(() => value);
  const turned =
    axes.length === 0 ? W : b.slice(W, { starts: each(-1), ends: each(-(2 ** 31)), axes, steps: each(-1) });
  if (outs === group && ins === 1) return turned;
  const split = b.reshape(turned, [group, outs / group, ins, sizeOf(kernel)]);
  return b.reshape(b.transpose(split, [0, 2, 1, 3]), [group * ins, outs / group, ...kernel]);
}

/**
 * Filter gradient as a convolution with the roles swapped: images are channels, the output's gradient is the filter,
 * strides become dilations and dilations strides. [n, g c, ..] and [n, g o, ..] give [g o, c, kernel].
 */
export function filterGradient(b: GradientBuilder, X: Value, dY: Value, window: ConvWindow): Value {
  const { group, kernel } = window;
  const [n, channels, ...spatial] = dims(X) as [number, number, ...number[]];
  const [, outs, ...outputs] = dims(dY) as [number, number, ...number[]];
  const perGroup = channels / group;
  const rank = spatial.length;
  const axes = kernel.map((_, i) => i);
  const swap = [1, 0, ...axes.map((i) => i + 2)];
  let images: Value;
  if (group === 1) images = b.transpose(X, swap);
  else {
    const split = b.reshape(X, [n, group, perGroup, ...spatial]);
    const turned = b.transpose(split, [2, 1, 0, ...axes.map((i) => i + 3)]);
    images = b.reshape(turned, [perGroup, group * n, ...spatial]);
  }
  const filter = b.transpose(dY, swap);
  // End pads so that at least `kernel` places come out; rows that are left over are cut off.
  const after = axes.map((i) =>
    Math.max(0, (outputs[i]! - 1) * window.strides[i]! + reach(window, i) - window.before[i]! - spatial[i]!),
  );
  const full = b.conv(images, filter, undefined, {
    group,
    strides: window.dilations,
    dilations: window.strides,
    pads: [...window.before, ...after],
  });
  const cut = axes.some((i) => dims(full)[i + 2] !== kernel[i]);
  const exact = cut
    ? b.slice(full, { starts: new Array<number>(rank).fill(0), ends: kernel, axes: axes.map((i) => i + 2) })
    : full;
  return reshapeTo(b, b.transpose(exact, swap), [outs, perGroup, ...kernel]);
}

/** Bias gradient: the sum over images and places. */
function biasGradient(b: GradientBuilder, dY: Value): Value {
  return b.reduceSum(
    dY,
    [
      0,
      ...dims(dY)
        .slice(2)
        .map((_, i) => i + 2),
    ],
    { keepDims: false },
  );
}

/** dX = transposed convolution of dY with W; dW = convolution of X with dY; dB = sum of dY. */
const conv = rule('Conv', {
  inputs: ['X', 'W', 'B?'],
  keeps: ['X', 'W'],
  backward({ b, node, X, W, B, dY }) {
    const window = convWindow(node, W);
    return {
      X: scatterWindows(b, dY, W, window, dims(X).slice(2)),
      W: filterGradient(b, X, dY, window),
      ...(B && { B: biasGradient(b, dY) }),
    };
  },
});

/** The convolution whose gradient it is, read backwards: dX = Conv(dY, W), dW with image and gradient swapped. */
const convTranspose = rule('ConvTranspose', {
  inputs: ['X', 'W', 'B?'],
  keeps: ['X', 'W'],
  backward({ b, node, X, W, B, dY }) {
    const window = convWindow(node, W);
    const { group, strides, dilations, before, after } = window;
    return {
      X: cutTo(b, b.conv(dY, W, undefined, { group, strides, dilations, pads: [...before, ...after] }), dims(X)),
      W: filterGradient(b, dY, X, window),
      ...(B && { B: biasGradient(b, dY) }),
    };
  },
});

/** Output padding longer than a stride leaves windows behind the last input. */
function cutTo(b: GradientBuilder, value: Value, shape: readonly number[]): Value {
  if (sizeOf(dims(value)) === sizeOf(shape)) return value;
  return b.slice(value, { starts: shape.map(() => 0), ends: shape });
}

export const CONV: readonly Rule[] = [conv, convTranspose];
