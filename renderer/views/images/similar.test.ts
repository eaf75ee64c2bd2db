import { describe, expect, it } from 'vitest';
import { aTile } from '../samples.ts';
import { reach } from './similar.ts';

const neighbours = [
  { tile: aTile(1, { class: null }), similarity: 0.95 },
  { tile: aTile(2, { class: 5 }), similarity: 0.93 },
  { tile: aTile(3, { class: 7 }), similarity: 0.9 },
  { tile: aTile(4, { class: null, split: 'test' }), similarity: 0.9 },
  { tile: aTile(5, { class: null }), similarity: 0.5 },
];

describe('reach', () => {
  it('touches only images without a label, within reach, outside the test split', () => {
    expect(reach(neighbours, 0.8, 5, false)).toMatchObject({ change: [1], already: 1, labelled: 1, test: 1 });
  });

  it('relabels others only when asked, and never the test split', () => {
    expect(reach(neighbours, 0.8, 5, true).change).toEqual([1, 3]);
  });

  it('changes nothing without a class', () => {
    expect(reach(neighbours, 0, null, true).change).toEqual([]);
  });
});
