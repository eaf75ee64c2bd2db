/**
 * The work of a search, in pieces that any thread can do: propose for some pictures, look at some pairs. Who hands the
 * pieces out (`findDuplicates`) keeps what joins them.
 */
import { type Orientation } from './grey.ts';
import { Joined } from './joined.ts';
import { peek } from './peek.ts';
import { type PictureSource, Pictures } from './pictures.ts';
import { packed, type Proposal, unpacked } from './proposal.ts';
import { MANY, Proposer, type ProposeOptions } from './propose.ts';
import { emptyRecord, type Sketches } from './sketch.ts';

/** What came of a pair, where it is not the likeness (above 0) of two copies. */
export const LOOKED = {
  /** Compared: not copies. */
  different: 0,
  /** Told apart at a glance. */
  dismissed: -1,
  /** One of the two cannot be read. */
  unreadable: -2,
  /** In one family already by the pairs before it in the same piece. */
  joined: -3,
} as const;

export interface Looked {
  /** A likeness or one of `LOOKED`, for each pair asked for. */
  outcomes: Float64Array;
  unreadable: number[];
}

/** Who does the work. Both take and give packed proposals (`proposal.ts`). */
export interface SearchHands {
  /** Pieces that can be under way side by side. */
  readonly size: number;
  /** Pairs that make a piece. */
  readonly pairs: number;
  propose(from: number, to: number): Promise<Float64Array>;
  look(keys: Float64Array): Promise<Looked>;
}

export interface HandsOptions extends ProposeOptions {
  /** Bytes of pictures kept while pairs are compared. Default 128 MB. */
  kept?: number;
}

/** Longest side at which pairs are glanced at, and the unexplained pixels of the worst block that tell them apart there. */
const GLANCE_SIDE = 192;
const GLANCE_CUT = 60;

/**
 * Correlation of the small maps below which a pair of a very large set is not looked at. Of the altered copies in
 * shared/data/near-duplicates one in a hundred lies below 0.78, the lowest at 0.63 (LOG.md); up to `MANY` pictures all
 * are looked at.
 */
const PEEK_CUT = 0.75;

const KEPT = 128e6;

/** Records of the pair that is looked at. */
const one = emptyRecord();
const other = emptyRecord();

/** Does the work in this thread, a pair at a time. */
export class Searcher implements SearchHands {
  readonly size = 1;
  readonly pairs = 1;
  readonly #sketches: Sketches;
  readonly #options: HandsOptions;
  readonly #large: Pictures;
  readonly #small: Pictures | null;
  #proposer: Proposer | undefined;

  constructor(sketches: Sketches, source: PictureSource, options: HandsOptions = {}) {
    const { kept = KEPT } = options;
    this.#sketches = sketches;
    this.#options = options;
    this.#large = new Pictures(source.load, source.glance ? kept / 2 : kept);
    this.#small = source.glance ? new Pictures(source.glance, kept / 2) : null;
  }

  propose(from: number, to: number): Promise<Float64Array> {
    // Made when it is needed: threads that only compare have none.
    this.#proposer ??= new Proposer(this.#sketches, this.#options);
    const { count } = this.#sketches;
    return Promise.resolve(Float64Array.from(this.#proposer.of(from, to), (proposal) => packed(count, proposal)));
  }

  async look(keys: Float64Array): Promise<Looked> {
    const outcomes = new Float64Array(keys.length);
    const joined = new Joined();
    for (let i = 0; i < keys.length; i++) {
      const pair = unpacked(this.#sketches, keys[i]!);
      if (joined.together(pair.first, pair.second)) outcomes[i] = LOOKED.joined;
      else if ((outcomes[i] = await this.#outcome(pair)) > 0) joined.join(pair.first, pair.second);
    }
    return { outcomes, unreadable: [...this.#large.unreadable] };
  }

  #mayLie(first: number, second: number, orientation: Orientation): boolean {
    const { records } = this.#sketches;
    records.read(first, one.bytes);
    records.read(second, other.bytes);
    return peek(one.map, other.map, orientation, PEEK_CUT) >= PEEK_CUT;
  }

  async #outcome({ first, second, orientation, still }: Proposal): Promise<number> {
    if (this.#sketches.count > MANY && !still && !this.#mayLie(first, second, orientation)) return LOOKED.dismissed;
    const glanced = await this.#small?.compare(first, second, orientation, GLANCE_SIDE);
    if (glanced && glanced.differing > GLANCE_CUT) return LOOKED.dismissed;
    const result = await this.#large.compare(first, second, orientation);
    if (!result) return LOOKED.unreadable;
    return result.same ? result.likeness : LOOKED.different;
  }
}
