/** assay search: a recipe out of a declared space; promoted candidates go on, a search whose time is up goes on too. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type EpochPoint, type StudyResult } from '../../../electron/contract/index.ts';
import { assay, type AssayOptions, type Ended, type RefusedDocument } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 });

let place: Scratch;
let options: AssayOptions;
const run = (...args: string[]): Promise<Ended> => assay([...args, '--project', 'p.assay', '--json'], options);
type Found = StudyResult<'search'> & { job: number };
const SPACE = {
  version: 1,
  base: { backbones: ['compact'], preset: 'full', size: 32, epochs: 4, batch: 8 },
  fields: { 'optimizer.rate': [0.003, 0.0001], 'loss.labelSmoothing': [0, 0.1] },
};
const write = (name: string, document: object): Promise<void> => writeFile(place.path(name), JSON.stringify(document));
/** Without the numbers of runs, which count on. */
const said = ({ ranked, rungs }: Found) => ({ rungs, ranked: ranked.map(({ run: _run, ...rest }) => rest) });

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('그림'), { classes: ['blue', 'green', 'red'], each: 16 });
  expect((await run('import', '그림', '--split', 'draw', '--validation', '0.25')).code).toBe(0);
  await write('space.json', SPACE);
});
afterAll(() => place.remove());

let whole: Found;

test('candidates fall out rung by rung; the one that went on is what a training of its own would be', async () => {
  whole = (await run('search', '--space', 'space.json', '--minutes', '60', '--out', 'best.json')).json<Found>();
  expect(whole.rungs).toEqual([
    { epochs: 1, candidates: 4, done: 4 },
    { epochs: 2, candidates: 2, done: 2 },
    { epochs: 4, candidates: 1, done: 1 },
  ]);
  expect(whole).toMatchObject({ complete: true, bestRun: whole.ranked[0]!.run });
  expect(whole.ranked.map(({ epochs }) => epochs)).toEqual([4, 2, 1, 1]);
  expect(whole.ranked.slice(1).map(({ run: left }) => left)).toEqual([null, null, null]);
  const best = JSON.parse(await readFile(place.path('best.json'), 'utf8')) as { optimizer: { rate: number } };
  expect(best.optimizer.rate).toBe(whole.ranked[0]!.values['optimizer.rate']);
  const alone = (await run('train', '--recipe', 'best.json')).json<{ run: number; epochs: EpochPoint[] }>();
  const table = (of: number): Promise<Buffer> => readFile(place.path(`p.assay/runs/${of}/probabilities.f32`));
  expect((await table(whole.bestRun!)).equals(await table(alone.run))).toBe(true);
  expect(Math.max(...alone.epochs.map(({ validationF1 }) => validationF1!))).toBe(whole.ranked[0]!.score);
});

test('a search whose time is up says so, and goes on to the same end, however little time a go has', async () => {
  const fields = { 'optimizer.rate': [0.003, 0.0001] };
  await write('two.json', { ...SPACE, base: { ...SPACE.base, epochs: 2 }, fields });
  const through = (await run('search', '--space', 'two.json', '--minutes', '60')).json<Found>();
  let found = (await run('search', '--space', 'two.json', '--minutes', '0.001')).json<Found>();
  expect([found.complete, found.bestRun === null]).toEqual([false, false]);
  // An epoch of each and one more of the better: each is trained in one go, and may be counted in the next.
  for (let go = 0; go < 6 && !found.complete; go++)
    found = (await run('search', '--resume', String(found.job))).json<Found>();
  expect(found.complete).toBe(true);
  expect(said(found)).toEqual(said(through));
});

test('heads are fitted whole, and ranked out of fold', async () => {
  await write('heads.json', { version: 1, base: { backbones: ['classic'] }, fields: { size: [32, 64] } });
  const found = (await run('search', '--space', 'heads.json', '--minutes', '10')).json<Found>();
  expect(found).toMatchObject({ complete: true, rungs: [{ epochs: 0, candidates: 2, done: 2 }] });
  expect(found.ranked[0]!.score).toBeGreaterThanOrEqual(found.ranked[1]!.score!);
});

test('what is wrong with a space is named before any work', async () => {
  const refused = async (space: object): Promise<RefusedDocument['error']> => {
    await write('wrong.json', space);
    return (await run('search', '--space', 'wrong.json', '--minutes', '1')).json<RefusedDocument>().error;
  };
  const code = 'train/recipe-invalid';
  expect(await refused({ ...SPACE, field: {} })).toMatchObject({ code, subject: 'field' });
  expect(await refused({ ...SPACE, fields: { 'optimizer.rates': [1] } })).toMatchObject({
    code,
    subject: 'optimizer.rates',
  });
  expect(await refused({ ...SPACE, fields: { preset: ['head', 'full'] } })).toMatchObject({ code });
  const { epochs: _epochs, ...base } = SPACE.base;
  expect(await refused({ ...SPACE, base })).toMatchObject({ code, subject: 'base.epochs' });
  expect((await run('search', '--space', 'space.json')).json<RefusedDocument>().error.code).toBe('usage/invalid');
});
