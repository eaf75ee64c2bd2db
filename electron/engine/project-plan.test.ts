/** The plan that a project keeps: older policies, renamed and lost classes, and what is refused. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Input, type Plan } from '../contract/index.ts';
import { createEngine, type Engine } from './index.ts';

let folder: string;
let project: string;
let engine: Engine;
const ids: Record<string, number> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay 계획 '));
  project = join(folder, 'p.assay');
  engine = createEngine({
    door: 'command',
    places: { config: folder, cache: folder },
    spawnCompute: () => {
      throw new Error('no test of this file needs compute');
    },
  });
  await engine.call('project.create', { path: project });
  for (const name of ['a', 'b', 'c']) ids[name] = (await engine.call('classes.create', { name })).id;
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const get = (): Promise<Plan> => engine.call('augment.get', {});
const set = (plan: Input<'augment.set'>): Promise<Plan> => engine.call('augment.set', plan);

function store(key: string, value: unknown): void {
  const db = new Database(join(project, 'catalogue.db'));
  db.prepare('INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(
    key,
    JSON.stringify(value),
  );
  db.close();
}
const pages = { name: 'Pages', classes: ['a', 'b'], base: [{ op: 'grey', p: 1 }] };
const heavier = { ...pages, heavy: [{ op: 'invert', p: 0.5 }], heavyChance: 0.4, heavyByClass: { b: 0.9 } };

test('light until one is chosen; the one policy of an older project is a plan for all classes', async () => {
  expect(await get()).toMatchObject({ name: 'light', groups: [] });
  const older = { name: 'mine', ops: [{ op: 'jpeg', p: 0.25, ranges: { quality: [30, 60] } }] };
  store('policy', older);
  expect(await get()).toEqual({ name: 'mine', groups: [], rest: older.ops });
  // Ranges that a policy of before did not know are those of the op.
  store('policy', { name: 'short', ops: [{ op: 'motion-blur', p: 1, ranges: { length: [3, 4] } }] });
  expect((await get()).rest[0]?.ranges).toEqual({ length: [3, 4], angle: [0, 180] });
});

test('what cannot be read is refused by its field, until a plan is set again', async () => {
  store('policy', { name: 'broken', ops: 7 });
  await expect(get()).rejects.toMatchObject({ code: 'train/recipe-invalid', subject: 'ops' });
  store('plan', { plan: { name: 'x', groups: [], rest: [{ op: 'jpeg', p: 7 }] }, ids: {} });
  await expect(get()).rejects.toMatchObject({ code: 'train/recipe-invalid', subject: 'plan.rest[0].p' });
  const plan = await set({ name: 'own', groups: [heavier] });
  expect(await get()).toEqual(plan);
});

test('a renamed class stays in its group, with its chance; one that is gone leaves it', async () => {
  await engine.call('classes.update', { id: ids['b']!, name: '진단서' });
  expect((await get()).groups[0]).toMatchObject({ classes: ['a', '진단서'], heavyByClass: { 진단서: 0.9 } });
  // A new class of the old name is another class.
  await engine.call('classes.create', { name: 'b' });
  expect((await get()).groups[0]?.classes).toEqual(['a', '진단서']);
  await engine.call('classes.merge', { from: ids['b']!, into: ids['c']! });
  expect((await get()).groups[0]).toMatchObject({ classes: ['a'], heavyByClass: {} });
  await engine.call('history.undo', {});
  expect((await get()).groups[0]?.classes).toEqual(['a', '진단서']);
});

test('what cannot be meant is refused by its field, and what was set stays', async () => {
  const before = await get();
  const refused = async (groups: object[], where: string): Promise<void> => {
    const plan = { name: 'x', groups } as Input<'augment.set'>;
    const { code, subject, message, remedy } = (await set(plan).catch((thrown: unknown) => thrown)) as {
      code: string;
      subject?: string;
      message: string;
      remedy: string;
    };
    expect(['train/recipe-invalid', 'contract/invalid']).toContain(code);
    expect(subject ?? message).toContain(where);
    expect(remedy.length).toBeGreaterThan(0);
  };
  await refused([{ ...pages, base: [{ op: 'grey', p: 1.2 }] }], 'groups.0.base.0.p: a probability lies within 0 and 1');
  await refused([{ ...pages, base: [{ op: 'grey', p: -0.1 }] }], 'groups.0.base.0.p');
  await refused([{ ...pages, classes: [] }], 'groups.0.classes: a group needs classes');
  await refused([{ ...pages, classes: ['nobody'] }], 'groups[0].classes[0]');
  await refused(
    [
      { ...pages, classes: ['a'] },
      { ...pages, classes: ['c'] },
    ],
    'groups[1].name',
  );
  await refused(
    [{ ...pages, classes: ['a'], base: [{ op: 'rotate', p: 1, ranges: { angle: [9, 3] } }] }],
    'groups[0].base[0].ranges.angle',
  );
  await refused([{ ...pages, classes: ['a'], heavyChance: 0.5 }], 'groups[0].heavy');
  expect(await get()).toEqual(before);
});
