/** Pairs to be looked at, and how they are packed: one number each, so that threads and long lists cost little. */
import { type Orientation } from './grey.ts';
import { hashDistance } from './hash.ts';
import { emptyRecord, type Sketches } from './sketch.ts';

export interface Proposal {
  /** first < second */
  first: number;
  second: number;
  /** How `second` has to be laid to look like `first`: the turn in which their hashes are nearest. */
  orientation: Orientation;
  /** Bits of the hashes that differ then. */
  distance: number;
  /** Whether the small maps agree as well: certain but for tiny changes. These come first. */
  still: boolean;
}

/** Most pictures: the packed number is exact below 2^53. */
export const MOST_PICTURES = 8_000_000;
/** Distances are 0 to 64. */
const DISTANCES = 65;

/** Orders by (still first, distance, first, second). */
export const packed = (count: number, { first, second, distance, still }: Omit<Proposal, 'orientation'>): number =>
  ((Number(!still) * DISTANCES + distance) * count + first) * count + second;

/** The two pictures alone. */
export function pairOf(count: number, key: number): { first: number; second: number } {
  const second = key % count;
  return { first: ((key - second) / count) % count, second };
}

/** @returns the proposal; its orientation follows from the sketches */
export function unpacked(sketches: Sketches, key: number): Proposal {
  const { count } = sketches;
  const second = key % count;
  const rest = (key - second) / count;
  const first = rest % count;
  const rank = (rest - first) / count;
  return { first, second, ...nearestOrientation(sketches, first, second), still: rank < DISTANCES };
}

/** Packed proposals by (still first, first, distance, second), in place: the pairs of one picture lie together. */
export function gatherByFirst(count: number, keys: Float64Array): void {
  const turn = (key: number, from: 'distance' | 'first'): number => {
    const second = key % count;
    const rest = (key - second) / count;
    // The two middle numbers change places; what they count to does too.
    const middle = from === 'distance' ? count : DISTANCES;
    const low = rest % middle;
    const high = (rest - low) / middle;
    const other = from === 'distance' ? DISTANCES : count;
    const flag = Math.floor(high / other);
    return ((flag * middle + low) * other + (high - flag * other)) * count + second;
  };
  for (let i = 0; i < keys.length; i++) keys[i] = turn(keys[i]!, 'distance');
  keys.sort();
  for (let i = 0; i < keys.length; i++) keys[i] = turn(keys[i]!, 'first');
}

const record = emptyRecord();

/** Orientation in which `second` comes nearest to `first`, and by how many bits. */
export function nearestOrientation(
  { upright, records }: Sketches,
  first: number,
  second: number,
): { orientation: Orientation; distance: number } {
  records.read(second, record.bytes);
  return hashDistance(upright.subarray(2 * first, 2 * first + 2), record.hashes);
}
