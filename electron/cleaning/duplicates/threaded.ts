/** The hands of a search in other threads: what is said to them. How it gets there is the caller's. */
import { type Looked, type Searcher, type SearchHands } from './hands.ts';
import { pairOf } from './proposal.ts';

export type SearchQuestion = { propose: { from: number; to: number } } | { look: Float64Array };
export type SearchAnswer = Float64Array | Looked;

/** Pairs that go to a thread together: enough that asking costs nothing, few enough that a cancelled search ends soon. */
const PAIRS = 4;

/** Hands that ask `threads.ask`, which must be answered by `answerSearch` there. */
export function threadedHands(threads: {
  readonly size: number;
  ask(question: SearchQuestion): Promise<SearchAnswer>;
}): SearchHands {
  return {
    size: threads.size,
    pairs: PAIRS,
    propose: async (from, to) => (await threads.ask({ propose: { from, to } })) as Float64Array,
    look: async (keys) => (await threads.ask({ look: keys })) as Looked,
  };
}

/** The thread's side. */
export const answerSearch = (searcher: Searcher, question: SearchQuestion): Promise<SearchAnswer> =>
  'propose' in question ? searcher.propose(question.propose.from, question.propose.to) : searcher.look(question.look);

/** The pictures of a piece of pairs. */
export function picturesOf(count: number, keys: Float64Array): number[] {
  const pictures = new Set<number>();
  for (const key of keys) {
    const { first, second } = pairOf(count, key);
    pictures.add(first).add(second);
  }
  return [...pictures];
}
