import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NewFinding } from './index.ts';
import { AUTHOR, aProject, anImage, type Project } from './testing.ts';

let project: Project;
let ids: number[];
let gone: Set<string>;
let glass: number;
let metal: number;
beforeEach(async () => {
  gone = new Set();
  project = await aProject({ gone });
  const { catalogue } = project;
  const source = catalogue.sources.ensure('/pictures').id;
  // 1 and 2 are the same file.
  ids = catalogue.images.add(source, [anImage('a.jpg', 1), anImage('b.jpg', 1), anImage('c.jpg', 3)]).ids;
  glass = catalogue.classes.create({ name: 'glass' }).id;
  metal = catalogue.classes.create({ name: 'metal' }).id;
  await catalogue.labels.apply(ids, { class: glass }, { author: AUTHOR });
  await catalogue.labels.apply(ids.slice(1, 2), { class: metal }, { author: AUTHOR });
});
afterEach(() => project.close());

const author = { author: AUTHOR };
const labelError = (image: number, given: number, suggested: number, score: number): NewFinding => ({
  images: [image],
  given,
  suggested,
  score,
  likely: score > 0.8,
  reasons: [{ key: 'model-says', values: { p: 0.93, class: 'metal', runs: 'page' } }],
  detail: { probabilities: [0.1, 0.9] },
});
const found = (): NewFinding[] => [
  labelError(ids[0] ?? 0, glass, metal, 0.9),
  labelError(ids[1] ?? 0, metal, glass, 0.5),
  labelError(ids[2] ?? 0, glass, metal, 0.7),
];
const search = (): Promise<unknown> =>
  project.catalogue.findings.replace('label-error', found(), project.catalogue.snapshots.now());
const queue = () => project.catalogue.findings.list('label-error', 'no', 0, 10);

test('findings come by falling score with tiles and reasons, and mark their images', async () => {
  await search();
  const { total, findings } = queue();
  expect(total).toBe(3);
  expect(findings.map((f) => [f.images[0]?.id, f.score, f.likely])).toEqual([
    [ids[0], 0.9, true],
    [ids[2], 0.7, false],
    [ids[1], 0.5, false],
  ]);
  expect(findings[0]).toMatchObject({
    given: glass,
    suggested: metal,
    decision: null,
    reasons: [{ key: 'model-says' }],
  });
  expect(project.catalogue.findings.get(findings[0]?.id ?? 0).detail).toEqual({ probabilities: [0.1, 0.9] });
  expect(project.catalogue.tiles(ids)[0]?.findings).toEqual(['label-error']);
  expect(project.catalogue.info().openFindings).toBe(3);
  expect([...(await project.catalogue.views.select('finding:label-error sort:-score'))]).toEqual([
    ids[0],
    ids[2],
    ids[1],
  ]);
});

test('what was kept is never asked again, also when the file moved and was imported anew', async () => {
  const { findings, images, sources } = project.catalogue;
  await search();
  const [first] = queue().findings;
  findings.decide(first?.id ?? 0, 'keep', author);
  expect(queue().total).toBe(2);
  gone.add('/pictures/a.jpg');
  images.add(sources.ensure('/moved').id, [anImage('z.jpg', 1)]);
  await search();
  // The same content under the other label is another question.
  expect(queue().findings.map((f) => f.images[0]?.id)).toEqual([ids[2], ids[1]]);
  expect(findings.list('label-error', 'yes', 0, 10).findings).toMatchObject([{ decision: 'keep' }]);
});

test('taking a suggestion relabels, is one gesture, and its undo asks again', async () => {
  const { findings, tiles, views } = project.catalogue;
  await search();
  const before = queue();
  const [first] = before.findings;
  const { action } = findings.decide(first?.id ?? 0, 'accept', author);
  expect(action).toMatchObject({ kind: 'decide', summary: 'accept', changed: 1 });
  expect(tiles(ids)[0]).toMatchObject({ class: metal, findings: [] });
  expect(findings.decisions()).toMatchObject([
    { decision: 'accept', given: glass, class: metal, corrected: true, likely: true },
  ]);
  expect([...(await views.select('finding:label-error decided:yes'))]).toEqual([ids[0]]);

  await project.reopen();
  await project.catalogue.history.undo(AUTHOR);
  expect(project.catalogue.findings.list('label-error', 'no', 0, 10)).toEqual(before);
  expect(project.catalogue.findings.decisions()).toEqual([]);
  await project.catalogue.history.redo(AUTHOR);
  expect(project.catalogue.tiles(ids)[0]).toMatchObject({ class: metal });
  expect(project.catalogue.findings.list('label-error', 'no', 0, 10).total).toBe(2);
});

test('the label that a person chose is not doubted again, the twin with the old label is', async () => {
  const { findings, labels } = project.catalogue;
  await labels.apply(ids.slice(1, 2), { class: glass }, author);
  await findings.replace(
    'label-error',
    [labelError(ids[0] ?? 0, glass, metal, 0.9), labelError(ids[1] ?? 0, glass, metal, 0.8)],
    0,
  );
  findings.decide(queue().findings[0]?.id ?? 0, 'accept', author);
  const again = await findings.replace(
    'label-error',
    [labelError(ids[0] ?? 0, metal, glass, 0.9), labelError(ids[1] ?? 0, glass, metal, 0.8)],
    0,
  );
  expect(again).toEqual({ open: 1, known: 1 });
  expect(queue().findings.map((f) => f.images[0]?.id)).toEqual([ids[1]]);
});

test('what was said of one copy still counts when the other copy gets its label', async () => {
  await search();
  const [first, , twin] = queue().findings;
  project.catalogue.findings.decide(twin?.id ?? 0, 'keep', author);
  project.catalogue.findings.decide(first?.id ?? 0, 'accept', author);
  expect(project.catalogue.findings.decisions('label-error').map((d) => [d.given, d.decision])).toEqual([
    [metal, 'keep'],
    [glass, 'accept'],
  ]);
});

test('what was kept stays kept when its class is merged into another', async () => {
  const { findings, classes } = project.catalogue;
  await search();
  findings.decide(queue().findings[0]?.id ?? 0, 'keep', author);
  const whole = classes.create({ name: 'bottle' }).id;
  await classes.merge(glass, whole, AUTHOR);
  const again = await findings.replace('label-error', [labelError(ids[0] ?? 0, whole, metal, 0.9)], 0);
  expect(again).toEqual({ open: 0, known: 1 });
});

test('a search that a crash cut off leaves the queue before it', async () => {
  await search();
  const before = queue();
  const many = Array.from({ length: 5000 }, () => labelError(ids[0] ?? 0, glass, metal, 0.1));
  // Left standing after its first slice, as a kill would leave it.
  void project.catalogue.findings.replace('label-error', many, 0).catch(() => undefined);
  await project.reopen();
  expect(queue()).toEqual(before);
});

test('unsure, exclude and change do what they say; a family is known in any order', async () => {
  const { findings, tiles } = project.catalogue;
  await search();
  const [one, two, three] = queue().findings;
  findings.decide(one?.id ?? 0, 'unsure', author);
  findings.decide(two?.id ?? 0, 'exclude', author);
  const other = project.catalogue.classes.create({ name: 'paper' }).id;
  findings.decide(three?.id ?? 0, 'change', { ...author, class: other });
  expect(tiles(ids).map((t) => [t.unsure, t.excluded, t.class])).toEqual([
    [true, false, glass],
    [false, false, other],
    [false, true, glass],
  ]);
  expect(findings.kinds()).toEqual([{ kind: 'label-error', open: 0, decided: 3, likely: 0 }]);
  const pair = { given: null, suggested: null, score: 1, likely: true, reasons: [] };
  await findings.replace('duplicate', [{ ...pair, images: ids.slice(0, 2) }], 0);
  findings.decide(findings.list('duplicate', 'no', 0, 1).findings[0]?.id ?? 0, 'keep', author);
  expect(await findings.replace('duplicate', [{ ...pair, images: [ids[1] ?? 0, ids[0] ?? 0] }], 0)).toEqual({
    open: 0,
    known: 1,
  });
  expect(findings.searched('duplicate')).toMatchObject({ snapshot: 0 });
  expect(findings.searched('leak')).toBeNull();
  expect(() => findings.get(999)).toThrow(expect.objectContaining({ code: 'clean/finding-unknown' }));
});

/** A signal that is aborted when it has been looked at so often. */
const abortedAfter = (looks: number): AbortSignal =>
  ({
    get aborted() {
      return looks-- <= 0;
    },
  }) as AbortSignal;

/** Twice 120 images that are doubted. */
async function manyDoubts() {
  const { catalogue } = project;
  const source = catalogue.sources.ensure('/more').id;
  const files = Array.from({ length: 120 }, (_, i) => anImage(`${i}.jpg`, 1000 + i));
  const more = catalogue.images.add(source, files).ids;
  await catalogue.labels.apply(more, { class: glass }, author);
  const doubts = more.map((id, i) => labelError(id, glass, metal, 0.9 - i / 1000));
  await catalogue.findings.replace('label-error', doubts, catalogue.snapshots.now());
  return { more, queue: catalogue.findings.above('label-error', 0) };
}
const accepted = (queue: readonly { id: number; images: number[] }[]) =>
  queue.map(({ id, images }) => ({ finding: id, decision: 'accept' as const, images }));

test('many answers are one action, and one undo opens them all again', async () => {
  const { catalogue } = project;
  const { more, queue } = await manyDoubts();
  expect(queue).toHaveLength(120);
  const { action } = await catalogue.findings.decideAll(accepted(queue), { ...author, summary: 'accept' });
  expect(action).toMatchObject({ kind: 'decide-all', changed: 120 });
  expect(catalogue.tiles(more).every((tile) => tile.class === metal && tile.findings.length === 0)).toBe(true);
  expect(catalogue.findings.decisions()).toHaveLength(120);
  await catalogue.history.undo(AUTHOR);
  expect(catalogue.tiles(more).every((tile) => tile.class === glass && tile.findings.length === 1)).toBe(true);
  expect(catalogue.findings.decisions()).toEqual([]);
  await catalogue.history.redo(AUTHOR);
  expect(catalogue.findings.decisions()).toHaveLength(120);
  expect(catalogue.tiles(more).every((tile) => tile.class === metal)).toBe(true);
});

test('many answers that are cut off leave neither labels nor decisions', async () => {
  const { catalogue } = project;
  const { more, queue } = await manyDoubts();
  const last = catalogue.history.list(1);
  await expect(
    catalogue.findings.decideAll(accepted(queue), { ...author, summary: 'accept', signal: abortedAfter(3) }),
  ).rejects.toMatchObject({ code: 'internal/cancelled' });
  expect(catalogue.tiles(more).every((tile) => tile.class === glass)).toBe(true);
  expect(catalogue.findings.decisions()).toEqual([]);
  expect(catalogue.findings.above('label-error', 0)).toHaveLength(120);
  expect(catalogue.history.list(1)).toEqual(last);
});

test('a family that was refused is told by its contents, and not asked again', async () => {
  const { catalogue } = project;
  const family: NewFinding = {
    ...{ images: [ids[0]!, ids[2]!], given: null, suggested: null, score: 0.9, likely: true },
    reasons: [{ key: 'near-copies', values: { count: 2, likeness: '0.90' } }],
  };
  await catalogue.findings.replace('duplicate', [family], 0);
  const [open] = catalogue.findings.above('duplicate', 0.5);
  catalogue.findings.decide(open!.id, 'not-duplicate', { ...author, images: [] });
  const hashes = catalogue.images.records([ids[0]!, ids[2]!]).map((image) => image.hash);
  expect(catalogue.findings.refused()).toEqual([hashes.sort()]);
  expect(await catalogue.findings.replace('duplicate', [family], 0)).toEqual({ open: 0, known: 1 });
  await catalogue.history.undo(AUTHOR);
  expect(catalogue.findings.refused()).toEqual([]);
});
