/** assay tune: views and second look of a run, by images that it did not learn from; assay classify --tuned. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Tuned } from '../../../electron/contract/index.ts';
import { assay, type AssayOptions, type Ended, type RefusedDocument, startAssay } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let place: Scratch;
let options: AssayOptions;
const run = (...args: string[]): Promise<Ended> => assay([...args, '--project', 'p.assay', '--json'], options);
const SMALL = ['--stage2', 'deskew,doc_deskew', '--views', 'none,flips', '--steps', '4'];
/** What a tuning says, without when and how long. */
const said = ({ at: _at, seconds: _seconds, predictions: _asked, ...rest }: Tuned & { seconds?: number }) => rest;

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('그림'), { classes: ['blue', 'green', 'red'], each: 20 });
  expect((await run('import', '그림', '--split', 'draw', '--validation', '0.2')).code).toBe(0);
  expect((await run('train', '--backbone', 'classic', '--size', '32')).code).toBe(0);
});
afterAll(() => place.remove());

test('a head is tuned out of fold, never on test; the answer is kept, repeated, and used by a batch', async () => {
  expect(
    (await run('classify', '그림', '--run', '1', '--tuned', '--out', 'no.csv')).json<RefusedDocument>(),
  ).toMatchObject({ error: { code: 'classify/not-tuned', subject: '1' } });
  const first = (await run('tune', '1', ...SMALL)).json<Tuned>();
  // 48 of 60 images are not test; each is seen by the head without its fold: 3 views, then 3 and 4 restored.
  expect(first).toMatchObject({
    run: 1,
    part: 'out-of-fold',
    images: 48,
    degraded: false,
    predictions: 48 * (3 + 3 + 4),
  });
  expect(first.settings).toBe(first.points.length);
  expect(first.points[0]).toMatchObject({
    views: 'none',
    stage2: null,
    share: 0,
    cost: 1,
    macroF1: first.plain.macroF1,
  });
  for (const { share, cost, macroF1, views, stage2 } of first.points) {
    expect(Math.min(share, macroF1)).toBeGreaterThanOrEqual(0);
    const once = views === 'flips' ? 3 : 1;
    expect(cost).toBeCloseTo(once + share * (stage2?.op === 'deskew' ? 4 : once), 9);
  }
  // These pictures are told without mistake: nothing can be gained, and nothing is.
  expect(first.plain.macroF1).toBe(1);
  expect(first).toMatchObject({ accepted: false, pick: { views: 'none', stage2: null } });
  const kept = JSON.parse(await readFile(place.path('p.assay/runs/1/tuned.json'), 'utf8')) as Tuned;
  expect(said(kept)).toEqual({ ...said(first) });
  expect(existsSync(place.path('p.assay/runs/1/tuning/passing'))).toBe(false);
  // The answers are there: another look at the settings asks no network.
  const again = (await run('tune', '1', ...SMALL)).json<Tuned>();
  expect(again.predictions).toBe(0);
  expect(said(again)).toEqual(said(first));
  const used = (await run('classify', '그림', '--run', '1', '--tuned', '--out', 'tuned.csv')).json();
  expect(used).toMatchObject({ images: 60, tuned: { views: 'none', stage2: null } });
  expect((await run('classify', '그림', '--run', '1', '--out', 'plain.csv')).code).toBe(0);
  const table = (name: string): Promise<string> => readFile(place.path(name), 'utf8');
  expect(await table('tuned.csv')).toBe(await table('plain.csv'));
});

test('the heads without a fold say what the run said out of fold', async () => {
  const before = (await run('evaluate', '--run', '1', '--split', 'out-of-fold')).json<{
    macroF1: number;
    images: number;
  }>();
  const { plain, images } = (await run('tune', '1', '--stage2', 'none', '--views', 'none')).json<Tuned>();
  expect([images, plain.macroF1]).toEqual([before.images, before.macroF1]);
});

test('killed in between it goes on without asking twice, and says the same', async () => {
  const command = ['tune', '1', ...SMALL, '--degraded'];
  const killed = startAssay([...command, '--project', 'p.assay', '--json'], options);
  await killed.said('doc_deskew');
  expect((await killed.killed()).code).toBeNull();
  const resumed = (await run(...command)).json<Tuned>();
  expect(resumed).toMatchObject({ degraded: true, images: 48 });
  expect(resumed.predictions).toBeLessThan(48 * (3 + 3 + 4));
  expect(resumed.predictions).toBeGreaterThan(0);
  const whole = (await run('tune', '1', ...SMALL, '--degraded')).json<Tuned>();
  expect(said(whole)).toEqual(said(resumed));
});

test('a single training is tuned on what it held out, and says so; folds are asked each about its own', async () => {
  const recipe = { backbones: ['compact'], preset: 'full', size: 32, epochs: 1 };
  await writeFile(place.path('single.json'), JSON.stringify(recipe));
  await writeFile(place.path('folds.json'), JSON.stringify({ ...recipe, data: { folds: 2 } }));
  const one = (await run('train', '--recipe', 'single.json')).json<{ run: number; macroF1: number }>();
  const two = (await run('train', '--recipe', 'folds.json')).json<{ run: number }>();
  const few = ['--stage2', 'none', '--views', 'quarter-turns'];
  const single = (await run('tune', String(one.run), ...few)).json<Tuned>();
  expect(single).toMatchObject({ part: 'validation', images: 12 });
  const evaluated = async (of: number, split: string): Promise<number> =>
    (await run('evaluate', '--run', String(of), '--split', split)).json<{ macroF1: number }>().macroF1;
  expect(single.plain.macroF1).toBeCloseTo(await evaluated(one.run, 'validation'), 12);
  const folds = (await run('tune', String(two.run), ...few)).json<Tuned>();
  expect(folds).toMatchObject({ part: 'out-of-fold', images: 48 });
  expect(folds.plain.macroF1).toBeCloseTo(await evaluated(two.run, 'out-of-fold'), 12);
});

test('what cannot be tuned is refused with its field and a remedy', async () => {
  const refused = async (...args: string[]): Promise<RefusedDocument['error']> =>
    (await run(...args)).json<RefusedDocument>().error;
  expect((await refused('tune')).code).toBe('usage/invalid');
  expect((await refused('tune', '9')).code).toBe('run/unknown');
  expect((await refused('tune', '1', '--stage2', 'doc_sharp')).message).toContain('--stage2');
  expect((await refused('tune', '1', '--blends', '2')).message).toContain('--blends');
  expect(await refused('tune', '1', '--routes', 'sum')).toMatchObject({ code: 'classify/stage2' });
  expect((await refused('tune', '1', '--route-classes', 'pink')).message).toContain('"pink"');
  expect(await refused('tune', '1', '--steps', '1')).toMatchObject({ code: 'contract/invalid' });
  const both = await refused('classify', '그림', '--run', '1', '--tuned', '--views', 'flips', '--out', 'x.csv');
  expect(both).toMatchObject({ code: 'usage/invalid' });
  expect((await refused('classify', '그림', '--stage2', 'deskew', '--limit', 'x', '--out', 'x.csv')).message).toContain(
    '20%',
  );
  expect((await run('oof', 'export', '--run', '1', '--out', 'oof.csv')).code).toBe(0);
  const table = (await run('oof', 'import', 'oof.csv')).json<{ run: number }>();
  expect(await refused('tune', String(table.run))).toMatchObject({ code: 'run/unfinished' });
});
