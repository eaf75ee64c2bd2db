import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../../electron/contract/errors.ts';
import { searchSpace } from '../../../../electron/contract/search.ts';
import { type StudyResult } from '../../../../electron/contract/study.ts';
import { type TunedPoint } from '../../../../electron/contract/tune.ts';
import { fakeClient } from '../../fake-client.ts';
import { aJob } from '../../samples.ts';
import { cascadeSeries, scoreAxis, sizesOf } from './series.ts';
import { closeAxis, opsOf, tuneSeries, viewsOf } from './tune.ts';
import { ratesOf, sizeOfSpace, spaceOf, TRIED_FIRST } from './search.ts';
import { foundIn, StudiesState } from './studies.svelte.ts';

const point = (imagesPerSecond: number, macroF1: number): StudyResult<'cascade'>['points'][number] => ({
  ...{ gate: 0.5, share: 0.5, macroF1, interval: [macroF1 - 0.01, macroF1 + 0.01], imagesPerSecond },
  ...{ toBest: 0, toBestInterval: [0, 0] },
});
const cascade: StudyResult<'cascade'> = {
  ...{ small: 1, big: 2, images: 10, speed: { small: 90, big: 3 }, chosen: 0 },
  points: [point(90, 0.87), point(20, 0.95), point(3, 0.956)],
};
const resolution: StudyResult<'resolution'> = { backbone: 'page', native: 512, images: 10, points: [] };
const done = (id: number, result: Record<string, unknown>) => aJob(id, 'study', { state: 'done', result });

describe('results', () => {
  it('say by their shape which study they are; the newest counts', () => {
    const found = foundIn([done(3, { ...cascade, small: 7 }), done(1, cascade), done(2, resolution), aJob(4, 'study')]);
    expect([found.cascade?.job, found.cascade?.result.small, found.resolution?.job, found.stack]).toEqual([
      3,
      7,
      2,
      undefined,
    ]);
  });
  it('are drawn from slow to fast, on an axis that shows small differences', () => {
    const series = cascadeSeries(cascade);
    expect(series[0]?.points.map((p) => p.x)).toEqual([3, 20, 90]);
    expect(scoreAxis(series)[0]).toBeCloseTo(0.8);
  });
});

describe('a tuning', () => {
  const once: TunedPoint = {
    ...{ views: 'none', average: 'probability', stage2: null, macroF1: 0.8, share: 0, cost: 1 },
  };
  const twice = (route: 'entropy' | 'margin', share: number, blend: number, macroF1: number): TunedPoint => ({
    ...{ ...once, macroF1, share, cost: 1 + 4 * share },
    stage2: { op: 'deskew', route, classes: [], gate: 0.5, limit: 0, limitShare: 0, blend, seed: 42 },
  });
  const points = [
    ...[once, twice('entropy', 0.5, 0.5, 0.84), twice('entropy', 0.5, 1, 0.86), twice('entropy', 1, 1, 0.85)],
    ...[twice('margin', 0.5, 1, 0.82), { ...once, views: 'flips' as const, macroF1: 0.7, cost: 3 }],
  ];
  const shown = { op: 'deskew', views: 'none', average: 'probability' } as const;
  it('is a line a route from one look on, with the best blend at each gate', () => {
    const series = tuneSeries({ points }, shown, 'share', (route) => route);
    expect(series.map((s) => [s.name, s.points.map((p) => [p.x, p.y])])).toEqual([
      [
        'entropy',
        [
          [0, 0.8],
          [0.5, 0.86],
          [1, 0.85],
        ],
      ],
      [
        'margin',
        [
          [0, 0.8],
          [0.5, 0.82],
        ],
      ],
    ]);
    expect(tuneSeries({ points }, shown, 'cost', (route) => route)[0]?.points.map((p) => p.x)).toEqual([1, 3, 5]);
    expect(closeAxis(series)).toEqual([expect.closeTo(0.8), expect.closeTo(0.88)]);
    expect([opsOf({ points }), viewsOf({ points }).length]).toEqual([['deskew'], 2]);
  });
});

describe('sizes', () => {
  it('are whole numbers of the range; none at all is the default', () => {
    expect([sizesOf('224, 384 512'), sizesOf('  '), sizesOf('12'), sizesOf('a')]).toEqual([
      [224, 384, 512],
      null,
      undefined,
      undefined,
    ]);
  });
});

describe('studies', () => {
  const answers = {
    'jobs.list': () => [aJob(1, 'train'), done(2, cascade)],
    'study.start': () => ({ job: 5 }),
    'jobs.get': ({ job }: { job: number }) => aJob(job, 'study', { study: 'resolution' }),
    'jobs.cancel': () => ({}),
  };
  it('are found again when the page is opened, and started, told and cancelled', async () => {
    const client = fakeClient(answers);
    const state = new StudiesState(client);
    await state.load();
    expect([state.jobs.length, state.found.cascade?.job]).toEqual([1, 2]);
    await state.start({ study: 'resolution', backbone: 'page' });
    expect([state.told(['resolution']).map((j) => j.id), state.told(['stack'])]).toEqual([[5], []]);
    const job = state.told(['resolution'])[0];
    if (job) await state.cancel(job);
    expect(client.inputs('jobs.cancel')).toEqual([{ job: 5 }]);
    state.onEvent({ type: 'job', job: aJob(5, 'study', { study: 'resolution', state: 'cancelled' }) });
    expect(state.told(['resolution']).map((j) => j.state)).toEqual(['cancelled']);
    state.onEvent({ type: 'job', job: done(5, resolution) });
    expect([state.told(['resolution']), state.found.resolution?.job]).toEqual([[], 5]);
  });
  it('that another page started are told at their own kind', async () => {
    const other = aJob(7, 'study', { study: 'story', state: 'running' });
    const state = new StudiesState(fakeClient({ 'jobs.list': () => [other, done(2, cascade)] }));
    await state.load();
    expect([state.told(['story']), state.told(['resolution']), state.told(['stack'])]).toEqual([[other], [], []]);
  });
  it('a refused start is told at its study', async () => {
    const state = new StudiesState(
      fakeClient({ ...answers, 'study.start': () => Promise.reject(new AssayError('run/unknown', { subject: '9' })) }),
    );
    await state.start({ study: 'cascade', small: 1, big: 9 });
    expect([state.errors.cascade?.code, state.errors.stack, state.starting]).toEqual(['run/unknown', undefined, null]);
  });
});

describe('a search', () => {
  it('is a space: rates as numbers, chosen values by field', () => {
    expect(ratesOf('0.003, 0.001 0.001')).toEqual([0.003, 0.001]);
    expect([ratesOf(''), ratesOf('0.1, x'), ratesOf('-1')]).toEqual([undefined, undefined, undefined]);
    const form = { backbone: 'compact', preset: 'full', epochs: 9, rates: [0.003, 0.001], tried: TRIED_FIRST } as const;
    const space = spaceOf(form);
    expect(searchSpace.parse(space)).toEqual(space);
    expect(space.fields).toMatchObject({ 'optimizer.rate': [0.003, 0.001], 'loss.kind': ['cross-entropy', 'focal'] });
    expect(sizeOfSpace(form)).toBe(8);
  });
});
