import { describe, expect, it } from 'vitest';
import { CAPTION, EDGE, GAP_X, GridLayout, HEADER, PAD, justify, squares, uniform } from './layout.ts';

const WIDTH = 800;
const SIDE = 140;
const one = (count: number) => [{ from: 0, count, folded: false }];
const make = (count: number, more: Partial<ConstructorParameters<typeof GridLayout>[0]> = {}) =>
  new GridLayout({
    groups: one(count),
    width: WIDTH,
    side: SIDE,
    mode: 'justified',
    headers: false,
    aspect: 0.707,
    ...more,
  });

/** A fixed sequence of shapes between portrait and landscape. */
const shapes = (n: number): number[] =>
  Array.from({ length: n }, (_, i) => [0.7, 1.5, 0.7, 1, 1.78, 0.66][(i * 5 + (i >> 2)) % 6] ?? 1);

describe('justify', () => {
  it('fills every row of a block that is not the last to the right edge', () => {
    const { rects } = justify(shapes(96), { width: WIDTH, side: SIDE, base: SIDE, last: false });
    const rows = Map.groupBy(rects, (rect) => rect.y);
    for (const row of rows.values()) {
      const last = row.at(-1);
      expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(EDGE + WIDTH + 0.01);
      if ((last?.picture ?? 0) < SIDE * 1.35 - 0.01)
        expect((last?.x ?? 0) + (last?.width ?? 0)).toBeCloseTo(EDGE + WIDTH, 5);
    }
  });

  it('leaves only the last row of a group begun, at the common height', () => {
    const { perRow, picture } = uniform(WIDTH, SIDE, 0.707);
    const { rects } = justify(new Array<number>(perRow * 2 + 1).fill(0.707), {
      width: WIDTH,
      side: SIDE,
      base: picture,
      last: true,
    });
    expect(rects.map((rect) => Math.round(rect.picture))).toEqual(new Array(perRow * 2 + 1).fill(Math.round(picture)));
    expect(rects.at(-1)?.x).toBe(EDGE);
  });

  it('keeps the order and never overlaps', () => {
    const { rects } = justify(shapes(50), { width: WIDTH, side: SIDE, base: SIDE, last: true });
    rects.slice(1).forEach((rect, i) => {
      const before = rects[i];
      if (!before) return;
      expect(rect.y > before.y || rect.x >= before.x + before.width + GAP_X - 0.01).toBe(true);
    });
  });

  it('survives panoramas and threads', () => {
    const { rects, height } = justify([30, 0.001, 1], { width: 200, side: SIDE, base: SIDE, last: true });
    expect(rects).toHaveLength(3);
    expect(height).toBeGreaterThan(0);
    for (const rect of rects) expect(rect.x + rect.width).toBeLessThanOrEqual(EDGE + 200 + 0.01);
  });
});

describe('GridLayout', () => {
  it('has no gap between blocks of common pictures: every row holds the same number', () => {
    const layout = make(1000);
    const { perRow } = uniform(WIDTH, SIDE, 0.707);
    const rows = Map.groupBy(
      Array.from({ length: 1000 }, (_, row) => layout.rect(row)),
      (rect) => rect?.y,
    );
    const lengths = [...rows.values()].map((row) => row.length);
    expect(new Set(lengths.slice(0, -1))).toEqual(new Set([perRow]));
  });

  it('says for every tile it calls visible a place inside the window, and forgets none', () => {
    const layout = make(500);
    const [top, bottom] = [900, 1700];
    const visible = new Set(layout.visible(top, bottom).map(({ row }) => row));
    for (let row = 0; row < 500; row++) {
      const rect = layout.rect(row);
      const inside = rect !== null && rect.y + rect.height > top && rect.y < bottom;
      expect(visible.has(row)).toBe(inside);
    }
  });

  it('lays a million images out in blocks, with an exact place for the last', () => {
    const layout = make(1_000_000);
    expect(layout.blocks.length).toBeLessThan(11_000);
    const last = layout.rect(999_999);
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThan(layout.height);
    expect(layout.visible(layout.height - 500, layout.height).at(-1)?.row).toBe(999_999);
  });

  it('moves what is below by the difference when a block becomes known', () => {
    const layout = make(1000);
    const before = layout.rect(500)?.y ?? 0;
    const height = layout.height;
    const count = layout.blocks[0]?.count ?? 0;
    layout.know(0, shapes(count));
    expect((layout.rect(500)?.y ?? 0) - before).toBeCloseTo(layout.height - height, 6);
    expect(layout.needs(0)).toBe(false);
  });

  it('puts a header above each group, and nothing of a folded one', () => {
    const groups = [
      { from: 0, count: 30, folded: false },
      { from: 30, count: 500, folded: true },
      { from: 530, count: 10, folded: false },
    ];
    const layout = make(540, { groups, headers: true });
    expect(layout.headerTop(0)).toBe(0);
    expect(layout.rect(0)?.y).toBe(HEADER);
    expect(layout.rect(100)).toBeNull();
    expect(layout.headerTop(2) - layout.headerTop(1)).toBe(HEADER);
    expect(layout.groupAt(layout.headerTop(2) + 1)).toEqual({ group: 2, next: Infinity });
  });

  it('walks up and down to the nearest tile, across headers, and stops at the ends', () => {
    const groups = [
      { from: 0, count: 10, folded: false },
      { from: 10, count: 10, folded: false },
    ];
    const layout = make(20, { groups, headers: true });
    const { perRow } = uniform(WIDTH, SIDE, 0.707);
    expect(layout.vertical(0, 1)).toBe(perRow);
    expect(layout.vertical(perRow, 1)).toBe(10);
    expect(layout.vertical(10, -1)).toBe(perRow);
    expect(layout.vertical(0, -1)).toBe(0);
    expect(layout.vertical(19, 1)).toBe(19);
  });

  it('touches with a rubber band exactly the tiles that it crosses', () => {
    const layout = make(100);
    const a = layout.rect(1);
    const b = layout.rect(2);
    expect(layout.touching((a?.x ?? 0) + 1, 10, (b?.x ?? 0) + 1, 20)).toEqual([1, 2]);
  });
});

describe('squares', () => {
  it('fills the width with equal cells not smaller than asked', () => {
    const { columns, cell } = squares(WIDTH, SIDE);
    expect(columns * cell + (columns - 1) * GAP_X).toBeCloseTo(WIDTH, 6);
    expect(cell).toBeGreaterThanOrEqual(SIDE + 2 * PAD);
    const rect = make(10, { mode: 'square' }).rect(0);
    expect(rect?.height).toBeCloseTo(cell + CAPTION, 6);
  });
});
