import { expect, test } from 'vitest';
import { random } from '../contract/index.ts';
import { nearestRows, toUnitRows } from './neighbours.ts';

const options = { signal: new AbortController().signal, onProgress: () => undefined };

function aMatrix(rows: number, columns: number): Float32Array {
  const draw = random(3, 'matrix');
  return new Float32Array(rows * columns).map((_, i) => draw.normal() * (1 + (i % columns)) + (i % columns));
}

test('neighbours equal those of a plain search over all pairs', async () => {
  const [n, columns, k] = [300, 17, 5];
  const unit = aMatrix(n, columns);
  toUnitRows(unit, columns);
  const found = await nearestRows(aMatrix(n, columns), columns, k, options);
  for (let row = 0; row < n; row++) {
    const all = Array.from({ length: n }, (_, other) => {
      let dot = 0;
      for (let c = 0; c < columns; c++) dot += unit[row * columns + c]! * unit[other * columns + c]!;
      return { other, dot };
    });
    const nearest = all
      .filter(({ other }) => other !== row)
      .sort((a, b) => b.dot - a.dot)
      .slice(0, k);
    expect([...found.indices.subarray(row * k, (row + 1) * k)]).toEqual(nearest.map(({ other }) => other));
    nearest.forEach(({ dot }, i) => expect(found.similarities[row * k + i]).toBeCloseTo(dot, 5));
  }
});

test('fewer rows than asked for leave places empty', async () => {
  const { indices } = await nearestRows(aMatrix(3, 4), 4, 4, options);
  expect([...indices].filter((index) => index === -1)).toHaveLength(6);
});

test('copies of a row are its nearest, whatever the scale of the columns', async () => {
  const values = aMatrix(40, 9);
  values.copyWithin(9 * 30, 9 * 7, 9 * 8);
  const { indices, similarities } = await nearestRows(values, 9, 3, options);
  expect(indices[7 * 3]).toBe(30);
  expect(similarities[7 * 3]).toBeCloseTo(1, 5);
});

test('an aborted search stops', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(nearestRows(aMatrix(600, 4), 4, 2, { ...options, signal })).rejects.toThrow('enough');
});
