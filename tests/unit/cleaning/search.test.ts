/** The search for everything that is wrong, and every answer to it, on an engine with its compute process. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Input, type Finding, FINDING_KINDS, type FindingKind } from '../../../electron/contract/index.ts';
import { createEngine, type Engine, forkCompute } from '../../../electron/engine/index.ts';
import { CLASSES, drawDirtySet, EACH, WRONG } from '../../helpers/dirty-set.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let place: Scratch;
let engine: Engine;

async function done(job: number): Promise<Record<string, unknown>> {
  const info = await engine.finished(job);
  expect(info.error).toBeNull();
  return info.result ?? {};
}
const search = async (kinds: FindingKind[], more: { run?: number } = {}) =>
  done((await engine.call('clean.start', { kinds, backbones: ['classic'], ...more })).job);
const open = async (kind: FindingKind): Promise<Finding[]> =>
  (await engine.call('clean.findings', { kind, count: 100 })).findings;
const pathsOf = async (finding: Finding): Promise<string[]> =>
  (await engine.call('images.paths', { ids: finding.images.map((tile) => tile.id) })).map((path) =>
    path.slice(place.path('set').length + 1),
  );
const paths = async (kind: FindingKind) => Promise.all((await open(kind)).map(pathsOf));
const classId = async (name: string) => (await engine.call('classes.list', {})).find((c) => c.name === name)!.id;
const undo = () => engine.call('history.undo', {});

beforeAll(async () => {
  vi.stubEnv('ASSAY_CHECK_OUTPUT', '1');
  place = scratch();
  await drawDirtySet(place.path('set'));
  const home = place.path('home');
  engine = createEngine({ door: 'command', places: { config: home, cache: home }, spawnCompute: forkCompute });
  await engine.call('project.create', { path: place.path('p.assay') });
  await done(
    (await engine.call('import.start', { source: place.path('set'), labels: 'folders', split: 'draw', testShare: 0.2 }))
      .job,
  );
  // The near copies lie on both sides of the split.
  const [kept, learned] = WRONG.near.map((path) => path.split('/').at(-1)!);
  await engine.call('labels.apply', { selection: { query: `name:${kept}` }, change: { split: 'test' } });
  await engine.call('labels.apply', { selection: { query: `name:${learned}` }, change: { split: 'train' } });
});
afterAll(async () => {
  await engine.close();
  place.remove();
  vi.unstubAllEnvs();
});

describe('one search for all kinds', () => {
  test('finds each planted trouble, and says so by kind', async () => {
    const result = await search([...FINDING_KINDS]);
    expect(await paths('conflict')).toEqual([expect.arrayContaining([...WRONG.conflict])]);
    expect(await paths('leak')).toEqual([[...WRONG.near]]);
    expect(await paths('duplicate')).toEqual([[...WRONG.near]]);
    // The conflict's wrong half is a wrong label too.
    const [first, second] = await open('label-error');
    expect([await pathsOf(first!), await pathsOf(second!)]).toEqual(
      expect.arrayContaining([[WRONG.label], [WRONG.conflict[1]]]),
    );
    const wrong = [first, second].find((f) => f!.images[0]?.name === 'blue-one.jpg');
    expect(wrong).toMatchObject({ given: await classId('green'), suggested: await classId('blue'), likely: true });
    const odd = await open('quality');
    expect(await Promise.all(odd.map(pathsOf))).toContainEqual([WRONG.dark]);
    const broken = odd.find((f) => f.reasons[0]?.key === 'quality-damaged');
    expect(await pathsOf(broken!)).toEqual([WRONG.broken]);
    const dark = odd.find((f) => f.images[0]?.name === 'dark.jpg');
    expect(dark?.reasons.map((r) => r.key)).toContain('quality-dark');
    expect(result).toMatchObject({ kinds: { conflict: 1, leak: 1, duplicate: 1 }, verified: expect.any(Number) });
    const summary = await engine.call('clean.summary', {});
    expect(summary.searched).toEqual([...FINDING_KINDS]);
    expect(summary.kinds.find((k) => k.kind === 'conflict')).toMatchObject({ open: 1, decided: 0, likely: 1 });
  });

  test('the same search again gives the same findings', async () => {
    const scores = async () => {
      const all = [];
      for (const kind of FINDING_KINDS)
        for (const f of await open(kind)) all.push([kind, f.score, f.suggested, f.images.map((t) => t.id)]);
      return all;
    };
    const before = await scores();
    await search([...FINDING_KINDS]);
    expect(await scores()).toEqual(before);
  });

  test('a conflict suggests the class that the models see, and the wrong one is to be mended first', async () => {
    const [conflict] = await open('conflict');
    expect(conflict).toMatchObject({ given: await classId(CLASSES[0]), suggested: await classId('blue'), score: 1 });
    expect((await pathsOf(conflict!))[0]).toBe(WRONG.conflict[1]);
    const detail = await engine.call('clean.finding', { finding: conflict!.id });
    expect(detail.links).toEqual([expect.objectContaining({ likeness: 1 })]);
  });

  test('a leak names the measured copies first and which ones are learned from', async () => {
    const [leak] = await open('leak');
    const { learned } = await engine.call('clean.finding', { finding: leak!.id });
    expect(leak!.images.map((tile) => tile.split)).toEqual(['test', 'train']);
    expect(learned).toEqual([leak!.images[1]!.id]);
  });

  test('class health counts what is doubtful', async () => {
    const health = await engine.call('clean.health', {});
    expect(health.classes).toHaveLength(3);
    expect(health.expectedErrors).toBeGreaterThan(0.5);
    const green = await classId('green');
    expect(health.classes.find((c) => c.class === green)).toMatchObject({ images: EACH + 2 });
    expect(health.drift.length).toBeGreaterThan(0);
  });

  test('a cancelled search leaves the queue before it', async () => {
    const before = (await open('label-error')).map((f) => f.id);
    const { job } = await engine.call('clean.start', { kinds: ['label-error', 'duplicate'], backbones: ['classic'] });
    await engine.call('jobs.cancel', { job });
    expect(await engine.finished(job)).toMatchObject({ state: 'cancelled' });
    expect((await open('label-error')).map((f) => f.id)).toEqual(before);
  });
});

describe('answers', () => {
  test('a family that is not of copies is never proposed again, until that is undone', async () => {
    const [duplicate] = await open('duplicate');
    await engine.call('clean.decide', { finding: duplicate!.id, decision: 'not-duplicate' });
    await search(['duplicate', 'leak']);
    expect(await open('duplicate')).toEqual([]);
    expect(await open('leak')).toEqual([]);
    await undo();
    await search(['duplicate', 'leak']);
    expect(await paths('duplicate')).toEqual([[...WRONG.near]]);
    expect(await paths('leak')).toEqual([[...WRONG.near]]);
  });

  test('a label that is correct as it is is not asked again', async () => {
    const wrong = async () => (await open('label-error')).find((f) => f.images[0]?.name === 'blue-one.jpg');
    await engine.call('clean.decide', { finding: (await wrong())!.id, decision: 'keep' });
    await search(['label-error']);
    expect(await wrong()).toBeUndefined();
    await undo();
    await search(['label-error']);
    expect(await wrong()).toMatchObject({ decision: null, likely: true });
  });

  test('taking a conflict’s suggestion labels all copies, as one gesture', async () => {
    const [conflict] = await open('conflict');
    const ids = conflict!.images.map((tile) => tile.id);
    const classes = async () => Promise.all(ids.map(async (id) => (await engine.call('images.detail', { id })).class));
    const before = await classes();
    await engine.call('clean.decide', { finding: conflict!.id, decision: 'accept' });
    const blue = await classId('blue');
    expect(await classes()).toEqual([blue, blue]);
    await undo();
    expect(await classes()).toEqual(before);
    expect(await open('conflict')).toHaveLength(1);
  });

  test('confirmed copies become a group, which folds respect', async () => {
    const [duplicate] = await open('duplicate');
    await engine.call('clean.decide', { finding: duplicate!.id, decision: 'accept' });
    const groups = await Promise.all(
      duplicate!.images.map(async ({ id }) => (await engine.call('images.detail', { id })).group),
    );
    expect(groups[0]).not.toBeNull();
    expect(groups[1]).toBe(groups[0]);
    await undo();
  });

  test('a leak excludes the learned copy and never the test image', async () => {
    const [leak] = await open('leak');
    const [measured, learned] = leak!.images;
    await expect(
      engine.call('clean.decide', { finding: leak!.id, decision: 'exclude', images: [measured!.id] }),
    ).rejects.toMatchObject({ code: 'clean/test-fixed', subject: measured!.name });
    await engine.call('clean.decide', { finding: leak!.id, decision: 'exclude' });
    expect((await engine.call('images.detail', { id: learned!.id })).excluded).toBe(true);
    expect((await engine.call('images.detail', { id: measured!.id })).excluded).toBe(false);
    await undo();
    expect((await engine.call('images.detail', { id: learned!.id })).excluded).toBe(false);
  });

  test('an answer that does not fit the kind is clean/decision-unfit and names those that do', async () => {
    const [duplicate] = await open('duplicate');
    await expect(engine.call('clean.decide', { finding: duplicate!.id, decision: 'change' })).rejects.toMatchObject({
      code: 'clean/decision-unfit',
      remedy: expect.stringContaining('not-duplicate'),
    });
    await expect(
      engine.call('clean.bulk', { kind: 'label-error', above: 0.5, decision: 'change' }),
    ).rejects.toMatchObject({ code: 'clean/decision-unfit' });
  });
});

describe('all of a kind at once', () => {
  test('the preview says what bulk then does, and one undo takes it back', async () => {
    const labels = async () =>
      (await engine.call('view.open', { query: 'sort:added', first: 200 })).tiles.map((t) => [t.id, t.class]);
    const before = await labels();
    const queue = await open('label-error');
    const above = queue.filter((f) => f.likely).at(-1)!.score;
    const wanted: Input<'clean.bulk'> = { kind: 'label-error', above, decision: 'accept' };
    const preview = await engine.call('clean.preview', { ...wanted, first: 100 });
    const likely = queue.filter((f) => f.score >= above).length;
    expect(preview).toMatchObject({ findings: likely, images: likely, spared: 0 });
    expect(preview.changes.reduce((sum, c) => sum + c.images, 0)).toBe(likely);
    expect(await labels()).toEqual(before);
    const result = await engine.call('clean.bulk', wanted);
    expect(result).toMatchObject({ findings: likely, changed: likely, action: { kind: 'decide-all' } });
    const changed = (await labels()).filter(([, label], i) => label !== before[i]![1]);
    expect(changed.map(([id]) => id).sort()).toEqual(preview.first.map((f) => f.tile.id).sort());
    expect((await engine.call('clean.summary', {})).corrected).toBe(likely);
    await undo();
    expect(await labels()).toEqual(before);
    expect((await open('label-error')).map((f) => f.id)).toEqual(queue.map((f) => f.id));
  });

  test('images of the test split are spared from exclusion', async () => {
    const move = (split: 'train' | 'test') =>
      engine.call('labels.apply', { selection: { query: 'name:dark.jpg' }, change: { split } });
    await move('train');
    const preview = await engine.call('clean.preview', { kind: 'quality', above: 0, decision: 'exclude' });
    await move('test');
    const spared = await engine.call('clean.preview', { kind: 'quality', above: 0, decision: 'exclude' });
    expect(spared.spared).toBe(preview.spared + 1);
    await engine.call('clean.bulk', { kind: 'quality', above: 0, decision: 'exclude' });
    const excluded = (await engine.call('view.open', { query: 'is:excluded' })).tiles;
    expect(excluded.length).toBe(spared.images);
    expect(excluded.every((tile) => tile.split !== 'test')).toBe(true);
    await undo();
    await undo();
    expect((await engine.call('view.open', { query: 'is:excluded' })).total).toBe(0);
  });
});

describe('the audit', () => {
  test('draws a sample, takes verdicts, tells what is left, and is undone like anything else', async () => {
    const audit = await engine.call('clean.auditStart', { size: 20, seed: 3 });
    expect(audit).toMatchObject({ size: 20, audited: 0, drawn: null, left: null });
    expect(new Set(audit.sample.map(({ tile }) => tile.id)).size).toBe(20);
    const again = await engine.call('clean.auditStart', { size: 20, seed: 3 });
    expect(again.sample.map(({ tile }) => tile.id)).toEqual(audit.sample.map(({ tile }) => tile.id));
    const [wrong, ...right] = again.sample.map(({ tile }) => tile);
    const green = await classId('green');
    const other = wrong!.class === green ? await classId('blue') : green;
    const marked = await engine.call('clean.auditVerdict', { image: wrong!.id, verdict: 'wrong', class: other });
    expect(marked.audit).toMatchObject({ audited: 1, wrong: 1 });
    for (const tile of right.slice(0, 18))
      await engine.call('clean.auditVerdict', { image: tile.id, verdict: 'right' });
    const { audit: full } = await engine.call('clean.auditVerdict', { image: right[18]!.id, verdict: 'unsure' });
    expect(full).toMatchObject({ audited: 19, wrong: 1, atMost: false });
    expect(full.drawn!.low).toBeGreaterThanOrEqual(1);
    expect(full.drawn!.high).toBeGreaterThan(full.drawn!.estimate);
    // What was mended is not left.
    expect(full.left!.estimate).toBeCloseTo(full.drawn!.estimate - 1, 9);
    expect(full.moreToHalve).toBeGreaterThan(0);
    expect((await engine.call('images.detail', { id: wrong!.id })).class).toBe(other);
    expect((await engine.call('clean.summary', {})).left).toMatchObject({ audited: 19 });

    const [first] = await open('label-error');
    await engine.call('clean.decide', { finding: first!.id, decision: 'accept' });
    const moved = await engine.call('clean.audit', {});
    expect(moved!.left!.estimate).toBeCloseTo(Math.max(0, full.left!.estimate - 1), 9);
    for (let i = 0; i < 21; i++) await undo();
    expect(await engine.call('clean.audit', {})).toMatchObject({ audited: 0, left: null });
    expect((await engine.call('images.detail', { id: wrong!.id })).class).toBe(wrong!.class);
  });

  test('an image that was not drawn is clean/not-in-audit', async () => {
    const audit = await engine.call('clean.audit', {});
    const drawn = new Set(audit!.sample.map(({ tile }) => tile.id));
    const other = Array.from({ length: 60 }, (_, i) => i + 1).find((id) => !drawn.has(id))!;
    await expect(engine.call('clean.auditVerdict', { image: other, verdict: 'right' })).rejects.toMatchObject({
      code: 'clean/not-in-audit',
    });
  });
});

describe('stored runs', () => {
  test('relabelling moves their figures at once, and the effect says from what to what and why', async () => {
    const { job, run } = await engine.call('train.start', { backbones: ['classic'], seed: 1 });
    await done(job);
    const before = await engine.call('runs.evaluate', { run, split: 'test' });
    const [still] = await engine.call('clean.effect', { run });
    expect(still).toMatchObject({ relabelled: 0, lostHits: 0, gainedHits: 0, excluded: 0 });
    expect(still!.before).toEqual(still!.now);
    expect(still!.before).toMatchObject({ macroF1: before.macroF1, accuracy: before.accuracy, images: before.images });
    // A copy of a test image was learned from.
    expect(still!.withoutLeaked!.images).toBe(before.images - 1);
    expect(still!.notes.map((n) => n.key)).toEqual(['effect-none', 'effect-leaked']);

    const [hit] = (await engine.call('view.open', { query: 'split:test class:blue predicted:blue' })).tiles;
    const green = await classId('green');
    await engine.call('labels.apply', { selection: { ids: [hit!.id] }, change: { class: green } });
    const [moved] = await engine.call('clean.effect', { run });
    const after = await engine.call('runs.evaluate', { run, split: 'test' });
    expect(moved).toMatchObject({ relabelled: 1, lostHits: 1, gainedHits: 0 });
    expect(moved!.before.macroF1).toBe(before.macroF1);
    expect(moved!.now.macroF1).toBe(after.macroF1);
    expect(after.macroF1).toBeLessThan(before.macroF1);
    expect(moved!.notes.map((n) => n.key)).toContain('effect-lost');
    await undo();
    expect((await engine.call('runs.evaluate', { run, split: 'test' })).macroF1).toBe(before.macroF1);
  });

  test('a search by what a run held out asks no network', async () => {
    const [run] = await engine.call('runs.list', {});
    const { job } = await engine.call('clean.start', { kinds: ['label-error'], run: run!.id });
    await done(job);
    expect((await paths('label-error')).slice(0, 2)).toEqual(
      expect.arrayContaining([[WRONG.label], [WRONG.conflict[1]]]),
    );
    const log = await engine.call('jobs.log', { job });
    expect(log).toEqual([]);
  });
});
