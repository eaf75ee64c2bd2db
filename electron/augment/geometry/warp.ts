/**
 * The one resampling: for every pixel of the result, where it comes from, by Catmull-Rom cubic convolution (Keys 1981,
 * a = -1/2), which returns the source's own bytes wherever the map moves whole pixels.
 */
import { type Raster, type Rect } from '../raster.ts';
import { type Matrix } from './matrix.ts';

const PHASES = 512;

/** Four weights for each of 512 positions between two pixels. */
const WEIGHTS = ((): Float64Array => {
  const table = new Float64Array((PHASES + 1) * 4);
  for (let i = 0; i <= PHASES; i++) {
    const t = i / PHASES;
    table[4 * i] = -0.5 * t + t * t - 0.5 * t * t * t;
    table[4 * i + 1] = 1 - 2.5 * t * t + 1.5 * t * t * t;
    table[4 * i + 2] = 0.5 * t + 2 * t * t - 1.5 * t * t * t;
    table[4 * i + 3] = -0.5 * t * t + 0.5 * t * t * t;
  }
  return table;
})();

/** The part that is read, with two white pixels around it, so that the inner loop needs no border. */
function padded({ data, width }: Raster, part: Rect): { pixels: Uint8Array; stride: number } {
  const stride = (part.width + 4) * 3;
  const pixels = new Uint8Array(stride * (part.height + 4)).fill(255);
  for (let y = 0; y < part.height; y++) {
    const from = ((part.top + y) * width + part.left) * 3;
    pixels.set(data.subarray(from, from + part.width * 3), (y + 2) * stride + 6);
  }
  return { pixels, stride };
}

/**
 * Samples `part` of `source` on a grid of width × height.
 * @param back from the result's plane to the part's (edges at whole numbers in both)
 */
export function warp(source: Raster, part: Rect, back: Matrix, width: number, height: number): Raster {
  const { pixels, stride } = padded(source, part);
  const out = new Uint8ClampedArray(width * height * 3).fill(255);
  const [a, b, c, d, e, f, g, h, i] = back;
  const { width: w, height: h0 } = part;
  for (let y = 0; y < height; y++) {
    const v = y + 0.5;
    for (let x = 0; x < width; x++) {
      const u = x + 0.5;
      const q = 1 / (g * u + h * v + i);
      // Pixel centres lie at halves.
      const sx = (a * u + b * v + c) * q - 0.5;
      const sy = (d * u + e * v + f) * q - 0.5;
      // Beyond two pixels outside nothing but white is met; this also keeps a point at infinity out.
      if (!(sx > -1.5 && sy > -1.5 && sx < w + 0.5 && sy < h0 + 0.5)) continue;
      let phaseX = Math.round(sx * PHASES);
      let phaseY = Math.round(sy * PHASES);
      const left = phaseX >> 9;
      const top = phaseY >> 9;
      if (left < -1 || top < -1 || left > w - 1 || top > h0 - 1) continue;
      phaseX = (phaseX & (PHASES - 1)) * 4;
      phaseY = (phaseY & (PHASES - 1)) * 4;
      const x0 = WEIGHTS[phaseX] as number;
      const x1 = WEIGHTS[phaseX + 1] as number;
      const x2 = WEIGHTS[phaseX + 2] as number;
      const x3 = WEIGHTS[phaseX + 3] as number;
      let from = (top + 1) * stride + (left + 1) * 3;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let k = 0; k < 4; k++, from += stride) {
        const weight = WEIGHTS[phaseY + k] as number;
        if (weight === 0) continue;
        red +=
          weight *
          (x0 * (pixels[from] as number) +
            x1 * (pixels[from + 3] as number) +
            x2 * (pixels[from + 6] as number) +
            x3 * (pixels[from + 9] as number));
        green +=
          weight *
          (x0 * (pixels[from + 1] as number) +
            x1 * (pixels[from + 4] as number) +
            x2 * (pixels[from + 7] as number) +
            x3 * (pixels[from + 10] as number));
        blue +=
          weight *
          (x0 * (pixels[from + 2] as number) +
            x1 * (pixels[from + 5] as number) +
            x2 * (pixels[from + 8] as number) +
            x3 * (pixels[from + 11] as number));
      }
      const to = (y * width + x) * 3;
      out[to] = red;
      out[to + 1] = green;
      out[to + 2] = blue;
    }
  }
  return { data: new Uint8Array(out.buffer), width, height };
}
