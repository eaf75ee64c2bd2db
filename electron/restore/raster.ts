/** Pixels as the steps of a restoration see them. */

/** Interleaved 8-bit sRGB, [height, width, 3], row by row from the top left. */
export interface Raster {
  data: Uint8Array;
  width: number;
  height: number;
}

/** One 8-bit value a pixel, [height, width]. */
export interface Grey {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Rec. 601 luma, rounded. */
export function greyOf({ data, width, height }: Raster): Grey {
  const out = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < out.length; i++, at += 3)
    out[i] = Math.round(0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!);
  return { data: out, width, height };
}

/** The mean of blocks, so that the longest side is at most `side`; the same object where it already is. */
export function shrink(image: Grey, side: number): Grey {
  const factor = Math.ceil(Math.max(image.width, image.height) / side);
  if (factor <= 1) return image;
  const width = Math.max(1, Math.floor(image.width / factor));
  const height = Math.max(1, Math.floor(image.height / factor));
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let dy = 0; dy < factor; dy++)
        for (let dx = 0; dx < factor; dx++) sum += image.data[(y * factor + dy) * image.width + x * factor + dx] ?? 255;
      data[y * width + x] = Math.round(sum / (factor * factor));
    }
  return { data, width, height };
}

/** Sums of all pixels above and left, [height + 1, width + 1]: any box's sum in four look-ups. */
export function boxSums({ data, width, height }: Grey): Float64Array {
  const row = width + 1;
  const sums = new Float64Array(row * (height + 1));
  for (let y = 0; y < height; y++) {
    let line = 0;
    for (let x = 0; x < width; x++) {
      line += data[y * width + x]!;
      sums[(y + 1) * row + x + 1] = sums[y * row + x + 1]! + line;
    }
  }
  return sums;
}
