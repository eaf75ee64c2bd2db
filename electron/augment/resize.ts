/** Resizing inside an op: separable, triangle filter, antialiased when it shrinks. */
import { type Raster } from './raster.ts';

interface Spans {
  /** First source sample of each result. */
  from: Int32Array;
  /** Weights of each result's samples, `taps` each, summing to 1. */
  weights: Float32Array;
  taps: number;
}

function spansOf(source: number, result: number): Spans {
  const step = source / result;
  const reach = Math.max(1, step);
  const taps = Math.min(source, Math.ceil(2 * reach) + 1);
  const from = new Int32Array(result);
  const weights = new Float32Array(result * taps);
  for (let i = 0; i < result; i++) {
    const centre = (i + 0.5) * step - 0.5;
    const first = Math.min(Math.max(0, Math.ceil(centre - reach)), source - taps);
    from[i] = first;
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const weight = Math.max(0, 1 - Math.abs(first + k - centre) / reach);
      weights[i * taps + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < taps; k++) weights[i * taps + k] = (weights[i * taps + k] as number) / sum;
  }
  return { from, weights, taps };
}

/** The image at exactly this size. */
export function resize({ data, width, height }: Raster, toWidth: number, toHeight: number): Raster {
  const across = spansOf(width, toWidth);
  const narrow = new Float32Array(toWidth * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < toWidth; x++) {
      let [r, g, b] = [0, 0, 0];
      let at = (y * width + (across.from[x] as number)) * 3;
      for (let k = 0; k < across.taps; k++, at += 3) {
        const weight = across.weights[x * across.taps + k] as number;
        r += weight * (data[at] as number);
        g += weight * (data[at + 1] as number);
        b += weight * (data[at + 2] as number);
      }
      const to = (y * toWidth + x) * 3;
      narrow[to] = r;
      narrow[to + 1] = g;
      narrow[to + 2] = b;
    }
  }
  const down = spansOf(height, toHeight);
  const out = new Uint8ClampedArray(toWidth * toHeight * 3);
  const row = new Float32Array(toWidth * 3);
  for (let y = 0; y < toHeight; y++) {
    row.fill(0);
    for (let k = 0; k < down.taps; k++) {
      const weight = down.weights[y * down.taps + k] as number;
      if (weight === 0) continue;
      const from = ((down.from[y] as number) + k) * toWidth * 3;
      for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) + weight * (narrow[from + i] as number);
    }
    out.set(row, y * toWidth * 3);
  }
  return { data: new Uint8Array(out.buffer), width: toWidth, height: toHeight };
}
