import { expect, test } from 'vitest';
import { averaged } from './averaging.ts';
import { blended, routedPlaces, routeScore } from './routing.ts';
import { interleaved, shardOf, troubleOf } from './sharding.ts';
import { firstCell, joinTables, recordsOf } from './table.ts';

const row = (...values: number[]): Float32Array => Float32Array.from(values);

test('averages: arithmetic, geometric, and logits, which is geometric where temperatures are one', () => {
  const two = [
    { probabilities: row(0.9, 0.1), temperature: 1 },
    { probabilities: row(0.5, 0.5), temperature: 1 },
  ];
  expect(averaged(two, 'probability')[0]).toBeCloseTo(0.7, 6);
  // √(0.9 · 0.5) : √(0.1 · 0.5) = 3 : 1
  expect(averaged(two, 'geometric')[0]).toBeCloseTo(0.75, 6);
  expect(averaged(two, 'logit')[0]).toBeCloseTo(0.75, 6);
  // Logits ln 9 · 3 and 0; mean divided by the mean temperature 2: (3 ln 9 / 2) / 2 = ¾ ln 9, odds 9^0.75.
  const warm = [{ ...two[0]!, temperature: 3 }, two[1]!];
  const odds = 9 ** 0.75;
  expect(averaged(warm, 'logit')[0]).toBeCloseTo(odds / (1 + odds), 6);
  expect(averaged([{ probabilities: row(1, 0), temperature: 1 }, two[1]!], 'geometric')[0]).toBeCloseTo(1, 6);
});

test('scores of routing follow their formulas', () => {
  const p = row(0.5, 0.3, 0.2);
  const by = (route: 'entropy' | 'margin' | 'sum' | 'pred', classes: number[] = []): number =>
    routeScore(p, { route, classes });
  const entropy = -(0.5 * Math.log(0.5) + 0.3 * Math.log(0.3) + 0.2 * Math.log(0.2)) / Math.log(3);
  expect(by('entropy')).toBeCloseTo(entropy, 6);
  expect(by('margin')).toBeCloseTo(0.8, 6);
  expect(by('sum', [1, 2])).toBeCloseTo(0.5, 6);
  expect(by('pred', [0])).toBeCloseTo(0.5, 6);
  expect(by('pred', [1])).toBe(0);
  expect(routeScore(row(1 / 3, 1 / 3, 1 / 3), { route: 'entropy', classes: [] })).toBeCloseTo(1, 6);
});

test('gate and limit choose the highest, of equal ones the earlier, and never a file that could not be read', () => {
  const scores = [0.7, NaN, 0.9, 0.7, 0.2];
  expect(routedPlaces(scores, { route: 'entropy', gate: 0.6, limit: 0 })).toEqual([0, 2, 3]);
  expect(routedPlaces(scores, { route: 'entropy', gate: 0.6, limit: 2 })).toEqual([0, 2]);
  expect(routedPlaces(scores, { route: 'pred', gate: 0.99, limit: 0 })).toEqual([0, 2, 3, 4]);
  expect([...blended([1, 0], [0, 1], 0.25)]).toEqual([0.75, 0.25]);
});

test('shards take turns and are put back in order', () => {
  const files = ['a', 'b', 'c', 'd', 'e'];
  const parts = [1, 2].map((index) => shardOf(files, { index, of: 2 }));
  expect(parts).toEqual([
    ['a', 'c', 'e'],
    ['b', 'd'],
  ]);
  expect(interleaved(parts)).toEqual(files);
  const note = (index: number, digest = 'x') => ({ shard: { index, of: 2 }, files: 5, digest });
  expect(troubleOf([note(2), note(1)])).toBeNull();
  expect(troubleOf([note(1), note(1)])).toContain('twice');
  expect(troubleOf([note(1), note(2, 'y')])).toContain('different lists');
});

test('records keep line breaks and commas within quotes', () => {
  const text = 'path,class\n"a,""b""\n.jpg",x\nc.jpg,y\n';
  expect(recordsOf(text)).toEqual(['path,class', '"a,""b""\n.jpg",x', 'c.jpg,y']);
  expect(firstCell(recordsOf(text)[1]!)).toBe('a,"b"\n.jpg');
  expect(joinTables([{ name: 't', text, note: null }], false)).toEqual({ text, rows: 2 });
});
