/**
 * What is kept of every picture for the search: eight hashes and a small map, 1,088 bytes. Made once, from any size of
 * 64 pixels or more (a thumbnail does).
 */
import { type Grey, type Orientation, shrink } from './grey.ts';
import { HASH_WORDS, perceptualHashes } from './hash.ts';

/** The map is this wide and high, whatever the picture's shape. */
export const MAP_SIDE = 32;
const MAP_BYTES = MAP_SIDE * MAP_SIDE;
export const SKETCH_BYTES = 4 * HASH_WORDS + MAP_BYTES;

/** Steps of the map's bytes per standard deviation of the picture. */
const STEPS = 32;

/** Hashes (little endian), then the map: (brightness − mean) / deviation, 32 steps to one, 128 at 0. */
export function sketchOf(grey: Grey): Uint8Array {
  const out = new Uint8Array(SKETCH_BYTES);
  const view = new DataView(out.buffer);
  perceptualHashes(grey).forEach((word, i) => view.setUint32(4 * i, word, true));
  const { data } = shrink(grey, MAP_SIDE, MAP_SIDE);
  let mean = 0;
  for (const v of data) mean += v / MAP_BYTES;
  let variance = 0;
  for (const v of data) variance += (v - mean) ** 2 / MAP_BYTES;
  // The floor keeps the noise of an empty page from filling the range.
  const scale = STEPS / (Math.sqrt(variance) + 4);
  for (let i = 0; i < MAP_BYTES; i++)
    out[4 * HASH_WORDS + i] = Math.min(255, Math.max(0, Math.round(128 + scale * (data[i]! - mean))));
  return out;
}

/** Sketches of n pictures in two flat arrays. */
export interface Sketches {
  count: number;
  /** [n, 16] words. */
  hashes: Uint32Array;
  /** [n, 32, 32] bytes. */
  maps: Uint8Array;
}

export function gatherSketches(sketches: readonly Uint8Array[]): Sketches {
  const count = sketches.length;
  const hashes = new Uint32Array(count * HASH_WORDS);
  const maps = new Uint8Array(count * MAP_BYTES);
  sketches.forEach((sketch, n) => {
    if (sketch.length !== SKETCH_BYTES) throw new RangeError(`expected ${SKETCH_BYTES} bytes, got ${sketch.length}`);
    const view = new DataView(sketch.buffer, sketch.byteOffset, sketch.byteLength);
    for (let i = 0; i < HASH_WORDS; i++) hashes[n * HASH_WORDS + i] = view.getUint32(4 * i, true);
    maps.set(sketch.subarray(4 * HASH_WORDS), n * MAP_BYTES);
  });
  return { count, hashes, maps };
}

const CELLS = ([0, 1, 2, 3, 4, 5, 6, 7] as const).map((orientation) => {
  const out = new Uint16Array(MAP_BYTES);
  for (let y = 0; y < MAP_SIDE; y++)
    for (let x = 0; x < MAP_SIDE; x++) {
      const mx = orientation & 4 ? y : x;
      const my = orientation & 4 ? x : y;
      const sx = orientation & 1 ? MAP_SIDE - 1 - mx : mx;
      const sy = orientation & 2 ? MAP_SIDE - 1 - my : my;
      out[y * MAP_SIDE + x] = sy * MAP_SIDE + sx;
    }
  return out;
});

/** Where each cell of an upright map lies in the map of the same picture laid in this orientation. */
export const orientedCells = (orientation: Orientation): Uint16Array => CELLS[orientation]!;

/**
 * Whether no cell of the two maps differs by more than `limit` steps, `second` laid in `orientation`. True for copies
 * that were neither cropped nor skewed, and for next to nothing else; it gives up at the first cell that differs.
 */
export function sameMap(
  maps: Uint8Array,
  first: number,
  second: number,
  orientation: Orientation,
  limit: number,
): boolean {
  const a = first * MAP_BYTES;
  const b = second * MAP_BYTES;
  const cells = CELLS[orientation]!;
  for (let i = 0; i < MAP_BYTES; i++) {
    const difference = maps[a + i]! - maps[b + cells[i]!]!;
    if (difference > limit || difference < -limit) return false;
  }
  return true;
}
