import { expect, test } from 'vitest';
import { ordered } from './rows.ts';

const columns = (probabilities: number[]): number[] => ordered(probabilities).map(({ k }) => k);

test('classes by probability; of equal ones the earlier column', () => {
  expect(columns([0.2, 0.5, 0.3])).toEqual([1, 2, 0]);
  expect(columns([0.25, 0.25, 0.5])).toEqual([2, 0, 1]);
  expect(ordered([])).toEqual([]);
});

test('what a table shows as equal is in the order of the columns, whatever its last bits; the best class is the best', () => {
  expect(columns([1e-9, 0.9999, 3e-9, 1e-4])).toEqual([1, 3, 0, 2]);
  expect(columns([0.4999999, 0.5000001])).toEqual([1, 0]);
});
