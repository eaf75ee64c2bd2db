import { expect, test } from 'vitest';
import { DEMO_CLASSES } from './classes.ts';
import { classSequence, planSplit } from './plan.ts';

const counts = (classes: readonly number[]) => DEMO_CLASSES.map(({ id }) => classes.filter((c) => c === id).length);

test('1,570 images have the contest’s counts, 3,140 twice as many', () => {
  const weights = DEMO_CLASSES.map(({ weight }) => weight);
  expect(counts(classSequence(1570))).toEqual(weights);
  expect(counts(classSequence(3140))).toEqual(weights.map((weight) => weight * 2));
  expect([1, 13, 14].map((id) => weights[id])).toEqual([46, 74, 50]);
});

test('a smaller set is the beginning of a larger one, and 17 images show every class', () => {
  const whole = classSequence(500);
  for (const size of [17, 40, 170]) expect(classSequence(size)).toEqual(whole.slice(0, size));
  expect(counts(whole.slice(0, 17)).every((count) => count === 1)).toBe(true);
  const names = planSplit(3, 'train', 40, 0).map(({ id }) => id);
  expect(
    planSplit(3, 'train', 90, 0.1)
      .map(({ id }) => id)
      .slice(0, 40),
  ).toEqual(names);
});

test('no two images share a name, and names follow no class', () => {
  const names = [...planSplit(1, 'train', 1570, 0.03), ...planSplit(1, 'test', 3140, 0)].map(({ id }) => id);
  expect(new Set(names).size).toBe(4710);
  expect(names.every((name) => /^[0-9a-f]{16}\.jpg$/.test(name))).toBe(true);
});

test('the share of wrong labels is exact, each names another class, and the look-alikes carry most', () => {
  for (const noise of [0, 0.03, 0.2]) {
    const wrong = planSplit(5, 'train', 1570, noise).filter((image) => image.given !== image.class);
    expect(wrong).toHaveLength(Math.round(noise * 1570));
    const alike = wrong.filter((image) => [3, 4, 7, 14].includes(image.class));
    // 350 of the 1,570 images are of these four classes: without preference a share of 0.22.
    if (noise > 0) expect(alike.length / wrong.length).toBeGreaterThan(noise > 0.1 ? 0.4 : 0.5);
    if (noise > 0) expect(alike.filter((image) => [3, 4, 7, 14].includes(image.given)).length).toBe(alike.length);
  }
});

test('another seed gives other names and other wrong labels', () => {
  const [a, b] = [planSplit(1, 'train', 300, 0.1), planSplit(2, 'train', 300, 0.1)];
  expect(a.map(({ id }) => id)).not.toEqual(b.map(({ id }) => id));
  const wrong = (plan: typeof a) => plan.filter((image) => image.given !== image.class).map(({ index }) => index);
  expect(wrong(a)).not.toEqual(wrong(b));
});
