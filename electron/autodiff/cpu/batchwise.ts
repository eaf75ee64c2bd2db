/**
 * dW as a convolution whose channels are the images of the batch.
 *
 * dW[o, c, i, j] = sum over images n and places (y, x) of dY[n, o, y, x] X[n, c, y s + i, x s + j]. Read as one of the
 * runtime's blocked convolutions: its input channels are (y, n), blocked by n; the places of its image are (x, c), c
 * within x; its filter is dY, one row of places wide and dilated by the stride; every row i of taps is an image of its
 * batch. An output place is then a pair (j, c). That kernel reaches twice the speed of a product whose long side is
 * n y x, and X is laid out once a row of taps instead of once a tap (figures in ../LOG.md).
 */
import { type Value } from '../../onnx/index.ts';
import { type Conv } from './filter-gradient.ts';
import { type Layered } from './layered.ts';

/** Images that fill a block may be this many times the true ones. */
const MOST_WASTE = 4 / 3;

/** Places (j, c) below which the kernel is half idle. */
const FEW_OUTPUTS = 6;

/** Elements of laid-out rows that one convolution reads at most: beyond, the rows of taps come in several parts. */
const MOST_ELEMENTS = 2 ** 25;

interface Layout {
  /** Channels of X side by side, and how many such groups there are. */
  readonly lanes: number;
  readonly groups: number;
  /** Blocks of images, blocks of output channels, places of X that a row of windows reaches over. */
  readonly blocks: number;
  readonly outs: number;
  readonly reach: number;
}

/** dW [o, c, kh, kw] from dY; undefined where batch, channels or dilation do not fit. */
export function batchwiseGradient(one: Conv, dY: Layered): Value | undefined {
  const { call, kit, X, window, shape } = one;
  const { b } = call;
  const { block } = kit;
  const [n, o, h, w] = shape;
  const c = X.shape[1]!;
  const [kh, kw] = window.kernel as [number, number];
  const stride = window.strides[1]!;
  if (n % 4 !== 0 || kit.padded(n) > n * MOST_WASTE || window.dilations[1] !== 1) return undefined;
  const [lanes, groups] = c < block ? [c, 1] : [block, kit.padded(c) / block];
  if (kw * lanes < FEW_OUTPUTS) return undefined;
  const [blocks, outs] = [kit.padded(n) / block, kit.padded(o) / block];
  const layout: Layout = { lanes, groups, blocks, outs, reach: (w - 1) * stride + kw };

  const filter = b.reshape(gradientLines(one, layout, dY), [outs * block, blocks * h * block, 1, w]);
  const rows = imagesInnermost(one, layout);
  const elements = blocks * block * h * layout.reach * groups * lanes;
  const share = Math.max(1, Math.min(kh, Math.floor(MOST_ELEMENTS / elements)));
  const parts: Value[] = [];
  for (let first = 0; first < kh; first += share) {
    const last = Math.min(kh, first + share);
    const image = b.reshape(tapRows(one, layout, rows, first, last), [
      (last - first) * groups,
      blocks * h * block,
      1,
      layout.reach * lanes,
    ]);
    const part = kit.conv(image, filter, { kernel: [1, w], dilations: [1, stride * lanes] });
    parts.push(b.reshape(part, [(last - first) * groups * outs * kw, lanes * block]));
  }
  return arranged(one, layout, parts.length === 1 ? parts[0]! : b.concat(parts, 0));
}

/** dY as lines of output channels, ordered (block of outputs, block of images, place, image). */
function gradientLines({ call: { b }, kit, shape }: Conv, { blocks, outs }: Layout, dY: Layered): Value {
  const { block } = kit;
  const [n, , h, w] = shape;
  const places = h * w;
  const order = kit.table(`batchwise dY ${n} ${outs} ${places}`, function* () {
    for (let out = 0; out < outs; out++)
      for (let first = 0; first < blocks * block; first += block)
        for (let place = 0; place < places; place++)
          // Beyond the batch any finite line does: it meets zeros.
          for (let i = first; i < first + block; i++) yield ((i % n) * outs + out) * places + place;
  });
  return b.gather(b.reshape(dY.in('blocked'), [n * outs * places, block]), order);
}

/** X as rows [(block of images, channels or groups, places), lanes block]: a block of images innermost. */
function imagesInnermost({ call: { b }, kit, X }: Conv, { lanes, groups, blocks }: Layout): Value {
  const [n, c, height, width] = X.shape as [number, number, number, number];
  const few = c < kit.block;
  const each = (few ? c : groups * lanes) * height * width;
  const turned = kit.plainToBlocked(b.reshape(X.in(few ? 'plain' : 'blocked'), [1, n, 1, each]), [1, n, 1, each]);
  const length = few ? kit.block : lanes * kit.block;
  return b.reshape(turned, [(blocks * kit.block * each) / length, length]);
}

/** The rows that the taps from `first` to `last` meet, ordered (tap, group, block of images, y, x, lane). */
function tapRows(one: Conv, layout: Layout, rows: Value, first: number, last: number): Value {
  const { call, kit, X, window, shape } = one;
  const { b } = call;
  const { groups, blocks, reach } = layout;
  const [, c, height, width] = X.shape as [number, number, number, number];
  const { strides, dilations, before, after } = window;
  const few = c < kit.block;
  const [lanes, channels] = few ? [c, c] : [1, groups];
  const zeros = blocks * channels * height * width;
  const inside = [...before, ...after].every((pad) => pad === 0);
  const key = `batchwise X ${X.shape} ${shape} ${strides} ${dilations} ${before} ${reach} ${first} ${last}`;
  const order = kit.table(key, function* () {
    for (let tap = first; tap < last; tap++)
      for (let group = 0; group < groups; group++)
        for (let images = 0; images < blocks; images++)
          for (let y = 0; y < shape[2]; y++)
            for (let x = 0; x < reach; x++)
              for (let lane = 0; lane < lanes; lane++) {
                const [row, column] = [y * strides[0]! + tap * dilations[0]! - before[0]!, x - before[1]!];
                const hit = row >= 0 && column >= 0 && row < height && column < width;
                yield hit ? ((images * channels + group + lane) * height + row) * width + column : zeros;
              }
  });
  return b.gather(inside ? rows : b.pad(rows, [0, 0, 1, 0]), order);
}

/** [(kh, groups, outs, kw), (lanes, block)] -> [o, c, kh, kw]. */
function arranged({ call: { b }, kit, X, W, window, shape }: Conv, layout: Layout, found: Value): Value {
  const { lanes, groups, outs } = layout;
  const [kh, kw] = window.kernel as [number, number];
  const o = shape[1];
  const order = kit.table(`batchwise dW ${outs} ${groups} ${kh} ${kw}`, function* () {
    for (let out = 0; out < outs; out++)
      for (let group = 0; group < groups; group++)
        for (let i = 0; i < kh; i++) for (let j = 0; j < kw; j++) yield ((i * groups + group) * outs + out) * kw + j;
  });
  const blocked = b.reshape(b.gather(found, order), [1, outs * kit.block, groups * kh, kw * lanes]);
  const lines = kit.blockedToPlain(blocked, [1, o]);
  if (lanes < kit.block) return b.reshape(b.transpose(b.reshape(lines, [o, kh * kw, lanes]), [0, 2, 1]), W.shape);
  const each = b.reshape(lines, [o * groups, lanes, kh, kw]);
  const plain = b.reshape(kit.blockedToPlain(each, [1, lanes]), [o, groups * lanes, kh, kw]);
  const c = X.shape[1]!;
  return c === groups * lanes ? plain : b.slice(plain, { starts: [0], ends: [c], axes: [1] });
}
