import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../electron/contract/errors.ts';
import { fakeClient } from '../fake-client.ts';
import { anEvaluation, aRun, HEAD_ONLY, aTile } from '../samples.ts';
import { cellQuery, classRows, quoted, wrongCount } from './cell.ts';
import { EvaluateState } from './evaluate.svelte.ts';

const confusion = [
  [8, 2, 0],
  [1, 9, 0],
  [0, 0, 5],
];

describe('cells', () => {
  it('ask for label, prediction, run and split, whatever the names hold', () => {
    expect(cellQuery({ run: 3, split: 'test' }, 'id card', 'a "b" OR c')).toBe(
      'class:"id card" predicted:"a \\"b\\" OR c" run:3 split:test sort:-p',
    );
    expect(quoted('처방전')).toBe('"처방전"');
  });
  it('out of fold covers everything but test', () => {
    expect(cellQuery({ run: 3, split: 'out-of-fold' }, 'a', 'b')).toContain(' -split:test');
  });
  it('wrong images are those off the diagonal', () => {
    expect(wrongCount(confusion)).toBe(3);
  });
  it('a row names what its class is most taken for', () => {
    const rows = classRows(anEvaluation(confusion), 'support', true);
    expect(rows.map((r) => r.index)).toEqual([2, 0, 1]);
    expect(rows[1]?.taken).toEqual({ index: 1, count: 2 });
    expect(rows[0]?.taken).toBeNull();
  });
});

const answers = {
  'runs.list': () => [aRun(1), aRun(2), aRun(3, { state: 'running' as const })],
  'runs.get': ({ run }: { run: number }) => ({
    ...aRun(run),
    curve: [],
    worst: [],
    splits: ['test', 'out-of-fold'],
    ...HEAD_ONLY,
  }),
  'runs.evaluate': ({ run, split }: { run: number; split: string }) => anEvaluation(confusion, { run, split }),
  'view.open': () => ({
    view: 7,
    revision: 1,
    total: 2,
    groups: [],
    chips: [],
    tiles: [aTile(10), aTile(11)],
  }),
  'view.close': () => ({}),
};

describe('the Evaluate view', () => {
  it('opens the newest finished run on its headline split', async () => {
    const state = new EvaluateState(fakeClient(answers));
    await state.load();
    expect([state.phase, state.run, state.split]).toEqual(['ready', 2, 'test']);
    state.dispose();
  });
  it('no finished run is empty, not failed', async () => {
    const state = new EvaluateState(fakeClient({ 'runs.list': () => [] }));
    await state.load();
    expect([state.phase, state.run]).toEqual(['ready', null]);
  });
  it('a failure is kept with its code', async () => {
    const fail = () => Promise.reject(new AssayError('evaluate/empty-split', { subject: 'test' }));
    const state = new EvaluateState(fakeClient({ ...answers, 'runs.evaluate': fail }));
    await state.load();
    expect([state.phase, state.error?.code]).toEqual(['failed', 'evaluate/empty-split']);
  });
  it('a cell opens its images, and another order finds the same cell', async () => {
    const client = fakeClient({
      ...answers,
      'runs.evaluate': () => anEvaluation(confusion, { clusterOrder: [2, 1, 0] }),
    });
    const state = new EvaluateState(client);
    await state.load();
    state.setOrder('class');
    await state.open({ row: 0, column: 1 });
    expect(state.cell?.query).toContain('class:"class 0" predicted:"class 1"');
    state.setOrder('cluster');
    expect(state.cell?.place).toEqual({ row: 2, column: 1 });
    state.close();
    expect(client.inputs('view.close')).toEqual([{ view: 7 }]);
  });
  it('relabelling keeps the tile in place and goes to the next', async () => {
    const client = fakeClient({
      ...answers,
      'labels.apply': () => ({ action: null, changed: 1, spared: 0, revision: 2 }),
    });
    const state = new EvaluateState(client);
    await state.load();
    await state.open({ row: 0, column: 1 });
    await state.relabel(2);
    expect(state.cell?.tiles.map((t) => [t.id, t.class])).toEqual([
      [10, 2],
      [11, 1],
    ]);
    expect([state.current, state.relabelled]).toEqual([1, 1]);
    state.dispose();
  });
  it('a refused label goes back to what it was', async () => {
    const client = fakeClient({ ...answers, 'labels.apply': () => Promise.reject(new AssayError('disk/full')) });
    const state = new EvaluateState(client);
    await state.load();
    await state.open({ row: 0, column: 1 });
    await state.relabel(2);
    expect([state.cell?.tiles[0]?.class, state.cellError?.code]).toEqual([1, 'disk/full']);
    state.dispose();
  });
});
