/**
 * Which pairs are worth looking at. Multi-index hashing (Norouzi, Punjani, Fleet 2012): within Hamming distance r of a
 * 64-bit hash, at least one of its four 16-bit words lies within r / 4. So every picture's eight hashes look up all
 * words near theirs in four tables, instead of meeting every other picture.
 */
import { type Orientation, ORIENTATIONS } from './grey.ts';
import { bits, HASH_WORDS, hashDistance } from './hash.ts';
import { sameMap, type Sketches } from './sketch.ts';

export interface Proposal {
  /** first < second */
  first: number;
  second: number;
  /** How `second` has to be laid to look like `first`. */
  orientation: Orientation;
  /** Bits of the hashes that differ, 0 to the radius. */
  distance: number;
  /** Whether the small maps agree as well: certain but for tiny changes. These come first. */
  still: boolean;
}

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

const WORDS = 4;
const VALUES = 1 << 16;

/** All 16-bit patterns with at most `most` bits, fewest first. */
function patterns(most: number): Uint16Array {
  const out: number[] = [];
  for (let wanted = 0; wanted <= most; wanted++) for (let v = 0; v < VALUES; v++) if (bits(v) === wanted) out.push(v);
  return Uint16Array.from(out);
}

/** Word w (0-3) of a hash given as two 32-bit halves. */
const word = (low: number, high: number, w: number): number => ((w < 2 ? low : high) >>> (16 * (w & 1))) & 0xffff;

/** Pictures by the value of word w of their upright hash: `ids[start[v] .. start[v + 1])`, ascending. */
function tableOf({ count, hashes }: Sketches, w: number): { start: Int32Array; ids: Int32Array } {
  const start = new Int32Array(VALUES + 1);
  const value = (n: number): number => word(hashes[n * HASH_WORDS]!, hashes[n * HASH_WORDS + 1]!, w);
  for (let n = 0; n < count; n++) start[value(n) + 1]! += 1;
  for (let v = 0; v < VALUES; v++) start[v + 1]! += start[v]!;
  const next = start.slice();
  const ids = new Int32Array(count);
  for (let n = 0; n < count; n++) ids[next[value(n)]!++] = n;
  return { start, ids };
}

/**
 * Calls `take` for the proposals, picture by picture (`second` ascending), those with agreeing maps first, and yields
 * the number of pictures done after each, so that the caller can give way or stop. Memory: the sketches and four
 * tables, whatever the number of pairs.
 */
export function* propose(
  sketches: Sketches,
  take: (proposal: Proposal) => void,
  options: ProposeOptions = {},
): Generator<number, void> {
  const { count, hashes, maps } = sketches;
  const perPicture = options.perPicture ?? Math.min(200, Math.max(4, Math.floor(200_000 / Math.max(1, count))));
  const reach = options.radius ?? (count <= MANY ? 15 : 11);
  const near = patterns(Math.floor(reach / WORDS));
  const nearBits = Math.floor(reach / WORDS);
  const tables = Array.from({ length: WORDS }, (_, w) => tableOf(sketches, w));
  // Best distance and orientation of each earlier picture to the present one; -1 where it was not met.
  const distances = new Int8Array(count).fill(-1);
  const turns = new Uint8Array(count);
  const met = new Int32Array(count);
  for (let second = 0; second < count; second++) {
    let found = 0;
    for (const orientation of ORIENTATIONS) {
      const low = hashes[second * HASH_WORDS + 2 * orientation]!;
      const high = hashes[second * HASH_WORDS + 2 * orientation + 1]!;
      for (let w = 0; w < WORDS; w++) {
        const own = word(low, high, w);
        const { start, ids } = tables[w]!;
        for (let p = 0; p < near.length; p++) {
          const value = own ^ near[p]!;
          const end = start[value + 1]!;
          for (let at = start[value]!; at < end; at++) {
            const first = ids[at]!;
            if (first >= second) break;
            const differLow = hashes[first * HASH_WORDS]! ^ low;
            const differHigh = hashes[first * HASH_WORDS + 1]! ^ high;
            // A pair shows up under each word that is near: it is taken at the first.
            if (w > 0 && nearBefore(differLow, differHigh, w, nearBits)) continue;
            const distance = bits(differLow) + bits(differHigh);
            if (distance > reach) continue;
            if (distances[first] === -1) met[found++] = first;
            else if (distances[first]! <= distance) continue;
            distances[first] = distance;
            turns[first] = orientation;
          }
        }
      }
    }
    emit(second, met.subarray(0, found), distances, turns, maps, perPicture, take);
    for (let i = 0; i < found; i++) distances[met[i]!] = -1;
    yield second + 1;
  }
}

/** Orientation in which `second` comes nearest to `first`, and by how many bits: for pairs proposed by other means. */
export function nearestOrientation(
  { hashes }: Sketches,
  first: number,
  second: number,
): { orientation: Orientation; distance: number } {
  return hashDistance(
    hashes.subarray(first * HASH_WORDS, (first + 1) * HASH_WORDS),
    hashes.subarray(second * HASH_WORDS, (second + 1) * HASH_WORDS),
  );
}

/** Whether an earlier word of the difference is near as well. */
function nearBefore(low: number, high: number, w: number, most: number): boolean {
  for (let earlier = 0; earlier < w; earlier++) if (bits(word(low, high, earlier)) <= most) return true;
  return false;
}

function emit(
  second: number,
  met: Int32Array,
  distances: Int8Array,
  turns: Uint8Array,
  maps: Uint8Array,
  perPicture: number,
  take: (proposal: Proposal) => void,
): void {
  met.sort((a, b) => distances[a]! - distances[b]! || a - b);
  const moved: Proposal[] = [];
  let still = 0;
  for (const first of met) {
    const orientation = turns[first] as Orientation;
    const proposal = { first, second, orientation, distance: distances[first]! };
    if (still < STILL_PER_PICTURE && sameMap(maps, first, second, orientation, STILL_STEPS)) {
      still++;
      take({ ...proposal, still: true });
    } else if (moved.length < perPicture) moved.push({ ...proposal, still: false });
  }
  moved.forEach(take);
}
