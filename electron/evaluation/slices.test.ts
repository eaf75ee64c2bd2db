import { expect, test } from 'vitest';
import { random } from '../contract/index.ts';
import { classMetrics, confusionOf, quantile, sliceFigures } from './index.ts';

const CLASSES = 4;

/** A part in which every second image is, where the model errs more often. */
function drawn(rows: number, seed: number, errors: { inside: number; outside: number }) {
  const draw = random(seed, 'slices-test');
  const labels = Int32Array.from({ length: rows }, () => draw.int(CLASSES));
  const inside = Uint8Array.from({ length: rows }, () => draw.int(2));
  const answers = labels.map((label, i) =>
    draw.next() < (inside[i] ? errors.inside : errors.outside) ? (label + 1 + draw.int(CLASSES - 1)) % CLASSES : label,
  );
  return { labels, answers, inside };
}

/** Mean over the classes given in these rows, one by one. */
function slowF1(rows: readonly number[], labels: Int32Array, answers: Int32Array): number {
  const pick = (of: Int32Array) => Int32Array.from(rows, (i) => of[i]!);
  const given = classMetrics(confusionOf(pick(labels), pick(answers), CLASSES)).filter((m) => m.support > 0);
  return given.reduce((sum, m) => sum + m.f1, 0) / given.length;
}

test('a part is measured over the classes that it has, the difference against the whole', () => {
  const { labels, answers, inside } = drawn(300, 1, { inside: 0.4, outside: 0.1 });
  const all = Array.from(labels, (_, i) => i);
  const own = all.filter((i) => inside[i] === 1);
  const found = sliceFigures(labels, answers, inside, CLASSES, random(1, 's'))!;
  expect(found.images).toBe(own.length);
  expect(found.macroF1).toBeCloseTo(slowF1(own, labels, answers), 12);
  expect(found.accuracy).toBeCloseTo(own.filter((i) => labels[i] === answers[i]).length / own.length, 12);
  expect(found.difference).toBeCloseTo(slowF1(own, labels, answers) - slowF1(all, labels, answers), 12);
  // Four times the mistakes: seen for sure.
  expect(found.differenceInterval[1]).toBeLessThan(0);
  expect(found.tooFew).toBe(false);
  const one = labels.map((label) => (label === 2 ? 1 : 0));
  const ofClass = sliceFigures(labels, answers, Uint8Array.from(one), CLASSES, random(1, 's'))!;
  const rows = all.filter((i) => labels[i] === 2);
  expect(ofClass.macroF1).toBeCloseTo(slowF1(rows, labels, answers), 12);
  expect(ofClass.macroF1).toBeGreaterThan(0.6);
});

test('the interval is that of resampling rows one by one', () => {
  const { labels, answers, inside } = drawn(400, 2, { inside: 0.3, outside: 0.2 });
  const draw = random(3, 'rows');
  const differences = Float64Array.from({ length: 2000 }, () => {
    const taken = Array.from(labels, () => draw.int(labels.length));
    const part = taken.filter((i) => inside[i] === 1);
    return slowF1(part, labels, answers) - slowF1(taken, labels, answers);
  });
  const slow = [quantile(differences, 0.05), quantile(differences, 0.95)];
  const found = sliceFigures(labels, answers, inside, CLASSES, random(4, 's'), { samples: 2000 })!;
  found.differenceInterval.forEach((end, i) => expect(Math.abs(end - slow[i]!)).toBeLessThan(0.005));
});

test('the whole as a part differs by nothing; an empty part says nothing; a small one says that it is small', () => {
  const { labels, answers } = drawn(100, 5, { inside: 0.2, outside: 0.2 });
  const whole = sliceFigures(labels, answers, new Uint8Array(100).fill(1), CLASSES, random(1, 's'))!;
  expect([whole.difference, ...whole.differenceInterval]).toEqual([0, 0, 0]);
  expect(sliceFigures(labels, answers, new Uint8Array(100), CLASSES, random(1, 's'))).toBeNull();
  const few = Uint8Array.from({ length: 100 }, (_, i) => (i < 19 ? 1 : 0));
  expect(sliceFigures(labels, answers, few, CLASSES, random(1, 's'))).toMatchObject({ images: 19, tooFew: true });
});

test('the order of rows and a second call change nothing', () => {
  const { labels, answers, inside } = drawn(200, 6, { inside: 0.3, outside: 0.1 });
  const order = random(7, 'order').shuffle(Array.from(labels, (_, i) => i));
  const one = sliceFigures(labels, answers, inside, CLASSES, random(1, 's'));
  const other = sliceFigures(
    Int32Array.from(order, (i) => labels[i]!),
    Int32Array.from(order, (i) => answers[i]!),
    Uint8Array.from(order, (i) => inside[i]!),
    CLASSES,
    random(1, 's'),
  );
  expect(other).toEqual(one);
});
