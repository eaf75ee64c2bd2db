/**
 * Are these two pictures copies? Laid over each other, what differs is explained as far as a copy explains it: per
 * 48-pixel block a shift of up to 1.5 pixels, another contrast, another sharpness. What is left is counted in small
 * overlapping blocks, and the WORST block decides: two fills of one form differ in one field, and a mean over the page
 * would drown it.
 */
import { type Affine, align, invert, type Pyramid, pyramidOf } from './align.ts';
import { boxMean, type Grey, type Plane, shrink } from './grey.ts';
import { unexplained } from './unexplained.ts';

/** Longest side at which pictures are compared. A smaller one brings the other down to its own size. */
export const VERIFY_SIDE = 512;

/**
 * Worst block of 16 × 16 pixels: at most this many may be left unexplained. Measured on altered copies 0 to 16, on
 * forms that differ in one amount, one field or one tick 80 and more.
 */
export const DIFFERENT_PIXELS = 30;
/** Copies share at least this much of both frames. */
const LEAST_OVERLAP = 0.7;
/** Blocks of 48 pixels with structure that a verdict "same" needs: two empty walls are no copies of each other. */
const LEAST_STRUCTURE = 2;

export interface Comparison {
  same: boolean;
  /** Unexplained pixels in the worst block of 256; what the verdict rests on. 256 where they cannot be aligned. */
  differing: number;
  /** 0-1, for ordering and display: 1 nothing differs, 0.5 at the verdict's cut. */
  likeness: number;
  /** Share of each picture that lies in the frame of the other, the smaller of the two. */
  overlap: number;
  /** Blocks of 48 pixels that hold anything to compare. */
  structured: number;
  /** Position of the first picture's pixels in the second, at the compared sizes. */
  map: Affine;
}

/** A picture made ready at one size. */
export interface Prepared {
  width: number;
  height: number;
  pyramid: Pyramid;
  /** Mean over 5 × 5 pixels, relative to the local brightness, scaled to 255. */
  relative: Plane;
}

/** Bytes that it takes: as much again as its pixels where others were laid over it (their slopes). */
export function bytesOf({ pyramid, relative }: Prepared): number {
  const pixels = pyramid.levels.reduce((sum, { data }) => sum + 3 * data.length, relative.data.length);
  return 4 * pixels;
}

/** `side`: longest side to compare at; the two of a pair must use the same (see `commonSide`). */
export function prepare(grey: Grey, side = VERIFY_SIDE): Prepared {
  const factor = Math.min(1, side / Math.max(grey.width, grey.height));
  const width = Math.max(16, Math.round(grey.width * factor));
  const height = Math.max(16, Math.round(grey.height * factor));
  const plane: Plane =
    width === grey.width && height === grey.height
      ? { ...grey, data: new Float32Array(grey.data) }
      : shrink(grey, width, height);
  // Five by five: finer than a changed stroke, coarser than blur, grain and compression.
  const smooth = boxMean(plane, 2);
  const around = boxMean(plane, Math.max(6, Math.round(Math.max(width, height) / 24)));
  // Very dark surroundings count as a third of the picture's brightest: their noise is not magnified, and a darker
  // copy, whose brightest is darker too, gives the same.
  const floor = Math.max(8, brightest(around) / 3);
  const data = smooth.data;
  for (let i = 0; i < data.length; i++) {
    const mean = around.data[i]!;
    data[i] = (255 * (data[i]! - mean)) / Math.max(floor, mean);
  }
  return { width, height, pyramid: pyramidOf(plane), relative: smooth };
}

/** The value that one pixel in twenty exceeds. */
function brightest({ data }: Plane): number {
  const counts = new Uint32Array(256);
  for (const v of data) counts[Math.min(255, Math.max(0, Math.round(v)))]! += 1;
  let above = 0;
  let level = 255;
  while (level > 0 && (above += counts[level]!) < data.length / 20) level--;
  return level;
}

/** The side at which two pictures are compared: neither is enlarged. */
export function commonSide(first: Grey, second: Grey): number {
  return Math.min(VERIFY_SIDE, Math.max(first.width, first.height), Math.max(second.width, second.height));
}

/** `second` drawn into the frame of `first`; NaN where it lies outside or nearer to its border than `border`. */
function warp(second: Plane, [a, b, c, d, e, f]: Affine, width: number, height: number, border: number): Float32Array {
  const out = new Float32Array(width * height).fill(NaN);
  const { data, width: w, height: h } = second;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const sx = a * x + b * y + c;
      const sy = d * x + e * y + f;
      if (!(sx >= border && sy >= border && sx < w - 1 - border && sy < h - 1 - border)) continue;
      const ix = Math.floor(sx);
      const iy = Math.floor(sy);
      const u = sx - ix;
      const v = sy - iy;
      const at = iy * w + ix;
      out[y * width + x] =
        (1 - v) * ((1 - u) * data[at]! + u * data[at + 1]!) + v * ((1 - u) * data[at + w]! + u * data[at + w + 1]!);
    }
  return out;
}

/** Lays `second` (already in the orientation of `first`) over `first` and compares. */
export function compare(first: Prepared, second: Prepared): Comparison {
  const map = align(first.pyramid, second.pyramid);
  const { width, height } = first;
  const none: Comparison = { same: false, differing: 256, likeness: 0, overlap: 0, structured: 0, map };
  if (!invert(map)) return none;
  // Near the border of either picture the surroundings are those of its frame, not of its content.
  const border = Math.max(4, Math.round(Math.max(width, height) / 24));
  const other = warp(second.relative, map, width, height, border);
  let inside = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const sx = map[0] * x + map[1] * y + map[2];
      const sy = map[3] * x + map[4] * y + map[5];
      if (sx >= -0.5 && sy >= -0.5 && sx < second.width - 0.5 && sy < second.height - 0.5) inside++;
    }
  const area = Math.abs(map[0] * map[4] - map[1] * map[3]);
  const overlap = Math.min(inside / other.length, (inside * area) / (second.width * second.height));
  if (overlap < LEAST_OVERLAP) return { ...none, overlap };
  const { worst, structured } = unexplained(first.relative, other, border);
  return {
    same: worst <= DIFFERENT_PIXELS && structured >= LEAST_STRUCTURE,
    differing: worst,
    likeness: DIFFERENT_PIXELS / (DIFFERENT_PIXELS + worst),
    overlap,
    structured,
    map,
  };
}
