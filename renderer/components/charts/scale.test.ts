import { describe, expect, it } from 'vitest';
import { linear, niceDomain, spread, textWidth, ticks } from './scale.ts';

describe('scales', () => {
  it('invert undoes the map', () => {
    const scale = linear([2, 12], [100, 0]);
    for (const v of [2, 3.7, 12]) expect(scale.invert(scale(v))).toBeCloseTo(v, 12);
  });
  it('an empty domain maps to the start instead of to infinity', () => {
    expect(linear([5, 5], [10, 90])(5)).toBe(10);
  });
  it('ticks are round and free of floating point dust', () => {
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(0.2, 1, 4)).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(0, 2.4, 3)).toEqual([0, 1, 2]);
  });
  it('a nice domain holds the data', () => {
    const [low, high] = niceDomain(0, 2.31, 4);
    expect(low).toBeLessThanOrEqual(0);
    expect(high).toBeGreaterThanOrEqual(2.31);
  });
  it('Hangul is counted wider than Latin', () => {
    expect(textWidth('확인서')).toBeGreaterThan(textWidth('abc'));
  });
});

describe('labels at line ends', () => {
  it('stay where they are when they are apart', () => {
    expect(spread([10, 40, 80], 15, 0, 100)).toEqual([10, 40, 80]);
  });
  it('are moved apart evenly around where they wanted to be', () => {
    expect(spread([50, 50], 15, 0, 100)).toEqual([42.5, 57.5]);
  });
  it('keep their order, their distance and the bounds', () => {
    const wanted = [3, 99, 98, 1, 50, 97];
    const placed = spread(wanted, 15, 0, 100);
    const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
    for (let i = 1; i < order.length; i++)
      expect((placed[order[i] ?? 0] ?? 0) - (placed[order[i - 1] ?? 0] ?? 0)).toBeGreaterThanOrEqual(15 - 1e-9);
    expect(Math.min(...placed)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...placed)).toBeLessThanOrEqual(100);
  });
});
