/**
 * Which rows to call "likely wrong": the five filters of confident learning and two by plain rank.
 * All return row numbers, ascending.
 */
import { calibrate, confidentJoint, type ConfidentJoint } from './confident-joint.ts';
import { countLabels, type Rows, rowsByClass, TOLERANCE, top } from './rows.ts';
import { normalizedMargin, selfConfidence } from './scores.ts';
import { type Scratch, takeLargest } from './select.ts';

export const FILTERS = [
  'prune_by_noise_rate',
  'prune_by_class',
  'both',
  'confident_learning',
  'predicted_neq_given',
  'low_normalized_margin',
  'low_self_confidence',
] as const;
export type Filter = (typeof FILTERS)[number];

export interface FilterOptions {
  /** A class with this many rows or fewer is never pruned, 1 or more. */
  minExamplesPerClass?: number;
  /** Share of the estimated errors to take, 0-1. */
  fracNoise?: number;
}

/**
 * Q[true * K + given]: rows to take out of given class `given` because they are really `true`; whole numbers.
 * Diagonals are kept at `minExamplesPerClass` at the cost of their column, then off-diagonals are scaled by
 * `fracNoise` and truncated.
 */
export function pruneCounts(calibrated: Float64Array, classes: number, options: FilterOptions = {}): Float64Array {
  const { minExamplesPerClass = 1, fracNoise = 1 } = options;
  const q = new Float64Array(calibrated.length);
  for (let s = 0; s < classes; s++) {
    const column = Float64Array.from({ length: classes }, (_, y) => calibrated[s * classes + y]!);
    const diagonal = Math.max(minExamplesPerClass, column[s]!);
    const raise = diagonal - column[s]!;
    const filled = column.reduce((count, v) => count + (v !== 0 ? 1 : 0), 0);
    const less = raise / Math.max(1, filled - 1);
    let removed = 0;
    for (let y = 0; y < classes; y++) {
      if (y === s) continue;
      const whole = Math.max(0, column[y]! - less);
      const kept = whole * fracNoise;
      removed += whole - kept;
      q[y * classes + s] = Math.trunc(kept);
    }
    q[s * classes + s] = Math.trunc(diagonal + removed);
  }
  return q;
}

/** Everything the filters share; make it once where several are wanted. */
export interface FilterBasis {
  rows: Rows;
  joint: ConfidentJoint;
  labelCounts: Int32Array;
  /** Calibrated confident joint, `[given * K + true]`. */
  calibrated: Float64Array;
}

export function filterBasis(rows: Rows): FilterBasis {
  const joint = confidentJoint(rows);
  const labelCounts = countLabels(rows);
  return { rows, joint, labelCounts, calibrated: calibrate(joint.counts, labelCounts) };
}

/** Whether the given label is the most probable class once it is favoured by the tolerance. */
function givenWins({ probabilities, labels, classes }: Rows, i: number): boolean {
  const at = i * classes;
  const given = labels[i]!;
  const own = probabilities[at + given]! + TOLERANCE;
  for (let k = 0; k < classes; k++) {
    if (k === given) continue;
    const other = probabilities[at + k]!;
    if (other > own || (other === own && k < given)) return false;
  }
  return true;
}

/** Marks of the two pruning filters, 1 byte a row: bit 1 by class, bit 2 by noise rate. One pass over the classes. */
function pruneMarks(basis: FilterBasis, options: FilterOptions, byClass: boolean, byRate: boolean): Uint8Array {
  const { rows, labelCounts, calibrated } = basis;
  const { probabilities, classes } = rows;
  const q = pruneCounts(calibrated, classes, options);
  const { order, start } = rowsByClass(rows);
  const most = labelCounts.reduce((a, b) => Math.max(a, b), 0);
  const own = new Float64Array(most);
  const keys = new Float64Array(most);
  const scratch: Scratch = { values: new Float64Array(most) };
  const marks = new Uint8Array(rows.labels.length);
  // Columns of one class side by side: reading a column of the whole matrix touches one number a cache line.
  const block = new Float32Array(byRate ? most * classes : 0);

  for (let s = 0; s < classes; s++) {
    const n = labelCounts[s]!;
    if (n <= (options.minExamplesPerClass ?? 1)) continue;
    const first = start[s]!;
    const mark = (bit: number) => (position: number) => {
      const row = order[first + position]!;
      marks[row] = marks[row]! | bit;
    };
    for (let r = 0; r < n; r++) own[r] = probabilities[order[first + r]! * classes + s]!;
    if (byClass) {
      for (let r = 0; r < n; r++) keys[r] = -own[r]!;
      takeLargest(keys, n, n - q[s * classes + s]!, scratch, mark(1));
    }
    if (!byRate) continue;
    const wanted: number[] = [];
    for (let y = 0; y < classes; y++) if (y !== s && q[y * classes + s]! > 0) wanted.push(y);
    if (wanted.length === 0) continue;
    for (let r = 0; r < n; r++) {
      const at = order[first + r]! * classes;
      for (let w = 0; w < wanted.length; w++) block[w * n + r] = probabilities[at + wanted[w]!]!;
    }
    wanted.forEach((y, w) => {
      for (let r = 0; r < n; r++) keys[r] = block[w * n + r]! - own[r]!;
      takeLargest(keys, n, q[y * classes + s]!, scratch, mark(2));
    });
  }
  return marks;
}

/** Rows that the filter flags, ascending. */
export function filterRows(basis: FilterBasis, filter: Filter, options: FilterOptions = {}): Int32Array {
  const { rows, joint } = basis;
  const n = rows.labels.length;
  let flagged: (i: number) => boolean;
  switch (filter) {
    case 'prune_by_class':
    case 'prune_by_noise_rate':
    case 'both': {
      const byClass = filter !== 'prune_by_noise_rate';
      const byRate = filter !== 'prune_by_class';
      const marks = pruneMarks(basis, options, byClass, byRate);
      const needed = (byClass ? 1 : 0) | (byRate ? 2 : 0);
      flagged = (i) => marks[i] === needed;
      break;
    }
    case 'confident_learning': {
      const marks = new Uint8Array(n);
      for (const i of joint.offDiagonal) marks[i] = 1;
      flagged = (i) => marks[i] === 1;
      break;
    }
    case 'predicted_neq_given':
      flagged = (i) => top(rows, i) !== rows.labels[i];
      break;
    case 'low_normalized_margin':
    case 'low_self_confidence':
      return lowest(
        filter === 'low_self_confidence' ? selfConfidence(rows) : normalizedMargin(rows),
        filterRows(basis, 'confident_learning', options).length,
      );
  }
  const out: number[] = [];
  for (let i = 0; i < n; i++) if (flagged(i) && !givenWins(rows, i)) out.push(i);
  return Int32Array.from(out);
}

/** Positions of the m lowest scores, ascending; equals by position. */
function lowest(scores: Float64Array, m: number): Int32Array {
  const out: number[] = [];
  takeLargest(
    scores.map((v) => -v),
    scores.length,
    m,
    { values: new Float64Array(0) },
    (i) => out.push(i),
  );
  return Int32Array.from(out);
}
