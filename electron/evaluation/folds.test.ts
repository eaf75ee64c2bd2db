import { expect, test } from 'vitest';
import { random } from '../contract/index.ts';
import { drawSplit, stratifiedFolds, TEST, TRAIN, VALIDATION } from './index.ts';

const sizes = [100, 46, 74, 50, 3, 1];
const labels = Int32Array.from(sizes.flatMap((n, k) => new Array<number>(n).fill(k)));
const keys = Array.from(labels, (_, i) => `hash${i}`);

const count = (parts: ArrayLike<number>, y: Int32Array, part: number, k: number): number =>
  y.reduce((sum, label, i) => sum + (label === k && parts[i] === part ? 1 : 0), 0);

test('folds hold every class evenly and are of one size', () => {
  const folds = stratifiedFolds({ labels, keys, seed: 1 }, 5);
  const totals = [0, 1, 2, 3, 4].map((f) => folds.filter((x) => x === f).length);
  expect(Math.max(...totals) - Math.min(...totals)).toBeLessThanOrEqual(1);
  sizes.forEach((_, k) => {
    const each = [0, 1, 2, 3, 4].map((f) => count(folds, labels, f, k));
    expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1);
  });
});

test('folds follow the key of an image, not its row; another seed deals anew', () => {
  const folds = stratifiedFolds({ labels, keys, seed: 1 }, 5);
  const order = random(9).shuffle(Int32Array.from(labels, (_, i) => i));
  const moved = stratifiedFolds(
    { labels: order.map((i) => labels[i]!), keys: [...order].map((i) => keys[i]!), seed: 1 },
    5,
  );
  order.forEach((from, to) => expect(moved[to]).toBe(folds[from]));
  expect(stratifiedFolds({ labels, keys, seed: 2 }, 5)).not.toEqual(folds);
});

test('a group never falls into two folds or two splits, and shares stay close', () => {
  const r = random('groups');
  const groups = Int32Array.from(labels, () => (r.next() < 0.4 ? r.int(30) : -1));
  const rows = { labels, groups, keys, seed: 3 };
  for (const parts of [stratifiedFolds(rows, 5), drawSplit(rows, { validation: 0.15, test: 0.2 })]) {
    const seen = new Map<number, number>();
    groups.forEach((g, i) => {
      if (g < 0) return;
      expect(seen.get(g) ?? parts[i]).toBe(parts[i]);
      seen.set(g, parts[i]!);
    });
  }
  const split = drawSplit(rows, { validation: 0.15, test: 0.2 });
  const share = (part: number): number => split.filter((x) => x === part).length / labels.length;
  expect(Math.abs(share(TEST) - 0.2)).toBeLessThan(0.02);
  expect(Math.abs(share(VALIDATION) - 0.15)).toBeLessThan(0.02);
});

test('a drawn split meets its shares by class and leaves each class a training row', () => {
  const split = drawSplit({ labels, keys, seed: 1 }, { validation: 0.1, test: 0.2 });
  sizes.forEach((n, k) => {
    expect(count(split, labels, TRAIN, k)).toBeGreaterThanOrEqual(1);
    expect(Math.abs(count(split, labels, TEST, k) - 0.2 * n)).toBeLessThanOrEqual(1);
    expect(Math.abs(count(split, labels, VALIDATION, k) - 0.1 * n)).toBeLessThanOrEqual(1);
  });
});

test('many tiny classes still add up to the share; rows without a label are dealt too', () => {
  const tiny = Int32Array.from({ length: 400 }, (_, i) => (i < 300 ? i >> 1 : -1));
  const split = drawSplit({ labels: tiny, seed: 4 }, { validation: 0, test: 0.2 });
  expect(split.filter((x) => x === TEST).length).toBe(80);
  expect(split.slice(300).filter((x) => x === TEST).length).toBe(20);
});
