/** assay train --preset full: a network trained from nothing, killed, resumed, refused. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type EpochPoint } from '../../../electron/contract/index.ts';
import { assay, type AssayOptions, type Ended, type RefusedDocument, startAssay } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

let place: Scratch;
let options: AssayOptions;
const run = (...args: string[]): Promise<Ended> => assay([...args, '--project', 'p.assay', '--json'], options);
const TRAIN = ['train', '--backbone', 'compact', '--preset', 'full', '--size', '32'];

interface Trained {
  run: number;
  split: string;
  accuracy: number;
  macroF1: number;
  epochs: EpochPoint[];
}

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('그림'), { classes: ['blue', 'green', 'red'], each: 40 });
  expect((await run('import', '그림')).code).toBe(0);
});
afterAll(() => place.remove());

test('a network is trained from nothing, and classifies as its own validation said', async () => {
  const trained = (await run(...TRAIN, '--epochs', '4')).json<Trained>();
  expect(trained.split).toBe('validation');
  expect(trained.epochs.map((point) => point.epoch)).toEqual([1, 2, 3, 4]);
  expect(trained.epochs.at(-1)!.loss).toBeLessThan(trained.epochs[0]!.loss);
  expect(trained.macroF1).toBeGreaterThan(0.9);
  // The figures of the run come from the exported file; those of the epochs from the training's own graph.
  const best = trained.epochs.findLast((point) => point.best)!;
  expect(trained.macroF1).toBeCloseTo(best.validationF1!, 12);
  expect((await run('evaluate', '--run', String(trained.run), '--split', 'validation')).json()).toMatchObject({
    accuracy: trained.accuracy,
  });
  expect((await run('classify', '그림', '--run', String(trained.run), '--out', 'out.csv')).json()).toMatchObject({
    images: 120,
    failed: 0,
  });
});

test('killed in the middle and resumed, it ends with the same bytes', async () => {
  const recipe = { backbones: ['compact'], preset: 'full', size: 32, epochs: 6, regularisation: { mixup: 0.2 } };
  await writeFile(place.path('recipe.json'), JSON.stringify(recipe));
  const whole = (await run('train', '--recipe', 'recipe.json')).json<Trained>();
  const killed = startAssay(['train', '--recipe', 'recipe.json', '--project', 'p.assay', '--json'], options);
  await killed.said('epoch 2/6');
  expect((await killed.killed()).code).toBeNull();
  const resumed = (await run('train', '--resume', String(whole.run + 1))).json<Trained>();
  expect(resumed.run).toBe(whole.run + 1);
  expect(resumed.epochs.map((point) => point.epoch)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(resumed.epochs.map((point) => point.loss)).toEqual(whole.epochs.map((point) => point.loss));
  const bytes = (of: number, name: string): Promise<Buffer> => readFile(place.path(`p.assay/runs/${of}/${name}`));
  for (const name of ['trained.bin', 'probabilities.f32'])
    expect((await bytes(resumed.run, name)).equals(await bytes(whole.run, name))).toBe(true);
});

test('computing again instead of keeping gives the same network, killed in between too', async () => {
  const command = [...TRAIN, '--epochs', '3'];
  const kept = (await run(...command)).json<Trained>();
  const killed = startAssay([...command, '--recompute', '--project', 'p.assay', '--json'], options);
  await killed.said('epoch 1/3');
  expect((await killed.killed()).code).toBeNull();
  const again = (await run('train', '--resume', String(kept.run + 1))).json<Trained>();
  const of = (run: number, name: string): Promise<Buffer> => readFile(place.path(`p.assay/runs/${run}/${name}`));
  const recipe = JSON.parse(String(await of(again.run, 'recipe.json'))) as object;
  expect(recipe).toMatchObject({ device: { provider: 'cpu', recompute: true } });
  expect(again.epochs.map((point) => point.loss)).toEqual(kept.epochs.map((point) => point.loss));
  const name = 'probabilities.f32';
  expect((await of(again.run, name)).equals(await of(kept.run, name))).toBe(true);
});

test('two folds, killed in the second and resumed, give the same table out of fold, and classify as one model', async () => {
  const command = [...TRAIN, '--epochs', '2', '--folds', '2'];
  const whole = (await run(...command)).json<Trained>();
  expect(whole.split).toBe('out-of-fold');
  expect(whole.epochs.map(({ fold, epoch }) => [fold, epoch])).toEqual([
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
  ]);
  const killed = startAssay([...command, '--project', 'p.assay', '--json'], options);
  await killed.said('fold 2 · epoch 1/2');
  expect((await killed.killed()).code).toBeNull();
  const resumed = (await run('train', '--resume', String(whole.run + 1))).json<Trained>();
  expect([resumed.accuracy, resumed.macroF1]).toEqual([whole.accuracy, whole.macroF1]);
  expect(resumed.epochs.map(({ fold, loss }) => [fold, loss])).toEqual(
    whole.epochs.map(({ fold, loss }) => [fold, loss]),
  );
  const table = (of: number, fold: number): Promise<Buffer> =>
    readFile(place.path(`p.assay/runs/${of}/fold-${fold}/probabilities.f32`));
  for (const fold of [1, 2]) expect((await table(resumed.run, fold)).equals(await table(whole.run, fold))).toBe(true);
  expect((await run('classify', '그림', '--run', String(resumed.run), '--out', 'folds.csv')).json()).toMatchObject({
    images: 120,
    failed: 0,
  });
});

const refused = async (...args: string[]): Promise<RefusedDocument['error']> => {
  const ended = await run(...args);
  expect(ended.code).toBe(1);
  return ended.json<{ error: RefusedDocument['error'] }>().error;
};

test('a finished run is not resumed, a diverged one says so', async () => {
  expect(await refused('train', '--resume', '1')).toMatchObject({ code: 'train/not-resumable', subject: '1' });
  const wild = {
    backbones: ['compact'],
    preset: 'full',
    size: 32,
    epochs: 3,
    optimizer: { kind: 'sgd', rate: 10, clipNorm: 0 },
  };
  await writeFile(place.path('wild.json'), JSON.stringify(wild));
  expect(await refused('train', '--recipe', 'wild.json')).toMatchObject({ code: 'train/diverged' });
});

test('a recipe that is wrong is named by its field before any work', async () => {
  const wrong = async (recipe: object, subject: string): Promise<void> => {
    await writeFile(place.path('wrong.json'), JSON.stringify({ backbones: ['compact'], preset: 'full', ...recipe }));
    expect(await refused('train', '--recipe', 'wrong.json')).toMatchObject({ code: 'train/recipe-invalid', subject });
  };
  await wrong({ epoch: 3 }, 'epoch');
  await wrong({ loss: { gama: 2 } }, 'loss');
  await wrong({ regularisation: { dropout: 2 } }, 'regularisation.dropout');
  await wrong({ backbones: ['compact', 'photo'] }, 'backbones');
  await wrong({ preset: 'head' }, 'preset');
  await wrong({ augmentation: { plan: 'rain' } }, 'augmentation.plan');
  await wrong({ loss: { classWeights: [1, 2] } }, 'loss.classWeights');
  await wrong({ device: { half: true } }, 'device');
  await wrong({ device: { precision: 'float8' } }, 'device.precision');
  await wrong({ device: { recompute: 'yes' } }, 'device.recompute');
});
