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
 * (Pech-Pacheco et al. 2000) and h = 120, so that it needs no range. Whole numbers throughout: an import measures every
 * picture, and floats took four times as long.
 * @param rgb [height, width, 3] 0-255
 */
export function measure(rgb: Uint8Array, width: number, height: number): Measures {
  const luma = new Uint8Array(width * height);
  let sum = 0;
  for (let i = 0, j = 0; i < luma.length; i++, j += 3) {
    const value = (77 * (rgb[j] as number) + 150 * (rgb[j + 1] as number) + 29 * (rgb[j + 2] as number) + 128) >> 8;
    luma[i] = value;
    sum += value;
  }
  let total = 0;
  let squares = 0;
  for (let y = 1; y < height - 1; y++) {
    const last = (y + 1) * width - 1;
    for (let i = y * width + 1; i < last; i++) {
      const around =
        (luma[i - 1] as number) + (luma[i + 1] as number) + (luma[i - width] as number) + (luma[i + width] as number);
      const l = around - 4 * (luma[i] as number);
      total += l;
      squares += l * l;
    }
  }
  const count = Math.max(0, width - 2) * Math.max(0, height - 2);
  const variance = count === 0 ? 0 : squares / count - (total / count) ** 2;
  return { brightness: sum / Math.max(1, luma.length) / 255, blur: HALF_SHARP / (HALF_SHARP + Math.max(0, variance)) };
}
