/** Blur: measured, and worked against. */
import { greyOf, type Raster } from './raster.ts';

/** Variance of the luma's Laplacian (4 neighbours), in squared levels; small where the picture is blurred (Pech-Pacheco 2000). */
export function laplacianVariance(image: Raster): number {
  const { data, width, height } = greyOf(image);
  let [sum, squares, count] = [0, 0, 0];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const value = data[at - 1]! + data[at + 1]! + data[at - width]! + data[at + width]! - 4 * data[at]!;
      sum += value;
      squares += value * value;
      count++;
    }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

/** Weights of a Gaussian, summing to 1. */
function gaussian(sigma: number): Float32Array {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const weights = Float32Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** Convolution of [height, width, channels] with a row of weights, across or down; the border repeats itself. */
function along(
  values: Float32Array,
  { width, height, channels }: { width: number; height: number; channels: number },
  weights: Float32Array,
  down: boolean,
): Float32Array {
  const out = new Float32Array(values.length);
  const reach = weights.length >> 1;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let k = 0; k < weights.length; k++) {
        const row = down ? Math.min(height - 1, Math.max(0, y + k - reach)) : y;
        const column = down ? x : Math.min(width - 1, Math.max(0, x + k - reach));
        const [to, from] = [(y * width + x) * channels, (row * width + column) * channels];
        for (let c = 0; c < channels; c++) out[to + c] = out[to + c]! + weights[k]! * values[from + c]!;
      }
  return out;
}

/** Adds `amount` times the difference to the picture blurred by `sigma` pixels. */
export function unsharp({ data, width, height }: Raster, sigma: number, amount: number): Raster {
  const weights = gaussian(sigma);
  const size = { width, height, channels: 3 };
  const blurred = along(along(Float32Array.from(data), size, weights, false), size, weights, true);
  const out = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i++) out[i] = data[i]! + amount * (data[i]! - blurred[i]!);
  return { data: new Uint8Array(out.buffer), width, height };
}

/** Length in pixels of the motion that is assumed where nothing is known of it. */
const MOTION = 9;

/**
 * Undoes a horizontal motion of 9 px by Richardson and Lucy's iteration (1972, 1974): the estimate is multiplied by what
 * the measured luma has more than the estimate blurred again. Colour keeps its difference to luma.
 */
export function richardsonLucy(image: Raster, iterations: number): Raster {
  const { data, width, height } = image;
  const size = { width, height, channels: 1 };
  const kernel = new Float32Array(MOTION).fill(1 / MOTION);
  const grey = greyOf(image).data;
  const measured = Float32Array.from(grey, (level) => (level + 1) / 256);
  let estimate = measured;
  for (let i = 0; i < iterations; i++) {
    const again = along(estimate, size, kernel, false);
    // The kernel is its own mirror image.
    const ratio = along(
      measured.map((value, at) => value / Math.max(1e-4, again[at]!)),
      size,
      kernel,
      false,
    );
    estimate = estimate.map((value, at) => Math.min(1.5, value * ratio[at]!));
  }
  const out = new Uint8ClampedArray(data.length);
  for (let i = 0; i < grey.length; i++) {
    const change = estimate[i]! * 256 - 1 - grey[i]!;
    for (let c = 0; c < 3; c++) out[3 * i + c] = data[3 * i + c]! + change;
  }
  return { data: new Uint8Array(out.buffer), width, height };
}

/** A sharp picture is sharpened a little; one whose Laplacian varies less than `least` is taken for moved. */
export const deblur = (image: Raster, least: number, iterations: number): Raster =>
  laplacianVariance(image) < least ? richardsonLucy(image, iterations) : unsharp(image, 1.2, 0.6);
