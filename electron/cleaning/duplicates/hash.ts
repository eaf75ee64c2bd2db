/**
 * Sketch of a picture: 64-bit perceptual hashes under all eight orientations, from one cosine transform.
 * A hash can only PROPOSE: two fills of one blank form differ in as few bits as a scan and its copy.
 */
import { type Grey, type Orientation, ORIENTATIONS, shrink } from './grey.ts';

/** Cells across and down that a hash is made of. */
export const CELLS_SIDE = 32;
const LOW = 8;
/** Words of the eight hashes of one picture. */
export const HASH_WORDS = 16;

const COSINES = (() => {
  const out = new Float64Array(LOW * CELLS_SIDE);
  for (let u = 0; u < LOW; u++)
    for (let x = 0; x < CELLS_SIDE; x++)
      out[u * CELLS_SIDE + x] = Math.cos((Math.PI * u * (2 * x + 1)) / (2 * CELLS_SIDE));
  return out;
})();

const rows = new Float64Array(CELLS_SIDE * LOW);
const low = new Float64Array(LOW * LOW);
const now = new Float64Array(LOW * LOW);
const sorted = new Float64Array(LOW * LOW);

/** Fills `low` with the 8 × 8 lowest coefficients of the cells, `[v * 8 + u]`, u across. */
function lowFrequencies(cells: Float32Array): void {
  for (let y = 0; y < CELLS_SIDE; y++)
    for (let u = 0; u < LOW; u++) {
      let sum = 0;
      for (let x = 0; x < CELLS_SIDE; x++) sum += cells[y * CELLS_SIDE + x]! * COSINES[u * CELLS_SIDE + x]!;
      rows[y * LOW + u] = sum;
    }
  for (let v = 0; v < LOW; v++)
    for (let u = 0; u < LOW; u++) {
      let sum = 0;
      for (let y = 0; y < CELLS_SIDE; y++) sum += rows[y * LOW + u]! * COSINES[v * CELLS_SIDE + y]!;
      low[v * LOW + u] = sum;
    }
}

/** Fills `now` with the coefficients of the picture mirrored like this: a mirror turns the sign of odd ones. */
function mirrored(mirrors: number): void {
  for (let v = 0; v < LOW; v++)
    for (let u = 0; u < LOW; u++) {
      const sign = (mirrors & 1 && u & 1 ? -1 : 1) * (mirrors & 2 && v & 1 ? -1 : 1);
      now[v * LOW + u] = sign * low[v * LOW + u]!;
    }
}

/**
 * Hashes of 32 × 32 cells in orientations 0 to 7, into 16 words at `at`: hash o in words 2 o (bits 0-31) and 2 o + 1. A
 * bit is 1 where its coefficient is above the median of the 64.
 */
export function hashCells(cells: Float32Array, into: Uint32Array, at: number): void {
  lowFrequencies(cells);
  into.fill(0, at, at + HASH_WORDS);
  for (let mirrors = 0; mirrors < 4; mirrors++) {
    mirrored(mirrors);
    // Transposed after the mirrors it is the same numbers at other places: one median for both.
    sorted.set(now);
    sorted.sort();
    const median = (sorted[31]! + sorted[32]!) / 2;
    for (let v = 0; v < LOW; v++)
      for (let u = 0; u < LOW; u++) {
        if (now[v * LOW + u]! <= median) continue;
        const upright = v * LOW + u;
        const transposed = u * LOW + v;
        into[at + 2 * mirrors + (upright >> 5)]! |= 1 << (upright & 31);
        into[at + 2 * (mirrors | 4) + (transposed >> 5)]! |= 1 << (transposed & 31);
      }
  }
}

/** The same of a picture. */
export function perceptualHashes(grey: Grey): Uint32Array {
  const out = new Uint32Array(HASH_WORDS);
  hashCells(shrink(grey, CELLS_SIDE, CELLS_SIDE).data, out, 0);
  return out;
}

/** Bits set in a 32-bit word. */
export function bits(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Least Hamming distance of a's upright hash to b under its eight orientations, and which one it was. */
export function hashDistance(a: Uint32Array, b: Uint32Array): { distance: number; orientation: Orientation } {
  let distance = 65;
  let best: Orientation = 0;
  for (const orientation of ORIENTATIONS) {
    const d = bits(a[0]! ^ b[2 * orientation]!) + bits(a[1]! ^ b[2 * orientation + 1]!);
    if (d < distance) {
      distance = d;
      best = orientation;
    }
  }
  return { distance, orientation: best };
}
