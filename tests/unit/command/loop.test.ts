/** The loop on the command line, each step a process of its own as a user types it. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { assay, type Ended } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

// A process a step: slow where the machine is busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const CLASSES = ['붉은 줄', 'blue', 'green'];
const EACH = 12;

interface Listed {
  total: number;
  images: { path: string; class: string | null; split: string; state: string }[];
}
interface Trained {
  run: number;
  split: string;
  accuracy: number;
  macroF1: number;
}

let place: Scratch;
let run: (...args: string[]) => Promise<Ended>;
const P = () => place.path('프로젝트 one.assay');

beforeAll(async () => {
  place = scratch();
  run = (...args) => assay([...args, '--json'], { home: place.path('home'), cwd: place.path() });
  await drawPictures(place.path('그림 files'), { classes: CLASSES, each: EACH });
  await drawPictures(place.path('new ones'), { classes: CLASSES, each: 3 });
});
afterAll(() => place.remove());

const query = async (text: string, ...more: string[]) =>
  (await run('query', text, '--project', P(), ...more)).json<Listed>();

describe('import, train, evaluate, clean, label, undo, redo, query, classify', () => {
  test('import reads one folder a class, draws a test split, and --json is one document', async () => {
    const end = await run('import', '그림 files', '--project', P(), '--split', 'draw', '--test', '0.25');
    expect(end.code).toBe(0);
    expect(end.json()).toMatchObject({ images: 36, added: 36, unreadable: 0, classes: 3 });
    // Progress is told, and not on stdout.
    expect(end.stderr).toContain('decode');
    expect(end.stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  test('the same import again adds nothing', async () => {
    const end = await run('import', '그림 files', '--project', P(), '--split', 'draw', '--test', '0.25');
    expect(end.json()).toMatchObject({ images: 36, added: 0, unreadable: 0, classes: 3 });
  });

  test('a drawn split takes the same share of every class', async () => {
    const test = await query('split:test');
    expect(test.total).toBe(9);
    for (const name of CLASSES) expect(test.images.filter((image) => image.class === name)).toHaveLength(3);
  });

  let first: Trained;
  test('train gives the same digits twice', async () => {
    const train = () => run('train', '--project', P(), '--backbone', 'classic', '--preset', 'head', '--seed', '1');
    const [one, two] = [await train(), await train()];
    expect(one.code).toBe(0);
    first = one.json<Trained>();
    const second = two.json<Trained>();
    expect(first.split).toBe('test');
    expect(first.accuracy).toBe(1);
    expect([second.accuracy, second.macroF1]).toEqual([first.accuracy, first.macroF1]);
    const figures = async (id: number) => {
      const end = await run('evaluate', '--project', P(), '--run', String(id), '--split', 'out-of-fold');
      expect(end.code).toBe(0);
      return { ...end.json(), run: null };
    };
    const before = await figures(first.run);
    expect(before).toMatchObject({ images: 27 });
    expect(await figures(second.run)).toEqual(before);
  });

  test('evaluate gives figures of the split with a row a class', async () => {
    const end = await run('evaluate', '--project', P(), '--run', String(first.run), '--split', 'test');
    const figures = end.json<{
      accuracy: number;
      classes: string[];
      confusion: number[][];
      perClass: { support: number }[];
    }>();
    expect(figures.accuracy).toBe(first.accuracy);
    expect([...figures.classes].sort()).toEqual([...CLASSES].sort());
    expect(figures.confusion.flat().reduce((sum, n) => sum + n, 0)).toBe(9);
    expect(figures.perClass.map((c) => c.support)).toEqual([3, 3, 3]);
  });

  test('a bulk label, undone and done again, restores every count, each step in its own process', async () => {
    const before = await query('class:blue');
    const counts = async () => {
      const { images } = await query('');
      return CLASSES.map((name) => images.filter((image) => image.class === name).length);
    };
    expect(await counts()).toEqual([12, 12, 12]);
    const labelled = await run('label', '--project', P(), '--filter', 'class:blue split:train', '--class', 'green');
    expect(labelled.json()).toMatchObject({ changed: 9 });
    expect(await counts()).toEqual([12, 3, 21]);
    expect((await run('undo', '--project', P())).json()).toMatchObject({ changed: 9 });
    expect(await query('class:blue')).toEqual(before);
    expect((await run('redo', '--project', P())).json()).toMatchObject({ changed: 9 });
    expect(await counts()).toEqual([12, 3, 21]);
    await run('undo', '--project', P());
    expect(await counts()).toEqual([12, 12, 12]);
  });

  test('relabelling moves the figures of a stored run, and undo moves them back', async () => {
    const accuracy = async () =>
      (await run('evaluate', '--project', P(), '--run', String(first.run), '--split', 'test')).json<{
        accuracy: number;
      }>().accuracy;
    await run('label', '--project', P(), '--filter', 'class:blue split:test', '--class', 'green');
    expect(await accuracy()).toBeCloseTo(6 / 9, 6);
    await run('undo', '--project', P());
    expect(await accuracy()).toBe(1);
  });

  test('clean ranks a wrong label first', async () => {
    const [victim] = (await query('class:blue split:train', '--limit', '1')).images;
    await run('label', '--project', P(), '--filter', `name:${victim!.path.split('/').at(-1)}`, '--class', 'green');
    const { findings } = (await run('clean', '--project', P(), '--kind', 'label-error')).json<{
      findings: { kind: string; images: string[]; given: string; suggested: string; score: number; reason: string }[];
    }>();
    expect(findings[0]).toMatchObject({
      kind: 'label-error',
      images: [victim!.path],
      given: 'green',
      suggested: 'blue',
    });
    expect(findings[0]!.reason.length).toBeGreaterThan(0);
    await run('undo', '--project', P());
  });

  test('classify writes a row a file, the same bytes twice', async () => {
    const table = async (name: string) => {
      const end = await run(
        'classify',
        'new ones',
        '--project',
        P(),
        '--run',
        String(first.run),
        '--out',
        name,
        '--probabilities',
      );
      expect(end.json()).toMatchObject({ images: 9, failed: 0 });
      return readFile(place.path(name), 'utf8');
    };
    const one = await table('표 1.csv');
    const lines = one.trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe(
      `path,class,probability,class2,probability2,class3,probability3,error,${[...lines[0]!.matchAll(/p:[^,]+/g)].join(',')}`,
    );
    for (const line of lines.slice(1)) expect(line.split(',')[1]).toBe(line.split('/')[0]);
    expect(await table('표 2.csv')).toBe(one);
  });

  test('quarter turns give an answer that turning the picture does not change', async () => {
    const end = await run('classify', 'new ones', '--project', P(), '--out', 'turns.csv', '--views', 'quarter-turns');
    expect(end.json()).toMatchObject({ images: 9, failed: 0 });
    expect((await readFile(place.path('turns.csv'), 'utf8')).trimEnd().split('\n')).toHaveLength(10);
  });

  test('query sorts, limits and tells the total', async () => {
    const listed = await query('split:train', '--sort', 'name', '--limit', '2');
    expect(listed.total).toBe(27);
    expect(listed.images).toHaveLength(2);
    const names = listed.images.map((image) => image.path.split('/').at(-1));
    expect([...names].sort()).toEqual(names);
  });
});
