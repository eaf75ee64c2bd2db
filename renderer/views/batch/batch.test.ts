import { describe, expect, it } from 'vitest';
import { fakeClient } from '../fake-client.ts';
import { aBatch, aJob, anEvaluation, aRow, aRun } from '../samples.ts';
import { BatchState, outFor } from './batch.svelte.ts';
import { confidenceCounts, thresholdEffect } from './threshold.ts';

const bins = [
  { confidence: 0.45, accuracy: 0.5, count: 10 },
  { confidence: 0.95, accuracy: 0.98, count: 90 },
];

describe('the threshold', () => {
  it('tells the share left undecided and the accuracy of the rest', () => {
    expect(thresholdEffect(bins, 0.6)).toEqual({ undecided: 0.1, accuracy: 0.98 });
    expect(thresholdEffect(bins, 0)?.undecided).toBe(0);
    expect(thresholdEffect(bins, 1)).toEqual({ undecided: 1, accuracy: null });
    expect(thresholdEffect([], 0.5)).toBeNull();
  });
  it('counts every image once', () => {
    expect(confidenceCounts(bins, 10).reduce((a, b) => a + b, 0)).toBe(100);
  });
});

function answers(rows = 250): Parameters<typeof fakeClient>[0] {
  return {
    'runs.list': () => [aRun(1)],
    'batch.list': () => [aBatch(4), aBatch(5, { job: 50 })],
    'jobs.list': () => [aJob(50, 'classify')],
    'jobs.get': ({ job }) => aJob(job, 'classify'),
    'jobs.resume': () => ({ job: 50 }),
    'runs.evaluate': () => anEvaluation([[1]], { reliability: bins }),
    'batch.start': () => ({ job: 50, batch: 5 }),
    'batch.rows': ({ from = 0, count = 100 }) => ({
      total: rows,
      rows: Array.from({ length: Math.max(0, Math.min(count, rows - from)) }, (_, i) => aRow(from + i)),
    }),
  };
}
const client = (rows?: number) => fakeClient(answers(rows));

describe('the Batch view', () => {
  it('names the table after the folder until it is named by hand', async () => {
    const state = new BatchState(client());
    await state.load();
    state.change({ folder: '/a/scans/' });
    expect(state.form.out).toBe('/a/scans.csv');
    state.change({ out: '/b.csv' });
    state.change({ folder: '/c' });
    expect(state.form.out).toBe('/b.csv');
    expect(outFor('C:\\scans\\')).toBe('C:\\scans.csv');
  });
  it('cannot start without a folder, and sends what the form says', async () => {
    const fake = client();
    const state = new BatchState(fake);
    await state.load();
    expect(state.ready).toBe(false);
    state.change({ folder: '/scans', views: 'quarter-turns', undecidedBelow: 0.7 });
    await state.start();
    expect(fake.inputs('batch.start')).toEqual([
      {
        folder: '/scans',
        out: '/scans.csv',
        run: 1,
        views: 'quarter-turns',
        more: [],
        average: 'probability',
        stage2: null,
        shard: null,
        probabilities: false,
        calibrated: true,
        undecidedBelow: 0.7,
      },
    ]);
    expect([state.selected, state.running?.id]).toEqual([5, 50]);
    state.dispose();
  });
  it('averages with runs of the same classes only, never a run with itself', async () => {
    const runs = [aRun(1), aRun(2, { classes: ['b', 'a'] }), aRun(3, { classes: ['a', 'c'] })];
    const state = new BatchState(fakeClient({ ...answers(), 'runs.list': () => runs }));
    await state.load(1);
    expect(state.partners.map((r) => r.id)).toEqual([2]);
    state.change({ more: [2] });
    state.changeSecond({ classes: ['a'] });
    state.change({ run: 2 });
    expect([[...state.form.more], [...state.form.second.classes]]).toEqual([[], ['a']]);
    state.dispose();
  });
  it('fetches only the pages on screen, each once', async () => {
    const fake = client();
    const state = new BatchState(fake);
    await state.load();
    await state.need(90, 120);
    await state.need(95, 125);
    expect(fake.inputs('batch.rows').map((r) => r.from)).toEqual([0, 100]);
    expect(state.rows[100]?.row).toBe(100);
    state.dispose();
  });
  it('another filter forgets the rows of the last', async () => {
    const state = new BatchState(client(3));
    await state.load();
    await state.setShow('failed');
    expect(Object.keys(state.rows)).toHaveLength(3);
    expect(state.show).toBe('failed');
    state.dispose();
  });
  it('opens on the newest batch with its job', async () => {
    const state = new BatchState(client());
    await state.load();
    expect([state.selected, state.running?.id]).toEqual([5, 50]);
    state.dispose();
  });
});
