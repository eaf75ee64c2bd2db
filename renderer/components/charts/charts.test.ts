import { describe, expect, it } from 'vitest';
import { countBins, histogramBars, toThreshold } from './histogram.ts';
import { reliabilityLayout } from './reliability.ts';
import { timeSlices } from './time-bar.ts';

describe('histogram', () => {
  it('every value is counted once, 0 and 1 included', () => {
    expect(countBins([0, 0.5, 0.99, 1, NaN], 4)).toEqual([1, 0, 1, 2]);
  });
  it('a bin with one value is still seen beside one with thousands', () => {
    const bars = histogramBars([1, 10000], 0.5, 100, 50);
    expect(bars[0]?.height).toBe(1);
    expect(bars.map((b) => b.past)).toEqual([false, true]);
  });
  it('either side of the threshold can be the marked one, never both', () => {
    const above = histogramBars([1, 1, 1, 1], 0.5, 100, 50, 'above').map((b) => b.past);
    const below = histogramBars([1, 1, 1, 1], 0.5, 100, 50, 'below').map((b) => b.past);
    expect(above.map((b, i) => b !== below[i])).toEqual([true, true, true, true]);
  });
  it('a threshold stays within 0 and 1', () => {
    expect([toThreshold(-3), toThreshold(0.618), toThreshold(9)]).toEqual([0, 0.62, 1]);
  });
});

describe('reliability', () => {
  it('empty bins draw nothing, and dots rise with confidence', () => {
    const { dots, path } = reliabilityLayout(
      [
        { confidence: 0.9, accuracy: 0.95, count: 100 },
        { confidence: 0.1, accuracy: 0, count: 0 },
        { confidence: 0.5, accuracy: 0.4, count: 1 },
      ],
      { left: 0, right: 100, top: 0, bottom: 100 },
    );
    expect(dots.map((d) => d.x)).toEqual([50, 90]);
    expect(dots[1]?.radius).toBe(9);
    expect(path.startsWith('M50.0 60.0L')).toBe(true);
  });
});

describe('time bar', () => {
  it('shown shares add up to 100', () => {
    const slices = timeSlices([1, 1, 1].map((seconds, i) => ({ name: String(i), seconds, tone: 1 as const })));
    expect(slices.reduce((sum, s) => sum + s.shown, 0)).toBe(100);
  });
  it('no time at all is no bar', () => {
    expect(timeSlices([{ name: 'a', seconds: 0, tone: 1 }])).toEqual([]);
  });
});
