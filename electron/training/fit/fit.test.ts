import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { trainRequest, type TrainRequest } from '../../contract/index.ts';
import { builtInBackbone } from '../../embeddings/index.ts';
import { decodeTensorFile } from '../../onnx/index.ts';
import { drawPictures } from '../../../tests/helpers/fixtures.ts';
import { fillRecipe } from '../recipe.ts';
import { type FitBatch, type FitParams, type FitResult, fitTask } from './task.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const EACH = 16;
const CLASSES = ['blue', 'green', 'red'];
const flips = { name: 'flips', ops: [{ op: 'flip-horizontal', p: 0.5, ranges: {} }] };
let folder: string;
let paths: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-fit-'));
  paths = await drawPictures(join(folder, 'pictures'), { classes: CLASSES, each: EACH, side: 32 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Options extends Partial<TrainRequest> {
  name: string;
  workers?: number;
  /** Cancelled after so many messages. */
  cancelAfter?: number;
}

async function train(options: Options): Promise<FitResult> {
  const { name, workers = 2, cancelAfter = Infinity, ...rest } = options;
  const base = { backbones: ['compact'], preset: 'full', fit: 'stretch', tap: 'depths', size: 32, epochs: 3, batch: 8 };
  const recipe = fillRecipe(trainRequest.parse({ ...base, ...rest }), { untrained: true, transformer: false });
  const backbone = await builtInBackbone('compact', { cache: join(folder, 'cache') });
  const params: FitParams = {
    network: { backbone: backbone.path, tap: 'depths', size: 32 },
    ...{ fit: 'stretch', classes: CLASSES, recipe, policy: flips, twin: flips, key: 'key', workers },
    images: paths.map((path, i) => ({
      ...{ path: join(folder, 'pictures', path), hash: String(i) },
      ...{ label: Math.floor(i / EACH), held: i % 4 === 0 },
    })),
    checkpoint: join(folder, name, 'checkpoint.bin'),
    trained: join(folder, name, 'trained.bin'),
  };
  const controller = new AbortController();
  let messages = 0;
  return fitTask(params, {
    signal: controller.signal,
    progress: () => undefined,
    log: () => undefined,
    emit(batch: FitBatch) {
      if (batch.type === 'live' && ++messages >= cancelAfter) controller.abort();
      return Promise.resolve();
    },
  });
}

const bytes = (name: string): Buffer => readFileSync(join(folder, name, 'trained.bin'));

test('any number of workers gives the same weights', async () => {
  const result = await train({ name: 'two' });
  await train({ name: 'one', workers: 1 });
  expect(bytes('one').equals(bytes('two'))).toBe(true);
  expect(result.points.map(({ epoch, step }) => [epoch, step])).toEqual([
    [1, 4],
    [2, 8],
    [3, 12],
  ]);
});

test('stopped within an epoch, it goes on from that step and ends with the same weights', async () => {
  await expect(train({ name: 'stopped', cancelAfter: 2 })).rejects.toMatchObject({ code: 'internal/cancelled' });
  const checkpoint = decodeTensorFile(readFileSync(join(folder, 'stopped', 'checkpoint.bin')))!;
  expect(checkpoint.note.progress).toMatchObject({ epoch: 0 });
  await train({ name: 'stopped' });
  expect(bytes('stopped').equals(bytes('two'))).toBe(true);
});

test('with the last blocks the frozen front is no part of the result', async () => {
  await train({ name: 'kept', preset: 'last-blocks', blocks: 2, augmentation: { draws: 1 } });
  const names = [...decodeTensorFile(bytes('kept'))!.tensors.keys()];
  expect(names).toContain('head/weights');
  expect(names).toContain('backbone1/stage3/block1/a/weights');
  expect(names).not.toContain('backbone1/stem/weights');
});

test('parts of a step add up: half the batch twice is the batch', async () => {
  const exact = { regularisation: { ema: 0 }, optimizer: { clipNorm: 0.5 } };
  const whole = await train({ name: 'whole', ...exact, batch: 12, epochs: 1 });
  const halves = await train({ name: 'halves', ...exact, batch: 6, accumulate: 2, epochs: 1 });
  expect(halves.points[0]!.validationLoss).toBeCloseTo(whole.points[0]!.validationLoss!, 4);
});
