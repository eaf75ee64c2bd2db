/** Noise taken out: two filters that smooth along edges and not across them. */
import { greyOf, type Raster } from './raster.ts';

/**
 * Non-local means (Buades, Coll and Morel 2005): a pixel becomes the mean of those in `search` × `search` around it,
 * weighted by how alike their `patch` × `patch` surroundings are, exp(−d² / h²) with d² the mean squared difference of
 * luma. One sum of boxes an offset (Darbon and others 2008), so the patch's size costs nothing.
 * @param h strength in levels
 */
export function nonLocalMeans(image: Raster, h: number, patch = 7, search = 21): Raster {
  const { data, width, height } = image;
  const grey = greyOf(image).data;
  const [half, reach] = [patch >> 1, search >> 1];
  const count = width * height;
  const sums = new Float32Array(count * 3);
  const weights = new Float32Array(count);
  const table = new Float64Array((width + 1) * (height + 1));
  const fade = 1 / (h * h * patch * patch);
  const gather = (to: number, from: number, weight: number): void => {
    weights[to] = weights[to]! + weight;
    for (let c = 0; c < 3; c++) sums[3 * to + c] = sums[3 * to + c]! + weight * data[3 * from + c]!;
  };
  for (let i = 0; i < count; i++) gather(i, i, 1);
  // Each pair is looked at once, from the upper one.
  for (let dy = 0; dy <= reach; dy++)
    for (let dx = dy === 0 ? 1 : -reach; dx <= reach; dx++) {
      const [x0, x1] = [Math.max(0, -dx), Math.min(width, width - dx)];
      const y1 = height - dy;
      differences(grey, width, { x0, x1, y1, dx, dy }, table);
      for (let y = 0; y < y1; y++) {
        const [top, bottom] = [Math.max(0, y - half) * (width + 1), Math.min(y1, y + half + 1) * (width + 1)];
        for (let x = x0; x < x1; x++) {
          const [left, right] = [Math.max(x0, x - half), Math.min(x1, x + half + 1)];
          const distance = table[bottom + right]! - table[top + right]! - table[bottom + left]! + table[top + left]!;
          const weight = Math.exp(-distance * fade);
          if (weight < 1e-3) continue;
          const here = y * width + x;
          const there = here + dy * width + dx;
          gather(here, there, weight);
          gather(there, here, weight);
        }
      }
    }
  const out = new Uint8Array(data.length);
  for (let i = 0; i < count; i++)
    for (let c = 0; c < 3; c++) out[3 * i + c] = Math.round(sums[3 * i + c]! / weights[i]!);
  return { data: out, width, height };
}

interface Overlap {
  x0: number;
  x1: number;
  y1: number;
  dx: number;
  dy: number;
}

/** Sums of squared differences between the picture and itself moved, for the part where both are. */
function differences(grey: Uint8Array, width: number, { x0, x1, y1, dx, dy }: Overlap, table: Float64Array): void {
  const row = width + 1;
  table.fill(0, 0, row);
  for (let y = 0; y < y1; y++) {
    let line = 0;
    const next = (y + 1) * row;
    table[next + x0] = 0;
    for (let x = x0; x < x1; x++) {
      const at = y * width + x;
      const difference = grey[at]! - grey[at + dy * width + dx]!;
      line += difference * difference;
      table[next + x + 1] = table[next - row + x + 1]! + line;
    }
  }
}

/**
 * Bilateral filter (Tomasi and Manduchi 1998): the mean of a disc of `diameter` pixels, weighted by distance and by
 * difference of colour (sum over the channels), both Gaussian with deviation `sigma`, in pixels and in levels.
 */
export function bilateral(image: Raster, diameter: number, sigma: number): Raster {
  const { data, width, height } = image;
  const reach = diameter >> 1;
  const near: { dx: number; dy: number; weight: number }[] = [];
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++)
      if (dx * dx + dy * dy <= reach * reach)
        near.push({ dx, dy, weight: Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)) });
  const alike = Float64Array.from({ length: 766 }, (_, d) => Math.exp(-(d * d) / (2 * sigma * sigma)));
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      let [r, g, b, sum] = [0, 0, 0, 0];
      for (const { dx, dy, weight } of near) {
        const fromX = Math.min(width - 1, Math.max(0, x + dx));
        const fromY = Math.min(height - 1, Math.max(0, y + dy));
        const from = (fromY * width + fromX) * 3;
        const [fr, fg, fb] = [data[from]!, data[from + 1]!, data[from + 2]!];
        const apart = Math.abs(fr - data[at]!) + Math.abs(fg - data[at + 1]!) + Math.abs(fb - data[at + 2]!);
        const share = weight * alike[apart]!;
        sum += share;
        r += share * fr;
        g += share * fg;
        b += share * fb;
      }
      out[at] = Math.round(r / sum);
      out[at + 1] = Math.round(g / sum);
      out[at + 2] = Math.round(b / sum);
    }
  return { data: out, width, height };
}
