import { describe, expect, it } from 'vitest';
import { LABEL_GAP, lineLayout, nearestStop, type Series, tableStops, valuesAt } from './line-chart.ts';

const options = { width: 600, height: 190, formatX: String, formatY: (v: number) => v.toFixed(2) };
const line = (name: string, ys: (number | null)[], more: Partial<Series> = {}): Series => ({
  name,
  tone: 1,
  points: ys.map((y, i) => ({ x: i + 1, y })),
  ...more,
});

describe('line chart', () => {
  it('the y axis starts at 0 unless told otherwise', () => {
    const layout = lineLayout([line('loss', [2.3, 1.1, 0.4])], options);
    expect(layout.yTicks[0]?.text).toBe('0.00');
    expect(layout.toY(0)).toBe(layout.bottom);
  });
  it('names at the ends are never nearer than their height', () => {
    const layout = lineLayout([line('a', [1, 0.5]), line('b', [1, 0.5]), line('c', [1, 0.49])], options);
    const places = layout.lines.map((l) => l.end?.labelY ?? NaN).sort((a, b) => a - b);
    expect((places[1] ?? 0) - (places[0] ?? 0)).toBeGreaterThanOrEqual(LABEL_GAP - 1e-9);
    expect((places[2] ?? 0) - (places[1] ?? 0)).toBeGreaterThanOrEqual(LABEL_GAP - 1e-9);
  });
  it('a name has room where its line runs to the right edge', () => {
    const layout = lineLayout([line('validation', [1, 0.5, 0.2])], options);
    expect((layout.lines[0]?.end?.x ?? 0) + 9 + 7 * 'validation 0.20'.length - 7).toBeLessThanOrEqual(600);
  });
  it('epochs to come stay empty and need no room', () => {
    const short = lineLayout([line('validation', [1, 0.5, 0.2])], { ...options, x: [1, 40] });
    expect(short.right).toBe(586);
  });
  it('a gap starts a new stroke', () => {
    const path = lineLayout([line('a', [1, null, 0.5, 0.4])], options).lines[0]?.path ?? '';
    expect(path.match(/M/g)).toHaveLength(2);
  });
  it('no series at all is drawn as empty axes', () => {
    const layout = lineLayout([], options);
    expect(layout.stops).toEqual([]);
    expect(nearestStop(layout, 100)).toBeNull();
  });
  it('the hover rule stops at points that exist', () => {
    const series = [line('a', [1, 2, 3]), line('b', [5, null, 7])];
    const layout = lineLayout(series, options);
    expect(nearestStop(layout, layout.toX(2.2))).toBe(2);
    expect(valuesAt(series, 2).map((v) => v.y)).toEqual([2, null]);
  });
  it('an interval closes on itself', () => {
    const band = [
      { x: 1, low: 0.1, high: 0.9 },
      { x: 2, low: 0.2, high: 0.8 },
    ];
    expect(lineLayout([line('p', [0.5, 0.5], { band })], options).lines[0]?.band).toMatch(/^M.*Z$/);
  });
  it('the table for readers keeps first and last', () => {
    const stops = Array.from({ length: 500 }, (_, i) => i);
    const rows = tableStops(stops, 10);
    expect(rows).toHaveLength(10);
    expect([rows[0], rows[9]]).toEqual([0, 499]);
  });
});
