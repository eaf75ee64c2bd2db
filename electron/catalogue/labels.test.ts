import { afterEach, beforeEach, expect, test } from 'vitest';
import { CLASS_KEYS } from '../contract/index.ts';
import { AUTHOR, aProject, type Project, withImages } from './testing.ts';

let project: Project;
beforeEach(async () => void (project = await aProject()));
afterEach(() => project.close());

const author = { author: AUTHOR };

/** The kept counts, the same counted anew, and the labels: what undo must bring back. */
function state({ catalogue }: Project) {
  const order = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  const kept = catalogue.counts.tally().sort(order);
  expect(kept).toEqual(catalogue.counts.recount().sort(order));
  const all = Array.from({ length: catalogue.images.last() }, (_, i) => i + 1);
  return { kept, classes: catalogue.classes.list(), tiles: catalogue.tiles(all) };
}

test('undo of a bulk label restores every count, redo brings it back, both after a restart', async () => {
  const ids = withImages(project.catalogue, 2500);
  const { catalogue } = project;
  const a = catalogue.classes.create({ name: 'receipt' });
  const b = catalogue.classes.create({ name: '여권' });
  await catalogue.labels.apply(ids.slice(0, 100), { class: a.id, split: 'train' }, author);
  await catalogue.labels.apply(ids.slice(50, 80), { unsure: true, note: 'look' }, author);
  const before = state(project);
  const result = await catalogue.labels.apply(ids, { class: b.id, excluded: true }, author);
  expect(result.changed).toBe(2500);
  const after = state(project);
  expect(after.classes.find((c) => c.id === b.id)?.counts.total).toBe(2500);

  let reopened = await project.reopen();
  expect((await reopened.history.undo(AUTHOR)).action.changed).toBe(2500);
  expect(state(project)).toEqual(before);
  reopened = await project.reopen();
  await reopened.history.redo(AUTHOR);
  expect(state(project)).toEqual(after);
});

test('images of the test split are not excluded, unless the same gesture moves them or they cannot be read', async () => {
  const ids = withImages(project.catalogue, 1500);
  const { catalogue } = project;
  const split = (from: number, to: number, name: 'train' | 'test') =>
    catalogue.labels.apply(ids.slice(from, to), { split: name }, author);
  await split(0, 1200, 'train');
  await split(1200, 1500, 'test');
  const excluded = (): number[] => catalogue.tiles(ids).flatMap((tile) => (tile.excluded ? [tile.id] : []));
  // More than one slice of the log, over both splits.
  const some = await catalogue.labels.apply(ids.slice(1100, 1250), { excluded: true, note: 'cut' }, author);
  expect([some.changed, some.spared]).toEqual([150, 50]);
  expect(excluded()).toEqual(ids.slice(1100, 1200));
  const all = await catalogue.labels.apply(ids, { excluded: true }, author);
  expect([all.changed, all.spared]).toEqual([1100, 300]);
  expect(excluded()).toEqual(ids.slice(0, 1200));
  const none = await catalogue.labels.apply(ids.slice(1200), { excluded: true }, author);
  expect([none.action, none.spared]).toEqual([null, 300]);
  // On purpose: out of the test split first.
  const moved = await catalogue.labels.apply(ids.slice(1490), { split: 'none', excluded: true }, author);
  expect([moved.changed, moved.spared]).toEqual([10, 0]);
  expect(excluded()).toEqual([...ids.slice(0, 1200), ...ids.slice(1490)]);
  // Taking them back in is always allowed.
  expect((await catalogue.labels.apply(ids, { excluded: false }, author)).spared).toBe(0);
  expect(excluded()).toEqual([]);
});

test('images of the test split keep a label, unless the same gesture moves them', async () => {
  const ids = withImages(project.catalogue, 1500);
  const { catalogue } = project;
  const a = catalogue.classes.create({ name: 'a' }).id;
  await catalogue.labels.apply(ids, { class: a, split: 'train' }, author);
  await catalogue.labels.apply(ids.slice(1200), { split: 'test' }, author);
  const labelled = (): number[] => catalogue.tiles(ids).flatMap((tile) => (tile.class === a ? [tile.id] : []));
  const part = await catalogue.labels.apply(ids.slice(1150, 1250), { class: null }, author);
  expect([part.changed, part.spared]).toEqual([50, 50]);
  // Each image counts once, whatever it was spared from; more than one slice of the log.
  const both = await catalogue.labels.apply(ids, { class: null, excluded: true }, author);
  expect([both.changed, both.spared]).toEqual([1200, 300]);
  expect(labelled()).toEqual(ids.slice(1200));
  const none = await catalogue.labels.apply(ids.slice(1200), { class: null }, author);
  expect([none.action, none.spared]).toEqual([null, 300]);
  const moved = await catalogue.labels.apply(ids.slice(1490), { class: null, split: 'none' }, author);
  expect([moved.changed, moved.spared]).toEqual([10, 0]);
  expect(labelled()).toEqual(ids.slice(1200, 1490));
  // An image that never had a label has none to keep.
  await catalogue.labels.apply(ids.slice(1490), { split: 'test' }, author);
  expect((await catalogue.labels.apply(ids.slice(1490), { class: null }, author)).spared).toBe(0);
});

test('undoing everything step by step returns to the start, redoing everything to the end', async () => {
  const ids = withImages(project.catalogue, 40);
  const { catalogue } = project;
  const classes = ['a', 'b', 'c'].map((name) => catalogue.classes.create({ name }).id);
  const states = [state(project)];
  let draw = 7;
  const random = (n: number): number => (draw = (draw * 48271) % 2147483647) % n;
  for (let step = 0; step < 30; step++) {
    const some = ids.filter(() => random(3) === 0);
    const change = [
      { class: classes[random(3)] },
      { class: null },
      { unsure: random(2) === 0 },
      { excluded: random(2) === 0 },
      { split: (['train', 'test', 'none'] as const)[random(3)] },
      { note: `note ${step}` },
    ][random(6)];
    const { action } = await catalogue.labels.apply(some, change ?? {}, author);
    if (action) states.push(state(project));
  }
  for (const expected of states.slice(0, -1).reverse()) {
    await catalogue.history.undo(AUTHOR);
    expect(state(project)).toEqual(expected);
  }
  await expect(catalogue.history.undo(AUTHOR)).rejects.toMatchObject({ code: 'label/nothing-to-undo' });
  for (const expected of states.slice(1)) {
    await catalogue.history.redo(AUTHOR);
    expect(state(project)).toEqual(expected);
  }
  await expect(catalogue.history.redo(AUTHOR)).rejects.toMatchObject({ code: 'label/nothing-to-redo' });
});

test('a new gesture ends the redo of those that were undone', async () => {
  const ids = withImages(project.catalogue, 3);
  const { catalogue } = project;
  for (const note of ['1', '2', '3']) await catalogue.labels.apply(ids, { note }, author);
  await catalogue.history.undo(AUTHOR);
  await catalogue.history.undo(AUTHOR);
  await catalogue.labels.apply(ids, { note: '4' }, author);
  await expect(catalogue.history.redo(AUTHOR)).rejects.toMatchObject({ code: 'label/nothing-to-redo' });
  await catalogue.history.undo(AUTHOR);
  expect(catalogue.detail(ids[0] ?? 0).note).toBe('1');
});

test('redo after undoing a gesture brings back that one, not what was undone before it', async () => {
  const { catalogue } = project;
  const ids = withImages(catalogue, 3);
  const a = catalogue.classes.create({ name: 'a' });
  const b = catalogue.classes.create({ name: 'b' });
  await catalogue.labels.apply(ids, { class: a.id }, author);
  await catalogue.history.undo(AUTHOR);
  await catalogue.labels.apply(ids, { class: b.id }, author);
  await catalogue.history.undo(AUTHOR);
  expect(catalogue.history.next().redo?.summary).toBe('b');
  await catalogue.history.redo(AUTHOR);
  expect(catalogue.tiles(ids).map((tile) => tile.class)).toEqual([b.id, b.id, b.id]);
  await expect(catalogue.history.redo(AUTHOR)).rejects.toMatchObject({ code: 'label/nothing-to-redo' });
});

test('a gesture that changes nothing is no action', async () => {
  const ids = withImages(project.catalogue, 3);
  const result = await project.catalogue.labels.apply(ids, { split: 'none' }, author);
  expect(result).toMatchObject({ action: null, changed: 0 });
  expect(project.catalogue.history.list(10)).toEqual([]);
});

test('the history of an image is told in words, newest first, with author and kind', async () => {
  const [id = 0] = withImages(project.catalogue, 1);
  const { catalogue } = project;
  const a = catalogue.classes.create({ name: 'a' });
  await catalogue.labels.apply([id], { class: a.id }, author);
  await catalogue.labels.apply([id], { unsure: true }, author);
  await catalogue.history.undo(AUTHOR);
  const { history, labelBy } = catalogue.detail(id);
  expect(labelBy).toBe('person');
  expect(history.map((e) => [e.kind, e.field, e.before, e.after])).toEqual([
    ['undo', 'state', 'unsure', null],
    ['unsure', 'state', null, 'unsure'],
    ['label', 'class', null, 'a'],
  ]);
});

test('a merge moves labels and counts, and its undo brings the class back with its key', async () => {
  const ids = withImages(project.catalogue, 10);
  const { catalogue } = project;
  const [a, b, c] = ['a', 'b', 'c'].map((name) => catalogue.classes.create({ name }));
  await catalogue.labels.apply(ids.slice(0, 4), { class: a?.id }, author);
  await catalogue.labels.apply(ids.slice(4, 6), { class: b?.id }, author);
  const before = state(project);
  await catalogue.classes.merge(a?.id ?? 0, b?.id ?? 0, AUTHOR);
  expect(catalogue.classes.list().map((k) => [k.name, k.counts.total])).toEqual([
    ['b', 6],
    ['c', 0],
  ]);
  await catalogue.classes.merge(b?.id ?? 0, c?.id ?? 0, AUTHOR);
  expect(catalogue.classes.live(a?.id ?? 0)).toBe(c?.id);
  const merged = state(project);
  await catalogue.history.undo(AUTHOR);
  await catalogue.history.undo(AUTHOR);
  expect(state(project)).toEqual(before);
  await catalogue.history.redo(AUTHOR);
  await catalogue.history.redo(AUTHOR);
  expect(state(project)).toEqual(merged);
});

test('classes get free keys and colours in turn; a taken or refused key is said', () => {
  const { classes } = project.catalogue;
  const made = Array.from({ length: 26 }, (_, i) => classes.create({ name: `class ${i}` }));
  expect(made.slice(0, 25).map((c) => c.key)).toEqual(CLASS_KEYS);
  expect(made[25]?.key).toBeNull();
  expect(made.map((c) => c.colour)).toEqual(
    [...Array(20).keys(), 0, 1, 2, 3, 4, 5].slice(0, 20).concat(made.slice(20).map((c) => c.colour)),
  );
  const id = made[0]?.id ?? 0;
  expect(() => classes.update(id, { key: 'q' })).toThrow(/belongs to the views/);
  expect(() => classes.update(id, { key: '2' })).toThrow(/belongs to class 1/);
  expect(() => classes.create({ name: 'class 3' })).toThrow(/already/);
  expect(() => classes.create({ name: '  ' })).toThrow(/empty/);
});

test('Hangul names match however they are composed', () => {
  const { classes } = project.catalogue;
  const made = classes.create({ name: '계좌번호'.normalize('NFD') });
  expect(classes.find('계좌번호')?.id).toBe(made.id);
});

test('an import is one action, spares what a person said, and is undone as a whole', async () => {
  const ids = withImages(project.catalogue, 6);
  const { catalogue } = project;
  const a = catalogue.classes.create({ name: 'a' }).id;
  const b = catalogue.classes.create({ name: 'b' }).id;
  await catalogue.labels.apply(ids.slice(0, 1), { class: b }, author);
  await catalogue.labels.apply(ids.slice(1, 2), { split: 'test' }, author);
  const before = state(project);
  const action = catalogue.labels.beginImport({ key: 'k', summary: 'train.csv', author: AUTHOR });
  for (const image of ids) catalogue.labels.importRows(action, [{ image, class: a, split: 'train' }]);
  expect(catalogue.labels.finishImport(action)).toMatchObject({ kind: 'import', summary: 'train.csv', changed: 6 });
  expect(catalogue.tiles(ids).map((t) => [t.class, t.split])).toEqual([
    [b, 'train'],
    [a, 'test'],
    ...Array.from({ length: 4 }, () => [a, 'train']),
  ]);
  await catalogue.history.undo(AUTHOR);
  expect(state(project)).toEqual(before);
});

test('an import that was cut off goes on under the same action and ends as an uninterrupted one', async () => {
  const ids = withImages(project.catalogue, 4);
  const a = project.catalogue.classes.create({ name: 'a' }).id;
  const head = { key: 'folder', summary: 'folder', author: AUTHOR };
  const rows = ids.map((image) => ({ image, class: a }));
  const first = project.catalogue.labels.beginImport(head);
  project.catalogue.labels.importRows(first, rows.slice(0, 2));
  const catalogue = await project.reopen();
  const second = catalogue.labels.beginImport(head);
  expect(second).toBe(first);
  catalogue.labels.importRows(second, rows);
  expect(catalogue.labels.finishImport(second)?.changed).toBe(4);
  expect(catalogue.history.list(10)).toHaveLength(1);
});

test('an import that stopped early can be undone, one that labelled nothing is no action', async () => {
  const ids = withImages(project.catalogue, 3);
  const { labels, classes, history, info } = project.catalogue;
  const a = classes.create({ name: 'a' }).id;
  const empty = labels.beginImport({ key: 'empty', summary: 'empty', author: AUTHOR });
  labels.leaveImport(empty);
  const action = labels.beginImport({ key: 'k', summary: 'k', author: AUTHOR });
  labels.importRows(
    action,
    ids.slice(0, 2).map((image) => ({ image, class: a })),
  );
  // While it runs it is not the next undo.
  expect(history.next().undo).toBeNull();
  labels.leaveImport(action);
  expect(history.next().undo).toMatchObject({ kind: 'import', changed: 2 });
  await history.undo(AUTHOR);
  expect(info().labelled).toBe(0);
  const again = labels.beginImport({ key: 'k', summary: 'k', author: AUTHOR });
  expect(again).not.toBe(action);
  labels.importRows(
    again,
    ids.map((image) => ({ image, class: a })),
  );
  labels.finishImport(again);
  labels.leaveImport(again);
  expect(history.next().undo).toMatchObject({ id: again, changed: 3 });
});

test('a cancelled bulk label leaves no trace', async () => {
  const ids = withImages(project.catalogue, 4000);
  const { catalogue } = project;
  const a = catalogue.classes.create({ name: 'a' });
  const before = state(project);
  const controller = new AbortController();
  const work = catalogue.labels.apply(ids, { class: a.id }, { ...author, signal: controller.signal });
  controller.abort();
  await expect(work).rejects.toMatchObject({ code: 'internal/cancelled' });
  expect(state(project)).toEqual(before);
  expect(catalogue.history.next().undo).toBeNull();
});
