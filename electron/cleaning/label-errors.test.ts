import { expect, test } from 'vitest';
import { random } from '../contract/index.ts';
import {
  calibrate,
  confidenceWeightedEntropy,
  confidentJoint,
  countLabels,
  filterBasis,
  filterRows,
  type Filter,
  labelQuality,
  modelWeights,
  neighbourAgreement,
  noiseOf,
  pruneCounts,
  roundKeepingTotal,
  type Rows,
  vote,
} from './index.ts';
import { slowCalibrate, slowFilters, slowJoint, slowPrune, type SlowRow } from './slow-twin.ts';

/** Random rows; `steps` rounds probabilities to that many steps, so that ties are everywhere. */
function rowsOf(seed: number, n: number, K: number, steps = 0, unused = 0): { rows: Rows; slow: SlowRow[] } {
  const r = random(seed, 'rows');
  const probabilities = new Float32Array(n * K);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const truth = r.int(K - unused);
    labels[i] = r.next() < 0.15 ? r.int(K - unused) : truth;
    const logits = Array.from({ length: K }, (_, k) => 1.3 * r.normal() + (k === truth ? 2 : 0));
    const sum = logits.reduce((s, v) => s + Math.exp(v), 0);
    for (let k = 0; k < K; k++) {
      const p = Math.exp(logits[k]!) / sum;
      probabilities[i * K + k] = steps ? Math.round(p * steps) / steps : p;
    }
  }
  const slow = Array.from(labels, (given, i) => ({ p: [...probabilities.subarray(i * K, i * K + K)], given }));
  return { rows: { probabilities, labels, classes: K }, slow };
}

const cases: [seed: number, n: number, K: number, steps: number, unused: number][] = [
  [1, 300, 3, 0, 0],
  [2, 400, 7, 0, 1],
  [3, 400, 4, 4, 0],
  [4, 250, 5, 8, 2],
  [5, 60, 12, 0, 0],
  [6, 30, 2, 2, 0],
];

test('joint, calibration, prune counts and filters equal the slow twin, with ties and empty classes', () => {
  for (const [seed, n, K, steps, unused] of cases) {
    const { rows, slow } = rowsOf(seed, n, K, steps, unused);
    const joint = confidentJoint(rows);
    const twin = slowJoint(slow, K);
    expect([...joint.counts]).toEqual(twin.counts.flat());
    expect([...joint.offDiagonal]).toEqual(twin.offDiagonal);
    const basis = filterBasis(rows);
    expect([...basis.calibrated]).toEqual(slowCalibrate(twin.counts, slow).flat());
    for (const [minimum, fraction] of [
      [1, 1],
      [5, 0.5],
      [20, 0.8],
    ] as const) {
      const options = { minExamplesPerClass: minimum, fracNoise: fraction };
      expect([...pruneCounts(basis.calibrated, K, options)]).toEqual(
        slowPrune(slowCalibrate(twin.counts, slow), minimum, fraction).flat(),
      );
      for (const [filter, expected] of Object.entries(slowFilters(slow, K, minimum, fraction)))
        expect([...filterRows(basis, filter as Filter, options)], `${filter} of case ${seed}`).toEqual(expected);
    }
  }
});

test('calibration keeps the number of images of every class, in whole images', () => {
  const { rows } = rowsOf(9, 500, 6, 0, 1);
  const counts = countLabels(rows);
  const calibrated = calibrate(confidentJoint(rows).counts, counts);
  for (let s = 0; s < 6; s++) {
    const line = [...calibrated.subarray(s * 6, s * 6 + 6)];
    expect(line.reduce((a, b) => a + b, 0)).toBe(counts[s]);
    expect(line.every((v) => Number.isInteger(v))).toBe(true);
  }
});

test('rounding goes half to even; missing units go to the highest index among equals, surplus ones from the lowest', () => {
  expect([...roundKeepingTotal([0.5, 1.5, 2.5])]).toEqual([0, 2, 2]); // sum 4.5 → 4
  expect([...roundKeepingTotal([1.4, 1.4, 1.4, 1.4])]).toEqual([1, 1, 2, 2]); // 5.6 → 6: two more, highest first
  expect([...roundKeepingTotal([1.6, 1.6, 1.6, 1.6])]).toEqual([1, 1, 2, 2]); // 6.4 → 6: two fewer, lowest first
});

test('noise matrices are distributions and recover a planted flip rate', () => {
  const r = random('flip');
  const K = 4;
  const n = 4000;
  const probabilities = new Float32Array(n * K);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const truth = i % K;
    // Class 0 is called 1 in a fifth of all cases.
    labels[i] = truth === 0 && r.next() < 0.2 ? 1 : truth;
    for (let k = 0; k < K; k++) probabilities[i * K + k] = k === truth ? 0.85 : 0.05;
  }
  const rows = { probabilities, labels, classes: K };
  const basis = filterBasis(rows);
  const { noise, inverse, prior, joint, expectedErrors } = noiseOf(basis.calibrated, basis.labelCounts);
  for (let c = 0; c < K; c++) {
    for (const matrix of [noise, inverse]) {
      let sum = 0;
      for (let row = 0; row < K; row++) sum += matrix[row * K + c]!;
      expect(sum).toBeCloseTo(1, 9);
    }
  }
  expect(joint.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  expect(prior.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  expect(noise[1 * K + 0]).toBeGreaterThan(0.15);
  expect(noise[1 * K + 0]).toBeLessThan(0.25);
  expect(Math.abs(expectedErrors - labels.filter((s, i) => s !== i % K).length)).toBeLessThan(5);
});

test('entropy scores a one-hot row 0 even where it agrees, and refuses adjustment', () => {
  const rows = { probabilities: Float32Array.from([1, 0, 0.5, 0.5]), labels: Int32Array.from([0, 0]), classes: 2 };
  const scores = confidenceWeightedEntropy(rows);
  expect(scores[0]).toBe(0);
  expect(scores[1]).toBeCloseTo(Math.log(3) / 2, 12);
  expect(() => labelQuality(rows, 'confidence_weighted_entropy', true)).toThrow(RangeError);
});

test('accuracy weights sum to 1 and favour the better model; custom weights are taken as they are', () => {
  const labels = Int32Array.from([0, 1, 0, 1]);
  const good = Float32Array.from([0.9, 0.1, 0.1, 0.9, 0.8, 0.2, 0.2, 0.8]);
  const poor = Float32Array.from([0.9, 0.1, 0.9, 0.1, 0.2, 0.8, 0.2, 0.8]);
  const models = { models: [good, poor], labels, classes: 2 };
  expect(modelWeights(models).weights).toEqual([2 / 3, 1 / 3]);
  expect(modelWeights(models, [3, 4]).weights).toEqual([3, 4]);
  const { weights, temperature } = modelWeights(models, 'log_loss_search');
  expect(weights[0]).toBeGreaterThan(0.9);
  expect(temperature).toBeGreaterThan(1);
});

test('the vote flags a row all models call another class, not one they dispute, and orders a class by loss', () => {
  const labels = Int32Array.from([0, 0, 0, 1]);
  const sure = (k: number): number[] => [0, 1, 2].map((c) => (c === k ? 0.98 : 0.01));
  const model = (...tops: number[]): Float32Array => Float32Array.from(tops.flatMap(sure));
  const models = { models: [model(1, 1, 0, 1), model(1, 2, 0, 1), model(1, 0, 0, 1)], labels, classes: 3 };
  const result = vote(models);
  expect([...result.flagged]).toEqual([0]);
  expect([...result.order]).toEqual([0, 1, 2, 3]);
  expect(result.agree[1]).toBe(1);
  const row = result.probabilities.subarray(0, 3);
  expect(row[0]! + row[1]! + row[2]!).toBeCloseTo(1, 6);
});

test('neighbour agreement asks no copy of the picture itself and counts what it can show', () => {
  const neighbours = {
    k: 3,
    indices: Int32Array.from([1, 2, 3, 0, 2, 3, 0, 1, 3, -1, -1, -1]),
    similarities: Float32Array.from([0.99, 0.9, 0.9, 0.99, 0.9, 0.9, 0.9, 0.9, 0.9, 0, 0, 0]),
  };
  const labels = Int32Array.from([0, 0, 1, 1]);
  const groups = Int32Array.from([5, 5, -1, -1]);
  const result = neighbourAgreement(neighbours, labels, 2, groups);
  expect(result.asked[0]).toBe(2);
  expect(result.agreement[0]).toBe(0);
  expect(result.suggested[0]).toBe(1);
  expect(result.withSuggested[0]).toBe(2);
  expect(result.agreement[3]).toBe(1);
  expect(result.suggested[3]).toBe(1);
  const alone = neighbourAgreement(neighbours, labels, 2);
  expect(alone.agreement[0]).toBeCloseTo(Math.exp(0.9) / (Math.exp(0.9) + 2), 6);
});
