/**
 * Lays one picture over another: affine, from coarse to fine, by inverse compositional Gauss-Newton (Baker and
 * Matthews, "Lucas-Kanade 20 Years On", 2004) on locally normalised brightness, so that light and contrast do not
 * matter. Made for copies: up to some 4° of skew, 8 % of crop or scale.
 */
import { boxMean, type Plane, shrink } from './grey.ts';

/** (x, y) of the first picture lies at (a x + b y + c, d x + e y + f) of the second; pixel centres at whole numbers. */
export type Affine = [a: number, b: number, c: number, d: number, e: number, f: number];

/** Levels by the longest side. The last decides: a quarter pixel here is half a pixel at 512. */
const LEVELS = [48, 96, 192];
const ITERATIONS = 12;

/** Working memory of `normalise` and `slopesOf`, used again and grown as needed. */
const spare = { squares: new Float32Array(0), variances: new Float32Array(0), at: new Int32Array(0) };

/** (v − local mean) / (local deviation + floor): only structure is left. */
function normalise(plane: Plane): Plane {
  const { data, width, height } = plane;
  const radius = Math.max(2, Math.round(Math.max(width, height) / 12));
  const n = data.length;
  if (spare.squares.length < n) {
    spare.squares = new Float32Array(n);
    spare.variances = new Float32Array(n);
  }
  const { squares, variances } = spare;
  const out = boxMean(plane, radius);
  for (let i = 0; i < n; i++) {
    const structure = data[i]! - out.data[i]!;
    out.data[i] = structure;
    squares[i] = structure * structure;
  }
  boxMean({ data: squares.subarray(0, n), width, height }, radius, variances);
  for (let i = 0; i < n; i++) out.data[i]! /= Math.sqrt(Math.max(0, variances[i]!)) + 6;
  return out;
}

/** One size of a picture, with the pixels that can tell a shift: those on a slope. */
interface Level extends Plane {
  /** Known once another picture was laid over this one. */
  slopes: Slopes | null;
}

interface Slopes {
  /** Positions, and the slope there (x, y by turns). */
  at: Int32Array;
  gradients: Float32Array;
}

/** Slopes under this (structure deviates by about 1) tell nothing, and most of a page is such. */
const FLAT = 0.08;

function slopesOf(level: Level): Slopes {
  if (level.slopes) return level.slopes;
  const { data, width, height } = level;
  if (spare.at.length < data.length) spare.at = new Int32Array(data.length);
  const found = spare.at;
  let count = 0;
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const dx = (data[i + 1]! - data[i - 1]!) / 2;
      const dy = (data[i + width]! - data[i - width]!) / 2;
      if (dx * dx + dy * dy >= FLAT * FLAT) found[count++] = i;
    }
  const at = found.slice(0, count);
  const gradients = new Float32Array(2 * count);
  for (let j = 0; j < count; j++) {
    const i = at[j]!;
    gradients[2 * j] = (data[i + 1]! - data[i - 1]!) / 2;
    gradients[2 * j + 1] = (data[i + width]! - data[i - width]!) / 2;
  }
  return (level.slopes = { at, gradients });
}

const levelOf = (plane: Plane): Level => ({ ...normalise(plane), slopes: null });

/** At most `side` on the longest side. */
function shrunk(plane: Plane, side: number): Plane {
  const factor = Math.min(1, side / Math.max(plane.width, plane.height));
  if (factor === 1) return plane;
  const width = Math.max(4, Math.round(plane.width * factor));
  return shrink(plane, width, Math.max(4, Math.round(plane.height * factor)));
}

/** The same map between the pictures at other sizes: scales of first and second, pixel centres kept. */
function rescale([a, b, c, d, e, f]: Affine, s1x: number, s1y: number, s2x: number, s2y: number): Affine {
  // Centres: full = (level + .5) / s − .5 on both sides.
  const na = (a * s2x) / s1x;
  const nb = (b * s2x) / s1y;
  const nd = (d * s2y) / s1x;
  const ne = (e * s2y) / s1y;
  const ox = 0.5 / s1x - 0.5;
  const oy = 0.5 / s1y - 0.5;
  return [na, nb, (a * ox + b * oy + c + 0.5) * s2x - 0.5, nd, ne, (d * ox + e * oy + f + 0.5) * s2y - 0.5];
}

/** Solves the symmetric 6 × 6 system in place by elimination; false where it is singular. */
function solve6(h: Float64Array, g: Float64Array): boolean {
  for (let i = 0; i < 6; i++) {
    let pivot = i;
    for (let r = i + 1; r < 6; r++) if (Math.abs(h[r * 6 + i]!) > Math.abs(h[pivot * 6 + i]!)) pivot = r;
    if (Math.abs(h[pivot * 6 + i]!) < 1e-9) return false;
    if (pivot !== i) {
      for (let c = 0; c < 6; c++) [h[i * 6 + c], h[pivot * 6 + c]] = [h[pivot * 6 + c]!, h[i * 6 + c]!];
      [g[i], g[pivot]] = [g[pivot]!, g[i]!];
    }
    for (let r = i + 1; r < 6; r++) {
      const factor = h[r * 6 + i]! / h[i * 6 + i]!;
      for (let c = i; c < 6; c++) h[r * 6 + c]! -= factor * h[i * 6 + c]!;
      g[r]! -= factor * g[i]!;
    }
  }
  for (let i = 5; i >= 0; i--) {
    for (let c = i + 1; c < 6; c++) g[i]! -= h[i * 6 + c]! * g[c]!;
    g[i]! /= h[i * 6 + i]!;
  }
  return true;
}

/** One level: refines `start` until steps are under a fiftieth of a pixel. */
function refine(first: Level, second: Plane, start: Affine): Affine {
  const { width, height, data: t } = first;
  const { at: slopes, gradients } = slopesOf(first);
  const cx = (width - 1) / 2;
  const cy = (height - 1) / 2;
  const scale = Math.max(cx, cy);
  let m = start;
  const h = new Float64Array(36);
  const g = new Float64Array(6);
  const { data: s, width: sw, height: sh } = second;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    h.fill(0);
    g.fill(0);
    const [a, b, c, d, e, f] = m;
    for (let j = 0; j < slopes.length; j++) {
      const i = slopes[j]!;
      const y = (i / width) | 0;
      const x = i - y * width;
      const sx = a * x + b * y + c;
      const sy = d * x + e * y + f;
      if (!(sx >= 0 && sy >= 0 && sx < sw - 1 && sy < sh - 1)) continue;
      const ix = sx | 0;
      const iy = sy | 0;
      const u = sx - ix;
      const v = sy - iy;
      const at = iy * sw + ix;
      const value = (1 - v) * ((1 - u) * s[at]! + u * s[at + 1]!) + v * ((1 - u) * s[at + sw]! + u * s[at + sw + 1]!);
      const error = value - t[i]!;
      // Large errors are other content, not a shift: they pull less (Huber).
      const weight = error > 1 ? 1 / error : error < -1 ? -1 / error : 1;
      const nx = (x - cx) / scale;
      const ny = (y - cy) / scale;
      const dx = gradients[2 * j]!;
      const dy = gradients[2 * j + 1]!;
      const r0 = dx * nx;
      const r1 = dx * ny;
      const r3 = dy * nx;
      const r4 = dy * ny;
      const we = weight * error;
      g[0]! += we * r0;
      g[1]! += we * r1;
      g[2]! += we * dx;
      g[3]! += we * r3;
      g[4]! += we * r4;
      g[5]! += we * dy;
      // Products of the six rates, upper triangle.
      const w0 = weight * r0;
      const w1 = weight * r1;
      const w2 = weight * dx;
      const w3 = weight * r3;
      const w4 = weight * r4;
      h[0]! += w0 * r0;
      h[1]! += w0 * r1;
      h[2]! += w0 * dx;
      h[3]! += w0 * r3;
      h[4]! += w0 * r4;
      h[5]! += w0 * dy;
      h[7]! += w1 * r1;
      h[8]! += w1 * dx;
      h[9]! += w1 * r3;
      h[10]! += w1 * r4;
      h[11]! += w1 * dy;
      h[14]! += w2 * dx;
      h[15]! += w2 * r3;
      h[16]! += w2 * r4;
      h[17]! += w2 * dy;
      h[21]! += w3 * r3;
      h[22]! += w3 * r4;
      h[23]! += w3 * dy;
      h[28]! += w4 * r4;
      h[29]! += w4 * dy;
      h[35]! += weight * dy * dy;
    }
    for (let p = 0; p < 6; p++) {
      for (let q = 0; q < p; q++) h[p * 6 + q] = h[q * 6 + p]!;
      h[p * 6 + p]! += 1e-3 * h[p * 6 + p]! + 1e-6;
    }
    if (!solve6(h, g)) return m;
    // Increment in pixel coordinates of the first, then m ← m ∘ increment⁻¹.
    const [p0, p1, p2, p3, p4, p5] = [g[0]! / scale, g[1]! / scale, g[2]!, g[3]! / scale, g[4]! / scale, g[5]!];
    const ia = 1 + p0;
    const ib = p1;
    const ic = p2 - p0 * cx - p1 * cy;
    const id = p3;
    const ie = 1 + p4;
    const jf = p5 - p3 * cx - p4 * cy;
    const det = ia * ie - ib * id;
    if (Math.abs(det) < 0.2) return m;
    const ra = ie / det;
    const rb = -ib / det;
    const rd = -id / det;
    const re = ia / det;
    const rc = -(ra * ic + rb * jf);
    const rf = -(rd * ic + re * jf);
    m = [a * ra + b * rd, a * rb + b * re, a * rc + b * rf + c, d * ra + e * rd, d * rb + e * re, d * rc + e * rf + f];
    const step = Math.max(
      Math.abs(g[0]!),
      Math.abs(g[1]!),
      Math.abs(g[3]!),
      Math.abs(g[4]!),
      Math.abs(g[2]!),
      Math.abs(g[5]!),
    );
    if (step < 0.02) break;
  }
  return m;
}

/** Pictures at the sizes of the pyramid, made once and compared with many. */
export interface Pyramid {
  width: number;
  height: number;
  levels: Level[];
}

export function pyramidOf(plane: Plane): Pyramid {
  const planes: Plane[] = [];
  let larger = plane;
  for (const side of [...LEVELS].reverse()) {
    larger = shrunk(larger, side);
    planes.unshift(larger);
  }
  return { width: plane.width, height: plane.height, levels: planes.map(levelOf) };
}

/** Beginnings: the same frame, a little larger, a little smaller, skewed either way. */
const STARTS: [zoom: number, degrees: number][] = [
  [1, 0],
  [1.06, 0],
  [0.94, 0],
  [1, 3],
  [1, -3],
];
/** Levels on which all beginnings are tried. A coarser one (24) was harmful: page borders pulled more than the text. */
const TRIED = 1;

/** Where the pixels of `first` lie in `second`. */
export function align(first: Pyramid, second: Pyramid): Affine {
  const count = Math.min(first.levels.length, second.levels.length);
  const step = (map: Affine, level: number): Affine => {
    const a = first.levels[level]!;
    const b = second.levels[level]!;
    const [s1x, s1y] = [a.width / first.width, a.height / first.height];
    const [s2x, s2y] = [b.width / second.width, b.height / second.height];
    const refined = refine(a, b, rescale(map, s1x, s1y, s2x, s2y));
    return rescale(refined, 1 / s1x, 1 / s1y, 1 / s2x, 1 / s2y);
  };
  const tried = Math.min(TRIED, count);
  let best: Affine | null = null;
  let bestError = Infinity;
  for (const [zoom, degrees] of STARTS) {
    let map = begin(first, second, zoom, degrees);
    for (let level = 0; level < tried; level++) map = step(map, level);
    const a = first.levels[tried - 1]!;
    const b = second.levels[tried - 1]!;
    const error = misfit(
      a,
      b,
      rescale(map, a.width / first.width, a.height / first.height, b.width / second.width, b.height / second.height),
    );
    if (error < bestError) {
      bestError = error;
      best = map;
    }
  }
  let map = best ?? begin(first, second, 1, 0);
  for (let level = tried; level < count; level++) map = step(map, level);
  return map;
}

function begin(first: Pyramid, second: Pyramid, zoom: number, degrees: number): Affine {
  const sx = (second.width / first.width) * zoom;
  const sy = (second.height / first.height) * zoom;
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  const [a, b, d, e] = [sx * cos, -sx * sin, sy * sin, sy * cos];
  // Centre on centre.
  const [cx, cy] = [(first.width - 1) / 2, (first.height - 1) / 2];
  return [a, b, (second.width - 1) / 2 - a * cx - b * cy, d, e, (second.height - 1) / 2 - d * cx - e * cy];
}

/** Mean of min(|difference|, 2) over the common frame; what lies outside counts 1. */
function misfit(first: Plane, second: Plane, [a, b, c, d, e, f]: Affine): number {
  let sum = 0;
  for (let y = 0; y < first.height; y++)
    for (let x = 0; x < first.width; x++) {
      const sx = Math.round(a * x + b * y + c);
      const sy = Math.round(d * x + e * y + f);
      if (!(sx >= 0 && sy >= 0 && sx < second.width && sy < second.height)) sum += 1;
      else sum += Math.min(2, Math.abs(first.data[y * first.width + x]! - second.data[sy * second.width + sx]!));
    }
  return sum / first.data.length;
}

export function invert([a, b, c, d, e, f]: Affine): Affine | null {
  const det = a * e - b * d;
  if (Math.abs(det) < 1e-6) return null;
  const ia = e / det;
  const ib = -b / det;
  const id = -d / det;
  const ie = a / det;
  return [ia, ib, -(ia * c + ib * f), id, ie, -(id * c + ie * f)];
}
