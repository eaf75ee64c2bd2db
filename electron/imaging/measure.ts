/** Cheap measures of a picture, from its thumbnail's pixels. */

export interface Measures {
  /** Mean luma, 0 black to 1 white. */
  brightness: number;
  /** 0 sharp to 1 without any edge. */
  blur: number;
}

/** Laplacian variance at which blur is one half: scans and photographs of 256 px lie between 100 and 3,000. */
const HALF_SHARP = 120;

/**
 * Brightness is the mean Rec. 601 luma. Blur is h / (h + v), v the variance of the 4-neighbour Laplacian of luma
 * (Pech-Pacheco et al. 2000) and h = 120, so that it needs no range.
 * @param rgb [height, width, 3] 0-255
 */
export function measure(rgb: Uint8Array, width: number, height: number): Measures {
  const luma = new Float32Array(width * height);
  let sum = 0;
  for (let i = 0; i < luma.length; i++) {
    const value = 0.299 * (rgb[3 * i] ?? 0) + 0.587 * (rgb[3 * i + 1] ?? 0) + 0.114 * (rgb[3 * i + 2] ?? 0);
    luma[i] = value;
    sum += value;
  }
  let total = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const l =
        (luma[i - 1] ?? 0) + (luma[i + 1] ?? 0) + (luma[i - width] ?? 0) + (luma[i + width] ?? 0) - 4 * (luma[i] ?? 0);
      total += l;
      squares += l * l;
      count++;
    }
  }
  const variance = count === 0 ? 0 : squares / count - (total / count) ** 2;
  return { brightness: sum / Math.max(1, luma.length) / 255, blur: HALF_SHARP / (HALF_SHARP + Math.max(0, variance)) };
}
