/** assay oof, compare and report: a run's table out and in, two runs on the same images, and a page. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Comparison } from '../../../electron/contract/index.ts';
import { assay, type AssayOptions, type Ended, type RefusedDocument } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let place: Scratch;
let options: AssayOptions;
const run = (...args: string[]): Promise<Ended> => assay([...args, '--project', 'p.assay', '--json'], options);
const text = (name: string): Promise<string> => readFile(place.path(name), 'utf8');
const error = async (...args: string[]): Promise<RefusedDocument['error']> =>
  (await run(...args)).json<RefusedDocument>().error;

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('그림'), { classes: ['blue', 'green', 'red'], each: 12 });
  expect((await run('import', '그림')).code).toBe(0);
  expect((await run('train', '--backbone', 'classic')).code).toBe(0);
  expect((await run('oof', 'export', '--out', 'oof.csv')).json()).toMatchObject({ run: 1, rows: 36, folds: 5 });
});
afterAll(() => place.remove());

test('the table has the form of the contest, and comes back as the same run to the last bit', async () => {
  const [head, ...rows] = (await text('oof.csv')).trimEnd().split('\n');
  expect(head).toBe('ID,target,prob_0,prob_1,prob_2,fold');
  expect(rows).toHaveLength(36);
  expect(await text('oof.classes.csv')).toBe('target,class_name\n0,blue\n1,green\n2,red\n');
  for (const row of rows) {
    const [id, target, ...rest] = row.split(',');
    expect(id!.split('/')[0]).toBe(['blue', 'green', 'red'][Number(target)]);
    expect(rest.slice(0, 3).reduce((sum, p) => sum + Number(p), 0)).toBeCloseTo(1, 5);
    expect(['0', '1', '2', '3', '4']).toContain(rest[3]);
  }
  const back = await run('oof', 'import', 'oof.csv', '--name', 'from elsewhere');
  expect(back.json()).toMatchObject({ run: 2, rows: 36, missing: 0, relabelled: 0 });
  await run('oof', 'export', '--run', '2', '--out', 'again.csv');
  expect(await text('again.csv')).toBe(await text('oof.csv'));
  const same = (await run('compare', '1', 'from elsewhere')).json<Comparison>();
  expect(same).toMatchObject({ images: 36, changed: 0, rows: [], mcNemar: { onlyFirst: 0, onlySecond: 0, p: 1 } });
  expect(same.macroF1).toMatchObject({ difference: 0, interval: [0, 0] });
});

test('images that changed are listed, what broke first, and the figures follow from them', async () => {
  const [head, ...rows] = (await text('oof.csv')).trimEnd().split('\n');
  // Three blue ones become green: the run was right about them, or wrong about few.
  const spoilt = rows.map((row, i) => {
    const [id, target, , , , fold] = row.split(',');
    return i < 3 ? [id, target, '0.1', '0.9', '0', fold].join(',') : row;
  });
  await writeFile(place.path('spoilt.csv'), [head, ...spoilt].join('\n'));
  await writeFile(place.path('spoilt.classes.csv'), await text('oof.classes.csv'));
  const made = (await run('oof', 'import', 'spoilt.csv')).json<{ run: number }>();
  const found = (await run('compare', '1', String(made.run))).json<Comparison>();
  expect(found.changed).toBe(found.rows.length);
  expect(found.changed).toBeGreaterThan(0);
  expect(found.mcNemar.onlyFirst).toBe(found.rows.filter((row) => row.kind === 'broken').length);
  expect(found.macroF1.difference).toBeLessThan(0);
  expect(found.macroF1.interval[0]).toBeLessThanOrEqual(found.macroF1.difference);
  for (const row of found.rows)
    expect(row).toMatchObject({ given: 'blue', second: 'green', path: expect.stringMatching(/^blue\//) as string });
  const turned = (await run('compare', String(made.run), '1')).json<Comparison>();
  expect(turned.macroF1.difference).toBeCloseTo(-found.macroF1.difference, 12);
});

test('a table that does not fit is refused by its row and column, and nothing is made of it', async () => {
  const [head, ...rows] = (await text('oof.csv')).trimEnd().split('\n');
  const refused = async (lines: (string | undefined)[], words: string | RegExp, ...more: string[]): Promise<void> => {
    await writeFile(place.path('bad.csv'), lines.join('\n'));
    const found = await error('oof', 'import', 'bad.csv', ...more);
    expect(found).toMatchObject({
      code: 'oof/invalid',
      subject: 'bad.csv',
      message: expect.stringMatching(words) as string,
    });
  };
  const cells = rows[4]!.split(',');
  const with4 = (at: number, value: string) => [
    head,
    ...rows.map((row, i) => (i === 4 ? cells.with(at, value).join(',') : row)),
  ];
  await refused(with4(0, 'nobody.jpg'), /row 6, ID: the project has no image "nobody.jpg"/);
  await refused([head, ...rows, rows[0]], /row 38, ID: .* stands in row 2/);
  await refused(with4(1, 'mauve'), /row 6, target: "mauve"/);
  await refused(with4(3, '1.5'), /row 6, prob_1: "1.5" is not a probability/);
  await refused(with4(3, ''), /row 6, prob_1/);
  await refused(with4(5, '-1'), /row 6, fold/);
  await refused([head, 'blue/blue0000.jpg,0,0.1,0.1,0.1,0'], /row 2: its probabilities sum to 0.3/);
  await refused([head!.replace('target', 'label'), ...rows], /column "target" is missing/);
  await refused(['ID,target,prob_0,prob_1,fold', ...rows], /2 probability columns/);
  await refused([head, ...rows], /no class "mauve"/, '--classes', 'blue,green,mauve');
  await refused([head, ...rows], /another order/, '--classes', 'green,red,blue');
  await refused([head!], /no rows/);
  expect((await run('compare', '1', '4')).json<RefusedDocument>().error.code).toBe('run/unknown');
});

test('a run that is a table has no model to run', async () => {
  expect(await error('classify', '그림', '--run', '2', '--out', 'x.csv')).toMatchObject({ code: 'run/unfinished' });
  expect(await error('export-model', '2', '--out', 'x.onnx')).toMatchObject({ code: 'run/unfinished' });
});

test('slices are measured against the whole, kept with the project, and shown in the report', async () => {
  interface Sliced {
    macroF1: number;
    images: number;
    slices: {
      query: string;
      figures: { images: number; macroF1: number; difference: number; tooFew: boolean } | null;
    }[];
  }
  const found = await run(
    'evaluate',
    '--run',
    '1',
    '--slice',
    'class:blue',
    '--slice',
    'class:any',
    '--slice',
    'name:x',
    '--keep',
  );
  const { macroF1, images, slices } = found.json<Sliced>();
  expect(images).toBe(36);
  expect(slices.map(({ query, figures }) => [query, figures?.images ?? 0, figures?.tooFew ?? null])).toEqual([
    ['class:blue', 12, true],
    ['class:any', 36, false],
    ['name:x', 0, null],
  ]);
  expect(slices[1]!.figures!.macroF1).toBeCloseTo(macroF1, 12);
  expect(slices[1]!.figures!.difference).toBe(0);
  // p is of the run that is evaluated, not of the newest one, whose table says 0.9 of the spoilt images.
  const sure = (await run('evaluate', '--run', '1', '--slice', 'wrong:1', '--slice', 'run:1')).json<Sliced>().slices;
  expect(sure[1]!.figures!.images).toBe(36);
  expect(sure[0]!.figures?.images ?? 0).toBe(
    36 - Math.round(36 * (await run('evaluate', '--run', '1')).json<{ accuracy: number }>().accuracy),
  );
  await run('report', '1', '--out', 'slices.html');
  const page = await text('slices.html');
  expect(page).toContain('<code>class:blue</code> <span class="quiet">too few to tell</span>');
  expect(page).toContain('<code>class:any</code></td><td>36</td>');
  expect(await error('evaluate', '--run', '1', '--slice', 'nonsense:1')).toMatchObject({ code: 'query/invalid' });
});

test('the report is one file with everything in it', async () => {
  const found = await run('report', '1', '--out', 'page.html');
  expect(found.json()).toMatchObject({ run: 1, split: 'out-of-fold', images: 36 });
  const page = await text('page.html');
  expect(page).toContain('<!doctype html>');
  expect(page).toContain(found.json<{ macroF1: number }>().macroF1.toFixed(4));
  for (const name of ['blue', 'green', 'red']) expect(page).toContain(`<td>${name}</td><td>12</td>`);
  // One curve a class, and the reliability diagram; nothing is fetched, nothing runs.
  expect(page.match(/class="line"/g)).toHaveLength(3);
  expect(page.match(/<svg /g)).toHaveLength(2);
  expect(page).not.toMatch(/<script|<link|src=|https?:/);
  expect(await error('report', '1', '--split', 'test', '--out', 'page.html')).toMatchObject({
    code: 'evaluate/empty-split',
  });
});
