/** assay classify beyond one look: views, several runs, a second stage, shards, and what is refused. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { assay, type AssayOptions, type Ended, type RefusedDocument, startAssay } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let place: Scratch;
let options: AssayOptions;
const bare = (...args: string[]): Promise<Ended> => assay([...args, '--json'], options);
const run = (...args: string[]): Promise<Ended> => bare(...args, '--project', 'p.assay');
const table = (name: string): Promise<string> => readFile(place.path(name), 'utf8');
const STAGE2 = ['--stage2', 'doc_restore_max', '--gate', '0', '--limit', '4', '--blend', '0.5', '--probabilities'];

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('그림'), { classes: ['blue', 'green', 'red'], each: 8 });
  await drawPictures(place.path('new'), { classes: ['blue', 'green', 'red'], each: 3 });
  expect((await run('import', '그림')).code).toBe(0);
  for (const seed of ['1', '2'])
    expect((await run('train', '--backbone', 'classic', '--preset', 'head', '--seed', seed)).code).toBe(0);
});
afterAll(() => place.remove());

async function refused(...args: string[]): Promise<RefusedDocument['error']> {
  const end = await run('classify', 'new', '--out', 'no.csv', ...args);
  expect(end.code, end.stdout + end.stderr).not.toBe(0);
  return end.json<RefusedDocument>().error;
}

const cellsOf = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));

test('runs, views and averages: every way gives a row a file, and one run averaged with itself is itself', async () => {
  expect((await run('classify', 'new', '--run', '1', '--out', 'one.csv')).json()).toMatchObject({ images: 9 });
  const ways = [
    ['--runs', '1,2', '--average', 'logit', '--views', 'tta6'],
    ['--runs', '2,1', '--average', 'geometric', '--views', 'flips'],
  ];
  for (const way of ways) {
    expect((await run('classify', 'new', '--out', 'way.csv', ...way)).json()).toMatchObject({ images: 9, failed: 0 });
    for (const [path, name] of cellsOf(await table('way.csv')).slice(1)) expect(name).toBe(path!.split('/')[0]);
  }
  await run('classify', 'new', '--runs', '1,1', '--out', 'twice.csv');
  expect(await table('twice.csv')).toBe(await table('one.csv'));
});

test('the second stage looks again at the highest scores only, and tells which', async () => {
  const end = await run('classify', 'new', '--run', '1', '--out', 'two.csv', ...STAGE2);
  expect(end.json()).toMatchObject({ images: 9, failed: 0, routed: 4 });
  const [head, ...rows] = cellsOf(await table('two.csv'));
  expect(head!.slice(-2)).toEqual(['routed_stage2', 'route_score']);
  const scores = (routed: string): number[] =>
    rows.filter((row) => row.at(-2) === routed).map((row) => Number(row.at(-1)));
  expect([scores('1').length, scores('0').length]).toEqual([4, 5]);
  expect(Math.min(...scores('1'))).toBeGreaterThanOrEqual(Math.max(...scores('0')));
  await run('classify', 'new', '--run', '1', '--out', 'plain.csv', '--probabilities');
  const plain = cellsOf(await table('plain.csv')).slice(1);
  rows.forEach((row, i) => {
    if (row.at(-2) === '0') expect(row.slice(0, -2)).toEqual(plain[i]);
  });
  const changed = rows.filter((row, i) => row.slice(0, -2).join() !== plain[i]!.join());
  expect(changed.length).toBeGreaterThan(0);
});

test('killed in the second look and started again, the table has the same bytes', async () => {
  const command = ['classify', 'new', '--run', '1', '--out', 'killed.csv', ...STAGE2];
  const killed = startAssay([...command, '--project', 'p.assay', '--json'], options);
  await killed.said('second-look');
  expect((await killed.killed()).code).toBeNull();
  expect((await run(...command)).json()).toMatchObject({ images: 9, routed: 4 });
  expect(await table('killed.csv')).toBe(await table('two.csv'));
});

test('a table is JSON lines where its name says so', async () => {
  await run(
    'classify',
    'new',
    '--out',
    'rows.jsonl',
    '--stage2',
    'deskew',
    '--route',
    'pred',
    '--route-classes',
    'red',
  );
  const rows = (await table('rows.jsonl'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { path: string; class: string; routed_stage2: boolean });
  expect(rows).toHaveLength(9);
  for (const row of rows) expect(row.routed_stage2).toBe(row.path.startsWith('red/'));
});

test('shards joined are the whole table, byte for byte; a missing one is told', async () => {
  for (const part of ['1', '2'])
    await run('classify', 'new', '--run', '1', '--out', `part-${part}.csv`, '--shard', `${part}/2`);
  expect((await bare('merge', 'joined.csv', 'part-2.csv', 'part-1.csv')).json()).toMatchObject({ rows: 9 });
  expect(await table('joined.csv')).toBe(await table('one.csv'));
  const lacking = (await bare('merge', 'x.csv', 'part-2.csv')).json<RefusedDocument>().error;
  expect(lacking).toMatchObject({ code: 'classify/merge', message: expect.stringContaining('1/2') as string });
  await writeFile(place.path('other.csv'), 'path,class\na,b\n');
  const columns = (await bare('merge', 'x.csv', 'one.csv', 'other.csv')).json<RefusedDocument>().error;
  expect(columns).toMatchObject({ code: 'classify/merge', message: expect.stringContaining('columns') as string });
  const twice = (await bare('merge', 'x.csv', 'one.csv', 'joined.csv')).json<RefusedDocument>().error;
  expect(twice.message).toContain('is in one.csv and in joined.csv');
});

test('choices that cannot be are refused before any work', async () => {
  expect(await refused('--stage2', 'doc_deskew', '--route', 'sum')).toMatchObject({ code: 'classify/stage2' });
  const unknown = await refused('--stage2', 'doc_deskew', '--route', 'sum', '--route-classes', 'mauve');
  expect(unknown).toMatchObject({ code: 'classify/stage2', message: expect.stringContaining('mauve') as string });
  expect(await refused('--stage2', 'doc_deskew', '--gate', '1.5')).toMatchObject({ code: 'contract/invalid' });
  expect(await refused('--gate', '0.5')).toMatchObject({ code: 'usage/invalid' });
  expect(await refused('--shard', '3/2')).toMatchObject({ code: 'usage/invalid' });
  expect(await refused('--runs', '1,9')).toMatchObject({ code: 'run/unknown' });
});

test('runs of other classes are not averaged', async () => {
  await drawPictures(place.path('more'), { classes: ['yellow'], each: 8 });
  expect((await run('import', 'more')).code).toBe(0);
  const third = (await run('train', '--backbone', 'classic', '--preset', 'head')).json<{ run: number }>();
  const error = await refused('--runs', `1,${third.run}`);
  expect(error).toMatchObject({ code: 'classify/classes', message: expect.stringContaining('yellow') as string });
});
