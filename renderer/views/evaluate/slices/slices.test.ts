import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../../electron/contract/errors.ts';
import { type SliceTable } from '../../../../electron/contract/evaluation.ts';
import { fakeClient } from '../../fake-client.ts';
import { aRun, anEvaluation } from '../../samples.ts';
import { cellQuery, sliceQuery } from '../cell.ts';
import { EvaluateState } from '../evaluate.svelte.ts';
import { SlicesState } from './slices.svelte.ts';

const evaluation = anEvaluation([
  [3, 1],
  [0, 4],
]);
const on = { run: 3, split: 'test' } as const;
const figures = { images: 8, accuracy: 0.9, macroF1: 0.9, ece: 0.1 };
const spans = { accuracyInterval: [0.8, 1] as [number, number], macroF1Interval: [0.8, 1] as [number, number] };
const table = (queries: string[]): SliceTable => ({
  ...on,
  whole: { ...figures, ...spans },
  slices: queries.map((query) => ({ query, figures: null, error: null })),
});

describe('queries', () => {
  it('of a slice stand in brackets beside the cell, without their order', () => {
    expect(cellQuery(on, 'a', 'b', 'class:a OR p>0.9 sort:-p')).toBe(
      '(class:a OR p>0.9) class:"a" predicted:"b" run:3 split:test sort:-p',
    );
    expect(sliceQuery({ run: 3, split: 'out-of-fold' }, 'blur>0.9')).toBe('(blur>0.9) run:3 -split:test sort:p');
    expect(cellQuery(on, 'a', 'b', 'sort:name')).toBe('class:"a" predicted:"b" run:3 split:test sort:-p');
  });
});

describe('slices', () => {
  it('are kept in their order, taken away, and asked once for an evaluation', async () => {
    let kept = ['class:a'];
    const client = fakeClient({
      'runs.slices': () => table(kept),
      'slices.list': () => ({ queries: kept }),
      'slices.set': ({ queries }) => ({ queries: (kept = queries) }),
    });
    const state = new SlicesState(client);
    await state.of(evaluation);
    await state.of(evaluation);
    expect(client.asked).toHaveLength(1);
    state.type('  blur>0.9 ');
    expect(await state.add()).toBe(true);
    expect([kept, state.text, state.table?.slices.length]).toEqual([['class:a', 'blur>0.9'], '', 2]);
    await state.remove('class:a');
    expect(kept).toEqual(['blur>0.9']);
  });
  it('a query that is refused stays in the field with its error', async () => {
    const client = fakeClient({
      'slices.list': () => ({ queries: [] }),
      'slices.set': () => Promise.reject(new AssayError('query/invalid', { values: { position: 1, reason: 'no' } })),
    });
    const state = new SlicesState(client);
    state.type('nonsense:1');
    expect(await state.add()).toBe(false);
    expect([state.text, state.refused?.code]).toEqual(['nonsense:1', 'query/invalid']);
    state.type('nonsense');
    expect(state.refused).toBeNull();
  });
});

describe('an evaluation', () => {
  it('of a part that the run does not have shows the whole', async () => {
    const client = fakeClient({
      'runs.list': () => [aRun(3)],
      'runs.get': ({ run }) => ({
        ...aRun(run),
        ...{ curve: [], worst: [], splits: ['test'], epochs: [], live: null, resumable: false },
      }),
      'runs.evaluate': ({ slice, side }) =>
        slice === 'none' || side === 'robust'
          ? Promise.reject(
              new AssayError(slice ? 'evaluate/empty-slice' : 'evaluate/not-measured', { subject: 'test' }),
            )
          : evaluation,
    });
    const state = new EvaluateState(client);
    await state.load();
    await state.limit('class:a');
    expect([state.slice, client.inputs('runs.evaluate').at(-1)?.slice]).toEqual(['class:a', 'class:a']);
    await state.limit('none');
    expect([state.slice, state.phase]).toEqual([null, 'ready']);
    await state.show('robust');
    expect([state.side, state.phase]).toEqual(['clean', 'ready']);
    state.dispose();
  });
});
