/** assay story: the contest's steps on a project, each a run, measured on the test split alone. */
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { STORY_STEPS, type StudyResult } from '../../../electron/contract/index.ts';
import { assay, type AssayOptions, type Ended, type RefusedDocument } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let place: Scratch;
let options: AssayOptions;
const run = (...args: string[]): Promise<Ended> => assay([...args, '--project', 'p.assay', '--json'], options);
const SMALL = ['--size', '32', '--larger', '64', '--epochs', '1', '--judges', 'classic', '--gate', '0'];

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('그림'), { classes: ['blue', 'green', 'red'], each: 14 });
  expect((await run('import', '그림', '--split', 'draw')).code).toBe(0);
});
afterAll(() => place.remove());

test('every step is told with its interval, its run and its gain; the labels of the project stay', async () => {
  const labels = async (): Promise<unknown> => (await run('query', 'class:blue')).json();
  const before = await labels();
  const told = (await run('story', ...SMALL)).json<StudyResult<'story'>>();
  expect(told.steps.map(({ step }) => step)).toEqual([...STORY_STEPS]);
  // Five trainings; the second look asks the last of them again.
  expect(told.steps.map((step) => step.run)).toEqual([1, 2, 3, 4, 5, 5]);
  expect(told.routed).toBe(told.images);
  expect(told.images).toBeGreaterThan(0);
  const [first, ...later] = told.steps;
  expect(first).toMatchObject({ gain: 0, toBaseline: 0 });
  later.forEach(({ macroF1, gain, gainInterval, toBaseline }, i) => {
    expect(gain).toBeCloseTo(macroF1 - told.steps[i]!.macroF1, 6);
    expect(toBaseline).toBeCloseTo(macroF1 - first!.macroF1, 6);
    expect(gainInterval[0]).toBeLessThanOrEqual(gainInterval[1]);
  });
  expect(await labels()).toEqual(before);
  const recipes = (await run('recipe', 'diff', '2', '3')).json<{ differences: { field: string }[] }>();
  expect(recipes.differences.map(({ field }) => field).sort()).toEqual(['name', 'size']);
});

test('a story that is gone on with after its end trains nothing again', async () => {
  const [job] = (await readdir(place.path('p.assay', 'studies'))).map((name) => name.replace('.json', ''));
  const again = (await run('story', '--resume', job!)).json<StudyResult<'story'>>();
  expect(again.steps.map((step) => step.run)).toEqual([1, 2, 3, 4, 5, 5]);
});

test('what cannot be meant is refused before any work', async () => {
  const code = async (...args: string[]): Promise<string> =>
    (await run('story', ...args)).json<RefusedDocument>().error.code;
  expect(await code('--resume', '1', '--epochs', '3')).toBe('usage/invalid');
  expect(await code('--judges', 'compact')).toBe('clean/backbone-untrained');
  expect(await code('--backbone', 'nothing')).toBe('model/unknown');
});
