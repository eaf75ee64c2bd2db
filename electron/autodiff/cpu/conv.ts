/** Convolutions over two axes, the formulation chosen by shape. */
import { reach, sizeOf, type Value } from '../../onnx/index.ts';
import { convWindow, type ConvWindow, scatterWindows } from '../rules/conv.ts';
import { reshapeTo } from '../shapes.ts';
import { all, type Conv, isPointwise, rowsProduct, weightGradient } from './filter-gradient.ts';
import { type Layered } from './layered.ts';
import { deferred, type Lowering, record } from './lowering.ts';
import { interleaved, phasesOf } from './phases.ts';
import { type Take } from './tape.ts';

const isPatchwise = ({ kernel, strides, dilations, before, after }: ConvWindow, spatial: readonly number[]): boolean =>
  kernel.every((k, i) => k === strides[i] && spatial[i]! % k === 0) &&
  all(dilations, 1) &&
  all([...before, ...after], 0);

export const conv: Lowering = (call) => {
  const { inputs, node, kit } = call;
  const [X, W, B] = inputs as [Layered, Layered, Layered | undefined];
  if (X.shape.length !== 4) return undefined;
  const window = convWindow(node, call.b.named(node.inputs[1]!));
  const [n, c, ...spatial] = X.shape as [number, number, number, number];
  const o = W.shape[0]!;
  const outputs = spatial.map(
    (dim, i) => Math.floor((dim + window.before[i]! + window.after[i]! - reach(window, i)) / window.strides[i]!) + 1,
  ) as [number, number];
  const one: Conv = { call, kit, X, W, window, shape: [n, o, ...outputs] };
  if (window.group === 1) {
    if (isPointwise(window) && (X.layout === 'rows' || X.places === 1)) return [rowsConv(one, X.in('rows'), B)];
    if (isPatchwise(window, spatial) && !isPointwise(window) && c * sizeOf(window.kernel) >= 16)
      return [patchConv(one, B)];
    if (c < 4 || c >= kit.block || c % 4 === 0) return [blockedConv(one, B)];
    return undefined;
  }
  return window.group === c && o === c ? [depthwiseConv(one, B)] : undefined;
};

/** Rows [n p, c] times W': products all the way. */
function rowsConv(one: Conv, rows: Value, B: Layered | undefined): Layered {
  const { call, kit, X, W, shape } = one;
  const { b } = call;
  const [n, o] = shape;
  const c = X.shape[1]!;
  const w = b.reshape(W.in('plain'), [o, c]);
  const product = b.product(rows, w, { transB: true });
  const output = kit.layered(B ? b.add(product, B.in('plain')) : product, shape, 'rows');
  record(call, [output], ([dY]) => {
    const gradient = dY!.in('rows');
    const dW = b.reshape(rowsProduct(one, gradient, rows, n), W.shape);
    return [kit.layered(b.matmul(gradient, w), X.shape, 'rows'), kit.layered(dW), biasOf(one, B, dY!)];
  });
  return output;
}

/** Windows side by side: space to depth, then rows. */
function patchConv(one: Conv, B: Layered | undefined): Layered {
  const { call, kit, X, W, window, shape } = one;
  const { b } = call;
  const [n, o, h, w] = shape;
  const c = X.shape[1]!;
  const [kh, kw] = window.kernel as [number, number];
  const columns = c * kh * kw;
  const fromRows = X.layout !== 'plain' && c > 4;
  // [n, h kh, w kw, c] or [n, c, h kh, w kw] -> [n h w, taps and channels in that order]
  const source = fromRows
    ? b.reshape(X.in('rows'), [n, h, kh, w, kw, c])
    : b.reshape(X.in('plain'), [n, c, h, kh, w, kw]);
  const order = fromRows ? [0, 1, 3, 2, 4, 5] : [0, 2, 4, 1, 3, 5];
  const rows = b.reshape(b.transpose(source, order), [n * h * w, columns]);
  const filter = fromRows ? b.transpose(W.in('plain'), [0, 2, 3, 1]) : W.in('plain');
  const flat = b.reshape(filter, [o, columns]);
  const product = b.product(rows, flat, { transB: true });
  const output = kit.layered(B ? b.add(product, B.in('plain')) : product, shape, 'rows');
  record(call, [output], ([dY]) => {
    const gradient = dY!.in('rows');
    const whole = rowsProduct(one, gradient, rows, n);
    const dW = fromRows ? b.transpose(b.reshape(whole, [o, kh, kw, c]), [0, 3, 1, 2]) : b.reshape(whole, W.shape);
    const patches = b.reshape(b.matmul(gradient, flat), fromRows ? [n, h, w, kh, kw, c] : [n, h, w, c, kh, kw]);
    const turned = b.transpose(patches, fromRows ? [0, 1, 3, 2, 4, 5] : [0, 3, 1, 4, 2, 5]);
    const dX = fromRows
      ? kit.layered(b.reshape(turned, [n * h * kh * w * kw, c]), X.shape, 'rows')
      : kit.layered(b.reshape(turned, X.shape));
    return [dX, kit.layered(dW), biasOf(one, B, dY!)];
  });
  return output;
}

function biasOf({ call: { b }, kit, shape }: Conv, B: Layered | undefined, dY: Layered): Layered | undefined {
  if (B === undefined) return undefined;
  if (dY.layout === 'rows') return kit.layered(b.reduceSum(dY.in('rows'), [0], { keepDims: false }));
  if (dY.layout === 'plain') return kit.layered(b.reduceSum(dY.in('plain'), [0, 2, 3], { keepDims: false }));
  const means = kit.planeMeans(dY.in('blocked'));
  return kit.layered(b.mul(kit.overImages(means, shape[1]), dY.places));
}

function blockedConv(one: Conv, B: Layered | undefined): Layered {
  const { call, kit, X, W, window, shape } = one;
  const { kernel, strides, dilations, before, after } = window;
  const few = X.shape[1]! < kit.block;
  const x = few ? X.in('plain') : X.in('blocked');
  const settings = { kernel, strides, dilations, pads: [...before, ...after] };
  const output = deferred(call, shape, {
    run: (joined) =>
      kit.conv(x, kit.filter(W.in('plain')), {
        ...settings,
        bias: B && kit.channelVector(B.in('plain'), kit.padded(shape[1])),
        ...joined,
      }),
    ties: true,
    product: isPointwise(window) && B === undefined && !few ? one : undefined,
  });
  record(call, [output], ([dY], take) => [
    call.tape.isActive(X) ? inputGradient(one, dY!, take) : undefined,
    call.tape.isActive(W) ? kit.layered(weightGradient(one, dY!)) : undefined,
    biasOf(one, B, dY!),
  ]);
  return output;
}

/**
 * dX: at stride 1 a convolution with the turned filter, adding what has come together at X; at others one such
 * convolution for every remainder of a place to the stride; else transposed.
 */
function inputGradient(one: Conv, dY: Layered, take: Take): Layered {
  const { call, kit, X, W, window, shape } = one;
  const { b } = call;
  const { kernel, strides, dilations, before } = window;
  const spatial = X.shape.slice(2);
  const first = kernel.map((_, i) => reach(window, i) - 1 - before[i]!);
  const last = spatial.map((dim, i) => dim - shape[i + 2]! - first[i]! + reach(window, i) - 1);
  if (all(strides, 1) && [...first, ...last].every((pad) => pad >= 0) && X.shape[1]! >= 4) {
    const gradient = shape[1] < kit.block ? dY.in('plain') : dY.in('blocked');
    const value = kit.conv(gradient, kit.turnedFilter(W.in('plain')), {
      kernel,
      dilations,
      pads: [...first, ...last],
      sum: take(0)?.in('blocked'),
    });
    return kit.layered(value, X.shape, 'blocked');
  }
  const found = shape[1] >= kit.block && X.shape[1]! >= 4 ? gradientByPhases(one, dY) : undefined;
  if (found !== undefined) return kit.layered(found, X.shape, 'blocked');
  return kit.layered(scatterWindows(b, dY.in('plain'), W.in('plain'), window, spatial));
}

/** dX of a strided convolution, blocked; undefined where a phase meets no tap or the window is dilated. */
function gradientByPhases({ kit, X, W, window, shape }: Conv, dY: Layered): Value | undefined {
  const { strides, dilations, before, kernel } = window;
  if (!all(dilations, 1)) return undefined;
  const spatial = X.shape.slice(2) as [number, number];
  const [rows, columns] = spatial.map((dim, i) => {
    const axis = { kernel: kernel[i]!, stride: strides[i]!, before: before[i]! };
    return phasesOf(axis, Math.ceil(dim / strides[i]!), shape[i + 2]!);
  });
  if (rows === undefined || columns === undefined) return undefined;
  const phases = new Map<string, Value>();
  for (const [i, down] of rows.entries())
    for (const [j, right] of columns.entries()) {
      const value = kit.conv(dY.in('blocked'), kit.turnedFilter(W.in('plain'), down.taps, right.taps), {
        kernel: [down.taps.length, right.taps.length],
        pads: [down.first, right.first, down.last, right.last],
      });
      phases.set(`${i},${j}`, value);
    }
  return interleaved(kit, strides as [number, number], phases, spatial);
}

function depthwiseConv(one: Conv, B: Layered | undefined): Layered {
  const { call, kit, X, W, window, shape } = one;
  const { kernel, strides, dilations, before, after } = window;
  const channels = kit.padded(shape[1]);
  const x = X.in('blocked');
  const settings = { kernel, strides, dilations, pads: [...before, ...after], group: channels };
  const bias = B && kit.channelVector(B.in('plain'), channels);
  const output = deferred(call, shape, {
    run: (joined) => kit.conv(x, kit.depthwiseFilter(W.in('plain')), { ...settings, bias, ...joined }),
    ties: true,
  });
  record(call, [output], ([dY], take) => [
    call.tape.isActive(X) ? depthwiseInput(one, dY!, take) : undefined,
    call.tape.isActive(W) ? kit.layered(depthwiseWeights(one, x, dY!.in('blocked'))) : undefined,
    biasOf(one, B, dY!),
  ]);
  return output;
}

/** dX of a depthwise convolution; strides are undone by zeros between the places of dY. */
function depthwiseInput({ call: { b }, kit, X, W, window, shape }: Conv, dY: Layered, take: Take): Layered {
  const { kernel, strides, dilations, before } = window;
  const spatial = X.shape.slice(2);
  const [n, , h, w] = shape;
  const channels = kit.padded(shape[1]);
  const first = kernel.map((_, i) => reach(window, i) - 1 - before[i]!);
  const long = [h * strides[0]!, w * strides[1]!];
  const last = spatial.map((dim, i) => dim - long[i]! - first[i]! + reach(window, i) - 1);
  if ([...first, ...last].some((pad) => pad < 0))
    return kit.layered(scatterWindows(b, dY.in('plain'), W.in('plain'), window, spatial));
  let gradient = dY.in('blocked');
  if (!all(strides, 1)) {
    const { block } = kit;
    const [sh, sw] = strides as [number, number];
    const split = b.reshape(gradient, [(n * channels) / block, h, 1, w, block]);
    const spread = b.pad(split, [0, 0, 0, 0, 0, 0, 0, sh - 1, 0, (sw - 1) * block]);
    gradient = b.reshape(spread, [n, channels, h * sh, w * sw]);
  }
  const value = kit.conv(gradient, kit.depthwiseFilter(kit.turnTaps(W.in('plain'))), {
    kernel,
    dilations,
    pads: [...first, ...last],
    group: channels,
    sum: take(0)?.in('blocked'),
  });
  return kit.layered(value, X.shape, 'blocked');
}

/** dW of a depthwise convolution: every plane of x with its plane of dY as the filter. */
function depthwiseWeights({ call: { b }, kit, X, window, shape }: Conv, x: Value, dY: Value): Value {
  const { kernel, strides, dilations, before } = window;
  const [n, c, h, w] = shape;
  const channels = kit.padded(c);
  const planes = n * channels;
  const [height, width] = X.shape.slice(2) as [number, number];
  const needed = [h, w].map((count, i) => (count - 1) * strides[i]! + reach(window, i));
  const surplus = [height, width].map((dim, i) => needed[i]! - dim - before[i]!);
  let image = b.reshape(x, [1, planes, height, width]);
  if (surplus.some((pad) => pad < 0)) {
    // Rows that no window reaches are cut off first: pads may not be negative.
    const { block } = kit;
    const inner = b.reshape(x, [planes / block, height, width, block]);
    const ends = [height, width].map((dim, i) => dim + Math.min(0, surplus[i]!));
    image = b.reshape(b.slice(inner, { starts: [0, 0], ends, axes: [1, 2] }), [1, planes, ...ends]);
  }
  const full = kit.conv(image, b.reshape(dY, [planes, 1, h, w]), {
    kernel: [h, w],
    strides: dilations,
    dilations: strides,
    pads: [...before, ...surplus.map((pad) => Math.max(0, pad))],
    group: planes,
  });
  return kit.depthwiseGradient(reshapeTo(b, full, [1, planes, ...kernel]), n, c, kernel);
}
