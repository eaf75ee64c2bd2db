/**
 * dW of a convolution with one group: as a convolution over the batch where that goes (batchwise.ts), else as products
 * of rows.
 */
import { sizeOf, type Value } from '../../onnx/index.ts';
import { type ConvWindow, filterGradient } from '../rules/conv.ts';
import { dims } from '../shapes.ts';
import { batchwiseGradient } from './batchwise.ts';
import { type Kit } from './kit.ts';
import { type Layered } from './layered.ts';
import { type LoweringCall } from './lowering.ts';

/** Elements of laid-out windows that one product reads at most: beyond, the taps come in several parts. */
const MOST_COLUMNS = 2 ** 25;

/** Places an image up to which one product over all images beats one an image. */
const FEW_PLACES = 196;

/** One convolution on its way into the graph. */
export interface Conv {
  readonly call: LoweringCall;
  readonly kit: Kit;
  readonly X: Layered;
  readonly W: Layered;
  readonly window: ConvWindow;
  /** Shape of the result. */
  readonly shape: readonly [number, number, number, number];
}

export const all = (values: readonly number[], value: number): boolean => values.every((one) => one === value);

export const isPointwise = ({ kernel, strides, before, after }: ConvWindow): boolean =>
  all(kernel, 1) && all(strides, 1) && all([...before, ...after], 0);

/** dW [o, c, kh, kw] from dY. */
export function weightGradient(one: Conv, dY: Layered): Value {
  const { call, X, W, window, shape } = one;
  const { b } = call;
  const [n, o, h, w] = shape;
  const c = X.shape[1]!;
  const places = h * w;
  if (!isPointwise(window)) {
    const found = batchwiseGradient(one, dY);
    if (found !== undefined) return found;
  }
  if (c < 4) return filterGradient(b, X.in('plain'), dY.in('plain'), window);
  if (isPointwise(window)) return b.reshape(productOverPlaces(one, dY, X), W.shape);
  const taps = sizeOf(window.kernel);
  const share = Math.max(1, Math.min(taps, Math.floor(MOST_COLUMNS / (n * places * c))));
  const gradient = dY.in('rows');
  const parts: Value[] = [];
  for (let first = 0; first < taps; first += share) {
    const last = Math.min(taps, first + share);
    const part = b.product(gradient, imageRows(one, first, last), { transA: true });
    parts.push(b.reshape(part, [o, last - first, c]));
  }
  const whole = parts.length === 1 ? parts[0]! : b.concat(parts, 1);
  return b.reshape(b.transpose(whole, [0, 2, 1]), W.shape);
}

/** sum over images and places of Y [o] times X' [c], two values with the same places: [o, c]. */
export function productOverPlaces(one: Conv, Y: Layered, X: Layered): Value {
  const { kit } = one;
  const { b } = one.call;
  const [n, o] = Y.shape as [number, number];
  const c = X.shape[1]!;
  if (Y.has('blocked') && X.has('blocked') && (n * Y.places) % kit.block === 0 && Y.places > 1)
    return o >= c ? blockedProduct(kit, Y, X) : b.transpose(blockedProduct(kit, X, Y), [1, 0]);
  if (Y.places <= FEW_PLACES) return rowsProduct(one, Y.in('rows'), X.in('rows'), n);
  const [y, x] = [b.reshape(Y.in('plain'), [n, o, Y.places]), b.reshape(X.in('plain'), [n, c, X.places])];
  const each = b.product(y, x, { transB: true });
  return b.reshape(b.reduceSum(b.reshape(each, [n, o * c]), [0], { keepDims: false }), [o, c]);
}

/**
 * sum over images and places of Y [o] times X' [c] as a blocked convolution: Y in its own layout is its filter, places
 * are the input channels, X's channels the places. So only X, the smaller one, is laid out anew. An image is a group of
 * that convolution where its places fill blocks; else the images are put side by side first.
 */
function blockedProduct(kit: Kit, Y: Layered, X: Layered): Value {
  const { b, block } = kit;
  const [n, o] = Y.shape as [number, number];
  const c = X.shape[1]!;
  const { places } = Y;
  const outs = kit.padded(o);
  const apart = places % block === 0 && places > FEW_PLACES;
  const group = apart ? n : 1;
  let filter = Y.in('blocked');
  if (!apart) {
    const order = kit.table(`images innermost ${n} ${outs}`, function* () {
      for (let out = 0; out < outs / block; out++) for (let i = 0; i < n; i++) yield (i * outs) / block + out;
    });
    filter = b.gather(b.reshape(filter, [(n * outs) / block, places * block]), order);
  }
  const lines = (n * places) / group;
  const image = b.reshape(X.in('places'), [1, n * places, 1, c]);
  const each = kit.conv(image, b.reshape(filter, [group * outs, lines, 1, 1]), { kernel: [1, 1], group });
  const sum = apart ? b.reduceSum(b.reshape(each, [n, outs * c]), [0], { keepDims: false }) : each;
  return b.reshape(kit.blockedToPlain(b.reshape(sum, [1, outs, 1, c]), [1, o, 1, c]), [o, c]);
}

/**
 * Windows as rows [n p, taps c] (im2col with channels last), for the taps from `first` to `last`: one gather of pixels,
 * places outside the image come from a row of zeros behind it. A gather runs on all threads, slices on one.
 */
function imageRows({ call: { b }, kit, X, window, shape }: Conv, first: number, last: number): Value {
  const [n, , h, w] = shape;
  const [, c, height, width] = X.shape as [number, number, number, number];
  const { kernel, strides, dilations, before, after } = window;
  const inside = all([...before, ...after], 0);
  const image = inside ? X.in('rows') : b.pad(X.in('rows'), [0, 0, 1, 0]);
  const taps = Array.from({ length: last - first }, (_, i) => [
    Math.floor((first + i) / kernel[1]!) * dilations[0]! - before[0]!,
    ((first + i) % kernel[1]!) * dilations[1]! - before[1]!,
  ]) as [number, number][];
  const key = `rows ${X.shape} ${shape} ${strides} ${taps.join(' ')}`;
  const order = kit.table(key, function* () {
    for (let i = 0; i < n; i++)
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++)
          for (const [down, right] of taps) {
            const [row, column] = [y * strides[0]! + down, x * strides[1]! + right];
            const hit = row >= 0 && column >= 0 && row < height && column < width;
            yield hit ? (i * height + row) * width + column : n * height * width;
          }
  });
  return b.reshape(b.gather(image, order), [n * h * w, taps.length * c]);
}

/** gradient' times rows, [o, columns]: one product, or one an image and their sum where images have many places. */
export function rowsProduct({ call: { b } }: Conv, gradient: Value, rows: Value, n: number): Value {
  const [count, columns] = dims(rows) as [number, number];
  const o = dims(gradient)[1]!;
  const places = count / n;
  if (places <= FEW_PLACES) return b.product(gradient, rows, { transA: true });
  const each = b.product(b.reshape(gradient, [n, places, o]), b.reshape(rows, [n, places, columns]), { transA: true });
  return b.reshape(b.reduceSum(b.reshape(each, [n, o * columns]), [0], { keepDims: false }), [o, columns]);
}
