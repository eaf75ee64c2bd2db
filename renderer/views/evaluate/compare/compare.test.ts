import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../../electron/contract/errors.ts';
import { fakeClient } from '../../fake-client.ts';
import { aComparison, aRun } from '../../samples.ts';
import { CompareState } from './compare.svelte.ts';
import { axisOf, pText, signed, verdict } from './differences.ts';

describe('differences', () => {
  it('are written with their sign', () => {
    expect([signed(0.0123), signed(-0.02), signed(0)]).toEqual(['+0.012', '−0.020', '+0.000']);
    expect([pText(0.0004), pText(0.31)]).toEqual(['< 0.001', '= 0.310']);
  });
  it('say better or worse only where the interval excludes zero', () => {
    expect([verdict([0.01, 0.03]), verdict([-0.02, -0.001]), verdict([-0.01, 0.02])]).toEqual([
      'better',
      'worse',
      'open',
    ]);
  });
  it('share an axis that holds every interval', () => {
    expect(axisOf([[-0.012, 0.03]])).toBeCloseTo(0.03);
    expect(axisOf([[-0.21, 0.1]])).toBeCloseTo(0.3);
    expect(axisOf([[0, 0]])).toBeCloseTo(0.01);
  });
});

const runs = [aRun(3), aRun(2), aRun(1)];
const three = { run: 3, split: 'test' };
const answers = {
  'runs.compare': ({ first, second }: { first: number; second: number }) => aComparison({ first, second }),
  'images.detail': () => Promise.reject(new Error('none')),
};

describe('run against run', () => {
  it('takes the newest other run, keeps the choice, and asks the same question once', async () => {
    const client = fakeClient(answers);
    const state = new CompareState(client);
    await state.against(runs, three);
    await state.against(runs, three);
    await state.against(runs, three, 1);
    await state.against(runs, { run: 2, split: 'test' });
    await state.against(runs, { run: 1, split: 'test' });
    expect(client.inputs('runs.compare').map((c) => [c.first, c.second])).toEqual([
      [3, 2],
      [3, 1],
      [2, 1],
      [1, 3],
    ]);
  });
  it('labels that moved ask again and keep the image that is open', async () => {
    const client = fakeClient(answers);
    const state = new CompareState(client);
    await state.against(runs, three);
    state.look(state.rows[0] ?? null);
    await state.against(runs, { ...three });
    expect([client.inputs('runs.compare').length, state.row?.image]).toEqual([2, 10]);
  });
  it('one run alone has nothing to be held against', async () => {
    const client = fakeClient(answers);
    const state = new CompareState(client);
    await state.against([aRun(1)], { run: 1, split: 'test' });
    expect([state.second, state.comparison, client.asked.length]).toEqual([null, null, 0]);
  });
  it('filters the changed images', async () => {
    const state = new CompareState(fakeClient(answers));
    await state.against(runs, three);
    state.shown = 'mended';
    expect(state.rows.map((r) => r.image)).toEqual([11]);
    state.shown = 'all';
    expect(state.rows).toHaveLength(3);
  });
  it('a failure is shown, and may be tried again', async () => {
    let fails = true;
    const state = new CompareState(
      fakeClient({
        ...answers,
        'runs.compare': (input) =>
          fails ? Promise.reject(new AssayError('evaluate/empty-split', { subject: 'test' })) : aComparison(input),
      }),
    );
    await state.against(runs, three);
    expect([state.error?.code, state.busy]).toEqual(['evaluate/empty-split', false]);
    fails = false;
    await state.against(runs, three);
    expect([state.error, state.comparison?.second]).toEqual([null, 2]);
  });
});
