import { pixelOp } from '../op.ts';
import { type Raster } from '../raster.ts';

/** One shifted copy of the image in a blur. */
interface Tap {
  x: number;
  y: number;
  weight: number;
}

/** A line of `length` pixels through the centre as a sum of whole-pixel shifts, weights sum to 1. */
export function lineTaps(length: number, degrees: number): Tap[] {
  const taps = new Map<string, Tap>();
  const radians = (degrees * Math.PI) / 180;
  const [dx, dy] = [Math.cos(radians), Math.sin(radians)];
  const reach = (length - 1) / 2;
  const steps = Math.max(1, Math.ceil(2 * reach));
  for (let s = 0; s <= steps; s++) {
    const t = -reach + (2 * reach * s) / steps;
    const [px, py] = [t * dx, t * dy];
    const [x, y] = [Math.floor(px), Math.floor(py)];
    const [fx, fy] = [px - x, py - y];
    for (const [ox, oy, weight] of [
      [0, 0, (1 - fx) * (1 - fy)],
      [1, 0, fx * (1 - fy)],
      [0, 1, (1 - fx) * fy],
      [1, 1, fx * fy],
    ] as const) {
      if (weight < 1e-6) continue;
      const key = `${x + ox},${y + oy}`;
      const tap = taps.get(key) ?? { x: x + ox, y: y + oy, weight: 0 };
      tap.weight += weight / (steps + 1);
      taps.set(key, tap);
    }
  }
  return [...taps.values()];
}

/** Sum of shifted copies; the border repeats itself outwards. */
function convolve({ data, width, height }: Raster, taps: readonly Tap[]): Raster {
  const out = new Uint8ClampedArray(data.length);
  const row = new Float32Array(width * 3);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    for (const tap of taps) {
      const from = Math.min(height - 1, Math.max(0, y + tap.y)) * width;
      const { weight } = tap;
      for (let x = 0; x < width; x++) {
        const at = (from + Math.min(width - 1, Math.max(0, x + tap.x))) * 3;
        row[3 * x] = (row[3 * x] as number) + weight * (data[at] as number);
        row[3 * x + 1] = (row[3 * x + 1] as number) + weight * (data[at + 1] as number);
        row[3 * x + 2] = (row[3 * x + 2] as number) + weight * (data[at + 2] as number);
      }
    }
    out.set(row, y * width * 3);
  }
  return { data: new Uint8Array(out.buffer), width, height };
}

/** The camera moved by `length` pixels along a straight line while the shutter was open. */
export const motionBlur = pixelOp(
  'motion-blur',
  {
    length: { unit: 'px', minimum: 1, maximum: 25, step: 0.5, default: [2, 5] },
    angle: { unit: '°', minimum: 0, maximum: 180, step: 1, default: [0, 180] },
  },
  (image, { length, angle }) => (length <= 1 ? image : convolve(image, lineTaps(length, angle))),
);
