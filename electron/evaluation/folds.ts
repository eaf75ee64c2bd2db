/**
 * Folds and splits: stratified by class, never parting a group (copies of one picture), and a function of the seed
 * and of each image's own key, not of the order in which rows come.
 */
import { random } from '../contract/index.ts';

export interface Rows {
  /** Class of each row in [0, K); −1 where there is no label (its own stratum). */
  labels: Int32Array;
  /** Group of each row; rows of one group stay together. −1: alone. Left out: every row alone. */
  groups?: Int32Array;
  /** What each row is called in the draw (its content hash). Left out: its row number. */
  keys?: readonly (string | number)[];
  seed: number;
}

/** Rows that move together, in the order in which they are dealt. */
interface Unit {
  rows: number[];
  /** [stratum, rows of it] */
  strata: [stratum: number, count: number][];
}

/** Stratum 0 is "no label", class k is k + 1. */
function unitsOf({ labels, groups, keys, seed }: Rows, purpose: string): { units: Unit[]; sizes: Float64Array } {
  const n = labels.length;
  let strata = 1;
  for (let i = 0; i < n; i++) strata = Math.max(strata, labels[i]! + 2);
  const sizes = new Float64Array(strata);
  const byGroup = new Map<number, number[]>();
  const gathered: number[][] = [];
  for (let i = 0; i < n; i++) {
    sizes[labels[i]! + 1]! += 1;
    const group = groups?.[i] ?? -1;
    const known = group >= 0 ? byGroup.get(group) : undefined;
    if (known) known.push(i);
    else {
      const rows = [i];
      gathered.push(rows);
      if (group >= 0) byGroup.set(group, rows);
    }
  }
  // A unit's place is the least draw of its rows: the order of rows does not enter.
  const placed = gathered.map((rows) => {
    let place = 1;
    for (const row of rows) place = Math.min(place, random(seed, purpose, keys?.[row] ?? row).next());
    const counts = new Map<number, number>();
    for (const row of rows) counts.set(labels[row]! + 1, (counts.get(labels[row]! + 1) ?? 0) + 1);
    return { rows, strata: [...counts], place };
  });
  // Large groups first, while there is room to balance them.
  placed.sort((a, b) => b.rows.length - a.rows.length || a.place - b.place);
  return { units: placed, sizes };
}

/**
 * Fold of each row in [0, folds). Class counts of the folds differ by at most 1 where no group binds rows together,
 * and so do their sizes. `folds` ≥ 2.
 */
export function stratifiedFolds(rows: Rows, folds: number): Int32Array {
  if (!(folds >= 2)) throw new RangeError(`expected at least 2 folds, got ${folds}`);
  const { units, sizes } = unitsOf(rows, 'folds');
  const counts = new Float64Array(folds * sizes.length);
  const totals = new Float64Array(folds);
  const out = new Int32Array(rows.labels.length);
  for (const unit of units) {
    let best = 0;
    let bestCost = Infinity;
    for (let fold = 0; fold < folds; fold++) {
      // How full the fold is of this unit's classes; then how full altogether.
      let cost = 0;
      for (const [stratum, count] of unit.strata)
        cost += (counts[fold * sizes.length + stratum]! / sizes[stratum]!) * count;
      cost = cost * 1e6 + totals[fold]! / (rows.labels.length + 1);
      if (cost < bestCost - 1e-12) {
        bestCost = cost;
        best = fold;
      }
    }
    for (const [stratum, count] of unit.strata) counts[best * sizes.length + stratum]! += count;
    totals[best]! += unit.rows.length;
    for (const row of unit.rows) out[row] = best;
  }
  return out;
}

export const TRAIN = 0;
export const VALIDATION = 1;
export const TEST = 2;

/**
 * A drawn split: TRAIN, VALIDATION or TEST for each row, close to the shares within each class. Shares are rounded
 * class by class with a carry, so that many small classes still add up to the share asked for. A class keeps at least
 * one training row.
 */
export function drawSplit(rows: Rows, shares: { validation: number; test: number }): Uint8Array {
  const { units, sizes } = unitsOf(rows, 'split');
  const strata = sizes.length;
  // room[part][stratum]: rows still wanted.
  const room = [new Float64Array(strata), new Float64Array(strata), new Float64Array(strata)] as const;
  const carry = { [VALIDATION]: 0.5, [TEST]: 0.5 };
  for (let stratum = 0; stratum < strata; stratum++) {
    let left = sizes[stratum]!;
    for (const part of [TEST, VALIDATION] as const) {
      const share = part === TEST ? shares.test : shares.validation;
      carry[part] += share * sizes[stratum]!;
      // Unlabelled rows need no training row of their own.
      const quota = Math.max(0, Math.min(Math.floor(carry[part]), stratum === 0 ? left : left - 1));
      carry[part] -= quota;
      room[part][stratum] = quota;
      left -= quota;
    }
    room[TRAIN][stratum] = left;
  }
  const out = new Uint8Array(rows.labels.length);
  for (const unit of units) {
    let best: 0 | 1 | 2 = TRAIN;
    let bestRoom = -Infinity;
    for (const part of [TRAIN, VALIDATION, TEST] as const) {
      let fits = 0;
      for (const [stratum, count] of unit.strata) {
        const want = room[part][stratum]!;
        // A part that cannot hold the whole unit costs what would spill over.
        fits += Math.min(want, count) - Math.max(0, count - want) + (1e-6 * want) / Math.max(1, sizes[stratum]!);
      }
      if (fits > bestRoom) {
        bestRoom = fits;
        best = part;
      }
    }
    for (const [stratum, count] of unit.strata) room[best][stratum]! -= count;
    for (const row of unit.rows) out[row] = best;
  }
  return out;
}
