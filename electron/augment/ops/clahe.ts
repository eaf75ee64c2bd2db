import { pixelOp } from '../op.ts';
import { type Raster, luma } from '../raster.ts';

const TILES = 8;

/** The equalising curve of a tile: its histogram, clipped, what was cut off spread over all levels, summed. */
function curveOf(lumas: Uint8Array, image: Raster, tileX: number, tileY: number, clip: number): Float32Array {
  const left = Math.floor((tileX * image.width) / TILES);
  const right = Math.max(left + 1, Math.floor(((tileX + 1) * image.width) / TILES));
  const top = Math.floor((tileY * image.height) / TILES);
  const bottom = Math.max(top + 1, Math.floor(((tileY + 1) * image.height) / TILES));
  const histogram = new Float32Array(256);
  for (let y = top; y < Math.min(bottom, image.height); y++)
    for (let x = left; x < Math.min(right, image.width); x++) {
      const level = lumas[y * image.width + x] as number;
      histogram[level] = (histogram[level] as number) + 1;
    }
  const count = histogram.reduce((sum, n) => sum + n, 0);
  const limit = Math.max(1, (clip * count) / 256);
  let excess = 0;
  for (let i = 0; i < 256; i++) {
    const over = (histogram[i] as number) - limit;
    if (over > 0) {
      excess += over;
      histogram[i] = limit;
    }
  }
  const curve = new Float32Array(256);
  let sum = 0;
  for (let i = 0; i < 256; i++) {
    sum += (histogram[i] as number) + excess / 256;
    curve[i] = count === 0 ? i : (255 * sum) / count;
  }
  return curve;
}

/** Of every pixel of a side: the tiles whose centres are around it, and its share of the second. */
function places(size: number): { low: Uint8Array; high: Uint8Array; share: Float64Array } {
  const [low, high, share] = [new Uint8Array(size), new Uint8Array(size), new Float64Array(size)];
  for (let at = 0; at < size; at++) {
    const tile = Math.min(TILES - 1, Math.max(0, ((at + 0.5) * TILES) / size - 0.5));
    low[at] = Math.floor(tile);
    high[at] = Math.min(TILES - 1, Math.floor(tile) + 1);
    share[at] = tile - Math.floor(tile);
  }
  return { low, high, share };
}

/**
 * Contrast-limited adaptive histogram equalisation of luma (Zuiderveld 1994): 8 × 8 tiles, curves blended between
 * their centres. Colour differences stay. Larger `clip` allows more contrast; 1 is none.
 */
export const clahe = pixelOp(
  'clahe',
  { clip: { unit: '×', minimum: 1, maximum: 8, step: 0.1, default: [1, 3] } },
  (image, { clip }) => {
    const { data, width, height } = image;
    const lumas = new Uint8Array(width * height);
    for (let i = 0; i < lumas.length; i++)
      lumas[i] = Math.round(luma(data[3 * i] as number, data[3 * i + 1] as number, data[3 * i + 2] as number));
    /** The curves of all tiles, 256 levels each. */
    const curves = new Float32Array(TILES * TILES * 256);
    for (let y = 0; y < TILES; y++)
      for (let x = 0; x < TILES; x++) curves.set(curveOf(lumas, image, x, y, clip), (y * TILES + x) * 256);
    const out = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
    const [columns, rows] = [places(width), places(height)];
    for (let y = 0, i = 0; y < height; y++) {
      const top = (rows.low[y] as number) * TILES * 256;
      const bottom = (rows.high[y] as number) * TILES * 256;
      const fy = rows.share[y] as number;
      for (let x = 0; x < width; x++, i++) {
        const level = lumas[i] as number;
        const left = (columns.low[x] as number) * 256 + level;
        const right = (columns.high[x] as number) * 256 + level;
        const fx = columns.share[x] as number;
        const upper = (curves[top + left] as number) * (1 - fx) + (curves[top + right] as number) * fx;
        const lower = (curves[bottom + left] as number) * (1 - fx) + (curves[bottom + right] as number) * fx;
        const change = upper * (1 - fy) + lower * fy - level;
        out[3 * i] = (out[3 * i] as number) + change;
        out[3 * i + 1] = (out[3 * i + 1] as number) + change;
        out[3 * i + 2] = (out[3 * i + 2] as number) + change;
      }
    }
    return image;
  },
);
