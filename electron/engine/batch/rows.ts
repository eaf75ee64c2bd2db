/** Rows of a batch from probabilities. */
import { type NewBatchRow } from '../../catalogue/index.ts';

export interface Place {
  path: string;
  row: number;
}

/** Tables have six digits. */
const shown = (p: number): number => Math.round(p * 1e6);

/**
 * Classes from the most probable on; of equal ones the earlier column. Behind the first, equal is what a table shows as
 * equal: the last bits of a probability may differ from run to run, and must not order what reads 0.000000.
 */
export function ordered(probabilities: ArrayLike<number>): { p: number; k: number }[] {
  const all = Array.from(probabilities, (p, k) => ({ p, k }));
  const best = all.reduce((first, one) => (one.p > first.p ? one : first), all[0]!);
  return all.sort((a, b) => Number(b === best) - Number(a === best) || shown(b.p) - shown(a.p) || a.k - b.k);
}

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
