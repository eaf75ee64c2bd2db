/** kill -9 in the middle of the work, then the same command again: what an uninterrupted run gives. */
import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { assay, type AssayOptions, type Ended, startAssay } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

/** Many enough that the first acknowledged part (64 files) is far from the end. */
const EACH = 300;
const ALL = 2 * EACH;

let place: Scratch;
let options: AssayOptions;
const run = (...args: string[]): Promise<Ended> => assay([...args, '--json'], options);

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('많은 pictures'), { classes: ['blue', 'green'], each: EACH });
  const whole = await run('import', '많은 pictures', '--project', 'whole.assay', '--split', 'draw');
  expect(whole.json()).toMatchObject({ images: ALL, added: ALL });
});
afterAll(() => place.remove());

/** Rows of a table of a project that nobody has open. */
function rows(project: string, table: string): number {
  const db = new Database(join(place.path(project), 'catalogue.db'), { readonly: true });
  try {
    return (db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
  } finally {
    db.close();
  }
}

test('an import that was killed goes on, and ends with the same images, labels and splits', async () => {
  const command = ['import', '많은 pictures', '--project', 'killed.assay', '--split', 'draw', '--json'];
  const running = startAssay(command, options);
  await running.said('decode ·');
  expect((await running.killed()).code).toBeNull();
  const there = rows('killed.assay', 'image');
  expect(there).toBeGreaterThan(0);
  expect(there).toBeLessThan(ALL);
  const again = await run(...command.slice(0, -1));
  expect(again.json()).toMatchObject({ images: ALL, added: ALL - there, unreadable: 0, classes: 2 });
  const listed = async (project: string) => (await run('query', '', '--sort', 'name', '--project', project)).stdout;
  expect(await listed('killed.assay')).toBe(await listed('whole.assay'));
  // One gesture, not two halves: undo takes the whole import back.
  const undone = async (project: string) =>
    (await run('undo', '--project', project)).json<{ changed: number }>().changed;
  expect(await undone('killed.assay')).toBe(await undone('whole.assay'));
});

test('a classification that was killed goes on, and writes the same bytes', async () => {
  await run('redo', '--project', 'whole.assay');
  expect((await run('train', '--project', 'whole.assay', '--backbone', 'classic')).code).toBe(0);
  const classify = (out: string) => ['classify', '많은 pictures', '--project', 'whole.assay', '--out', out, '--json'];
  expect((await assay(classify('whole.csv'), options)).json()).toMatchObject({ images: ALL, failed: 0 });
  const before = rows('whole.assay', 'batch_row');
  const running = startAssay(classify('killed.csv'), options);
  await running.said('classify ·');
  await vi.waitFor(() => expect(rows('whole.assay', 'batch_row')).toBeGreaterThan(before), {
    timeout: 60_000,
    interval: 5,
  });
  expect((await running.killed()).code).toBeNull();
  const kept = rows('whole.assay', 'batch_row') - before;
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(ALL);
  // No half table lies about.
  expect(existsSync(place.path('killed.csv'))).toBe(false);
  expect((await assay(classify('killed.csv'), options)).json()).toMatchObject({ images: ALL, failed: 0 });
  expect(rows('whole.assay', 'batch_row')).toBe(before + ALL);
  expect(await readFile(place.path('killed.csv'), 'utf8')).toBe(await readFile(place.path('whole.csv'), 'utf8'));
});
