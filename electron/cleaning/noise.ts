/** What the calibrated confident joint says of the noise: rates, priors, how many labels are wrong. */
import { TINY } from './rows.ts';

export interface Noise {
  /** `joint[given * K + true]`: share of all rows; sums to 1. */
  joint: Float64Array;
  /** `noise[given * K + true]` = P(given | true); columns sum to 1. */
  noise: Float64Array;
  /** `inverse[true * K + given]` = P(true | given); columns sum to 1. */
  inverse: Float64Array;
  /** P(true class), sums to 1. */
  prior: Float64Array;
  /** Rows expected to be mislabelled: N · (1 − trace of the joint), rounded. Better than counting when K < 4. */
  expectedErrors: number;
}

const CLIP = 0.9999;

/** Off-diagonal rates to at most 0.9999, columns to sum 1. In place. */
function clipRates(matrix: Float64Array, classes: number): void {
  for (let column = 0; column < classes; column++) {
    let sum = 0;
    for (let row = 0; row < classes; row++) {
      const at = row * classes + column;
      if (row !== column) matrix[at] = Math.min(CLIP, Math.max(0, matrix[at]!));
      sum += matrix[at]!;
    }
    for (let row = 0; row < classes; row++) matrix[row * classes + column]! /= Math.max(TINY, sum);
  }
}

/** @param calibrated calibrated confident joint, `[given * K + true]` @param labelCounts rows by given label, K */
export function noiseOf(calibrated: Float64Array, labelCounts: Int32Array): Noise {
  const classes = labelCounts.length;
  const rowSums = new Float64Array(classes);
  const columnSums = new Float64Array(classes);
  let total = 0;
  for (let s = 0; s < classes; s++)
    for (let y = 0; y < classes; y++) {
      const count = calibrated[s * classes + y]!;
      rowSums[s]! += count;
      columnSums[y]! += count;
      total += count;
    }
  const joint = calibrated.map((count) => count / Math.max(TINY, total));
  const noise = new Float64Array(calibrated.length);
  const inverse = new Float64Array(calibrated.length);
  for (let s = 0; s < classes; s++)
    for (let y = 0; y < classes; y++) {
      const count = calibrated[s * classes + y]!;
      noise[s * classes + y] = count / Math.max(TINY, columnSums[y]!);
      inverse[y * classes + s] = count / Math.max(TINY, rowSums[s]!);
    }

  const n = labelCounts.reduce((a, b) => a + b, 0);
  const prior = new Float64Array(classes);
  let priorSum = 0;
  let trace = 0;
  for (let y = 0; y < classes; y++) {
    const at = y * classes + y;
    const value = ((inverse[at]! / Math.max(TINY, noise[at]!)) * labelCounts[y]!) / Math.max(1, n);
    prior[y] = Math.min(1, Math.max(1e-6, value));
    priorSum += prior[y]!;
    trace += joint[at]!;
  }
  for (let y = 0; y < classes; y++) prior[y]! /= priorSum;
  clipRates(noise, classes);
  clipRates(inverse, classes);
  return { joint, noise, inverse, prior, expectedErrors: Math.round(n * (1 - trace)) };
}
