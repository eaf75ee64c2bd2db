import { describe, expect, it } from 'vitest';
import { type BatchForm, costOf, emptyForm, formIsWhole, requestOf } from './form.ts';

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
