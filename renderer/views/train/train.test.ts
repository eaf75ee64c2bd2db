import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../electron/contract/errors.ts';
import { fakeClient } from '../fake-client.ts';
import { aBackbone, aJob, aRun, HEAD_ONLY } from '../samples.ts';
import { defaultBackbones, recipeDiff, sizeNote } from './recipe.ts';
import { TrainState } from './train.svelte.ts';

describe('recipes', () => {
  it('a diff shows only what differs and counts the rest', () => {
    const a = { recipe: { seed: 1, head: { l2: 0.1, folds: 5 }, backbones: ['page'] } };
    const b = { recipe: { seed: 2, head: { l2: 0.1, folds: 5 }, backbones: ['page', 'photo'], size: 512 } };
    expect(recipeDiff(a, b)).toEqual({
      rows: [
        { key: 'seed', a: '1', b: '2' },
        { key: 'backbones', a: 'page', b: 'page, photo' },
        { key: 'size', a: '—', b: '512' },
      ],
      same: 2,
    });
  });
  it('a recipe does not differ from itself', () => {
    const run = aRun(1);
    expect(recipeDiff(run, run).rows).toEqual([]);
  });
});

describe('input size', () => {
  const page = aBackbone('page', { nativeSize: 736 });
  it('far from the native size is said, near is not', () => {
    expect(sizeNote([page], 224)?.kind).toBe('far');
    expect(sizeNote([page], 640)).toBeNull();
  });
  it('a network of fixed size refuses any other', () => {
    expect(sizeNote([aBackbone('photo', { fixedSize: 224 })], 256)).toMatchObject({ kind: 'fixed', size: 224 });
  });
  it('a size between the multiples is said', () => {
    expect(sizeNote([page], 700)).toMatchObject({ kind: 'multiple', size: 32 });
  });
  it('no size asked: the native one is named where there is one', () => {
    expect(sizeNote([page], null)).toEqual({ kind: 'native', size: 736 });
    expect(sizeNote([page, aBackbone('photo')], null)).toBeNull();
  });
  it('a first run takes the built-in pair', () => {
    const own = aBackbone('mine', { origin: 'project' });
    expect(defaultBackbones([own, aBackbone('classic'), aBackbone('page'), aBackbone('photo')])).toEqual([
      'page',
      'photo',
    ]);
    expect(defaultBackbones([own])).toEqual(['mine']);
  });
});

const answers = {
  'backbones.list': () => [aBackbone('page'), aBackbone('photo')],
  'runs.list': () => [aRun(1), aRun(2)],
  'jobs.list': () => [],
  'augment.catalogue': () => ({ ops: [], presets: [], twin: { name: 'twin', ops: [] } }),
  'augment.plans': () => [],
  'runs.get': ({ run }: { run: number }) => ({ ...aRun(run), curve: [], worst: [], splits: ['test'], ...HEAD_ONLY }),
  'train.estimate': () => ({
    images: 10,
    classes: 2,
    toEmbed: 10,
    seconds: 5,
    memoryBytes: 1,
    memoryChoices: null,
    diskBytes: 1,
    warnings: [],
    recipe: null,
    weights: null,
  }),
};

describe('the Train view', () => {
  it('opens on the newest run with a form that can be started at once', async () => {
    const state = new TrainState(fakeClient(answers));
    await state.load();
    expect([state.phase, state.selected, state.form.form.backbones]).toEqual(['ready', 2, ['page', 'photo']]);
    state.dispose();
  });
  it('start sends the form once and follows the job', async () => {
    const client = fakeClient({
      ...answers,
      'train.start': () => ({ job: 9, run: 3 }),
      'jobs.get': () => aJob(9, 'train'),
      'runs.list': () => [aRun(1), aRun(3, { state: 'running', macroF1: null })],
    });
    const state = new TrainState(client);
    await state.load();
    state.form.change({ size: 512, name: ' first ' });
    await Promise.all([state.start(), state.start()]);
    expect(client.inputs('train.start')).toEqual([
      {
        version: 1,
        backbones: ['page', 'photo'],
        preset: 'head',
        size: 512,
        fit: 'letterbox',
        tap: 'depths',
        seed: 1,
        name: 'first',
      },
    ]);
    expect([state.running?.id, state.selected]).toEqual([9, 3]);
    state.onEvent({ type: 'job', job: aJob(9, 'train', { state: 'done' }) });
    expect(state.running).toBeNull();
    state.dispose();
  });
  it('a refused start says why and leaves the form', async () => {
    const client = fakeClient({
      ...answers,
      'train.start': () => Promise.reject(new AssayError('train/too-few-classes', { values: { found: 1 } })),
    });
    const state = new TrainState(client);
    await state.load();
    await state.start();
    expect([state.startError?.code, state.starting]).toEqual(['train/too-few-classes', false]);
    state.dispose();
  });
  it('a third run laid over pushes the first out', async () => {
    const state = new TrainState(fakeClient({ ...answers, 'runs.list': () => [aRun(1), aRun(2), aRun(3)] }));
    await state.load();
    for (const id of [1, 2, 3]) await state.toggleCompared(id);
    expect(state.compared).toEqual([2, 3]);
    state.dispose();
  });
  it('without a backbone there is no estimate and no start', async () => {
    const client = fakeClient(answers);
    const state = new TrainState(client);
    await state.load();
    state.form.change({ backbones: [] });
    await state.start();
    expect(client.inputs('train.start')).toEqual([]);
    state.dispose();
  });
});
