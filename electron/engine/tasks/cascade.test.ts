import { expect, test } from 'vitest';
import { random } from '../../contract/index.ts';
import { cascadeTask } from './cascade.ts';

const K = 3;

/** A small model that is unsure where it is wrong, and a big one that is right nearly everywhere. */
function drawn(rows: number) {
  const draw = random(1, 'cascade-test');
  const labels = Int32Array.from({ length: rows }, () => draw.int(K));
  const small = new Float32Array(rows * K);
  const big = new Float32Array(rows * K);
  labels.forEach((label, i) => {
    const wrong = draw.next() < 0.25;
    const answer = wrong ? (label + 1) % K : label;
    const p = wrong ? 0.4 + 0.1 * draw.next() : 0.6 + 0.35 * draw.next();
    const sure = draw.next() < 0.02 ? (label + 1) % K : label;
    for (let k = 0; k < K; k++) {
      small[i * K + k] = k === answer ? p : (1 - p) / (K - 1);
      big[i * K + k] = k === sure ? 0.9 : 0.05;
    }
  });
  return { labels, small, big, classes: K, cost: { small: 0.01, big: 0.09 }, steps: 10 };
}

test.each(['entropy', 'margin'] as const)(
  'by %s: the ends are the models alone, the pick is as good as the best and faster',
  async (route) => {
    const { points, chosen } = await cascadeTask({ ...drawn(600), route });
    expect(points).toHaveLength(11);
    const [first, last] = [points[0]!, points.at(-1)!];
    expect([first.share, first.imagesPerSecond]).toEqual([0, 100]);
    expect([last.share, Math.round(last.imagesPerSecond)]).toEqual([1, 10]);
    for (const [i, point] of points.entries())
      if (i > 0) expect(point.share).toBeGreaterThanOrEqual(points[i - 1]!.share);
    expect(last.macroF1).toBeGreaterThan(first.macroF1 + 0.1);
    const pick = points[chosen]!;
    // A quarter is wrong, and those are the doubtful ones.
    expect(pick.share).toBeGreaterThan(0.15);
    expect(pick.share).toBeLessThan(0.5);
    expect(pick.toBestInterval[1]).toBeGreaterThanOrEqual(0);
    for (const point of points.slice(0, chosen)) expect(point.toBestInterval[1]).toBeLessThan(0);
  },
);

test('two equal models: the small one alone is enough', async () => {
  const given = drawn(200);
  const { points, chosen } = await cascadeTask({ ...given, big: given.small, route: 'entropy' });
  expect(chosen).toBe(0);
  expect(new Set(points.map(({ macroF1 }) => macroF1)).size).toBe(1);
});
