import { expect, test } from 'vitest';
import { random } from '../contract/index.ts';
import { argmax, classMetrics, confusionOf, pairedBootstrap, pairedClasses, quantile } from './index.ts';

const CLASSES = 4;

/** Labels, and two models that err on rows of their own, the second less often. */
function drawn(rows: number, seed: number, errors: [number, number]) {
  const draw = random(seed, 'paired-test');
  const labels = Int32Array.from({ length: rows }, () => draw.int(CLASSES));
  const answer = (error: number) =>
    labels.map((label) => (draw.next() < error ? (label + 1 + draw.int(CLASSES - 1)) % CLASSES : label));
  return { labels, first: answer(errors[0]), second: answer(errors[1]) };
}

const macroF1 = (labels: Int32Array, answers: Int32Array): number =>
  classMetrics(confusionOf(labels, answers, CLASSES)).reduce((sum, m) => sum + m.f1, 0) / CLASSES;

test('the difference is that of the two macro F1, and a model against itself differs by nothing', () => {
  const { labels, first, second } = drawn(300, 1, [0.3, 0.2]);
  const found = pairedBootstrap(labels, first, second, CLASSES, random(1, 'p'));
  expect(found.first).toBeCloseTo(macroF1(labels, first), 12);
  expect(found.second).toBeCloseTo(macroF1(labels, second), 12);
  expect(found.difference).toBeCloseTo(found.second - found.first, 12);
  expect(found.interval[0]).toBeLessThan(found.difference);
  expect(found.interval[1]).toBeGreaterThan(found.difference);
  const same = pairedBootstrap(labels, first, first, CLASSES, random(1, 'p'));
  expect([same.difference, ...same.interval, same.notBetter]).toEqual([0, 0, 0, 1]);
});

test('resampling kinds of rows gives the interval of resampling rows one by one', () => {
  const { labels, first, second } = drawn(400, 2, [0.25, 0.2]);
  const draw = random(3, 'rows');
  const differences = Float64Array.from({ length: 2000 }, () => {
    const taken = Int32Array.from(labels, () => draw.int(labels.length));
    const pick = (of: Int32Array) => taken.map((i) => of[i]!);
    return macroF1(pick(labels), pick(second)) - macroF1(pick(labels), pick(first));
  });
  const slow = [quantile(differences, 0.05), quantile(differences, 0.95)];
  const { interval } = pairedBootstrap(labels, first, second, CLASSES, random(4, 'p'), { samples: 2000 });
  interval.forEach((end, i) => expect(Math.abs(end - slow[i]!)).toBeLessThan(0.004));
});

test('the order of rows and a second call change nothing', () => {
  const { labels, first, second } = drawn(200, 5, [0.3, 0.25]);
  const order = Array.from(labels, (_, i) => i);
  random(6, 'order').shuffle(order);
  const pick = (of: Int32Array) => Int32Array.from(order, (i) => of[i]!);
  const one = pairedBootstrap(labels, first, second, CLASSES, random(1, 'p'));
  expect(pairedBootstrap(pick(labels), pick(first), pick(second), CLASSES, random(1, 'p'))).toEqual(one);
});

test('of two equally good models the 90 % interval leaves zero out about once in ten', () => {
  let outside = 0;
  for (let seed = 0; seed < 200; seed++) {
    const { labels, first, second } = drawn(300, 100 + seed, [0.2, 0.2]);
    const { interval } = pairedBootstrap(labels, first, second, CLASSES, random(seed, 'p'), { samples: 300 });
    if (interval[0] > 0 || interval[1] < 0) outside++;
  }
  expect(outside).toBeGreaterThanOrEqual(8);
  expect(outside).toBeLessThanOrEqual(36);
});

test('by class: the differences are those of F1, the intervals those of resampling rows one by one', () => {
  const { labels, first, second } = drawn(400, 8, [0.3, 0.2]);
  const f1Of = (given: Int32Array, answers: Int32Array): number[] =>
    classMetrics(confusionOf(given, answers, CLASSES)).map((m) => m.f1);
  const found = pairedClasses(labels, first, second, CLASSES, random(1, 'p'), { samples: 2000 });
  const [a, b] = [f1Of(labels, first), f1Of(labels, second)];
  found.forEach(({ difference }, k) => expect(difference).toBeCloseTo(b[k]! - a[k]!, 12));
  const draw = random(9, 'rows');
  const replicates = Array.from({ length: 2000 }, () => {
    const taken = Int32Array.from(labels, () => draw.int(labels.length));
    const pick = (of: Int32Array) => taken.map((i) => of[i]!);
    const [one, other] = [f1Of(pick(labels), pick(first)), f1Of(pick(labels), pick(second))];
    return other.map((value, k) => value - one[k]!);
  });
  found.forEach(({ interval }, k) => {
    const slow = Float64Array.from(replicates, (row) => row[k]!);
    expect(Math.abs(interval[0] - quantile(slow, 0.05))).toBeLessThan(0.01);
    expect(Math.abs(interval[1] - quantile(slow, 0.95))).toBeLessThan(0.01);
  });
});

test('equal probabilities go to the lowest class in both', () => {
  expect([...argmax(Float32Array.from([0.5, 0.5, 0.2, 0.8]), 2)]).toEqual([0, 1]);
});
