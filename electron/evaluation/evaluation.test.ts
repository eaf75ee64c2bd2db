import { expect, test } from 'vitest';
import { random } from '../contract/index.ts';
import {
  accuracyDifference,
  averagePrecision,
  bootstrap,
  calibrationError,
  confusionOf,
  classMetrics,
  clusterOrder,
  evaluate,
  fitTemperature,
  logLoss,
  macroF1Of,
  mcNemar,
  precisionAt,
  precisionRecall,
  reliabilityBins,
  rowsForRecall,
  scaleByTemperature,
} from './index.ts';

const labels = Int32Array.from([0, 0, 0, 1, 1, 2]);
const predicted = Int32Array.from([0, 0, 1, 1, 0, 1]);

/** Rows of a softmax model whose labels really are drawn from its probabilities. */
function calibrated(n: number, classes: number, seed: number): { p: Float32Array; labels: Int32Array } {
  const r = random(seed, 'rows');
  const p = new Float32Array(n * classes);
  const drawn = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const logits = Array.from({ length: classes }, () => 2 * r.normal());
    const sum = logits.reduce((s, v) => s + Math.exp(v), 0);
    let u = r.next();
    drawn[i] = classes - 1;
    for (let k = 0; k < classes; k++) p[i * classes + k] = Math.exp(logits[k]!) / sum;
    for (let k = 0; k < classes; k++) {
      u -= p[i * classes + k]!;
      if (u < 0) {
        drawn[i] = k;
        break;
      }
    }
  }
  return { p, labels: drawn };
}

test('precision, recall and F1 by hand; a class without rows or predictions counts 0 in the macro mean', () => {
  const confusion = confusionOf(labels, predicted, 4);
  const m = classMetrics(confusion);
  expect(m[0]).toMatchObject({ precision: 2 / 3, recall: 2 / 3, support: 3, predicted: 3 });
  expect(m[1]).toMatchObject({ precision: 1 / 3, recall: 1 / 2, support: 2, predicted: 3 });
  expect(m[2]).toMatchObject({ precision: 0, recall: 0, f1: 0, support: 1 });
  expect(m[3]).toMatchObject({ precision: 0, recall: 0, f1: 0, support: 0 });
  expect(macroF1Of(confusion)).toBeCloseTo((2 / 3 + 2 / 5) / 4, 12);
});

test('the macro F1 interval covers the truth at its nominal rate', () => {
  const K = 3;
  const mix = [0.3, 0.04, 0.02, 0.05, 0.25, 0.04, 0.02, 0.06, 0.22];
  const truth = macroF1Of({ classes: K, cells: Float64Array.from(mix, (v) => v * 1000) });
  let covered = 0;
  for (let run = 0; run < 200; run++) {
    const r = random('cover', run);
    const cells = new Float64Array(9);
    for (let i = 0; i < 300; i++) {
      let u = r.next();
      let cell = 0;
      while (cell < 8 && u >= mix[cell]!) u -= mix[cell++]!;
      cells[cell]! += 1;
    }
    const { macroF1 } = bootstrap({ classes: K, cells }, r, { samples: 200 });
    if (macroF1[0] <= truth && truth <= macroF1[1]) covered++;
  }
  expect(covered).toBeGreaterThan(167); // 90 % of 200, less three standard errors
  expect(covered).toBeLessThan(194);
});

test('the interval of a metric holds the metric, also with an empty class', () => {
  const { p, labels: y } = calibrated(300, 4, 5);
  const padded = new Float32Array(300 * 5);
  for (let i = 0; i < 300; i++) padded.set(p.subarray(i * 4, i * 4 + 4), i * 5);
  const e = evaluate(padded, y, 5);
  expect(e.macroF1Interval[0]).toBeLessThan(e.macroF1);
  expect(e.macroF1Interval[1]).toBeGreaterThan(e.macroF1);
  expect(e.accuracyInterval[0]).toBeLessThan(e.accuracy);
  expect(e.accuracyInterval[1]).toBeGreaterThan(e.accuracy);
  expect(evaluate(padded, y, 5)).toEqual(e);
});

test('temperature finds the factor by which logits were inflated, and mends calibration', () => {
  const { p, labels: y } = calibrated(6000, 5, 1);
  expect(fitTemperature(p, y, 5)).toBeCloseTo(1, 1);
  const tooSure = scaleByTemperature(p, 5, 1 / 2.5);
  const found = fitTemperature(tooSure, y, 5);
  expect(found).toBeGreaterThan(2.3);
  expect(found).toBeLessThan(2.7);
  const mended = scaleByTemperature(tooSure, 5, found);
  expect(logLoss(mended, y, 5)).toBeLessThan(logLoss(tooSure, y, 5));
  const ece = (q: Float32Array): number => {
    const guess = Int32Array.from({ length: y.length }, (_, i) => {
      let best = 0;
      for (let k = 1; k < 5; k++) if (q[i * 5 + k]! > q[i * 5 + best]!) best = k;
      return best;
    });
    return calibrationError(reliabilityBins(q, y, guess, 5));
  };
  expect(ece(mended)).toBeLessThan(0.03);
  expect(ece(tooSure)).toBeGreaterThan(0.08);
});

test('average precision by hand, and ties do not depend on row order', () => {
  const scores = [0.9, 0.8, 0.7, 0.6];
  expect(averagePrecision(scores, [1, 0, 1, 0])).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(precisionAt(scores, [1, 0, 1, 0], 2)).toBe(0.5);
  expect(rowsForRecall(scores, [1, 0, 1, 0], 1)).toBe(3);
  expect(averagePrecision([1, 1, 1], [1, 0, 0])).toBe(averagePrecision([1, 1, 1], [0, 0, 1]));
  expect(precisionRecall(scores, [0, 0, 0, 0])).toEqual([]);
});

test('McNemar is the exact binomial on the rows that differ', () => {
  const truth = new Int32Array(20);
  const a = Int32Array.from({ length: 20 }, (_, i) => (i < 1 ? 0 : i < 9 ? 1 : 0));
  const b = Int32Array.from({ length: 20 }, (_, i) => (i < 1 ? 1 : 0));
  const result = mcNemar(truth, a, b);
  expect(result).toMatchObject({ onlyFirst: 1, onlySecond: 8 });
  expect(result.p).toBeCloseTo((2 * (1 + 9)) / 512, 10);
  expect(mcNemar(truth, a, a).p).toBe(1);
  const { difference, interval } = accuracyDifference(result, 20);
  expect(difference).toBeCloseTo(0.35, 12);
  expect(interval[0]).toBeGreaterThan(0);
  expect(interval[1]).toBeGreaterThan(difference);
});

test('confusable classes stand side by side', () => {
  const cells = new Float64Array(36);
  for (let k = 0; k < 6; k++) cells[k * 7] = 50;
  cells[0 * 6 + 4] = 20;
  cells[2 * 6 + 5] = 15;
  const order = clusterOrder({ classes: 6, cells });
  expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(Math.abs(order.indexOf(0) - order.indexOf(4))).toBe(1);
  expect(Math.abs(order.indexOf(2) - order.indexOf(5))).toBe(1);
});

test('probabilities that do not fit the labels are refused', () => {
  expect(() => evaluate(new Float32Array(6), labels, 3)).toThrow(RangeError);
  expect(() => evaluate(new Float32Array(12), labels, 2)).toThrow(/label 2 of row 5/);
});
