/**
 * Sketch of a picture: 64-bit perceptual hashes under all eight orientations, from one cosine transform.
 * A hash can only PROPOSE: two fills of one blank form differ in as few bits as a scan and its copy.
 */
import { type Grey, type Orientation, ORIENTATIONS, shrink } from './grey.ts';

const SIDE = 32;
const LOW = 8;
/** Words of the eight hashes of one picture. */
export const HASH_WORDS = 16;

const COSINES = (() => {
  const out = new Float64Array(LOW * SIDE);
  for (let u = 0; u < LOW; u++)
    for (let x = 0; x < SIDE; x++) out[u * SIDE + x] = Math.cos((Math.PI * u * (2 * x + 1)) / (2 * SIDE));
  return out;
})();

/** The 8 × 8 lowest coefficients of the 32 × 32 area average, `[v * 8 + u]`, u across. */
function lowFrequencies(grey: Grey): Float64Array {
  const { data } = shrink(grey, SIDE, SIDE);
  const rows = new Float64Array(SIDE * LOW);
  for (let y = 0; y < SIDE; y++)
    for (let u = 0; u < LOW; u++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += data[y * SIDE + x]! * COSINES[u * SIDE + x]!;
      rows[y * LOW + u] = sum;
    }
  const out = new Float64Array(LOW * LOW);
  for (let v = 0; v < LOW; v++)
    for (let u = 0; u < LOW; u++) {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) sum += rows[y * LOW + u]! * COSINES[v * SIDE + y]!;
      out[v * LOW + u] = sum;
    }
  return out;
}

/** Coefficients of the picture laid in this orientation: a mirror turns the sign of odd ones, a transpose swaps. */
function turned(low: Float64Array, orientation: Orientation, out: Float64Array): void {
  for (let v = 0; v < LOW; v++)
    for (let u = 0; u < LOW; u++) {
      const su = orientation & 4 ? v : u;
      const sv = orientation & 4 ? u : v;
      const sign = (orientation & 1 && su & 1 ? -1 : 1) * (orientation & 2 && sv & 1 ? -1 : 1);
      out[v * LOW + u] = sign * low[sv * LOW + su]!;
    }
}

/**
 * Hashes in orientations 0 to 7: 16 words, hash o in words 2 o (bits 0-31) and 2 o + 1. A bit is 1 where its
 * coefficient is above the median of the 64.
 */
export function perceptualHashes(grey: Grey): Uint32Array {
  const low = lowFrequencies(grey);
  const out = new Uint32Array(HASH_WORDS);
  const now = new Float64Array(LOW * LOW);
  for (const orientation of ORIENTATIONS) {
    turned(low, orientation, now);
    const sorted = now.slice().sort();
    const median = (sorted[31]! + sorted[32]!) / 2;
    for (let i = 0; i < LOW * LOW; i++) if (now[i]! > median) out[2 * orientation + (i >> 5)]! |= 1 << (i & 31);
  }
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
