import { describe, expect, it } from 'vitest';
import { type SecondStage } from '../../../electron/contract/looks.ts';
import { type BatchForm, costOf, emptyForm, formIsWhole, requestOf, withTuned } from './form.ts';

const form = (more: Partial<BatchForm> = {}): BatchForm => ({
  ...emptyForm(),
  folder: '/scans',
  out: '/scans.csv',
  run: 3,
  ...more,
});
const second = emptyForm().second;

describe('the form of a batch', () => {
  it('asks for nothing more than one look unless it is told to', () => {
    expect(requestOf(form())).toMatchObject({ run: 3, views: 'none', more: [], stage2: null, shard: null });
    expect(requestOf(form({ run: null }))).toBeNull();
  });
  it('sends the second look, with classes only where routing asks for them', () => {
    const asked = { ...second, on: true, classes: ['a'], gate: 0.4 };
    expect(requestOf(form({ second: asked }))?.stage2).toEqual({
      op: 'deskew',
      route: 'entropy',
      classes: [],
      gate: 0.4,
      limit: 0,
      limitShare: 0,
      blend: 1,
    });
    expect(requestOf(form({ second: { ...asked, route: 'sum' } }))?.stage2?.classes).toEqual(['a']);
  });
  it('is not whole while routing by classes has none', () => {
    expect(formIsWhole(form())).toBe(true);
    expect(formIsWhole(form({ second: { ...second, on: true, route: 'pred' } }))).toBe(false);
    expect(formIsWhole(form({ second: { ...second, on: false, route: 'pred' } }))).toBe(true);
  });
  it('names a part only where there are several', () => {
    expect(requestOf(form({ shard: { index: 2, of: 3 } }))?.shard).toEqual({ index: 2, of: 3 });
  });
  it('tells what views and runs cost', () => {
    expect([costOf(form()), costOf(form({ views: 'tta6', more: [1, 2] }))]).toEqual([1, 18]);
  });
});

describe('the looks that a run was tuned to', () => {
  const stage2: SecondStage = {
    ...{ op: 'deskew', route: 'sum', classes: ['a'], gate: 0.42, limit: 0, limitShare: 0.2, blend: 0.85, seed: 42 },
  };
  const look = { views: 'flips', average: 'geometric' } as const;
  it('are taken into the form whole, and asked for as they are', () => {
    const tuned = { ...form(), ...withTuned({ ...look, stage2 }, form()) };
    const { seed: _seed, ...asked } = stage2;
    expect(requestOf(tuned)).toMatchObject({ ...look, stage2: asked });
  });
  it('turn the second look off where one is as good, and keep its settings', () => {
    const before = form({ second: { ...form().second, on: true, gate: 0.3 } });
    const tuned = { ...before, ...withTuned({ ...look, stage2: null }, before) };
    expect([requestOf(tuned)?.stage2, tuned.second.gate]).toEqual([null, 0.3]);
  });
});
