import { describe, expect, it } from 'vitest';
import { Selection } from './selection.svelte.ts';

describe('Selection', () => {
  it('extends from where a range began, whichever way it turns', () => {
    const selection = new Selection();
    selection.only(10);
    selection.extend(14);
    expect(selection.rows.ranges).toEqual([[10, 15]]);
    selection.extend(7);
    expect(selection.rows.ranges).toEqual([[7, 11]]);
    expect(selection.cursor).toBe(7);
  });

  it('adds a second range beside the first with Ctrl', () => {
    const selection = new Selection();
    selection.only(2);
    selection.toggle(10);
    selection.extend(12, true);
    expect(selection.rows.ranges).toEqual([
      [2, 3],
      [10, 13],
    ]);
  });

  it('takes the rubber band back as it shrinks, and keeps what Ctrl held', () => {
    const selection = new Selection();
    selection.only(50);
    selection.startBand(true);
    selection.band([1, 2, 3]);
    selection.band([1]);
    expect(selection.rows.ranges).toEqual([
      [1, 2],
      [50, 51],
    ]);
    selection.startBand(false);
    selection.band([4]);
    expect(selection.rows.ranges).toEqual([[4, 5]]);
  });

  it('selects a result of a million as one range', () => {
    const selection = new Selection();
    selection.all(0, 1_000_000);
    expect(selection.count).toBe(1_000_000);
    expect(selection.cursor).toBe(0);
  });

  it('keeps the place when the selection is cleared', () => {
    const selection = new Selection();
    selection.only(3);
    selection.clear();
    expect([selection.count, selection.cursor]).toEqual([0, 3]);
    selection.extend(5);
    expect(selection.rows.ranges).toEqual([[3, 6]]);
  });
});
