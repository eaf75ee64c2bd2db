import { afterEach, beforeEach, expect, test } from 'vitest';
import { AUTHOR, aProject, anImage, type Project, withImages } from './testing.ts';

let project: Project;
let ids: number[];
beforeEach(async () => {
  project = await aProject();
  ids = withImages(project.catalogue, 12);
});
afterEach(() => project.close());

const author = { author: AUTHOR };
const select = async (query: string): Promise<number[]> => [...(await project.catalogue.views.select(query))];

/** A run of two classes that gives image i the probability 0.55 + i/100 of the first (even i) or second class. */
async function aRun(classes: { id: number; name: string }[], name = 'first'): Promise<number> {
  const { runs, predictions } = project.catalogue;
  const run = runs.create({ name, preset: 'head', backbones: ['page'], size: 224, classes, recipe: {} });
  const probabilities = new Float32Array(ids.length * 2);
  ids.forEach((_, i) => {
    const p = 0.55 + i / 100;
    probabilities[i * 2 + (i % 2)] = p;
    probabilities[i * 2 + 1 - (i % 2)] = 1 - p;
  });
  await predictions.add(run, 'test', ids, probabilities);
  runs.update(run, { state: 'done' });
  return run;
}

async function labelled(): Promise<{ a: number; b: number; run: number }> {
  const { classes, labels } = project.catalogue;
  const a = classes.create({ name: 'receipt' });
  const b = classes.create({ name: '여권 사본' });
  await labels.apply(ids.slice(0, 6), { class: a.id, split: 'train' }, author);
  await labels.apply(ids.slice(6, 10), { class: b.id, split: 'test' }, author);
  await labels.apply(ids.slice(3, 5), { unsure: true }, author);
  return { a: a.id, b: b.id, run: await aRun([a, b]) };
}

test('filters by class, split, state and name, joined, negated and grouped', async () => {
  await labelled();
  expect(await select('class:receipt')).toEqual(ids.slice(0, 6));
  expect(await select('class:"여권 사본"')).toEqual(ids.slice(6, 10));
  expect(await select('class:none')).toEqual(ids.slice(10));
  expect(await select('-class:any')).toEqual(ids.slice(10));
  expect(await select('split:train is:unsure')).toEqual(ids.slice(3, 5));
  expect(await select('split:train -is:unsure')).toEqual([...ids.slice(0, 3), ...ids.slice(5, 6)]);
  expect(await select('is:unsure OR split:test')).toEqual([...ids.slice(3, 5), ...ids.slice(6, 10)]);
  expect(await select('-(is:unsure OR split:test) class:any')).toEqual([...ids.slice(0, 3), ...ids.slice(5, 6)]);
  expect(await select('name:"img1?.jpg"')).toEqual(ids.slice(9));
  expect(await select('name:img1')).toEqual(ids.slice(0, 1));
  expect(await select('여권')).toEqual(ids.slice(6, 10));
  expect(await select('path:sub/*')).toEqual(ids);
  expect(await select('')).toEqual(ids);
});

test('what a run says: predicted, wrong, p, margin', async () => {
  const { run } = await labelled();
  // Odd rows are predicted as the second class: rows 1, 3, 5 carry the first, rows 6, 8 (even) carry the second.
  const wrong = [1, 3, 5, 6, 8].map((i) => ids[i]);
  expect(await select(`wrong:${run}`)).toEqual(wrong);
  expect(await select('predicted:receipt class:none')).toEqual([ids[10]]);
  expect(await select('p>0.625')).toEqual(ids.slice(8));
  expect(await select('p<=0.565')).toEqual(ids.slice(0, 2));
  expect(await select('margin>0.25')).toEqual(ids.slice(8));
  expect(await select('sort:-p')).toEqual([...ids].reverse());
});

test('a view hands out pages, rows and ranges, and is grouped without losing its order', async () => {
  const { a, b } = await labelled();
  const { views } = project.catalogue;
  const view = await views.open('sort:-name', { group: 'class', first: 3 });
  expect(view.total).toBe(12);
  expect(view.tiles.map((t) => t.name)).toEqual(['img6.jpg', 'img5.jpg', 'img4.jpg']);
  expect(view.groups.map((g) => [g.class, g.predicted, g.from, g.count])).toEqual([
    [a, null, 0, 6],
    [b, null, 6, 4],
    [null, a, 10, 1],
    [null, b, 11, 1],
  ]);
  expect(views.tiles(view.view, 10, 5).tiles.map((t) => t.name)).toEqual(['img11.jpg', 'img12.jpg']);
  expect(views.rows(view.view, [ids[5] ?? 0, 999])).toEqual([0, null]);
  expect([
    ...views.ids(view.view, [
      [10, 12],
      [0, 1],
      [0, 2],
    ]),
  ]).toEqual([ids[5], ids[4], ids[10], ids[11]]);
  views.close(view.view);
  expect(() => views.tiles(view.view, 0, 1)).toThrow(expect.objectContaining({ code: 'view/closed' }));
});

test('names sort as people count and random orders repeat by their seed', async () => {
  const source = project.catalogue.sources.ensure('/more');
  const more = project.catalogue.images.add(source.id, [anImage('img100.jpg', 900), anImage('IMG20.jpg', 901)]).ids;
  expect(await select('sort:name')).toEqual([...ids, more[1], more[0]]);
  const random = await select('sort:random:7');
  expect(random).not.toEqual(await select('sort:random:8'));
  expect(random).toEqual(await select('sort:random:7'));
  expect([...random].sort((x, y) => x - y)).toEqual([...ids, ...more]);
});
