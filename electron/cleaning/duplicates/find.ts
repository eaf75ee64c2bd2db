/** The whole search: propose, verify, join. Pictures are handed in by number; this part opens no file. */
import { AssayError } from '../../contract/index.ts';
import { type CopyPair, type Family, familiesOf } from './families.ts';
import { type Grey, orient, type Orientation } from './grey.ts';
import { MANY, nearestOrientation, type Proposal, propose, type ProposeOptions } from './propose.ts';
import { peek } from './peek.ts';
import { type Sketches } from './sketch.ts';
import { commonSide, compare, type Comparison, type Prepared, prepare } from './verify.ts';

export interface FindOptions extends ProposeOptions {
  /** Pairs that are copies without looking: equal bytes, equal pixels. */
  exact?: readonly CopyPair[];
  /** Further pairs to look at, from embeddings. */
  also?: readonly { first: number; second: number }[];
  /** Answered "not a duplicate" before: never asked again. Keys by `pairKey`. */
  refused?: ReadonlySet<string>;
  /** Pairs to look at, at most, likeliest first; the rest is counted in `unseen`. Default 20 a picture. */
  budget?: number;
  /**
   * A small picture (256 pixels: a thumbnail), which is cheap to come by. Pairs that differ clearly in it are not loaded.
   * Left out: every pair is.
   */
  glance?: (picture: number) => Promise<Grey>;
  signal?: AbortSignal;
  /** Awaited between pieces of some 20 ms: give way to the event loop here (`setImmediate`). */
  pause?: () => Promise<void>;
  onProgress?: (phase: 'propose' | 'verify', done: number, total: number) => void;
}

export interface Duplicates {
  families: Family[];
  /** Verified pairs that are copies, the exact ones included. */
  pairs: CopyPair[];
  proposed: number;
  /** Pairs told apart at a glance. */
  dismissed: number;
  verified: number;
  /** Proposals beyond the budget. */
  unseen: number;
  /** Pictures that could not be loaded. */
  unreadable: number[];
}

export const pairKey = (first: number, second: number): string =>
  first < second ? `${first}-${second}` : `${second}-${first}`;

/** Pictures kept at a time as they were loaded and made ready: up to 0.3 and 2 MB each, small ones 0.05 and 0.5 MB. */
const KEPT = { greys: 64, ready: 64 };
const KEPT_SMALL = { greys: 1024, ready: 256 };
/** Longest side at which pairs are glanced at, and the unexplained pixels of the worst block that tell them apart there. */
const GLANCE_SIDE = 192;
const GLANCE_CUT = 60;

/**
 * Correlation of the small maps below which a pair of a very large set is not looked at. Of the altered copies in
 * shared/data/near-duplicates one in a hundred lies below 0.78, the lowest at 0.65 (LOG.md); up to `MANY` pictures all
 * are looked at.
 */
const PEEK_CUT = 0.75;

/** Pictures proposed for between two pauses. */
const STRIDE = 64;

/**
 * Finds families of copies among `sketches.count` pictures.
 * @param load grey picture of up to 512 pixels; a rejection leaves the picture out
 *
 * Pairs whose two pictures are in one family already are not looked at: what joins a family once more teaches nothing.
 * Throws `internal/cancelled` when the signal is aborted.
 */
export async function findDuplicates(
  sketches: Sketches,
  load: (picture: number) => Promise<Grey>,
  options: FindOptions = {},
): Promise<Duplicates> {
  const { exact = [], also = [], refused, signal, pause, onProgress } = options;
  const step = async (phase: 'propose' | 'verify', done: number, total: number): Promise<void> => {
    await pause?.();
    if (signal?.aborted) throw new AssayError('internal/cancelled');
    onProgress?.(phase, done, total);
  };
  const proposals: Proposal[] = also.map(({ first, second }) => ({
    first: Math.min(first, second),
    second: Math.max(first, second),
    ...nearestOrientation(sketches, Math.min(first, second), Math.max(first, second)),
    still: false,
  }));
  for (const done of propose(sketches, (proposal) => proposals.push(proposal), options))
    if (done % STRIDE === 0) await step('propose', done, sketches.count);
  const budget = options.budget ?? 20 * sketches.count;
  const unseen = Math.max(0, proposals.length - budget);
  proposals.sort(
    (a, b) => Number(b.still) - Number(a.still) || a.distance - b.distance || a.first - b.first || a.second - b.second,
  );
  proposals.length -= unseen;
  // Within these, the pairs of one picture together: it is read once.
  proposals.sort((a, b) => Number(b.still) - Number(a.still) || a.first - b.first || a.distance - b.distance);

  const pairs: CopyPair[] = [...exact];
  const joined = new Joined(sketches.count);
  for (const { first, second } of exact) joined.join(first, second);
  const pictures = new Pictures(load, KEPT);
  const small = options.glance ? new Pictures(options.glance, KEPT_SMALL) : null;
  const many = sketches.count > MANY;
  let verified = 0;
  let dismissed = 0;
  for (let i = 0; i < proposals.length; i++) {
    const { first, second, orientation, still } = proposals[i]!;
    if (joined.together(first, second) || refused?.has(pairKey(first, second))) continue;
    if (many && !still && peek(sketches.maps, first, second, orientation, PEEK_CUT) < PEEK_CUT) {
      dismissed++;
      if (i % STRIDE === 0) await step('verify', i + 1, proposals.length);
      continue;
    }
    const glanced = small && (await small.compare(first, second, orientation, GLANCE_SIDE));
    if (glanced && glanced.differing > GLANCE_CUT) {
      dismissed++;
      await step('verify', i + 1, proposals.length);
      continue;
    }
    const result = await pictures.compare(first, second, orientation);
    if (!result) continue;
    verified++;
    if (result.same) {
      pairs.push({ first, second, likeness: result.likeness });
      joined.join(first, second);
    }
    await step('verify', i + 1, proposals.length);
  }
  return {
    families: familiesOf(sketches.count, pairs),
    pairs,
    proposed: proposals.length + unseen,
    dismissed,
    verified,
    unseen,
    unreadable: [...pictures.unreadable].sort((a, b) => a - b),
  };
}

/** Union of pictures, for the question whether two are together already. */
class Joined {
  readonly #parent: Int32Array;

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, i) => i);
  }

  #root(i: number): number {
    while (this.#parent[i] !== i) {
      this.#parent[i] = this.#parent[this.#parent[i]!]!;
      i = this.#parent[i]!;
    }
    return i;
  }

  together(a: number, b: number): boolean {
    return this.#root(a) === this.#root(b);
  }

  join(a: number, b: number): void {
    this.#parent[this.#root(a)] = this.#root(b);
  }
}

/** The pictures lately looked at, so that one with many proposals is read and made ready once. */
class Pictures {
  readonly #load: (picture: number) => Promise<Grey>;
  readonly #greys = new Map<number, Grey>();
  readonly #ready = new Map<string, Prepared>();
  readonly unreadable = new Set<number>();

  readonly #kept: typeof KEPT;

  constructor(load: (picture: number) => Promise<Grey>, kept: typeof KEPT) {
    this.#load = load;
    this.#kept = kept;
  }

  async load(picture: number): Promise<Grey | null> {
    if (this.unreadable.has(picture)) return null;
    const known = this.#greys.get(picture);
    if (known) return keep(this.#greys, picture, known, this.#kept.greys);
    try {
      return keep(this.#greys, picture, await this.#load(picture), this.#kept.greys);
    } catch {
      // Its reason is the loader's to report; the search goes on without it.
      this.unreadable.add(picture);
      return null;
    }
  }

  /** Null where one of them cannot be loaded. */
  async compare(first: number, second: number, orientation: Orientation, most = Infinity): Promise<Comparison | null> {
    const a = await this.load(first);
    const b = await this.load(second);
    if (!a || !b) return null;
    const side = Math.min(most, commonSide(a, b));
    return compare(this.ready(first, a, 0, side), this.ready(second, b, orientation, side));
  }

  ready(picture: number, grey: Grey, orientation: Orientation, side: number): Prepared {
    const key = `${picture} ${orientation} ${side}`;
    const ready = this.#ready.get(key) ?? prepare(orient(grey, orientation), side);
    return keep(this.#ready, key, ready, this.#kept.ready);
  }
}

/** Puts the entry last and drops the one longest unused. */
function keep<K, V>(map: Map<K, V>, key: K, value: V, most: number): V {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) {
    const oldest = map.keys().next();
    if (!oldest.done) map.delete(oldest.value);
  }
  return value;
}
