/**
 * The confident joint of Northcutt, Jiang, Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels"
 * (2021), sections 3.1 and 3.2, with the arithmetic of cleanlab 2.9, so that counts agree to the last image.
 */
import { checkRows, countLabels, type Rows, TOLERANCE, top } from './rows.ts';

/** Threshold of a class that nobody is labelled: out of reach. */
const UNREACHABLE = 2;
const FLOOR = 2e-6;

/** t_k: mean probability of class k over the rows labelled k, [K] float64. */
export function confidentThresholds(rows: Rows): Float64Array {
  const { probabilities, labels, classes } = rows;
  const sums = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) sums[labels[i]!]! += probabilities[i * classes + labels[i]!]!;
  const counts = countLabels(rows);
  return sums.map((sum, k) => (counts[k]! > 0 ? Math.max(FLOOR, sum / counts[k]!) : UNREACHABLE));
}

export interface ConfidentJoint {
  thresholds: Float64Array;
  /** `counts[given * K + guess]`, not calibrated; every diagonal cell at least 1. */
  counts: Float64Array;
  /** Rows that are confidently another class than given, ascending: the filter `confident_learning`. */
  offDiagonal: Int32Array;
  /** Rows that reach no threshold at all (out of distribution, or plainly unsure), ascending. */
  underAll: Int32Array;
}

/**
 * A row is confident for class k where p ≥ t_k. One such class: that is the guess; several: the most probable of
 * all; none: the row is not counted. One pass, n · K.
 */
export function confidentJoint(rows: Rows): ConfidentJoint {
  checkRows(rows);
  const { probabilities, labels, classes } = rows;
  const thresholds = confidentThresholds(rows);
  const reach = thresholds.map((t) => t - TOLERANCE);
  const counts = new Float64Array(classes * classes);
  const off: number[] = [];
  const under: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    const at = i * classes;
    let guess = -1;
    let several = false;
    for (let k = 0; k < classes; k++)
      if (probabilities[at + k]! >= reach[k]!) {
        several = guess >= 0;
        guess = k;
        if (several) break;
      }
    if (guess < 0) {
      under.push(i);
      continue;
    }
    if (several) guess = top(rows, i);
    counts[labels[i]! * classes + guess]! += 1;
    if (guess !== labels[i]) off.push(i);
  }
  for (let k = 0; k < classes; k++) counts[k * classes + k] = Math.max(1, counts[k * classes + k]!);
  return { thresholds, counts, offDiagonal: Int32Array.from(off), underAll: Int32Array.from(under) };
}

/** Half to even, as numpy rounds; Math.round takes halves up. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Rounds a row to integers so that they add up to the rounded total. Missing units go to the cells that lost most by
 * rounding (equals: highest index first), surplus ones are taken from those that won most (equals: lowest first).
 */
export function roundKeepingTotal(row: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(row);
  const rounded = values.map(roundHalfEven);
  const target = roundHalfEven(values.reduce((sum, v) => sum + v, 0));
  for (;;) {
    let missing = target - rounded.reduce((sum, v) => sum + v, 0);
    if (missing === 0) return rounded;
    const order = Array.from(values.keys()).sort(
      (a, b) => values[a]! - rounded[a]! - (values[b]! - rounded[b]!) || a - b,
    );
    if (missing > 0) for (let i = order.length - 1; i >= 0 && missing > 0; i--, missing--) rounded[order[i]!]! += 1;
    else for (let i = 0; i < order.length && missing < 0; i++, missing++) rounded[order[i]!]! -= 1;
  }
}

/**
 * The joint scaled so that each given class has as many rows as it really has, in whole images.
 * A class without labels becomes a row of zeros.
 */
export function calibrate(counts: Float64Array, labelCounts: Int32Array): Float64Array {
  const classes = labelCounts.length;
  const scaled = new Float64Array(counts.length);
  let sum = 0;
  for (let s = 0; s < classes; s++) {
    let rowSum = 0;
    for (let y = 0; y < classes; y++) rowSum += counts[s * classes + y]!;
    for (let y = 0; y < classes; y++) {
      const value = (counts[s * classes + y]! / Math.max(rowSum, Number.MIN_VALUE)) * labelCounts[s]!;
      scaled[s * classes + y] = value;
      sum += value;
    }
  }
  const total = labelCounts.reduce((a, b) => a + b, 0);
  const out = new Float64Array(counts.length);
  for (let s = 0; s < classes; s++) {
    const row = scaled
      .subarray(s * classes, (s + 1) * classes)
      .map((v) => (v / Math.max(sum, Number.MIN_VALUE)) * total);
    out.set(roundKeepingTotal(row), s * classes);
  }
  return out;
}
