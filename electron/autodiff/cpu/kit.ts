/** The blocked layout's building blocks. */
import { sizeOf, type Tensor, type Value } from '../../onnx/index.ts';
import { type GradientBuilder, justBelow } from '../gradient-builder.ts';
import { dims, reshapeTo } from '../shapes.ts';
import { type Affine, type Joined, Layered, type Layout } from './layered.ts';

const NCHWC = 'com.microsoft.nchwc';

export interface BlockedConv extends Joined {
  kernel: readonly number[];
  strides?: readonly number[];
  dilations?: readonly number[];
  /** Begins, then ends; not negative. */
  pads?: readonly number[];
  group?: number;
  bias?: Value;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export class Kit {
  readonly b: GradientBuilder;
  /** Channels a block: 8 or 16, told by the machine. */
  readonly block: number;
  readonly #constants = new Map<string, Value>();
  readonly #lines = new Map<string, Value>();

  constructor(b: GradientBuilder, block: number) {
    this.b = b;
    this.block = block;
  }

  /** Channels rounded up to whole blocks. */
  padded(channels: number): number {
    return Math.ceil(channels / this.block) * this.block;
  }

  layered(value: Value, shape: readonly number[] = dims(value), layout: Layout = 'plain'): Layered {
    return new Layered(this, shape, value.type ?? 'float32').with(layout, value);
  }

  conv(x: Value, filter: Value, options: BlockedConv): Value {
    const { kernel, strides, dilations, pads, group, bias, sum, activation, parameters } = options;
    return this.b.op(
      'Conv',
      [x, filter, bias, sum],
      { kernel_shape: kernel, strides, dilations, pads, group, activation, activation_params: parameters },
      { domain: NCHWC },
    );
  }

  /** scale * x + bias + sum by channel: a depthwise convolution of one place. */
  affine({ x, scale, bias }: Affine, joined?: Joined): Value {
    const channels = dims(x)[1]!;
    const filter = this.b.reshape(this.channelVector(scale, channels), [channels, 1, 1, 1]);
    const shift = bias && this.channelVector(bias, channels);
    return this.conv(x, filter, { kernel: [1, 1], group: channels, bias: shift, ...joined });
  }

  /** A vector [c] with zeros up to `channels`. */
  channelVector(value: Value, channels: number): Value {
    const size = sizeOf(dims(value));
    const flat = reshapeTo(this.b, value, [size]);
    return size === channels ? flat : this.b.pad(flat, [0, channels - size]);
  }

  /**
   * 1 where low < x < high, else 0, for values that lie within the bounds, in two passes: -DEPTH at the upper bound (the
   * powers of two leave nothing to round, one step below it the result is 0), then a steep slope from the lower bound,
   * which that depth pulls back to 0. Undefined for bounds of sizes that it cannot hold.
   */
  inside(x: Value, low: number, high: number): Value | undefined {
    const [upper, slope] = [2 ** 124, 2 ** 96];
    const depth = upper * (high - justBelow(high));
    if (!(high > 0 && high < 8 && low <= 0 && low >= -8) || !((high - low) * slope < depth)) return undefined;
    const channels = dims(x)[1]!;
    const vector = (value: number, shape: readonly number[]): Value =>
      this.constant(`filled ${value} ${shape}`, () => ({
        type: 'float32',
        dims: shape,
        data: new Float32Array(channels).fill(value),
      }));
    const step = (weight: number, bias: number, joined: Joined): Value =>
      this.conv(x, vector(weight, [channels, 1, 1, 1]), {
        kernel: [1, 1],
        group: channels,
        bias: vector(bias, [channels]),
        activation: 'Clip',
        ...joined,
      });
    const atTop = step(-upper, high * upper - depth, { parameters: [-depth, 0] });
    return step(slope, -low * slope, { sum: atTop, parameters: [0, 1] });
  }

  /** Sum over places of x * y: [n, channels] from two blocked values of one shape. */
  dot(x: Value, y: Value): Value {
    const [n, channels, h, w] = dims(x) as [number, number, number, number];
    const planes = n * channels;
    const image = this.b.reshape(x, [1, planes, h, w]);
    const filter = this.b.reshape(y, [planes, 1, h, w]);
    return this.b.reshape(this.conv(image, filter, { kernel: [h, w], group: planes }), [n, channels]);
  }

  /** x * s, a factor [n, channels] for every image and channel. */
  scalePlanes(x: Value, factors: Value): Value {
    const [n, channels, h, w] = dims(x) as [number, number, number, number];
    const planes = n * channels;
    const filter = this.b.reshape(factors, [planes, 1, 1, 1]);
    const image = this.b.reshape(x, [1, planes, h, w]);
    return this.b.reshape(this.conv(image, filter, { kernel: [1, 1], group: planes }), dims(x));
  }

  /** Mean over places: [n, channels]. */
  planeMeans(x: Value): Value {
    const [n, channels] = dims(x) as [number, number];
    return this.b.reshape(this.b.op('GlobalAveragePool', [x], {}, { domain: NCHWC }), [n, channels]);
  }

  /** Sum over images of [n, channels], cut to the true channels: [c]. */
  overImages(value: Value, channels: number): Value {
    const sum = this.b.reduceSum(value, [0], { keepDims: false });
    return this.cutChannels(sum, channels);
  }

  /** The first `channels` of a vector with surplus ones. */
  cutChannels(value: Value, channels: number): Value {
    return dims(value)[0] === channels ? value : this.b.slice(value, { starts: [0], ends: [channels] });
  }

  /**
   * [o, i, kh, kw] -> [o/b, i/b, kh, kw, b(i), b(o)]; i below the block stays as it is: [o/b, i, kh, kw, b(o)].
   * The runtime's reordering makes lines of b(o), a gather puts them in their order: both run on all threads.
   */
  filter(w: Value): Value {
    const [o, i, kh, kw] = dims(w) as [number, number, number, number];
    const { block } = this;
    const [outs, ins, taps] = [this.padded(o), i < block ? i : this.padded(i), kh * kw];
    const full = this.padAxes(w, [outs - o, ins - i, 0, 0]);
    const lines = this.plainToBlocked(this.b.reshape(full, [1, outs, ins, taps]), [1, outs, ins, taps]);
    if (i < block || taps === 1) return this.b.reshape(lines, [outs, ins, kh, kw]);
    const order = this.table(`filter ${outs} ${ins} ${taps}`, function* () {
      for (let out = 0; out < outs / block; out++)
        for (let first = 0; first < ins; first += block)
          for (let tap = 0; tap < taps; tap++)
            for (let lane = 0; lane < block; lane++) yield (out * ins + first + lane) * taps + tap;
    });
    const rows = this.b.reshape(lines, [(outs * ins * taps) / block, block]);
    return this.b.reshape(this.b.gather(rows, order), [outs, ins, kh, kw]);
  }

  /**
   * The filter of the convolution that gives dX back: outputs and inputs exchanged, taps turned round.
   * @param rows taps that are left, ascending, of each axis; default all
   */
  turnedFilter(w: Value, rows?: readonly number[], columns?: readonly number[]): Value {
    const [o, i, kh, kw] = dims(w) as [number, number, number, number];
    const { block } = this;
    const [down, right] = [rows ?? range(kh), columns ?? range(kw)];
    if (o < block) {
      const some = this.taps(this.taps(w, 2, down), 3, right);
      return this.filter(this.b.transpose(this.turnTaps(some), [1, 0, 2, 3]));
    }
    const [outs, ins, taps] = [this.padded(o), this.padded(i), kh * kw];
    const order = this.table(`turned ${outs} ${ins} ${kh} ${kw} ${down} ${right}`, function* () {
      const turned = down.flatMap((row) => right.map((column) => row * kw + column)).reverse();
      for (let into = 0; into < ins / block; into++)
        for (let first = 0; first < outs; first += block)
          for (const tap of turned)
            for (let lane = 0; lane < block; lane++) yield ((first + lane) * (ins / block) + into) * taps + tap;
    });
    return this.b.reshape(this.b.gather(this.#linesOfInputs(w), order), [ins, outs, down.length, right.length]);
  }

  /** A filter [o, i, kh, kw] as lines of b(i), ordered [o, i/b, kh, kw]. */
  #linesOfInputs(w: Value): Value {
    const known = this.#lines.get(w.name);
    if (known !== undefined) return known;
    const [o, i, kh, kw] = dims(w) as [number, number, number, number];
    const [outs, ins, taps] = [this.padded(o), this.padded(i), kh * kw];
    const full = this.padAxes(w, [outs - o, ins - i, 0, 0]);
    const blocked = this.plainToBlocked(this.b.reshape(full, [outs, ins, taps, 1]), [outs, ins, taps, 1]);
    const lines = this.b.reshape(blocked, [(outs * ins * taps) / this.block, this.block]);
    this.#lines.set(w.name, lines);
    return lines;
  }

  /** Some taps of a filter's axis. */
  taps(w: Value, axis: number, taps: readonly number[]): Value {
    if (taps.length === dims(w)[axis]) return w;
    return this.b.concat(
      taps.map((tap) => this.b.slice(w, { starts: [tap], ends: [tap + 1], axes: [axis] })),
      axis,
    );
  }

  /** [c, 1, kh, kw] -> [c/b, 1, kh, kw, b]. */
  depthwiseFilter(w: Value): Value {
    const [c, , kh, kw] = dims(w) as [number, number, number, number];
    const channels = this.padded(c);
    const full = this.padAxes(w, [channels - c, 0, 0, 0]);
    const lines = this.plainToBlocked(this.b.reshape(full, [1, channels, kh, kw]), [1, channels, kh, kw]);
    return this.b.reshape(lines, [channels, 1, kh, kw]);
  }

  /** A constant that is made and kept in the file once a key. */
  constant(key: string, make: () => Tensor): Value {
    let value = this.#constants.get(key);
    if (value === undefined) {
      value = this.b.initializer(this.b.fresh('table'), make());
      this.#constants.set(key, value);
    }
    return value;
  }

  /** Indices for a gather, one table a key. */
  table(key: string, indices: () => Iterable<number>): Value {
    return this.constant(key, () => {
      const data = Int32Array.from(indices());
      return { type: 'int32', dims: [data.length], data };
    });
  }

  /** A depthwise filter [channels, 1, kh, kw], blocked, that is `value` at one tap and 0 at the others. */
  oneHot(channels: number, kernel: readonly [number, number], at: readonly [number, number], value = 1): Value {
    return this.constant(`one-hot ${channels} ${kernel} ${at} ${value}`, () => {
      const [taps, hot] = [kernel[0] * kernel[1], at[0] * kernel[1] + at[1]];
      const lane = (_: unknown, i: number): number => (Math.floor(i / this.block) % taps === hot ? value : 0);
      return {
        type: 'float32',
        dims: [channels, 1, ...kernel],
        data: Float32Array.from({ length: channels * taps }, lane),
      };
    });
  }

  /** Back from [1, n c, kh, kw] per image to [c, 1, kh, kw] summed over images. */
  depthwiseGradient(value: Value, n: number, channels: number, kernel: readonly number[]): Value {
    const [kh, kw] = kernel as [number, number];
    const full = this.padded(channels);
    const { block } = this;
    const sum = this.b.reduceSum(this.b.reshape(value, [n, full * kh * kw]), [0], { keepDims: false });
    const turned = this.b.transpose(this.b.reshape(sum, [full / block, kh * kw, block]), [0, 2, 1]);
    const all = this.b.reshape(turned, [full, 1, kh, kw]);
    return full === channels ? all : this.b.slice(all, { starts: [0], ends: [channels], axes: [0] });
  }

  turnTaps(w: Value): Value {
    const [, , kh, kw] = dims(w) as [number, number, number, number];
    const axes = [...(kh > 1 ? [2] : []), ...(kw > 1 ? [3] : [])];
    if (axes.length === 0) return w;
    const each = (value: number): number[] => axes.map(() => value);
    return this.b.slice(w, { starts: each(-1), ends: each(-(2 ** 31)), axes, steps: each(-1) });
  }

  /** Zeros behind the last element of each axis. */
  padAxes(value: Value, after: readonly number[]): Value {
    if (after.every((count) => count === 0)) return value;
    return this.b.pad(value, [...after.map(() => 0), ...after]);
  }

  plainToBlocked(value: Value, shape: readonly number[]): Value {
    const [n, c, h, w] = shape as [number, number, number, number];
    const channels = this.padded(c);
    // The runtime takes multiples of four and fills up the rest of the block itself.
    const whole = c % 4 === 0 ? value : this.padAxes(value, [0, channels - c, 0, 0]);
    return this.b.assume(this.b.op('ReorderInput', [whole], {}, { domain: NCHWC }), [n, channels, h, w]);
  }

  blockedToPlain(value: Value, shape: readonly number[]): Value {
    return this.b.op('ReorderOutput', [value], { channels: shape[1] }, { domain: NCHWC });
  }

  blockedToRows(value: Value, shape: readonly number[]): Value {
    const [n, c, h, w] = shape as [number, number, number, number];
    const last = this.b.op('ReorderOutput', [value], { channels: c, channels_last: 1 }, { domain: NCHWC });
    return this.b.reshape(last, [n * h * w, c]);
  }

  rowsToBlocked(value: Value, shape: readonly number[]): Value {
    const [n, c, h, w] = shape as [number, number, number, number];
    const channels = this.padded(c);
    const whole = c % 4 === 0 ? value : this.padAxes(value, [0, channels - c]);
    const last = this.b.reshape(whole, [n, h, w, dims(whole)[1]!]);
    const blocked = this.b.op('ReorderInput', [last], { channels_last: 1 }, { domain: NCHWC });
    return this.b.assume(blocked, [n, channels, h, w]);
  }

  /** Blocks of places as if they were channels, the channels as if they were places. */
  rowsToPlaces(value: Value, shape: readonly number[]): Value {
    const c = shape[1]!;
    const turned = [1, sizeOf(shape) / c, 1, c];
    return this.plainToBlocked(this.b.reshape(value, turned), turned);
  }

  plainToRows(value: Value, shape: readonly number[]): Value {
    const [n, c] = shape as [number, number];
    const places = sizeOf(shape.slice(2));
    if (places === 1) return this.b.reshape(value, [n, c]);
    return this.b.reshape(this.b.transpose(this.b.reshape(value, [n, c, places]), [0, 2, 1]), [n * places, c]);
  }

  rowsToPlain(value: Value, shape: readonly number[]): Value {
    const [n, c] = shape as [number, number];
    const places = sizeOf(shape.slice(2));
    if (places === 1) return reshapeTo(this.b, value, shape);
    return this.b.reshape(this.b.transpose(this.b.reshape(value, [n, places, c]), [0, 2, 1]), shape);
  }
}
