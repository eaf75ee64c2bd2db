import { afterEach, beforeEach, expect, test } from 'vitest';
import { summarize } from './predictions.ts';
import { AUTHOR, aProject, type Project, withImages } from './testing.ts';

let project: Project;
let ids: number[];
let a: number;
let b: number;
beforeEach(async () => {
  project = await aProject();
  ids = withImages(project.catalogue, 6);
  a = project.catalogue.classes.create({ name: 'a' }).id;
  b = project.catalogue.classes.create({ name: 'b' }).id;
});
afterEach(() => project.close());

const author = { author: AUTHOR };

function aRun(name = 'run'): number {
  const classes = [
    { id: a, name: 'a' },
    { id: b, name: 'b' },
  ];
  return project.catalogue.runs.create({
    name,
    preset: 'head',
    backbones: ['page'],
    size: 512,
    classes,
    recipe: { seed: 1 },
  });
}

test('stored probabilities come back bit by bit with the labels of today', async () => {
  const { predictions, labels } = project.catalogue;
  const run = aRun();
  await labels.apply(ids.slice(0, 3), { class: a }, author);
  const probabilities = Float32Array.from([0.1, 0.9, 1 / 3, 2 / 3, 0.7, 0.3]);
  await predictions.add(run, 'out-of-fold', ids.slice(0, 3), probabilities);
  await labels.apply(ids.slice(1, 2), { class: b, split: 'train' }, author);
  await labels.apply(ids.slice(2, 3), { class: null, excluded: true }, author);
  const stored = await predictions.stored(run, 'out-of-fold');
  expect(stored.probabilities).toEqual(probabilities);
  expect([...stored.imageIds]).toEqual(ids.slice(0, 3));
  expect([...stored.given]).toEqual([0, 1, -1]);
  expect(stored.splits).toEqual(['none', 'train', 'none']);
  expect([...stored.excluded]).toEqual([0, 0, 1]);
  expect(predictions.parts(run)).toEqual(['out-of-fold']);
  await expect(predictions.stored(99, 'test')).rejects.toMatchObject({ code: 'run/unknown' });
});

test('labels of a merged class count as the class it went into', async () => {
  const { predictions, labels, classes, views } = project.catalogue;
  const run = aRun();
  await labels.apply(ids.slice(0, 2), { class: a }, author);
  await predictions.add(run, 'test', ids.slice(0, 2), Float32Array.from([0.9, 0.1, 0.2, 0.8]));
  project.catalogue.runs.update(run, { state: 'done' });
  const c = classes.create({ name: 'c' }).id;
  await classes.merge(a, c, AUTHOR);
  const stored = await predictions.stored(run, 'test');
  expect(stored.classes).toEqual([
    { id: c, name: 'a' },
    { id: b, name: 'b' },
  ]);
  expect([...stored.given]).toEqual([0, 0]);
  expect([...(await views.select(`wrong:${run}`))]).toEqual([ids[1]]);
  expect([...(await views.select('predicted:c'))]).toEqual([ids[0]]);
  expect(project.catalogue.tiles(ids.slice(0, 1))[0]?.ghost).toMatchObject({ class: c });
});

test('an honest prediction is shown before an in-sample one, whatever came first', async () => {
  const { predictions, runs } = project.catalogue;
  const run = aRun();
  runs.update(run, { state: 'done' });
  await predictions.add(run, 'out-of-fold', ids.slice(0, 1), Float32Array.from([0.4, 0.6]));
  await predictions.add(run, 'train', ids.slice(0, 2), Float32Array.from([0.99, 0.01, 0.99, 0.01]));
  expect(predictions.ofRun(run, ids)).toEqual(
    new Map([
      [ids[0], { class: b, p: Math.fround(0.6) }],
      [ids[1], { class: a, p: Math.fround(0.99) }],
    ]),
  );
  const [shown] = predictions.ofImage(ids[0] ?? 0);
  expect(shown?.top.map((t) => [t.name, t.p])).toEqual([
    ['b', Math.fround(0.6)],
    ['a', Math.fround(0.4)],
  ]);
});

test('accepting takes the predictions above a probability as labels of one action', async () => {
  const { predictions, runs, labels, history } = project.catalogue;
  const run = aRun('photo 224');
  await predictions.add(run, 'none', ids.slice(0, 3), Float32Array.from([0.9, 0.1, 0.45, 0.55, 0.3, 0.7]));
  runs.update(run, { state: 'done' });
  const result = await labels.accept(ids, run, 0.6, author);
  expect(result).toMatchObject({ changed: 2, action: { kind: 'accept', summary: 'photo 224' } });
  expect(project.catalogue.tiles(ids).map((t) => t.class)).toEqual([a, null, b, null, null, null]);
  expect(project.catalogue.detail(ids[0] ?? 0).labelBy).toBe('accepted');
  await history.undo(AUTHOR);
  expect(project.catalogue.info().labelled).toBe(0);
});

test('a run tells how many labels changed since it saw them, and its removal takes its rows and nothing else', async () => {
  const { predictions, runs, labels, history, info } = project.catalogue;
  await labels.apply(ids.slice(0, 4), { class: a }, author);
  const run = aRun();
  await predictions.add(run, 'test', ids, new Float32Array(12).fill(0.5));
  await labels.apply(ids.slice(0, 2), { class: b }, author);
  await labels.apply(ids.slice(5), { class: b }, author);
  await labels.apply(ids.slice(0, 1), { class: a }, author);
  expect(runs.get(run).labelsLater).toBe(2);
  await history.undo(AUTHOR);
  expect(runs.get(run).labelsLater).toBe(3);
  runs.update(run, { macroF1: 0.91, extra: { curve: [1, 2] } });
  expect(runs.list()).toMatchObject([{ name: 'run', macroF1: 0.91, classes: ['a', 'b'], recipe: { seed: 1 } }]);
  expect(runs.extra(run)).toEqual({ curve: [1, 2] });
  await runs.remove(run);
  expect(info()).toMatchObject({ runs: 0, images: 6, labelled: 5 });
  expect(() => runs.get(run)).toThrow(expect.objectContaining({ code: 'run/unknown' }));
});

test('labels as of a snapshot are what they were, in spite of undo and redo since', async () => {
  const { labels, snapshots, history } = project.catalogue;
  const all = async (at: number): Promise<unknown[]> => [...(await snapshots.labels(at)).values()];
  await labels.apply(ids.slice(0, 2), { class: a }, author);
  const first = snapshots.now();
  await labels.apply(ids.slice(1, 4), { class: b }, author);
  const second = snapshots.now();
  await history.undo(AUTHOR);
  await labels.apply(ids, { class: null }, author);
  expect(await all(0)).toEqual([null, null, null, null, null, null]);
  expect(await all(first)).toEqual([a, a, null, null, null, null]);
  expect(await all(second)).toEqual([a, b, b, b, null, null]);
  expect(snapshots.changedImages(first)).toEqual(ids.slice(0, 2));
});

test('a summary of probabilities: best, second, entropy', () => {
  expect(summarize(Float32Array.from([0.25, 0.25, 0.5]))).toEqual({
    best: 2,
    p: 0.5,
    margin: 0.25,
    entropy: expect.closeTo(1.0397, 4) as number,
  });
  expect(summarize(Float32Array.from([1, 0]))).toEqual({ best: 0, p: 1, margin: 1, entropy: 0 });
  expect(summarize(Float32Array.from([1]))).toEqual({ best: 0, p: 1, margin: 1, entropy: 0 });
});
