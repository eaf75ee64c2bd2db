import { describe, expect, it } from 'vitest';
import { matrixCsv, matrixPicture, pictureSvg } from './matrix-export.ts';
import {
  clusterBorders,
  matrixView,
  mostConfused,
  nextWrong,
  rightLevel,
  standsUpright,
  walk,
  wrongLevel,
} from './matrix.ts';

const confusion = [
  [85, 12, 0, 0],
  [9, 88, 0, 0],
  [0, 0, 99, 1],
  [0, 0, 0, 50],
];
const order = [0, 1, 2, 3];
const view = matrixView(confusion, order, 'counts', true);

describe('shades', () => {
  it('one error is seen and more errors are never paler', () => {
    const levels = [0, 1, 2, 4, 8, 12, 16, 400].map((n) => wrongLevel(n, 20));
    expect(levels[0]).toBe(0);
    expect(levels[1]).toBe(1);
    expect([...levels].sort((a, b) => a - b)).toEqual(levels);
    expect(levels.at(-1)).toBe(6);
  });
  it('a class that is always right has the last neutral', () => {
    expect([rightLevel(1), rightLevel(0.85), rightLevel(0), rightLevel(null)]).toEqual([6, 3, 1, 0]);
  });
});

describe('matrix', () => {
  it('holds every image once, whatever the order', () => {
    const total = confusion.flat().reduce((a, b) => a + b, 0);
    for (const o of [order, [3, 1, 0, 2]])
      expect(matrixView(confusion, o, 'counts', false).cells.reduce((sum, c) => sum + c.count, 0)).toBe(total);
  });
  it('by row, a row adds up to 1', () => {
    const row = matrixView(confusion, order, 'row', false).cells.filter((c) => c.row === 0);
    expect(row.reduce((sum, c) => sum + Number(c.text), 0)).toBeCloseTo(1, 2);
  });
  it('recall is the right share of the row, and null for a class without images', () => {
    expect(view.recall[0]).toBeCloseTo(85 / 97, 12);
    expect(matrixView([[0]], [0], 'counts', false).recall).toEqual([null]);
  });
  it('a border parts classes that are not taken for each other', () => {
    expect(clusterBorders(confusion, order)).toEqual([2]);
    expect(view.borders).toEqual([2]);
  });
  it('most confused pairs count both ways', () => {
    expect(mostConfused(confusion, 5)).toEqual([
      { a: 0, b: 1, count: 21 },
      { a: 2, b: 3, count: 1 },
    ]);
  });
});

describe('walk', () => {
  it('arrows stay inside', () => {
    expect(walk(view, { row: 0, column: 0 }, 'ArrowUp', false)).toEqual({ row: 0, column: 0 });
    expect(walk(view, { row: 0, column: 0 }, 'ArrowRight', false)).toEqual({ row: 0, column: 1 });
    expect(walk(view, { row: 0, column: 0 }, 'a', false)).toBeNull();
  });
  it('a jump lands on errors only', () => {
    expect(walk(view, { row: 0, column: 0 }, 'ArrowRight', true)).toEqual({ row: 0, column: 1 });
    expect(walk(view, { row: 0, column: 1 }, 'ArrowRight', true)).toEqual({ row: 0, column: 1 });
  });
  it('going on visits every error once and comes round', () => {
    const seen: string[] = [];
    let place = { row: 0, column: 0 };
    for (let i = 0; i < 4; i++) {
      place = nextWrong(view, place, 1) ?? place;
      seen.push(`${place.row},${place.column}`);
    }
    expect(seen).toEqual(['0,1', '1,0', '2,3', '0,1']);
  });
});

describe('export', () => {
  it('CSV quotes names with commas and keeps Hangul', () => {
    const csv = matrixCsv(
      [
        [1, 2],
        [3, 4],
      ],
      ['a, b', '처방전'],
      [1, 0],
    );
    expect(csv).toBe('\uFEFFlabel,처방전,"a, b"\r\n처방전,4,3\r\n"a, b",2,1\r\n');
  });
  it('SVG stands alone: no style sheet, names escaped, one rectangle a filled cell', () => {
    const picture = matrixPicture(view, {
      names: ['a<b', '입퇴원', 'c', 'd'],
      title: 'Run 3',
      given: 'label',
      predicted: 'predicted',
      colour: (token) => `#${token.length.toString(16).padStart(6, '0')}`,
    });
    const svg = pictureSvg(picture, 'sans-serif');
    expect(svg).toContain('a&lt;b');
    expect(svg).not.toContain('var(');
    expect(svg.match(/<rect/g)).toHaveLength(2 + view.cells.filter((c) => c.level > 0).length);
  });
  it('Hangul stands upright, Latin is turned', () => {
    expect([standsUpright('통원진료'), standsUpright('id card')]).toEqual([true, false]);
  });
});
