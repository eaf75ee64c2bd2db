/** assay augment: the project's plan is set, shown, kept through renames, and judged by a run. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { COLLAPSE, collapses, median, type Plan, type StudyResult } from '../../../electron/contract/index.ts';
import { assay, type AssayOptions, type Ended, type RefusedDocument } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const CLASSES = ['diagnosis', 'passport', 'car_dashboard'];
let place: Scratch;
let options: AssayOptions;
const run = (...args: string[]): Promise<Ended> => assay([...args, '--project', 'p.assay', '--json'], options);
const plan = async (...args: string[]): Promise<Plan> => {
  const end = await run('augment', ...args);
  expect(end.code, end.stdout + end.stderr).toBe(0);
  return end.json<Plan>();
};
const group = { name: 'Pages', classes: ['diagnosis'], base: [{ op: 'grey', p: 1 }] };

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('그림'), { classes: CLASSES, each: 12 });
  expect((await run('import', '그림')).code).toBe(0);
});
afterAll(() => place.remove());

test('a preset is set; what is shown can be set again as a file; a wrong field is named with its remedy', async () => {
  const contest = await plan('set', '--preset', 'document contest');
  expect(contest.groups.map(({ name, classes }) => [name, classes])).toEqual([
    ['Documents', ['diagnosis']],
    ['Identity', ['passport']],
    ['Vehicles', ['car_dashboard']],
  ]);
  const heavier = structuredClone(contest);
  heavier.groups[0]!.heavyByClass = { diagnosis: 0.9 };
  await writeFile(place.path('shown.json'), JSON.stringify(heavier));
  expect(await plan('set', '--plan', 'shown.json')).toEqual(heavier);
  const refused = async (change: object, subject: string): Promise<void> => {
    await writeFile(place.path('bad.json'), JSON.stringify({ name: 'x', groups: [{ ...group, ...change }] }));
    const { error } = (await run('augment', 'set', '--plan', 'bad.json')).json<RefusedDocument>();
    expect(error).toMatchObject({ code: 'train/recipe-invalid', subject });
    expect(error.remedy.length).toBeGreaterThan(0);
  };
  await refused({ base: [{ op: 'grey', p: 1.2 }] }, 'groups[0].base[0].p');
  await refused({ classes: [] }, 'groups[0].classes');
  await refused({ colour: 1 }, 'groups[0].colour');
  expect((await run('augment', 'set', '--preset', 'rain')).json<RefusedDocument>().error.subject).toBe('plan');
  expect(await plan('show')).toEqual(heavier);
});

test('a run keeps the plan of the project that it was trained with', async () => {
  const own = { name: 'own', groups: [group] };
  await writeFile(place.path('own.json'), JSON.stringify(own));
  const set = await plan('set', '--plan', 'own.json');
  const recipe = { backbones: ['compact'], preset: 'full', size: 32, epochs: 1 };
  await writeFile(place.path('recipe.json'), JSON.stringify(recipe));
  const { run: id } = (await run('train', '--recipe', 'recipe.json')).json<{ run: number }>();
  await plan('set', '--preset', 'none');
  const shown = (await run('recipe', 'show', String(id))).json<{ augmentation: unknown }>();
  expect(shown.augmentation).toMatchObject({ plan: 'project', groups: set });
});

test('a run judges every op alone: colours that tell the classes apart are missed when they are inverted', async () => {
  const { run: id } = (await run('train', '--backbone', 'classic')).json<{ run: number }>();
  const judging = {
    name: 'judging',
    groups: [
      {
        ...{ name: 'Pages', classes: ['diagnosis', 'passport'] },
        base: [
          { op: 'brightness-contrast', p: 0.2, ranges: { brightness: [0, 0.02], contrast: [0, 0.02] } },
          { op: 'invert', p: 0.1 },
        ],
      },
    ],
    rest: [{ op: 'flip-horizontal', p: 0.5 }],
  };
  await writeFile(place.path('judging.json'), JSON.stringify(judging));
  const preview = [
    'augment',
    'preview',
    '--plan',
    'judging.json',
    '--run',
    String(id),
    '--images',
    '5',
    '--draws',
    '2',
  ];
  const end = await run(...preview);
  expect(end.code, end.stdout + end.stderr).toBe(0);
  const { judged } = end.json<{ judged: StudyResult<'augmentation'> }>();
  expect(judged.rule).toEqual(COLLAPSE);
  expect(judged.clean).toHaveLength(15);
  expect(judged.ops.map(({ group: of, op, drawn }) => [of, op, drawn.length])).toEqual([
    ['Pages', 'brightness-contrast', 20],
    ['Pages', 'invert', 20],
    [null, 'flip-horizontal', 10],
  ]);
  const [bright, inverted, flipped] = judged.ops;
  for (const op of [bright!, flipped!]) expect([op.collapsed, op.under.median > 0.5]).toEqual([[], true]);
  expect(inverted!.collapsed.length).toBeGreaterThan(0);
  expect(inverted!.under.mean).toBeLessThan(inverted!.clean.mean);
  // The figures are those of the single pictures.
  const clean = new Map(judged.clean.map(({ image, p }) => [image, p]));
  const of = (name: string): number[] => judged.clean.filter((c) => c.class === name).map(({ image }) => image);
  for (const { class: name, clean: without, under, collapsed } of inverted!.classes) {
    const rows = inverted!.drawn.filter(({ image }) => of(name).includes(image));
    expect(without.median).toBeCloseTo(median(rows.map(({ image }) => clean.get(image)!)), 3);
    expect(under.median).toBeCloseTo(median(rows.map(({ p }) => p)), 3);
    expect(collapsed).toBe(collapses(without.median, under.median));
  }
  // The same question has the same answer.
  expect((await run(...preview)).json<{ judged: unknown }>().judged).toEqual(judged);
  // A plan of one op that is always applied is that op alone: drawn as a whole it is judged the same.
  const onlyInverted = { name: 'inverted', groups: [], rest: [{ op: 'invert', p: 1 }] };
  await writeFile(place.path('inverted.json'), JSON.stringify(onlyInverted));
  const whole = ['augment', 'preview', '--plan', 'inverted.json', '--run', String(id), '--draws', '1', '--images', '9'];
  const drawn = (await run(...whole, '--out', 'drawn')).json<{
    images: { image: number; p: number; draws: { p: number }[] }[];
    judged: StudyResult<'augmentation'>;
  }>();
  const alone = new Map(drawn.judged.ops[0]!.drawn.map(({ image, p }) => [image, p]));
  const both = drawn.images.filter(({ image }) => alone.has(image));
  expect(both.length).toBeGreaterThan(3);
  for (const { image, p, draws } of both) {
    expect(draws.map((one) => one.p)).toEqual([alone.get(image)]);
    expect(p).toBe(drawn.judged.clean.find((one) => one.image === image)!.p);
  }
  const unknown = (await run('augment', 'preview', '--run', '99')).json<RefusedDocument>();
  expect(unknown.error.code).toBe('run/unknown');
});

test('strips are files, one an op and image, of the images of its group', async () => {
  await writeFile(
    place.path('plan.json'),
    JSON.stringify({ name: 'own', groups: [group], rest: [{ op: 'invert', p: 0 }] }),
  );
  const end = await run(
    'augment',
    'preview',
    '--plan',
    'plan.json',
    '--strip',
    '--out',
    'strips',
    '--images',
    '2',
    '--size',
    '64',
  );
  expect(end.code, end.stdout + end.stderr).toBe(0);
  const { strips } = end.json<{
    strips: {
      group: string | null;
      op: string;
      pictures: { image: number; file: string; parameters: { op: string }[] }[];
    }[];
  }>();
  expect(strips.map(({ group: of, op, pictures }) => [of, op, pictures.length])).toEqual([
    ['Pages', 'grey', 2],
    [null, 'invert', 2],
  ]);
  for (const { op, pictures } of strips)
    for (const { image, file, parameters } of pictures) {
      expect(parameters.map((drawn) => drawn.op)).toEqual([op]);
      expect(existsSync(file)).toBe(true);
      const original = await readFile(place.path('strips', `${image}.png`));
      expect(original.equals(await readFile(file))).toBe(false);
    }
  expect((await run('augment', 'preview')).json<RefusedDocument>().error.code).toBe('usage/invalid');
});
