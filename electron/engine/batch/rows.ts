/** Rows of a batch from probabilities. */
import { type NewBatchRow } from '../../catalogue/index.ts';

export interface Place {
  path: string;
  row: number;
}

/** Classes from the most probable on; of equal ones the earlier column. */
export const ordered = (probabilities: ArrayLike<number>): { p: number; k: number }[] =>
  Array.from(probabilities, (p, k) => ({ p, k })).sort((a, b) => b.p - a.p || a.k - b.k);

/**
 * A row whose words follow `answer`.
 * @param first what the first look said, which stays with the row; default: the answer itself
 */
export function classified(
  place: Place,
  answer: Float32Array,
  classes: readonly string[],
  undecidedBelow: number,
  first = answer,
): NewBatchRow {
  const [best, next] = ordered(answer);
  return {
    path: place.path,
    row: place.row,
    class: classes[best?.k ?? 0] ?? null,
    p: best?.p ?? null,
    next: next ? (classes[next.k] ?? null) : null,
    nextP: next?.p ?? null,
    undecided: (best?.p ?? 0) < undecidedBelow,
    error: null,
    probabilities: first,
  };
}

export const unread = (place: Place, reason: string): NewBatchRow => ({
  ...{ path: place.path, row: place.row, class: null, p: null, next: null, nextP: null },
  ...{ undecided: false, error: reason, probabilities: null },
});
