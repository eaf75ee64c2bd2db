import { expect, test } from 'vitest';
import { type AssayError, searchSpace } from '../../../contract/index.ts';
import { candidatesOf, etaFor, halving } from './space.ts';

const space = (fields: Record<string, unknown[]>, more: object = {}) =>
  searchSpace.parse({ version: 1, base: { backbones: ['compact'], preset: 'full', epochs: 9 }, fields, ...more });
const subjectOf = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (thrown) {
    return (thrown as AssayError).subject;
  }
  return undefined;
};

test('every rung keeps one of eta and trains those eta times as long; the last trains to the end', () => {
  expect(halving(27, 27, 3)).toEqual([
    { epochs: 1, candidates: 27 },
    { epochs: 3, candidates: 9 },
    { epochs: 9, candidates: 3 },
    { epochs: 27, candidates: 1 },
  ]);
  expect(halving(8, 12, 2)).toEqual([
    { epochs: 2, candidates: 8 },
    { epochs: 3, candidates: 4 },
    { epochs: 6, candidates: 2 },
    { epochs: 12, candidates: 1 },
  ]);
  // Few epochs bound the rungs, and so does the least of the first one.
  expect(halving(27, 3, 3)).toEqual([
    { epochs: 1, candidates: 27 },
    { epochs: 3, candidates: 9 },
  ]);
  expect(halving(8, 12, 2, 6).map(({ epochs }) => epochs)).toEqual([6, 12]);
  expect(halving(1, 40, 3)).toEqual([{ epochs: 40, candidates: 1 }]);
  expect([etaFor({}, 8), etaFor({}, 9), etaFor({ eta: 4 }, 8)]).toEqual([2, 3, 4]);
  for (const eta of [2, 3, 4])
    for (const n of [1, 5, 16, 100]) {
      const rungs = halving(n, 30, eta);
      expect(rungs.at(-1)!.epochs).toBe(30);
      rungs.slice(1).forEach((rung, i) => {
        expect(rung.epochs).toBeGreaterThan(rungs[i]!.epochs);
        expect(rung.candidates).toBeLessThan(rungs[i]!.candidates);
      });
    }
});

test('candidates are drawn without repetition, the same for a seed, all where there are no more', () => {
  const fields = { 'optimizer.rate': [1, 2, 3, 4].map((n) => n / 1000), 'loss.kind': ['focal', 'cross-entropy'] };
  const all = candidatesOf(space(fields), 1);
  expect(new Set(all.map(({ values }) => JSON.stringify(values))).size).toBe(8);
  expect(all[0]!.recipe).toMatchObject({ epochs: 9, optimizer: { rate: all[0]!.values['optimizer.rate'] } });
  const some = candidatesOf(space(fields, { candidates: 3 }), 1);
  expect(some).toEqual(all.slice(0, 3));
  expect(candidatesOf(space(fields, { candidates: 3 }), 2)).not.toEqual(some);
  const many = Object.fromEntries(
    ['optimizer.beta1', 'optimizer.beta2', 'optimizer.momentum'].map((name) => [
      name,
      Array.from({ length: 50 }, (_, i) => i / 100),
    ]),
  );
  const few = candidatesOf(space(many, { candidates: 40 }), 1);
  expect(new Set(few.map(({ values }) => JSON.stringify(values))).size).toBe(40);
});

test('a field that no recipe has, or a value that it does not take, is named', () => {
  expect(subjectOf(() => candidatesOf(space({ 'optimizer.rat': [1] }), 1))).toBe('optimizer.rat');
  expect(subjectOf(() => candidatesOf(space({ epoch: [1] }), 1))).toBe('epoch');
  expect(subjectOf(() => candidatesOf(space({ 'optimizer.rate': [0.1, -1] }), 1))).toBe('optimizer.rate');
  expect(subjectOf(() => candidatesOf(space({ epochs: [1, 2] }), 1))).toBe('fields.epochs');
});
