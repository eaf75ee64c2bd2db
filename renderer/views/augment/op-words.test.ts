import { describe, expect, it } from 'vitest';
import { drawnText, opName, opSummary, rangeText, valueText } from './op-words.ts';

const rotate = {
  op: 'rotate',
  parameters: [
    { name: 'angle', unit: '°', minimum: -180, maximum: 180, step: 1, default: [-10, 10] as [number, number] },
  ],
};

describe('words of augmentation', () => {
  it('an op of a newer engine keeps its own name', () => {
    expect([opName('rotate'), opName('warp-drive')]).toEqual(['Rotate', 'warp-drive']);
  });
  it('ranges take their shortest form', () => {
    expect(rangeText([-8, 8], '°')).toBe('±8°');
    expect(rangeText([-3, 8], '°')).toBe('−3–8°');
    expect(rangeText([5, 5], 'px')).toBe('5 px');
    expect(valueText(-0.125, '')).toBe('−0.13');
    expect(opSummary({ op: 'rotate', p: 1, ranges: { angle: [-4, 4] } }, rotate)).toBe('±4°');
  });
  it('a draw says what was applied', () => {
    const drawn: { op: string; values: Record<string, number> }[] = [
      { op: 'rotate', values: { angle: 4.2 } },
      { op: 'grey', values: {} },
    ];
    expect(drawnText(drawn, [rotate])).toBe('Rotate 4.2°, Grey');
    expect(drawnText([], [rotate])).toBe('');
  });
});
