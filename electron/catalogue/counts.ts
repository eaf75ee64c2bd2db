/** Counts from the summary table that triggers keep in the same transaction as the change. */
import { type ClassInfo, type Split } from '../contract/index.ts';
import { type Store } from './store.ts';

export interface Tally {
  /** 0 = no label. */
  class: number;
  split: Split;
  status: 'ok' | 'unreadable' | 'missing';
  unsure: number;
  excluded: number;
  n: number;
}

export interface Totals {
  images: number;
  labelled: number;
  unreadable: number;
  missing: number;
  excluded: number;
  unsure: number;
  splits: Record<Split, number>;
}

export interface Counts {
  /** Every combination that occurs. */
  tally(): Tally[];
  totals(): Totals;
  ofClass(id: number): ClassInfo['counts'];
  /** The same, counted anew from the images: what the summary is checked against. */
  recount(): Tally[];
}

export function createCounts(store: Store): Counts {
  const tally = (): Tally[] => store.all<Tally>('SELECT * FROM tally WHERE n > 0');
  return {
    tally,
    totals() {
      const sum: Totals = {
        images: 0,
        labelled: 0,
        unreadable: 0,
        missing: 0,
        excluded: 0,
        unsure: 0,
        splits: { train: 0, validation: 0, test: 0, none: 0 },
      };
      for (const row of tally()) {
        sum.images += row.n;
        if (row.class > 0) sum.labelled += row.n;
        if (row.status !== 'ok') sum[row.status] += row.n;
        if (row.excluded) sum.excluded += row.n;
        if (row.unsure) sum.unsure += row.n;
        sum.splits[row.split] += row.n;
      }
      return sum;
    },
    ofClass(id) {
      const counts = { train: 0, validation: 0, test: 0, none: 0, total: 0 };
      const rows = store.all<{ split: Split; n: number }>('SELECT split, n FROM tally WHERE class = ?', id);
      for (const { split, n } of rows) {
        counts[split] += n;
        counts.total += n;
      }
      return counts;
    },
    recount: () =>
      store.all<Tally>(
        `SELECT coalesce(class, 0) AS class, split, status, unsure, excluded, count(*) AS n FROM image
         GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
      ),
  };
}
