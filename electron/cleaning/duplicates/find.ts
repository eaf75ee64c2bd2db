/** The whole search: propose, verify, join. Pictures are handed in by number; this part opens no file. */
import { AssayError } from '../../contract/index.ts';
import { type CopyPair, type Family, familiesOf } from './families.ts';
import { LOOKED, type Looked, type SearchHands } from './hands.ts';
import { Joined } from './joined.ts';
import { gatherByFirst, MOST_PICTURES, nearestOrientation, packed, pairOf } from './proposal.ts';
import { indexSketches, type Sketches } from './sketch.ts';

export interface FindOptions {
  /** Pairs that are copies without looking: equal bytes, equal pixels. */
  exact?: readonly CopyPair[];
  /** Further pairs to look at, from embeddings. */
  also?: readonly { first: number; second: number }[];
  /** Answered "not a duplicate" before: never asked again. Keys by `pairKey`. */
  refused?: ReadonlySet<string>;
  /** Pairs to look at, at most, likeliest first; the rest is counted in `unseen`. Default 20 a picture. */
  budget?: number;
  signal?: AbortSignal;
  /** Awaited between pieces: give way to the event loop here (`setImmediate`) where the hands work in this thread. */
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

/** Pictures proposed for in one piece: some 50 ms. */
const STRIDE = 1024;

/** A piece of pairs may grow to so many times its size before its picture's pairs are torn apart. */
const LONGEST = 4;

/** Where a search stands: gives way, tells, and stops where it is asked to. */
type Step = (phase: 'propose' | 'verify', done: number, total: number) => Promise<void>;

/**
 * Finds families of copies among `sketches.count` pictures; the work is done by `hands`, whose number changes no answer.
 *
 * Pairs whose two pictures are in one family already are not looked at: what joins a family once more teaches nothing.
 * Throws `internal/cancelled` when the signal is aborted.
 */
export async function findDuplicates(
  sketches: Sketches,
  hands: SearchHands,
  options: FindOptions = {},
): Promise<Duplicates> {
  const { count } = sketches;
  if (count > MOST_PICTURES) throw new RangeError(`${count} pictures are more than ${MOST_PICTURES}`);
  const { signal, pause, onProgress } = options;
  const step: Step = async (phase, done, total) => {
    await pause?.();
    if (signal?.aborted) throw new AssayError('internal/cancelled');
    onProgress?.(phase, done, total);
  };
  indexSketches(sketches);
  const proposals = await proposed(sketches, hands, options.also ?? [], step);
  proposals.sort();
  const seen = proposals.subarray(0, options.budget ?? 20 * count);
  // Likeliest first was for the budget; now the pairs of one picture together: it is read once.
  gatherByFirst(count, seen);
  const looked = await lookAt(count, seen, hands, options, step);
  return {
    families: familiesOf(count, looked.pairs),
    ...looked,
    proposed: proposals.length,
    unseen: proposals.length - seen.length,
  };
}

async function proposed(
  sketches: Sketches,
  hands: SearchHands,
  also: readonly { first: number; second: number }[],
  step: Step,
): Promise<Float64Array<ArrayBuffer>> {
  const { count } = sketches;
  const pieces: Float64Array[] = [
    Float64Array.from(also, ({ first: a, second: b }) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)];
      return packed(count, { first, second, still: false, ...nearestOrientation(sketches, first, second) });
    }),
  ];
  function* strides(): Generator<() => Promise<Float64Array>> {
    for (let from = 0; from < count; from += STRIDE) yield () => hands.propose(from, Math.min(count, from + STRIDE));
  }
  let done = 0;
  for await (const piece of inOrder(strides(), hands.size)) {
    if (piece.length > 0) pieces.push(piece);
    done = Math.min(count, done + STRIDE);
    await step('propose', done, count);
  }
  const all = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Has the pairs looked at, in order, and joins what are copies. */
async function lookAt(count: number, keys: Float64Array, hands: SearchHands, options: FindOptions, step: Step) {
  const { exact = [], refused } = options;
  const pairs: CopyPair[] = [...exact];
  const joined = new Joined();
  for (const { first, second } of exact) joined.join(first, second);
  const wanted = (key: number): boolean => {
    const { first, second } = pairOf(count, key);
    return !joined.together(first, second) && !refused?.has(pairKey(first, second));
  };
  // A piece is chosen when its turn to be handed out comes: what was joined until then is not in it.
  function* choose(): Generator<() => Promise<{ asked: Float64Array; end: number; looked: Looked }>> {
    for (let next = 0; next < keys.length;) {
      const piece: number[] = [];
      // The pairs of one picture go to the same hands, which have it ready.
      let last = -1;
      while (next < keys.length && piece.length < LONGEST * hands.pairs) {
        const key = keys[next]!;
        const { first } = pairOf(count, key);
        if (piece.length >= hands.pairs && first !== last) break;
        next++;
        if (!wanted(key)) continue;
        piece.push(key);
        last = first;
      }
      const asked = Float64Array.from(piece);
      const end = next;
      if (asked.length > 0) yield async () => ({ asked, end, looked: await hands.look(asked) });
    }
  }
  let verified = 0;
  let dismissed = 0;
  const unreadable = new Set<number>();
  for await (const { asked, end, looked } of inOrder(choose(), hands.size)) {
    asked.forEach((key, i) => {
      const { first, second } = pairOf(count, key);
      const outcome = looked.outcomes[i]!;
      // Joined while other hands looked at it: as if it had not been asked for.
      if (outcome === LOOKED.joined || joined.together(first, second)) return;
      if (outcome === LOOKED.dismissed) dismissed++;
      else if (outcome !== LOOKED.unreadable) verified++;
      if (outcome <= 0) return;
      pairs.push({ first, second, likeness: outcome });
      joined.join(first, second);
    });
    for (const picture of looked.unreadable) unreadable.add(picture);
    await step('verify', end, keys.length);
  }
  return { pairs, verified, dismissed, unreadable: [...unreadable].sort((a, b) => a - b) };
}

/** Answers in the order of the questions, with as many under way as there are hands, and one waiting for each. */
async function* inOrder<T>(questions: Iterable<() => Promise<T>>, hands: number): AsyncGenerator<T> {
  const source = questions[Symbol.iterator]();
  const open: Promise<T>[] = [];
  const ahead = hands === 1 ? 1 : 2 * hands;
  const fill = (): void => {
    while (open.length < ahead) {
      const next = source.next();
      if (next.done) return;
      const answer = next.value();
      // Its rejection is seen when its turn comes.
      answer.catch(() => undefined);
      open.push(answer);
    }
  };
  fill();
  for (let first = open.shift(); first; first = open.shift()) {
    yield await first;
    fill();
  }
}
