/** Recipes: plans by class group in training and preview, what differs, and what is refused before any work. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { assay, type AssayOptions, type Ended, type RefusedDocument } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const CLASSES = ['diagnosis', 'passport', 'car_dashboard'];
let place: Scratch;
let options: AssayOptions;
const run = (...args: string[]): Promise<Ended> => assay([...args, '--project', 'p.assay', '--json'], options);
const error = async (...args: string[]): Promise<RefusedDocument['error']> =>
  (await run(...args)).json<RefusedDocument>().error;
const group = { name: 'Pages', classes: ['diagnosis'], base: [{ op: 'grey', p: 1 }] };
const recipe = (augmentation: object) => ({
  backbones: ['compact'],
  preset: 'full',
  size: 32,
  epochs: 1,
  augmentation,
});

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('그림'), { classes: CLASSES, each: 12 });
  expect((await run('import', '그림')).code).toBe(0);
});
afterAll(() => place.remove());

test('the contest’s plan and one of an own file train, and their recipes differ in just that', async () => {
  await writeFile(place.path('contest.json'), JSON.stringify(recipe({ plan: 'document contest' })));
  await writeFile(place.path('own.json'), JSON.stringify(recipe({ groups: { name: 'own', groups: [group] } })));
  expect((await run('train', '--recipe', 'contest.json')).json()).toMatchObject({ run: 1 });
  expect((await run('train', '--recipe', 'own.json')).json()).toMatchObject({ run: 2 });
  const found = (await run('recipe', 'diff', '1', '2')).json<{ differences: { field: string }[] }>();
  expect(found.differences.map(({ field }) => field)).toEqual(['augmentation.plan', 'augmentation.groups']);
  expect((await run('recipe', 'diff', '1', '1')).json()).toEqual({ differences: [] });
  const files = (await run('recipe', 'diff', 'own.json', 'contest.json')).json<typeof found>();
  expect(files.differences.map(({ field }) => field)).toEqual(['augmentation.groups', 'augmentation.plan']);
  expect((await run('recipe', 'show', '1')).json()).toMatchObject({ augmentation: { plan: 'document contest' } });
});

test('a preview is drawn as files, by a preset, the contest’s plan, or a file', async () => {
  await writeFile(place.path('plan.json'), JSON.stringify({ name: 'own', groups: [group] }));
  for (const plan of ['light', 'document contest', 'plan.json']) {
    const made = await run(
      'augment',
      'preview',
      '--plan',
      plan,
      '--images',
      '3',
      '--draws',
      '2',
      '--out',
      `out ${plan}`,
    );
    const { images } = made.json<{ images: { draws: { file: string }[] }[] }>();
    expect(images.map(({ draws }) => draws.length)).toEqual([2, 2, 2]);
    for (const { draws } of images) for (const { file } of draws) expect(existsSync(file)).toBe(true);
  }
});

test('a plan that cannot be meant is refused by its field, before any work', async () => {
  const refused = async (groups: object, subject: string): Promise<void> => {
    await writeFile(place.path('bad.json'), JSON.stringify(recipe({ groups })));
    expect(await error('train', '--recipe', 'bad.json')).toMatchObject({ code: 'train/recipe-invalid', subject });
  };
  const one = (change: object) => ({ name: 'x', groups: [{ ...group, ...change }] });
  await refused(one({ classes: [] }), 'augmentation.groups.groups.0.classes');
  await refused(one({ heavyChance: 1.5 }), 'augmentation.groups.groups.0.heavyChance');
  await refused(one({ chance: 1 }), 'augmentation.groups.groups.0.chance');
  await refused(one({ classes: ['nobody'] }), 'groups[0].classes[0]');
  await refused(one({ heavyChance: 0.5 }), 'groups[0].heavy');
  await refused(one({ base: [{ op: 'gray', p: 1 }] }), 'groups[0].base[0].op');
  const named = await error('augment', 'preview', '--plan', 'contest', '--out', 'x');
  expect(named).toMatchObject({
    code: 'train/recipe-invalid',
    message: expect.stringContaining('document contest') as string,
  });
});
