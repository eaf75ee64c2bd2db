/**
 * Images taken apart by the remainders of their places to a stride, and put together again. What goes back through a
 * strided window goes back phase by phase at stride 1, without the zeros that a spread gradient would carry.
 */
import { type Value } from '../../onnx/index.ts';
import { dims } from '../shapes.ts';
import { type Kit } from './kit.ts';

type Pair = readonly [number, number];

/** The taps of a window of stride s that meet one phase: phase + before = tap + s (place - output place). */
export interface PhaseTaps {
  /** Ascending. */
  readonly taps: readonly number[];
  /** Pads of the convolution over the outputs' gradient that gives the phase. */
  readonly first: number;
  readonly last: number;
}

/**
 * Taps and pads for every phase of one axis; undefined where one has no taps, or would have to cut off outputs.
 * @param side places of a phase: the axis over the stride, rounded up
 */
export function phasesOf(
  { kernel, stride, before }: { kernel: number; stride: number; before: number },
  side: number,
  outputs: number,
): PhaseTaps[] | undefined {
  const phases = Array.from({ length: stride }, (_, phase) => {
    const lowest = (phase + before) % stride;
    const taps: number[] = [];
    for (let tap = lowest; tap < kernel; tap += stride) taps.push(tap);
    const ahead = (phase + before - lowest) / stride;
    return { taps, first: taps.length - 1 - ahead, last: side + ahead - outputs };
  });
  return phases.every(({ taps, first, last }) => taps.length > 0 && first >= 0 && last >= 0) ? phases : undefined;
}

/** Phases 'row,column', blocked values [n, c, sides], put between each other and cut to [n, c, spatial]. */
export function interleaved(
  { b, block }: Kit,
  strides: Pair,
  phases: ReadonlyMap<string, Value>,
  spatial: Pair,
): Value {
  const [n, channels, height, width] = dims(phases.get('0,0')!) as [number, number, number, number];
  const planes = (n * channels) / block;
  const lines = Array.from({ length: strides[0] }, (_, row) => {
    const parts = Array.from({ length: strides[1] }, (_, column) =>
      b.reshape(phases.get(`${row},${column}`)!, [planes * height * width, block]),
    );
    return b.reshape(parts.length === 1 ? parts[0]! : b.concat(parts, 1), [
      planes * height,
      width * strides[1] * block,
    ]);
  });
  const whole = lines.length === 1 ? lines[0]! : b.concat(lines, 1);
  const full = [height * strides[0], width * strides[1]];
  if (full.every((side, i) => side === spatial[i])) return b.reshape(whole, [n, channels, ...spatial]);
  const image = b.reshape(whole, [planes, ...full, block]);
  return b.reshape(b.slice(image, { starts: [0, 0], ends: [...spatial], axes: [1, 2] }), [n, channels, ...spatial]);
}
