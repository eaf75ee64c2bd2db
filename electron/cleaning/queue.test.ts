import { expect, test } from 'vitest';
import { random } from '../contract/index.ts';
import { averagePrecision, rowsForRecall } from '../evaluation/index.ts';
import { errorPosterior, rankLabelErrors, selfConfidence } from './index.ts';
import { nearest, outOfFold, synthetic } from './synthetic.ts';

const falling = (values: Float64Array): Float64Array => values.map((v) => -v);
const shape = { rows: 900, classes: 6, dimensions: 16, separation: 1.5, seed: 1 };

test('on symmetric noise the queue is no worse than self confidence, with neighbours better', () => {
  const set = synthetic({ ...shape, noise: { kind: 'symmetric', rate: 0.08 } });
  const rows = { probabilities: outOfFold(set), labels: set.labels, classes: 6 };
  const plain = averagePrecision(falling(selfConfidence(rows)), set.wrong);
  const queue = averagePrecision(falling(rankLabelErrors(rows).quality), set.wrong);
  const both = averagePrecision(falling(rankLabelErrors({ ...rows, neighbours: nearest(set, 10) }).quality), set.wrong);
  expect(queue).toBeGreaterThan(plain);
  expect(both).toBeGreaterThan(queue);
});

test('between look-alike classes the queue finds clearly more than self confidence', () => {
  const set = synthetic({ ...shape, noise: { kind: 'paired', rate: 0.2 } });
  const rows = { probabilities: outOfFold(set), labels: set.labels, classes: 6 };
  const confidence = falling(selfConfidence(rows));
  const queue = falling(rankLabelErrors({ ...rows, neighbours: nearest(set, 10) }).quality);
  expect(averagePrecision(queue, set.wrong)).toBeGreaterThan(averagePrecision(confidence, set.wrong) + 0.15);
  expect(rowsForRecall(queue, set.wrong, 0.8)).toBeLessThan(0.8 * rowsForRecall(confidence, set.wrong, 0.8));
});

test('findings come most doubtful first, each with another class than the given one and its reasons', () => {
  const set = synthetic({ ...shape, rows: 400, noise: { kind: 'symmetric', rate: 0.1 } });
  const model = outOfFold(set);
  const input = { models: [model, outOfFold(set, { seed: 2, use: [0, 8] })], labels: set.labels, classes: 6 };
  const { findings, posterior } = rankLabelErrors({ ...input, neighbours: nearest(set, 10) });
  expect(findings).toHaveLength(400);
  findings.forEach((f, i) => {
    expect(f.suggested).not.toBe(f.given);
    expect(f.score).toBeLessThanOrEqual(findings[i - 1]?.score ?? 1);
  });
  const first = findings[0]!;
  expect(first).toMatchObject({ models: 2, neighboursAsked: 10, likely: true });
  expect(first.neighboursGiven + first.neighboursSuggested).toBeLessThanOrEqual(10);
  expect(first.pSuggested).toBeGreaterThan(first.pGiven);
  const row = posterior.subarray(0, 6).reduce((a, b) => a + b, 0);
  expect(row).toBeCloseTo(1, 5);
});

test('the same rows in another order get the same scores', () => {
  const set = synthetic({ ...shape, rows: 300, noise: { kind: 'symmetric', rate: 0.1 } });
  const probabilities = outOfFold(set);
  const keys = Array.from(set.labels, (_, i) => `image-${i}`);
  const straight = rankLabelErrors({ probabilities, labels: set.labels, classes: 6, keys }).quality;
  const order = random(4).shuffle(Int32Array.from(set.labels, (_, i) => i));
  const shuffled = new Float32Array(probabilities.length);
  order.forEach((from, to) => shuffled.set(probabilities.subarray(from * 6, from * 6 + 6), to * 6));
  const moved = rankLabelErrors({
    probabilities: shuffled,
    labels: order.map((i) => set.labels[i]!),
    classes: 6,
    keys: Array.from(order, (i) => keys[i]!),
  }).quality;
  order.forEach((from, to) => expect(moved[to]).toBeCloseTo(straight[from]!, 9));
});

test('few rows, a class of one row, an empty class and certain models give finite scores', () => {
  const labels = Int32Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2]);
  const probabilities = new Float32Array(12 * 4);
  labels.forEach((s, i) => (probabilities[i * 4 + (i === 3 ? 1 : s)] = 1));
  const { right } = errorPosterior({ probabilities, labels, classes: 4 });
  expect(right.every((v) => v >= 0 && v <= 1 + 1e-9)).toBe(true);
  expect(right.indexOf(Math.min(...right))).toBe(3);
  const tiny = errorPosterior({ probabilities: probabilities.slice(0, 8), labels: labels.slice(0, 2), classes: 4 });
  expect([...tiny.right]).toEqual([1, 1]);
});
