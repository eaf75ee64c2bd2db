import { afterEach, beforeEach, expect, test } from 'vitest';
import { contract, jobInfo } from '../contract/index.ts';
import { AUTHOR, aProject, type Project, withImages } from './testing.ts';

let project: Project;
beforeEach(async () => void (project = await aProject()));
afterEach(() => project.close());

test('a job keeps its parameters, progress, log and end; one that ran when the program died is interrupted', async () => {
  const { jobs } = project.catalogue;
  const done = jobs.create({ kind: 'import', title: 'scans', params: { source: '/scans' } });
  jobs.update(done, { state: 'running', phase: 'decode', done: 3, total: 10, rate: 5, secondsLeft: 2 });
  jobs.appendLog(done, 'first');
  jobs.appendLog(done, 'x'.repeat(10_000));
  jobs.update(done, { state: 'done', done: 10, finishedAt: 5, result: { images: 10 } });
  const left = jobs.create({ kind: 'train', title: 'page', params: {} });
  jobs.update(left, { state: 'running' });
  jobs.setResumePoint(left, { epoch: 3 });
  await project.reopen();
  const again = project.catalogue.jobs;
  expect(again.list()).toMatchObject([
    { id: left, state: 'interrupted', resumable: true },
    { id: done, state: 'done', resumable: false, result: { images: 10 }, done: 10, total: 10, rate: null },
  ]);
  for (const job of again.list()) expect(jobInfo.parse(job)).toEqual(job);
  expect(again.params(done)).toEqual({ source: '/scans' });
  expect(again.resumePoint(left)).toEqual({ epoch: 3 });
  expect(again.log(done).map((l) => l.line.length)).toEqual([5, 4001]);
  expect(() => again.log(99)).toThrow(expect.objectContaining({ code: 'job/unknown' }));
  expect(again.get(99)).toBeNull();
});

test('a batch counts its rows by what became of them and knows which files are done', () => {
  const { batches, classes } = project.catalogue;
  const receipt = classes.create({ name: 'receipt' }).id;
  const id = batches.create({
    folder: '/in',
    out: '/out.csv',
    run: 1,
    runName: 'page',
    views: 'none',
    undecidedBelow: 0.6,
  });
  const row = (n: number, p: number | null, error: string | null = null) => ({
    row: n,
    path: `sub/${n}.jpg`,
    class: p === null ? null : 'receipt',
    p,
    next: p === null ? null : 'gone',
    nextP: p === null ? null : 1 - p,
    undecided: p !== null && p < 0.6,
    error,
    probabilities: p === null ? null : Float32Array.from([p, 1 - p]),
  });
  batches.addRows(id, [row(0, 0.9), row(1, 0.5), row(2, null, 'cut off')]);
  batches.addRows(id, [row(1, 0.55), row(3, 0.75)]);
  batches.update(id, { images: 5, state: 'running' });
  expect(batches.list()).toMatchObject([{ done: 4, failed: 1, undecided: 1, images: 5, state: 'running' }]);
  contract['batch.list'].output.parse(batches.list());
  const page = batches.rows(id, 'all', 1, 2);
  expect(contract['batch.rows'].output.parse(page)).toEqual(page);
  expect(page.rows.map((r) => [r.row, r.name, r.classId, r.nextId])).toEqual([
    [1, '1.jpg', receipt, null],
    [2, '2.jpg', null, null],
  ]);
  expect(batches.rows(id, 'undecided', 0, 9)).toMatchObject({ total: 1, rows: [{ row: 1, p: 0.55 }] });
  expect(batches.rows(id, 'failed', 0, 9)).toMatchObject({ total: 1, rows: [{ error: 'cut off' }] });
  expect([...batches.done(id)].sort()).toEqual(['sub/0.jpg', 'sub/1.jpg', 'sub/3.jpg']);
  expect(batches.stored(id, 3, 9)[0]?.probabilities).toEqual(Float32Array.from([0.75, 0.25]));
  expect(batches.file(id, 2)).toBe('/in/sub/2.jpg');
});

test('settings and backbones of the project come back as they were', async () => {
  const { settings, backbones } = project.catalogue;
  settings.set('policy', { name: 'light', ops: [] });
  settings.set('policy', { name: 'document', ops: [] });
  const info = {
    name: 'mine',
    title: 'Mine',
    origin: 'project' as const,
    about: '',
    nativeSize: 224,
    fixedSize: null,
    multiple: 32,
    features: 1280,
    taps: [],
    licence: '',
    bytes: 1,
  };
  backbones.add({ info, file: 'models/mine.onnx', spec: { mean: [0, 0, 0] } });
  await project.reopen();
  expect(project.catalogue.settings.get('policy')).toEqual({ name: 'document', ops: [] });
  expect(project.catalogue.settings.get('other')).toBeUndefined();
  expect(project.catalogue.backbones.get('mine')).toEqual({
    info,
    file: 'models/mine.onnx',
    spec: { mean: [0, 0, 0] },
  });
  project.catalogue.backbones.remove('mine');
  expect(project.catalogue.backbones.list()).toEqual([]);
});

test('what the catalogue answers is what the contract says', async () => {
  const { catalogue } = project;
  const ids = withImages(catalogue, 4);
  const a = catalogue.classes.create({ name: 'a', group: 'paper' });
  await catalogue.labels.apply(ids, { class: a.id, note: 'n', unsure: true, split: 'test' }, { author: AUTHOR });
  const run = catalogue.runs.create({
    name: 'r',
    preset: 'head',
    backbones: ['page'],
    size: 1,
    classes: [a],
    recipe: {},
  });
  await catalogue.predictions.add(run, 'test', ids, new Float32Array(4).fill(1));
  catalogue.runs.update(run, { state: 'done' });
  await catalogue.history.undo(AUTHOR);
  const view = await catalogue.views.open('class:none name:img*', { group: 'class' });
  const answers = {
    'project.info': catalogue.info(),
    'classes.list': catalogue.classes.list(),
    'images.detail': catalogue.detail(ids[0] ?? 0),
    'view.open': view,
    'history.list': catalogue.history.list(10),
    'runs.list': catalogue.runs.list(),
    'query.complete': catalogue.complete('cl', 2),
  } as const;
  for (const [name, answer] of Object.entries(answers))
    expect(contract[name as keyof typeof answers].output.parse(answer), name).toEqual(answer);
  expect(view.groups).toMatchObject([{ class: null, predicted: a.id, count: 4 }]);
});

test('a row tells whether a second look has spoken: its answer is not that of the first look, which stays with it', () => {
  const { batches } = project.catalogue;
  const id = batches.create({
    ...{ folder: '/in', out: '/out.csv', run: 1, runName: 'page', views: 'none' },
    undecidedBelow: 0.6,
  });
  const first = Float32Array.of(0.55, 0.45);
  const row = (at: number, p: number) => ({
    ...{ row: at, path: `${at}.jpg`, class: 'a', p, next: 'b', nextP: 1 - p, undecided: p < 0.6, error: null },
    probabilities: first,
  });
  batches.addRows(id, [row(0, first[0]!), row(1, first[0]!), { ...row(2, 0.7), probabilities: null }]);
  batches.addRows(id, [row(1, Math.fround(0.8))]);
  expect(batches.rows(id, 'all', 0, 10).rows.map((r) => r.again)).toEqual([false, true, false]);
  expect(batches.stored(id, 1, 1)[0]?.probabilities).toEqual(first);
});
