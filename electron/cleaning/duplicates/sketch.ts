/**
 * What is kept of every picture for the search: eight hashes and a small map, 320 bytes. Made once, from any size of
 * 64 pixels or more (a thumbnail does).
 *
 * In memory are only the upright hashes and the index of their words (`SketchIndex`); the records of 320 bytes are read
 * one by one or in windows from wherever they are kept (`SketchRecords`), so that a very large set does not hold them.
 */
import { type Grey, type Orientation, shrink } from './grey.ts';
import { CELLS_SIDE, HASH_WORDS, hashCells } from './hash.ts';

/** The map is this wide and high, whatever the picture's shape. */
export const MAP_SIDE = 16;
const MAP_BYTES = MAP_SIDE * MAP_SIDE;
const HASH_BYTES = 4 * HASH_WORDS;
export const SKETCH_BYTES = HASH_BYTES + MAP_BYTES;

/** Steps of the map's bytes per standard deviation of the picture. */
const STEPS = 32;

/** Words of 16 bits in a hash, and the values of one. */
export const WORDS = 4;
export const VALUES = 1 << 16;

/** What look-ups need in memory: 24 bytes a picture and 1 MB, shared between threads. */
export interface SketchIndex {
  count: number;
  /** [n, 2] words of the upright hashes, bits 0-31 and 32-63. */
  upright: Uint32Array;
  /** [4, 65537]: where in `ids` the pictures begin whose upright hash has this value in that word. */
  starts: Int32Array;
  /** [4, n]: pictures by the value of that word, ascending within a value. Filled by `indexSketches`. */
  ids: Int32Array;
}

/** Records of `SKETCH_BYTES`: 64 bytes of hashes ([8, 2] words of this computer), then the map ([16, 16] bytes). */
export interface SketchRecords {
  /** Fills `into` with as many records as it holds, from `row` on. */
  read(row: number, into: Uint8Array): void;
  write(row: number, record: Uint8Array): void;
}

export interface Sketches extends SketchIndex {
  records: SketchRecords;
}

/** Room for the index of `count` sketches. */
export const roomForIndex = (count: number): SketchIndex => ({
  count,
  upright: new Uint32Array(new SharedArrayBuffer(8 * count)),
  starts: new Int32Array(new SharedArrayBuffer(4 * WORDS * (VALUES + 1))),
  ids: new Int32Array(new SharedArrayBuffer(4 * WORDS * count)),
});

/** Records in memory, which may be shared between threads: `bytes` has `SKETCH_BYTES` for each. */
export const recordsIn = (bytes: Uint8Array): SketchRecords => ({
  read: (row, into) => into.set(bytes.subarray(row * SKETCH_BYTES, row * SKETCH_BYTES + into.length)),
  write: (row, record) => bytes.set(record, row * SKETCH_BYTES),
});

/** Room for `count` sketches in memory. Pictures that are never sketched have neither hash nor map: all zero. */
export const roomForSketches = (count: number): Sketches => ({
  ...roomForIndex(count),
  records: recordsIn(new Uint8Array(SKETCH_BYTES * count)),
});

/** One record, and its two parts. */
export interface SketchRecord {
  bytes: Uint8Array;
  /** [8, 2] words: hash o in words 2 o (bits 0-31) and 2 o + 1. */
  hashes: Uint32Array;
  /** [16, 16] bytes: (brightness − mean) / deviation, 32 steps to one, 128 at 0. */
  map: Uint8Array;
}

export function emptyRecord(): SketchRecord {
  const bytes = new Uint8Array(SKETCH_BYTES);
  return { bytes, hashes: new Uint32Array(bytes.buffer, 0, HASH_WORDS), map: bytes.subarray(HASH_BYTES) };
}

/** Value of word `w` of a hash, from the half that holds it. */
export const wordOf = (half: number, w: number): number => (half >>> (16 * (w & 1))) & 0xffff;

/** Sorts the pictures by the words of their upright hashes; once, when all are sketched. */
export function indexSketches({ count, upright, starts, ids }: SketchIndex): void {
  for (let w = 0; w < WORDS; w++) {
    const half = w >> 1;
    const start = starts.subarray(w * (VALUES + 1), (w + 1) * (VALUES + 1)).fill(0);
    for (let n = 0; n < count; n++) start[wordOf(upright[2 * n + half]!, w) + 1]! += 1;
    for (let v = 0; v < VALUES; v++) start[v + 1]! += start[v]!;
    const next = start.slice();
    for (let n = 0; n < count; n++) ids[w * count + next[wordOf(upright[2 * n + half]!, w)]!++] = n;
  }
}

const made = emptyRecord();

/** Sketches one picture into its row. */
export function sketch(grey: Grey, into: Sketches, row: number): void {
  const { data } = shrink(grey, CELLS_SIDE, CELLS_SIDE);
  hashCells(data, made.hashes, 0);
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
      made.map[y * MAP_SIDE + x] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  into.upright[2 * row] = made.hashes[0]!;
  into.upright[2 * row + 1] = made.hashes[1]!;
  into.records.write(row, made.bytes);
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
export function sameMap(first: Uint8Array, second: Uint8Array, orientation: Orientation, limit: number): boolean {
  const cells = CELLS[orientation]!;
  for (let i = 0; i < MAP_BYTES; i++) {
    const difference = first[i]! - second[cells[i]!]!;
    if (difference > limit || difference < -limit) return false;
  }
  return true;
}
