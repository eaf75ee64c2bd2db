/** assay stack: several runs become one that classifies by itself. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type StudyResult } from '../../../electron/contract/index.ts';
import { assay, type AssayOptions, type Ended, type RefusedDocument } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let place: Scratch;
let options: AssayOptions;
const run = (...args: string[]): Promise<Ended> => assay([...args, '--project', 'p.assay', '--json'], options);
const rowsOf = async (name: string): Promise<string[][]> =>
  (await readFile(place.path(name), 'utf8'))
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('그림'), { classes: ['blue', 'green', 'red'], each: 12 });
  expect((await run('import', '그림', '--split', 'draw')).code).toBe(0);
  for (const size of ['32', '64']) expect((await run('train', '--backbone', 'classic', '--size', size)).code).toBe(0);
});
afterAll(() => place.remove());

test('a stack of networks of two sizes classifies as its rule says, and is exported like any other run', async () => {
  const made = (await run('stack', '--runs', '1,2')).json<StudyResult<'stack'>>();
  expect(made).toMatchObject({ run: 3, runs: [1, 2], model: true });
  expect(made.methods.map(({ method }) => method)).toEqual([
    ...['mean', 'geometric', 'weighted-mean', 'weighted-geometric', 'logistic'],
  ]);
  const best = Math.max(...made.methods.map(({ macroF1 }) => macroF1));
  expect(made.methods.find(({ method }) => method === made.chosen)!.macroF1).toBe(best);
  expect((await run('classify', '그림', '--run', '3', '--out', '3.csv')).json()).toMatchObject({ images: 36 });
  const three = await rowsOf('3.csv');
  expect(three).toHaveLength(36);
  for (const row of three) expect(row[1]).toBe(row[0]!.split('/')[0]);
  expect((await run('evaluate', '--run', '3', '--split', 'test')).json<{ images: number }>().images).toBeGreaterThan(0);
  expect((await run('export-model', '3', '--out', 'stack.onnx')).json()).toMatchObject({ checked: 32, agree: 32 });
});

test('a table of elsewhere may be part of a stack, which then has no model', async () => {
  expect((await run('oof', 'export', '--run', '1', '--out', 'oof.csv')).code).toBe(0);
  const table = (await run('oof', 'import', 'oof.csv')).json<{ run: number }>();
  const made = (await run('stack', '--runs', `1,${table.run}`, '--form', 'both')).json<StudyResult<'stack'>>();
  expect(made.model).toBe(false);
  const refused = (await run('classify', '그림', '--run', String(made.run), '--out', 'x.csv')).json<RefusedDocument>();
  expect(refused.error.code).toBe('run/unfinished');
});

test('a cascade of two runs: a curve from one to both, with its speed measured', async () => {
  const found = (await run('cascade', '--runs', '1,2', '--steps', '4', '--timed', '8')).json<StudyResult<'cascade'>>();
  expect(found.points).toHaveLength(5);
  expect([found.points[0]!.share, found.points.at(-1)!.share]).toEqual([0, 1]);
  expect(found.points[0]!.imagesPerSecond).toBeCloseTo(found.speed.small, 6);
  expect(found.points[found.chosen]!.toBestInterval[1]).toBeGreaterThanOrEqual(0);
  const { error } = (await run('cascade', '--runs', '1')).json<RefusedDocument>();
  expect(error.code).toBe('usage/invalid');
});

test('a head at several sizes: rising sizes, the native one against itself is no difference', async () => {
  const made = await run('resolution', '--backbone', 'photo', '--sizes', '224,64');
  const found = made.json<StudyResult<'resolution'>>();
  expect(found.points.map(({ size }) => size)).toEqual([64, 224]);
  expect(found).toMatchObject({ backbone: 'photo', native: 224 });
  expect(found.points[1]).toMatchObject({ toNative: 0, toNativeInterval: [0, 0] });
  for (const { interval, macroF1 } of found.points) {
    expect(interval[0]).toBeLessThanOrEqual(macroF1);
    expect(interval[1]).toBeGreaterThanOrEqual(macroF1);
  }
  const { error } = (await run('resolution', '--backbone', 'compact')).json<RefusedDocument>();
  expect(error).toMatchObject({ code: 'train/recipe-invalid', subject: 'backbone' });
});

test('what cannot be stacked is refused before any work', async () => {
  const error = async (...args: string[]): Promise<string> =>
    (await run('stack', ...args)).json<RefusedDocument>().error.code;
  expect(await error('--runs', '1')).toBe('usage/invalid');
  expect(await error('--runs', '1,1')).toBe('usage/invalid');
  expect(await error('--runs', '1,99')).toBe('run/unknown');
  expect(await error('--runs', '1,2', '--form', 'logits')).toBe('usage/invalid');
  await writeFile(
    place.path('single.json'),
    JSON.stringify({ backbones: ['compact'], preset: 'full', size: 32, epochs: 1 }),
  );
  const single = (await run('train', '--recipe', 'single.json')).json<{ run: number }>();
  expect(await error('--runs', `1,${single.run}`)).toBe('run/unfinished');
});
