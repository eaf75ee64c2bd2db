/** Small grey pictures: what duplicates are compared on. */

/** 8-bit luma, row-major [height, width]. */
export interface Grey {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A signal over a picture's pixels, row-major. */
export interface Plane {
  data: Float32Array;
  width: number;
  height: number;
}

/**
 * The eight ways to lay a picture: bit 0 mirrors left-right, bit 1 mirrors top-bottom, bit 2 transposes (after the
 * mirrors). 0 is as it is; 3 a half turn; 5 and 6 the quarter turns.
 */
export const ORIENTATIONS = [0, 1, 2, 3, 4, 5, 6, 7] as const;
export type Orientation = (typeof ORIENTATIONS)[number];

export function orient({ data, width, height }: Grey, orientation: Orientation): Grey {
  if (orientation === 0) return { data, width, height };
  const transpose = (orientation & 4) !== 0;
  const outWidth = transpose ? height : width;
  const outHeight = transpose ? width : height;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < outHeight; y++)
    for (let x = 0; x < outWidth; x++) {
      const mx = transpose ? y : x;
      const my = transpose ? x : y;
      const sx = orientation & 1 ? width - 1 - mx : mx;
      const sy = orientation & 2 ? height - 1 - my : my;
      out[y * outWidth + x] = data[sy * width + sx]!;
    }
  return { data: out, width: outWidth, height: outHeight };
}

/** The orientation that undoes `orientation`. */
export function inverseOrientation(orientation: Orientation): Orientation {
  if ((orientation & 4) === 0) return orientation;
  // Transposing swaps the roles of the two mirrors.
  return (4 | ((orientation & 1) << 1) | ((orientation & 2) >> 1)) as Orientation;
}

/** Area average to exactly width × height (any ratio; enlarging repeats pixels). */
export function shrink(source: Grey | Plane, width: number, height: number): Plane {
  const { data, width: w, height: h } = source;
  const rows = new Float32Array(h * width);
  for (let x = 0; x < width; x++) {
    const from = (x * w) / width;
    const to = ((x + 1) * w) / width;
    for (let sx = Math.floor(from); sx < to; sx++) {
      const share = Math.min(to, sx + 1) - Math.max(from, sx);
      if (share <= 0 || sx >= w) continue;
      const part = share / (to - from);
      for (let y = 0; y < h; y++) rows[y * width + x]! += part * data[y * w + sx]!;
    }
  }
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (y * h) / height;
    const to = ((y + 1) * h) / height;
    for (let sy = Math.floor(from); sy < to; sy++) {
      const share = Math.min(to, sy + 1) - Math.max(from, sy);
      if (share <= 0 || sy >= h) continue;
      const part = share / (to - from);
      for (let x = 0; x < width; x++) out[y * width + x]! += part * rows[sy * width + x]!;
    }
  }
  return { data: out, width, height };
}

/** Mean over the (2 r + 1)² square about each pixel, cut at the border: running sums, cost independent of r. */
export function boxMean({ data, width, height }: Plane, radius: number): Plane {
  const rows = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    const at = y * width;
    let sum = 0;
    for (let x = 0; x < Math.min(width, radius); x++) sum += data[at + x]!;
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += data[at + x + radius]!;
      if (x - radius - 1 >= 0) sum -= data[at + x - radius - 1]!;
      rows[at + x] = sum / (Math.min(width - 1, x + radius) - Math.max(0, x - radius) + 1);
    }
  }
  const out = new Float32Array(data.length);
  const sums = new Float64Array(width);
  for (let y = 0; y < Math.min(height, radius); y++) for (let x = 0; x < width; x++) sums[x]! += rows[y * width + x]!;
  for (let y = 0; y < height; y++) {
    const below = y + radius;
    const above = y - radius - 1;
    const count = Math.min(height - 1, below) - Math.max(0, y - radius) + 1;
    for (let x = 0; x < width; x++) {
      if (below < height) sums[x]! += rows[below * width + x]!;
      if (above >= 0) sums[x]! -= rows[above * width + x]!;
      out[y * width + x] = sums[x]! / count;
    }
  }
  return { data: out, width, height };
}
