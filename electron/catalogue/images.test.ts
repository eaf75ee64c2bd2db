import { afterEach, beforeEach, expect, test } from 'vitest';
import { AUTHOR, aProject, anImage, type Project } from './testing.ts';

let project: Project;
let gone: Set<string>;
let source: number;
beforeEach(async () => {
  gone = new Set();
  project = await aProject({ gone });
  source = project.catalogue.sources.ensure('/pictures').id;
});
afterEach(() => project.close());

const author = { author: AUTHOR };

test('two byte-identical files are two images with labels of their own', async () => {
  const { images, labels, classes, tiles } = project.catalogue;
  const { ids } = images.add(source, [anImage('glass/glass115.jpg', 1), anImage('metal/metal91.jpg', 1)]);
  const [glass, metal] = ['glass', 'metal'].map((name) => classes.create({ name }).id);
  await labels.apply(ids.slice(0, 1), { class: glass }, author);
  await labels.apply(ids.slice(1), { class: metal }, author);
  expect(tiles(ids).map((t) => t.class)).toEqual([glass, metal]);
});

test('a moved file keeps its row, label and history; a copy beside it is a new image', async () => {
  const { images, labels, classes, detail } = project.catalogue;
  const [id = 0] = images.add(source, [anImage('old/a.jpg', 1)]).ids;
  const label = classes.create({ name: 'receipt' }).id;
  await labels.apply([id], { class: label }, author);
  gone.add('/pictures/old/a.jpg');
  const other = project.catalogue.sources.ensure('/elsewhere').id;
  const result = images.add(other, [anImage('new/b.jpg', 1), anImage('new/copy.jpg', 1)]);
  expect(result).toMatchObject({ moved: 1, added: 1 });
  expect(result.ids[0]).toBe(id);
  expect(detail(id)).toMatchObject({
    class: label,
    path: 'new/b.jpg',
    folder: 'new',
    source: 'elsewhere',
    name: 'b.jpg',
  });
});

test('files that were renumbered take their labels along', async () => {
  const { images, labels, tiles } = project.catalogue;
  const before = images.add(source, [anImage('1.jpg', 1), anImage('2.jpg', 2), anImage('3.jpg', 3)]).ids;
  for (const [i, id] of before.entries()) await labels.apply([id], { note: `content ${i + 1}` }, author);
  // A new picture came in front: every other one moved on by one name.
  const after = images.add(source, [
    anImage('1.jpg', 9),
    anImage('2.jpg', 1),
    anImage('3.jpg', 2),
    anImage('4.jpg', 3),
  ]).ids;
  expect(after.slice(1)).toEqual(before);
  expect(tiles(after).map((t) => t.name)).toEqual(['1.jpg', '2.jpg', '3.jpg', '4.jpg']);
  expect(after.map((id) => project.catalogue.detail(id).note)).toEqual([null, 'content 1', 'content 2', 'content 3']);
});

test('a file that nobody labelled by hand is updated where it lies', () => {
  const { images } = project.catalogue;
  const [id] = images.add(source, [anImage('a.jpg', 1, { status: 'unreadable', reason: 'cut off' })]).ids;
  const result = images.add(source, [anImage('a.jpg', 2)]);
  expect(result).toMatchObject({ ids: [id], updated: 1, added: 0 });
  expect(project.catalogue.info()).toMatchObject({ images: 1, unreadable: 0 });
});

test('a thousand copies of one content that move to another folder all keep their labels', async () => {
  const { images, labels, info } = project.catalogue;
  const copies = (folder: string) => Array.from({ length: 1000 }, (_, i) => anImage(`${folder}/${i}.jpg`, 1));
  const { ids } = images.add(source, copies('old'));
  await labels.apply(ids, { note: 'kept' }, author);
  for (const file of copies('old')) gone.add(`/pictures/${file.path}`);
  expect(images.add(source, copies('new'))).toMatchObject({ ids, moved: 1000, added: 0 });
  expect(info().images).toBe(1000);
});

test('content that was replaced loses what runs said of it', async () => {
  const { images, runs, predictions, classes } = project.catalogue;
  const { ids } = images.add(source, [anImage('a.jpg', 1), anImage('b.jpg', 2)]);
  const run = runs.create({
    name: 'r',
    preset: 'head',
    backbones: [],
    size: 1,
    classes: [classes.create({ name: 'a' })],
    recipe: {},
  });
  await predictions.add(run, 'test', ids, Float32Array.from([1, 1]));
  images.add(source, [anImage('a.jpg', 3)]);
  expect([...(await predictions.stored(run, 'test')).imageIds]).toEqual([ids[1]]);
  expect(predictions.ofImage(ids[0] ?? 0)).toEqual([]);
});

test('size and time of change tell that a file need not be read again', () => {
  const { images } = project.catalogue;
  const file = anImage('가.jpg', 1);
  images.add(source, [{ ...file, path: file.path.normalize('NFD'), mtime: file.mtime + 0.4 }]);
  expect(
    images.known(source, [
      { ...file, mtime: file.mtime + 0.4 },
      { ...file, bytes: 1 },
      { ...file, path: 'b' },
    ]),
  ).toMatchObject([{ unchanged: true, hash: file.hash }, { unchanged: false }, null]);
});

test('after a scan vanished files are missing, and found again when they come back', async () => {
  const { images, views } = project.catalogue;
  const { ids } = images.add(source, [anImage('a.jpg', 1), anImage('b.jpg', 2), anImage('c.jpg', 3)]);
  gone.add('/pictures/b.jpg');
  // c.jpg was not seen by this scan but is there.
  expect(await images.reconcile(source, ['a.jpg'])).toEqual({ missing: 1, found: 0 });
  expect([...(await views.select('is:missing'))]).toEqual([ids[1]]);
  expect(await images.reconcile(source, ['a.jpg', 'b.jpg', 'c.jpg'])).toEqual({ missing: 0, found: 1 });
  expect(project.catalogue.info()).toMatchObject({ images: 3, missing: 0 });
});

test('a table names images by relative path or by base name', () => {
  const { images } = project.catalogue;
  const { ids } = images.add(source, [anImage('x/a.jpg', 1), anImage('y/a.jpg', 2), anImage('y/b.jpg', 3)]);
  expect(images.find(source, 'y/a.jpg')).toEqual([ids[1]]);
  expect(images.find(source, 'a.jpg')).toEqual(ids.slice(0, 2));
  expect(images.find(source, 'none.jpg')).toEqual([]);
});
