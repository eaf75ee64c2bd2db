/** The question that a matrix cell asks of the images. */
import { type EvaluationInfo } from '../../../electron/contract/words.ts';

/** A value of the query language: in quotes, so that names with spaces and words like OR stay names. */
export const quoted = (name: string): string => `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/**
 * Images labelled `given` that the run took for `predicted` (names), of the split that the evaluation belongs to.
 * Out of fold covers all that was trained on: everything but test.
 */
export function cellQuery(
  evaluation: Pick<EvaluationInfo, 'run' | 'split'>,
  given: string,
  predicted: string,
  slice: string | null = null,
): string {
  const brackets = slice === null ? '' : inBrackets(slice);
  const part = brackets === '' ? '' : `${brackets} `;
  return `${part}class:${quoted(given)} predicted:${quoted(predicted)} ${scopeOf(evaluation)} sort:-p`;
}

const scopeOf = ({ run, split }: Pick<EvaluationInfo, 'run' | 'split'>): string =>
  `run:${run} ${split === 'out-of-fold' ? '-split:test' : `split:${split}`}`;

/** A query as a part of another one: its order is not the whole's. */
const inBrackets = (query: string): string => {
  const bare = query.replace(/(^|\s)-?sort:\S+/g, ' ').trim();
  return bare === '' ? '' : `(${bare})`;
};

/** The images of a slice that an evaluation speaks of, the most doubtful first. */
export const sliceQuery = (evaluation: Pick<EvaluationInfo, 'run' | 'split'>, slice: string): string =>
  `${inBrackets(slice)} ${scopeOf(evaluation)} sort:p`.trim();

/** Wrong images of an evaluation. */
export function wrongCount(confusion: readonly (readonly number[])[]): number {
  let wrong = 0;
  confusion.forEach((row, r) => row.forEach((n, c) => (wrong += r === c ? 0 : n)));
  return wrong;
}

export type ClassSort = 'f1' | 'support' | 'precision' | 'recall' | 'name';

export interface ClassRow {
  index: number;
  name: string;
  precision: number;
  recall: number;
  f1: number;
  support: number;
  interval: [number, number];
  /** The class it is most often taken for, and how often; null where it never is. */
  taken: { index: number; count: number } | null;
}

/** The per-class table; the worst first, names in their own order. */
export function classRows(e: EvaluationInfo, sort: ClassSort, rising: boolean): ClassRow[] {
  const rows = e.perClass.map((c, index): ClassRow => {
    let taken: ClassRow['taken'] = null;
    (e.confusion[index] ?? []).forEach((count, other) => {
      if (other !== index && count > (taken?.count ?? 0)) taken = { index: other, count };
    });
    return {
      index,
      name: c.class,
      precision: c.precision,
      recall: c.recall,
      f1: c.f1,
      support: c.support,
      interval: c.f1Interval,
      taken,
    };
  });
  const by = (a: ClassRow, b: ClassRow): number =>
    (sort === 'name' ? a.name.localeCompare(b.name) : a[sort] - b[sort]) || a.index - b.index;
  return rows.sort((a, b) => (rising ? by(a, b) : by(b, a)));
}
