/** Pixels as the ops see them. */

/** Interleaved 8-bit sRGB, [height, width, 3], row by row from the top left. */
export interface Raster {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A rectangle in whole pixels. */
export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A copy of a part. */
export function crop({ data, width }: Raster, { left, top, width: w, height: h }: Rect): Raster {
  const part = new Uint8Array(w * h * 3);
  for (let y = 0; y < h; y++) {
    const from = ((top + y) * width + left) * 3;
    part.set(data.subarray(from, from + w * 3), y * w * 3);
  }
  return { data: part, width: w, height: h };
}

/** `image` on a white ground of the given size, its top left corner at (left, top); it must lie inside. */
export function onWhite(image: Raster, width: number, height: number, left: number, top: number): Raster {
  if (image.width === width && image.height === height) return image;
  const data = new Uint8Array(width * height * 3).fill(255);
  const row = image.width * 3;
  for (let y = 0; y < image.height; y++)
    data.set(image.data.subarray(y * row, (y + 1) * row), ((top + y) * width + left) * 3);
  return { data, width, height };
}

/** A table for an op that maps every channel's level by itself; values are rounded and clipped. */
export function levels(map: (level: number) => number): Uint8ClampedArray {
  const table = new Uint8ClampedArray(256);
  for (let i = 0; i < 256; i++) table[i] = map(i);
  return table;
}

/** Replaces every level, in place. */
export function mapLevels(image: Raster, table: Uint8ClampedArray): Raster {
  const { data } = image;
  for (let i = 0; i < data.length; i++) data[i] = table[data[i] as number] as number;
  return image;
}

/** Rec. 601 luma of a pixel, 0-255. */
export const luma = (r: number, g: number, b: number): number => 0.299 * r + 0.587 * g + 0.114 * b;
