/**
 * Which pairs are worth looking at. Multi-index hashing (Norouzi, Punjani, Fleet 2012): within Hamming distance r of a
 * 64-bit hash, at least one of its four 16-bit words lies within r / 4. So every picture's eight hashes look up all
 * words near theirs in four tables, instead of meeting every other picture. A thousand pictures look up together,
 * in the order of their words; a stretch is one piece of work for a thread (LOG.md has what each step gained).
 */
import { type Orientation, ORIENTATIONS } from './grey.ts';
import { bits, hashDistance } from './hash.ts';
import { type Proposal } from './proposal.ts';
import {
  emptyRecord,
  sameMap,
  SKETCH_BYTES,
  type SketchIndex,
  type Sketches,
  VALUES,
  wordOf,
  WORDS,
} from './sketch.ts';

export interface ProposeOptions {
  /** Bits. Default 15 up to 20,000 pictures (crops and 3° of skew), 11 beyond. */
  radius?: number;
  /**
   * Pairs that only the hash proposes (cropped, skewed, or just similar): at most this many a picture, nearest first.
   * Default 200,000 in all, 4 to 200 a picture.
   */
  perPicture?: number;
}

/** Agreement of two maps: 0.6 of a standard deviation. Measured on unmoved copies: at most 0.51. */
const STILL_STEPS = 19;
/** Pairs with agreeing maps, a picture: beyond, it is one of a large family anyway. */
const STILL_PER_PICTURE = 16;

/** Beyond so many pictures the search looks less far: what would be proposed grows with the square of their number. */
export const MANY = 20_000;

/** All 16-bit patterns with at most `most` bits, fewest first. */
function patterns(most: number): Uint16Array {
  const out: number[] = [];
  for (let wanted = 0; wanted <= most; wanted++) for (let v = 0; v < VALUES; v++) if (bits(v) === wanted) out.push(v);
  return Uint16Array.from(out);
}

/** Matches of one stretch of pictures: the position of `second` in it, and what it met under which turn. */
class Matches {
  readonly most: number;
  count = 0;
  readonly seconds: Uint16Array;
  readonly firsts: Int32Array;
  /** distance × 8 + orientation: less is nearer, at equal distance the lower turn. */
  readonly ranks: Uint16Array;

  constructor(most: number) {
    this.most = most;
    this.seconds = new Uint16Array(most);
    this.firsts = new Int32Array(most);
    this.ranks = new Uint16Array(most);
  }
}

/** Hashes that look up together, ordered by their word: for one pattern the tables are then read from front to back. */
interface Queries {
  count: number;
  /** Word of each, then its number in the stretch (8 a picture) in the low bits: sorted. */
  order: Int32Array;
  own: Int32Array;
  other: Int32Array;
}

/** Pictures that look up together, at most. */
const STRETCH = 1024;
/** Matches held at a time: 8 bytes each. A stretch that has more is done in halves, a single picture without them. */
const MATCHES = 1 << 19;
/** Of a set whose maps are not in memory, so many of those it met nearest have theirs read, a picture. */
const MAPS_READ = 256;

/**
 * Proposes for stretches of pictures in any order, once `indexSketches` has been called. Working memory: 4.6 MB, and
 * 2 bytes a picture for what was met. It does not depend on the number of pairs.
 */
export class Proposer {
  readonly #sketches: Sketches;
  readonly #reach: number;
  readonly #perPicture: number;
  readonly #mapsRead: number;
  readonly #near: Uint16Array;
  readonly #matches = new Matches(MATCHES);
  /** Rank of the nearest way in which the present picture met each earlier one; NOT_MET else. */
  readonly #ranks: Uint16Array;
  readonly #queries: Queries;
  /** Records of the pictures that look up, word by word. */
  readonly #window = new Uint32Array((STRETCH * SKETCH_BYTES) / 4);
  /** What was not too many lately. */
  #stretch = STRETCH;

  constructor(sketches: Sketches, options: ProposeOptions = {}) {
    const { count } = sketches;
    this.#sketches = sketches;
    this.#perPicture = options.perPicture ?? Math.min(200, Math.max(4, Math.floor(200_000 / Math.max(1, count))));
    this.#reach = options.radius ?? (count <= MANY ? 15 : 11);
    this.#mapsRead = count <= MANY ? Infinity : MAPS_READ;
    this.#near = patterns(Math.floor(this.#reach / WORDS));
    this.#ranks = new Uint16Array(count).fill(NOT_MET);
    const queries = STRETCH * ORIENTATIONS.length;
    this.#queries = {
      count: 0,
      order: new Int32Array(queries),
      own: new Int32Array(queries),
      other: new Int32Array(queries),
    };
  }

  /**
   * Proposals of pictures `from` to `to` (exclusive) with earlier pictures, by picture: those with agreeing maps first,
   * then by distance.
   */
  of(from: number, to: number): Proposal[] {
    const out: Proposal[] = [];
    for (let at = from; at < to;) {
      const end = Math.min(to, at + this.#stretch);
      if (this.#meet(at, end)) {
        this.#take(at, end, out);
        at = end;
      } else if (end - at > 1) this.#stretch = (end - at) >> 1;
      else this.#meetAll(at++, out);
    }
    return out;
  }

  /** False where there are more matches than can be held. */
  #meet(from: number, to: number): boolean {
    this.#matches.count = 0;
    const bytes = new Uint8Array(this.#window.buffer, 0, (to - from) * SKETCH_BYTES);
    this.#sketches.records.read(from, bytes);
    for (let w = 0; w < WORDS; w++) {
      fillQueries(this.#queries, this.#window, w, to - from);
      if (!lookUp(this.#sketches, w, this.#near, this.#queries, from, this.#reach, this.#matches)) return false;
    }
    return true;
  }

  /** A picture that nearly all others are near to (an empty page among empty pages) meets each of them in turn. */
  #meetAll(second: number, out: Proposal[]): void {
    const { upright, records } = this.#sketches;
    records.read(second, own.bytes);
    const met: number[] = [];
    for (let first = 0; first < second; first++) {
      const { distance, orientation } = hashDistance(upright.subarray(2 * first, 2 * first + 2), own.hashes);
      if (distance > this.#reach) continue;
      met.push(first);
      this.#ranks[first] = 8 * distance + orientation;
    }
    this.#choose(second, met, out);
    for (const first of met) this.#ranks[first] = NOT_MET;
  }

  #take(from: number, to: number, out: Proposal[]): void {
    const { count, seconds, firsts, ranks } = this.#matches;
    // By picture: counted, then laid out.
    const starts = new Int32Array(to - from + 1);
    for (let i = 0; i < count; i++) starts[seconds[i]! + 1]! += 1;
    for (let i = 0; i < to - from; i++) starts[i + 1]! += starts[i]!;
    const next = starts.slice();
    const laid = new Int32Array(count);
    for (let i = 0; i < count; i++) laid[next[seconds[i]!]!++] = i;
    for (let second = from; second < to; second++) {
      const met: number[] = [];
      for (let at = starts[second - from]!; at < starts[second - from + 1]!; at++) {
        const i = laid[at]!;
        const first = firsts[i]!;
        if (this.#ranks[first] === NOT_MET) met.push(first);
        if (ranks[i]! < this.#ranks[first]!) this.#ranks[first] = ranks[i]!;
      }
      if (met.length > 0) this.#choose(second, met, out);
      for (const first of met) this.#ranks[first] = NOT_MET;
    }
  }

  #choose(second: number, met: number[], out: Proposal[]): void {
    const ranks = this.#ranks;
    const { records } = this.#sketches;
    met.sort((a, b) => (ranks[a]! >> 3) - (ranks[b]! >> 3) || a - b);
    records.read(second, own.bytes);
    const moved: Proposal[] = [];
    let still = 0;
    let read = 0;
    for (const first of met) {
      const orientation = (ranks[first]! & 7) as Orientation;
      const proposal = { first, second, orientation, distance: ranks[first]! >> 3 };
      const asked = still < STILL_PER_PICTURE && read < this.#mapsRead;
      // Those that come after are farther away.
      if (!asked && moved.length === this.#perPicture) break;
      if (asked) {
        records.read(first, theirs.bytes);
        read++;
      }
      if (asked && sameMap(theirs.map, own.map, orientation, STILL_STEPS)) {
        still++;
        out.push({ ...proposal, still: true });
      } else if (moved.length < this.#perPicture) moved.push({ ...proposal, still: false });
    }
    out.push(...moved);
  }
}

/** Records of the picture that looks up, and of one it met. */
const own = emptyRecord();
const theirs = emptyRecord();

const NOT_MET = 0xffff;
/** Bits of a query's number. */
const NUMBER = Math.log2(STRETCH * ORIENTATIONS.length);
const NUMBERS = (1 << NUMBER) - 1;

/** @param records of `pictures` that look up together, as words */
function fillQueries(queries: Queries, records: Uint32Array, w: number, pictures: number): void {
  const half = w >> 1;
  let count = 0;
  for (let n = 0; n < pictures; n++)
    for (const orientation of ORIENTATIONS) {
      const at = (n * SKETCH_BYTES) / 4 + 2 * orientation;
      queries.own[count] = records[at + half]!;
      queries.other[count] = records[at + 1 - half]!;
      queries.order[count] = (wordOf(records[at + half]!, w) << NUMBER) | count;
      count++;
    }
  queries.order.subarray(0, count).sort();
  queries.count = count;
}

/** Every earlier picture whose word is near, if its whole hash is. False where there is no room for one more. */
function lookUp(
  { count, upright, starts, ids }: SketchIndex,
  w: number,
  near: Uint16Array,
  queries: Queries,
  from: number,
  reach: number,
  matches: Matches,
): boolean {
  const table = w * count;
  const start = w * (VALUES + 1);
  const half = w >> 1;
  for (let p = 0; p < near.length; p++) {
    const pattern = near[p]!;
    for (let q = 0; q < queries.count; q++) {
      const query = queries.order[q]!;
      const value = (query >> NUMBER) ^ pattern;
      const end = table + starts[start + value + 1]!;
      let at = table + starts[start + value]!;
      if (at === end) continue;
      const number = query & NUMBERS;
      const second = from + (number >> 3);
      const own = queries.own[number]!;
      const other = queries.other[number]!;
      for (; at < end; at++) {
        const first = ids[at]!;
        if (first >= second) break;
        // The other half first: it is near by chance in one of twenty.
        let distance = bits(upright[2 * first + 1 - half]! ^ other);
        if (distance > reach) continue;
        distance += bits(upright[2 * first + half]! ^ own);
        if (distance > reach) continue;
        const i = matches.count;
        if (i === matches.most) return false;
        matches.seconds[i] = number >> 3;
        matches.firsts[i] = first;
        matches.ranks[i] = 8 * distance + (number & 7);
        matches.count = i + 1;
      }
    }
  }
  return true;
}
