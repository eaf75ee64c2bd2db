import { describe, expect, it } from 'vitest';
import { bestStep, curveSeries } from './curves.ts';

const words = {
  training: 'training',
  validation: 'validation',
  trainingOf: (r: number) => `training ${r}`,
  validationOf: (r: number) => `validation ${r}`,
};
const curve = [
  { step: 1, loss: 2, validationLoss: null },
  { step: 2, loss: 1, validationLoss: 1.2 },
  { step: 3, loss: 0.5, validationLoss: 1.3 },
];

describe('curves', () => {
  it('one run needs no number, two are told apart by name and dash', () => {
    expect(curveSeries([{ id: 3, curve }], words).map((s) => s.name)).toEqual(['validation', 'training']);
    const two = curveSeries(
      [
        { id: 3, curve },
        { id: 2, curve },
      ],
      words,
    );
    expect(new Set(two.map((s) => s.name)).size).toBe(4);
    expect(two.slice(2).every((s) => s.dash === 'dotted')).toBe(true);
  });
  it('a curve without validation shows training only', () => {
    expect(curveSeries([{ id: 1, curve: curve.slice(0, 1) }], words).map((s) => s.name)).toEqual(['training']);
    expect(curveSeries([], words)).toEqual([]);
  });
  it('the best step is that of the least validation loss', () => {
    expect([bestStep(curve), bestStep([])]).toEqual([2, null]);
  });
});
