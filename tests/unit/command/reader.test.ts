/** Commands that only look join whoever has the project open; those that change it are told who holds it. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { assay, type AssayOptions, type Ended, type RefusedDocument, startAssay } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let place: Scratch;
let options: AssayOptions;
const line = (...args: string[]): string[] => [...args, '--project', 'p.assay', '--json'];
const run = (...args: string[]): Promise<Ended> => assay(line(...args), options);
const done = async (...args: string[]): Promise<Record<string, unknown>> => {
  const ended = await run(...args);
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  return ended.json();
};
const refused = async (...args: string[]): Promise<string> => (await run(...args)).json<RefusedDocument>().error.code;

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('그림'), { classes: ['blue', 'green', 'red'], each: 12 });
  await done('import', '그림', '--split', 'draw');
  for (const seed of ['1', '2']) await done('train', '--backbone', 'classic', '--seed', seed);
});
afterAll(() => place.remove());

test('while another process trains, commands read, and none of them writes', async () => {
  const alone = {
    query: await done('query', 'class:red', '--sort=-p'),
    evaluate: await done('evaluate', '1', '--slice', 'class:red'),
  };
  const training = ['train', '--backbone', 'compact', '--preset', 'full', '--size', '32', '--epochs', '500'];
  const other = startAssay(line(...training), options);
  try {
    await other.said('epoch 1/500');
    expect(await done('query', 'class:red', '--sort=-p')).toEqual(alone.query);
    expect(await done('evaluate', '1', '--slice', 'class:red')).toEqual(alone.evaluate);
    expect(await done('compare', '1', '2')).toHaveProperty('mcNemar');
    expect(await done('report', '1', '--out', 'r.html')).toHaveProperty('images');
    expect(existsSync(place.path('r.html'))).toBe(true);
    await done('oof', 'export', '--run', '1', '--out', 'oof.csv');
    await done('models', 'list');
    // What has to be kept or measured needs the project for itself.
    expect(await refused('evaluate', '1', '--slice', 'class:red', '--keep')).toBe('project/in-use');
    expect(await refused('evaluate', '1', '--robust')).toBe('project/in-use');
    expect(await refused('label', '--filter', 'class:red', '--note', 'x')).toBe('project/in-use');
  } finally {
    await other.killed();
  }
  // The reader left nothing behind that is in the way of the next writer.
  expect(await done('evaluate', '1', '--robust')).toHaveProperty('robust');
});

test('a project that nobody has open is read without taking it, and one that is none is refused', async () => {
  expect(await done('query', '')).toMatchObject({ total: 36 });
  expect(existsSync(place.path('p.assay', 'lock.json'))).toBe(false);
  const elsewhere = await assay(['query', '', '--project', 'q.assay', '--json'], options);
  expect(elsewhere.json<RefusedDocument>().error.code).toBe('project/not-found');
  expect(existsSync(place.path('q.assay'))).toBe(false);
});
