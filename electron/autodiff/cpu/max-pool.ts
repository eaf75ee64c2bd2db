/**
 * Max pooling in the blocked layout. The runtime's operator that tells the winners' places and the scatter back are
 * scalar loops (a seventh of a training step of a ResNet); here both directions are passes over whole blocks.
 */
import { reach, sizeOf, type Value, windowOf } from '../../onnx/index.ts';
import { dims } from '../shapes.ts';
import { type Layered } from './layered.ts';
import { type Lowering, type LoweringCall, record } from './lowering.ts';
import { interleaved } from './phases.ts';

/** From a difference that is 0 or positive to 1 where it is 0. Above any number's last digit, below overflow. */
const EQUAL = { activation: 'HardSigmoid', parameters: [-(2 ** 100), 1] } as const;

/** A tap outside the image never wins. Finite: one-hot filters multiply it by 0. */
const NEVER = 3e38;

/** Every tap takes some five passes over the result: beyond, the scalar loops are as fast. */
const MOST_TAPS = 9;

interface Pool {
  readonly call: LoweringCall;
  readonly X: Layered;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly before: readonly [number, number];
  /** [n, c, h, w] of the result, channels padded to whole blocks. */
  readonly shape: readonly [number, number, number, number];
}

export const maxPool: Lowering = (call) => {
  const { kit, node, inputs } = call;
  const X = inputs[0]!;
  if (X.shape.length !== 4 || !X.has('blocked') || node.outputs.length > 1) return undefined;
  const window = windowOf(node.attributes, node.attributes.ints('kernel_shape', []));
  const spatial = X.shape.slice(2);
  const slack = spatial.map((dim, i) => dim + window.before[i]! + window.after[i]! - reach(window, i));
  const counts = slack.map((room, i) => Math.floor(room / window.strides[i]!) + 1);
  const rounded = node.attributes.int('ceil_mode', 0) !== 0 && slack.some((room, i) => room % window.strides[i]! > 0);
  const fits = window.kernel.every(
    (size, i) => size >= window.strides[i]! && counts[i]! <= Math.ceil(spatial[i]! / window.strides[i]!),
  );
  if (rounded || !fits || sizeOf(window.kernel) > MOST_TAPS || window.dilations.some((step) => step > 1))
    return undefined;
  const { kernel, strides, before, after } = window;
  const [n, c] = X.shape as [number, number];
  const x = X.in('blocked');
  const pads = [...before, ...after];
  const Y = call.b.op('MaxPool', [x], { kernel_shape: kernel, strides, pads }, { domain: 'com.microsoft.nchwc' });
  const output = kit.layered(Y, [n, c, ...counts], 'blocked');
  const pool = { call, X, kernel, strides, before, shape: dims(Y) } as unknown as Pool;
  record(call, [output], ([dY]) => [kit.layered(inputGradient(pool, x, Y, dY!.in('blocked')), X.shape, 'blocked')]);
  return [output];
};

/**
 * Tap by tap in row order: where the tap is the maximum and the gradient has not gone to an earlier one, it takes it.
 * The input's places fall into phases by their remainder to the stride; a phase is a sum of shifted taps.
 */
function inputGradient(pool: Pool, x: Value, Y: Value, dY: Value): Value {
  const { call, X, kernel, strides, before, shape } = pool;
  const { b } = call;
  const spatial = X.shape.slice(2) as [number, number];
  const sides = spatial.map((dim, i) => Math.ceil(dim / strides[i]!)) as [number, number];
  const phases = new Map<string, Value>();
  let left = dY;
  for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
    const at = [Math.floor(tap / kernel[1]), tap % kernel[1]] as const;
    const own = b.mul(left, winners(pool, x, Y, at));
    if (tap < kernel[0] * kernel[1] - 1) left = b.sub(left, own);
    // Input row = stride * output row + tap - before.
    const offset = at.map((place, i) => place - before[i]!);
    const phase = offset.map((rows, i) => ((rows % strides[i]!) + strides[i]!) % strides[i]!);
    const shift = offset.map((rows, i) => (phase[i]! - rows) / strides[i]!) as [number, number];
    const key = phase.join();
    const sum = phases.get(key);
    const moved = shift.some((by) => by !== 0) || sides.some((side, i) => side !== shape[i + 2]);
    if (moved) phases.set(key, shifted(pool, own, shift, sides, sum));
    else phases.set(key, sum === undefined ? own : b.add(sum, own));
  }
  return interleaved(call.kit, strides, phases, spatial);
}

/** 1 where the tap `at` of a window equals the window's maximum, else 0. */
function winners(
  { call: { kit, b }, X, strides, before, shape }: Pool,
  x: Value,
  Y: Value,
  at: readonly [number, number],
): Value {
  const [n, channels, h, w] = shape;
  const { block } = kit;
  const [rows, columns] = [h, w].map((count, i) =>
    Array.from({ length: count }, (_, place) => place * strides[i]! + at[i]! - before[i]!).map(
      (place) => place < 0 || place >= X.shape[i + 2]!,
    ),
  ) as [boolean[], boolean[]];
  let limit = Y;
  if ([...rows, ...columns].includes(true)) {
    const outside = kit.constant(
      `outside ${shape} ${rows.map(Number).join('')} ${columns.map(Number).join('')}`,
      () => {
        const data = new Float32Array(h * w * block);
        for (let i = 0; i < data.length; i++) {
          const place = Math.floor(i / block);
          if (rows[Math.floor(place / w)] || columns[place % w]) data[i] = NEVER;
        }
        return { type: 'float32', dims: [1, h * w * block], data };
      },
    );
    limit = b.reshape(b.add(b.reshape(Y, [(n * channels) / block, h * w * block]), outside), shape);
  }
  // The smallest window with this tap in it that stands at as many places as the pool's.
  const offset = at.map((place, i) => place - before[i]!);
  const first = offset.map((places) => Math.max(0, -places));
  const corner = offset.map((places) => Math.max(0, places)) as [number, number];
  const small = corner.map((place, i) =>
    Math.max(place + 1, X.shape[i + 2]! + first[i]! - shape[i + 2]! * strides[i]! + 1),
  ) as [number, number];
  const last = small.map((size, i) =>
    Math.max(0, (shape[i + 2]! - 1) * strides[i]! + size - first[i]! - X.shape[i + 2]!),
  );
  return kit.conv(x, kit.oneHot(channels, small, corner, -1), {
    ...{ kernel: small, strides, pads: [...first, ...last], group: channels, sum: limit },
    ...EQUAL,
  });
}

/** value[place + by], zeros outside, [.., sides], added to `sum`. */
function shifted(
  { call: { kit }, shape }: Pool,
  value: Value,
  by: readonly [number, number],
  sides: readonly [number, number],
  sum: Value | undefined,
): Value {
  const kernel = by.map((places) => Math.abs(places) + 1) as [number, number];
  const at = by.map((places) => Math.max(0, places)) as [number, number];
  const first = by.map((places) => Math.max(0, -places));
  const last = by.map((places, i) => sides[i]! - shape[i + 2]! + Math.max(0, places));
  const channels = shape[1];
  return kit.conv(value, kit.oneHot(channels, kernel, at), { kernel, pads: [...first, ...last], group: channels, sum });
}
