/**
 * What is kept of every picture for the search: eight hashes and a small map, 320 bytes. Made once, from any size of
 * 64 pixels or more (a thumbnail does).
 */
import { type Grey, type Orientation, shrink } from './grey.ts';
import { CELLS_SIDE, HASH_WORDS, hashCells } from './hash.ts';

/** The map is this wide and high, whatever the picture's shape. */
export const MAP_SIDE = 16;
const MAP_BYTES = MAP_SIDE * MAP_SIDE;
export const SKETCH_BYTES = 4 * HASH_WORDS + MAP_BYTES;

/** Steps of the map's bytes per standard deviation of the picture. */
const STEPS = 32;

/** Sketches of n pictures in two flat arrays, shared between threads. */
export interface Sketches {
  count: number;
  /** [n, 16] words: hash o in words 2 o (bits 0-31) and 2 o + 1. */
  hashes: Uint32Array;
  /** [n, 16, 16] bytes: (brightness − mean) / deviation, 32 steps to one, 128 at 0. */
  maps: Uint8Array;
}

/** Room for `count` sketches. Pictures that are never sketched have neither hash nor map: all zero. */
export function roomForSketches(count: number): Sketches {
  return {
    count,
    hashes: new Uint32Array(new SharedArrayBuffer(4 * HASH_WORDS * count)),
    maps: new Uint8Array(new SharedArrayBuffer(MAP_BYTES * count)),
  };
}

/** Sketches one picture into its row. */
export function sketch(grey: Grey, into: Sketches, row: number): void {
  const { data } = shrink(grey, CELLS_SIDE, CELLS_SIDE);
  hashCells(data, into.hashes, row * HASH_WORDS);
  let mean = 0;
  for (const v of data) mean += v / data.length;
  let variance = 0;
  for (const v of data) variance += ((v - mean) * (v - mean)) / data.length;
  // The floor keeps the noise of an empty page from filling the range.
  const scale = STEPS / (Math.sqrt(variance) + 4);
  for (let y = 0; y < MAP_SIDE; y++)
    for (let x = 0; x < MAP_SIDE; x++) {
      const i = 2 * y * CELLS_SIDE + 2 * x;
      const four = data[i]! + data[i + 1]! + data[i + CELLS_SIDE]! + data[i + CELLS_SIDE + 1]!;
      const value = Math.round(128 + scale * (four / 4 - mean));
      into.maps[row * MAP_BYTES + y * MAP_SIDE + x] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
}

export function gatherSketches(greys: readonly Grey[]): Sketches {
  const sketches = roomForSketches(greys.length);
  greys.forEach((grey, row) => sketch(grey, sketches, row));
  return sketches;
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
 * that were neither cropped nor skewed, and for little else; it gives up at the first cell that differs.
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
