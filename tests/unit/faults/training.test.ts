/** A training as the window drives it: watched, paused, resumed, ended early. */
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Input, type StudioEvent } from '../../../electron/contract/index.ts';
import { createEngine, type Engine, forkCompute } from '../../../electron/engine/index.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let place: Scratch;
let engine: Engine;

beforeAll(async () => {
  place = scratch();
  mkdirSync(place.path('home'));
  await drawPictures(place.path('pictures'), { classes: ['blue', 'green'], each: 40 });
  engine = createEngine({
    door: 'command',
    places: { config: place.path('home'), cache: place.path('home', 'cache') },
    spawnCompute: forkCompute,
  });
  await engine.call('project.create', { path: place.path('p.assay') });
  const { job } = await engine.call('import.start', { source: place.path('pictures'), labels: 'folders' });
  await engine.finished(job);
});
afterAll(async () => {
  await engine.close();
  place.remove();
});

/** Resolves when an event of that form comes. */
function comes(wanted: (event: StudioEvent) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = engine.subscribe((event) => {
      if (!wanted(event)) return;
      stop();
      resolve();
    });
  });
}

const epochOf = (run: number, epoch: number) => (event: StudioEvent) =>
  event.type === 'epoch' && event.run === run && event.point.epoch === epoch;

test('paused, it is not lost; resumed, it goes on; ended early, its best epoch is the result', async () => {
  const request: Input<'train.start'> = { backbones: ['compact'], preset: 'full', size: 32, epochs: 200 };
  const { job, run } = await engine.call('train.start', request);
  await comes(epochOf(run, 2));
  const watched = await engine.call('runs.get', { run });
  expect(watched.live).toMatchObject({ run, epochs: 200 });
  expect(watched.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(watched.resumable).toBe(false);

  await engine.call('train.pause', { run });
  expect(await engine.finished(job)).toMatchObject({ state: 'cancelled' });
  const paused = await engine.call('runs.get', { run });
  expect(paused).toMatchObject({ state: 'stopped', live: null, resumable: true });
  expect(paused.epochs.slice(0, 2)).toEqual(watched.epochs);
  await expect(engine.call('train.finish', { run })).rejects.toMatchObject({ code: 'train/not-resumable' });

  const resumed = await engine.call('train.resume', { run });
  const next = paused.epochs.length + 1;
  await comes(epochOf(run, next));
  const going = await engine.call('runs.get', { run });
  expect(going.epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: next }, (_, i) => i + 1));
  await engine.call('train.finish', { run });
  expect(await engine.finished(resumed.job)).toMatchObject({ state: 'done' });
  const done = await engine.call('runs.get', { run });
  expect(done).toMatchObject({ state: 'done', split: 'validation', resumable: false });
  const best = done.epochs.findLast((point) => point.best)!;
  expect(done.macroF1).toBeCloseTo(best.validationF1!, 12);
});
