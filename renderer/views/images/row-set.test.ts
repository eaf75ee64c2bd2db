import { describe, expect, it } from 'vitest';
import { RowSet } from './row-set.ts';

describe('RowSet', () => {
  it('equals a set of numbers under any sequence of adding, removing and toggling', () => {
    let rows = RowSet.empty;
    const slow = new Set<number>();
    // A fixed walk over all three operations.
    for (let step = 0; step < 400; step++) {
      const at = (step * 37) % 60;
      const to = at + 1 + (step % 7);
      if (step % 3 === 0) {
        rows = rows.add(at, to);
        for (let i = at; i < to; i++) slow.add(i);
      } else if (step % 3 === 1) {
        rows = rows.remove(at, to);
        for (let i = at; i < to; i++) slow.delete(i);
      } else {
        rows = rows.toggle(at);
        if (!slow.delete(at)) slow.add(at);
      }
      expect(rows.count).toBe(slow.size);
    }
    for (let i = 0; i < 70; i++) expect(rows.has(i)).toBe(slow.has(i));
    expect(rows.countWithin(10, 40)).toBe([...slow].filter((i) => i >= 10 && i < 40).length);
  });

  it('holds a million rows as one range', () => {
    const all = RowSet.of([[0, 1_000_000]]);
    expect(all.ranges).toHaveLength(1);
    expect(all.remove(5, 6).ranges).toEqual([
      [0, 5],
      [6, 1_000_000],
    ]);
  });

  it('joins ranges that touch and drops empty ones', () => {
    expect(
      RowSet.of([
        [5, 8],
        [0, 5],
        [9, 9],
      ]).ranges,
    ).toEqual([[0, 8]]);
  });

  it('knows its first and last row', () => {
    const rows = RowSet.rows([7, 3, 9]);
    expect([rows.first, rows.last, RowSet.empty.first, RowSet.empty.last]).toEqual([3, 9, null, null]);
  });
});
