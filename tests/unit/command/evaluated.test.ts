/** assay evaluate: clean against the degraded twin, temperature before and after, and what cannot be measured. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Calibration, type Robustness } from '../../../electron/contract/index.ts';
import { benchEngine } from '../../../scripts/bench-engine.ts';
import { assay, type AssayOptions, type Ended, type RefusedDocument } from '../../helpers/assay.ts';
import { drawPictures } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let place: Scratch;
let options: AssayOptions;
const run = (...args: string[]): Promise<Ended> => assay([...args, '--project', 'p.assay', '--json'], options);
interface Evaluated {
  images: number;
  macroF1: number;
  accuracy: number;
  robust: Robustness;
  calibration: Pick<Calibration, 'temperatures' | 'before' | 'after'>;
}
const evaluated = async (...args: string[]): Promise<Evaluated> => {
  const ended = await run('evaluate', ...args);
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  return ended.json<Evaluated>();
};

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('그림'), { classes: ['blue', 'green', 'red'], each: 14 });
  expect((await run('import', '그림', '--split', 'draw')).code).toBe(0);
  expect((await run('train', '--backbone', 'classic')).code).toBe(0);
  const network = ['train', '--backbone', 'compact', '--preset', 'full', '--size', '32', '--epochs', '2'];
  expect((await run(...network)).code).toBe(0);
  const recipe = { backbones: ['compact'], preset: 'full', size: 32, epochs: 2, data: { robust: true, folds: 2 } };
  await writeFile(place.path('folds.json'), JSON.stringify(recipe));
  expect((await run('train', '--recipe', 'folds.json')).code).toBe(0);
});
afterAll(() => place.remove());

/** What each run is on the twin of a split: the same images, the same digits every time. */
test.each([
  ['1', 'test'],
  ['1', 'out-of-fold'],
  ['2', 'test'],
  ['2', 'validation'],
  ['3', 'out-of-fold'],
])('run %s, %s: the twin is drawn once, and told by class', async (of, split) => {
  const { images, macroF1, robust } = await evaluated(of, '--split', split, '--robust');
  expect(robust).toMatchObject({ images, twin: 'degraded twin', seed: 1 });
  expect(robust.macroF1.clean).toBeCloseTo(macroF1, 9);
  expect(robust.macroF1.difference).toBeCloseTo(robust.macroF1.robust - robust.macroF1.clean, 9);
  expect(robust.classes.map((c) => c.class).sort()).toEqual(['blue', 'green', 'red']);
  expect(robust.classes.reduce((sum, c) => sum + c.support, 0)).toBe(images);
  const drops = robust.classes.map((c) => c.difference);
  expect(drops).toEqual([...drops].sort((a, b) => a - b));
  if (of !== '2' || split !== 'validation') return;
  // Drawn again it is the same.
  await rm(place.path('p.assay', 'runs', of, 'robust', `${split}.json`));
  expect((await evaluated(of, '--split', split, '--robust')).robust).toEqual(robust);
});

test('a training that watched its twin has measured it already', async () => {
  const stored = await readFile(place.path('p.assay', 'runs', '3', 'robust', 'out-of-fold.json'), 'utf8');
  expect((JSON.parse(stored) as { images: number[] }).images.length).toBeGreaterThan(20);
});

test('the stored twin follows the labels of today', async () => {
  const before = (await evaluated('1', '--split', 'test', '--robust')).robust;
  expect((await run('label', '--filter', 'class:blue split:test', '--class', 'red')).code).toBe(0);
  const after = (await evaluated('1', '--split', 'test', '--robust')).robust;
  expect(after.classes.find((c) => c.class === 'blue')!.support).toBe(0);
  expect(after.accuracy.robust).not.toBe(before.accuracy.robust);
});

test('the temperature of a run is told, before and after it, and the best class is the same without it', async () => {
  for (const [of, split, count] of [
    ['1', 'out-of-fold', 1],
    ['2', 'validation', 1],
    ['3', 'out-of-fold', 2],
  ] as const) {
    const { calibration } = await evaluated(of, '--split', split, '--calibration');
    expect(calibration.temperatures).toHaveLength(count);
    // It was fitted on these very images (labels were changed in the test split only): the loss cannot be worse.
    expect(calibration.after.logLoss).toBeLessThanOrEqual(calibration.before!.logLoss + 1e-4);
  }
  // Of the mean of two networks it cannot be told what each one said.
  expect((await evaluated('3', '--split', 'test', '--calibration')).calibration.before).toBeNull();
  const table = async (of: string, ...more: string[]): Promise<string[][]> => {
    const out = `${of}${more.length}.csv`;
    expect((await run('classify', '그림', '--run', of, '--out', out, ...more)).code).toBe(0);
    return (await readFile(place.path(out), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
  };
  for (const of of ['1', '2']) {
    const [with_, without] = [await table(of), await table(of, '--uncalibrated')];
    expect(without.map((cells) => cells[1])).toEqual(with_.map((cells) => cells[1]));
    expect(without).not.toEqual(with_);
  }
  const exported = (await run('export-model', '3', '--out', 'raw.onnx', '--uncalibrated')).json();
  expect(exported).toMatchObject({ checked: 32, agree: 32 });
  expect((await readFile(place.path('raw.onnx'))).includes('assay.calibrated')).toBe(true);
});

test('what was not measured, and a slice without an image, say so', async () => {
  const engine = benchEngine(place.path('home'));
  try {
    await engine.call('project.open', { path: place.path('p.assay') });
    const ask = (more: object): Promise<unknown> =>
      engine.call('runs.evaluate', { run: 2, split: 'train', ...more } as never).catch((thrown: unknown) => thrown);
    expect(await ask({ side: 'robust' })).toMatchObject({ code: 'evaluate/not-measured' });
    expect(await ask({ slice: 'name:nobody' })).toMatchObject({ code: 'evaluate/empty-slice' });
    const { confusion, images } = await engine.call('runs.evaluate', {
      ...{ run: 1, split: 'test', side: 'robust', slice: 'class:red' },
    });
    expect(confusion.flat().reduce((sum, n) => sum + n, 0)).toBe(images);
  } finally {
    await engine.close();
  }
  // A head of before, that kept no models of its folds.
  await rm(place.path('p.assay', 'runs', '1', 'fold-heads.bin'));
  await rm(place.path('p.assay', 'runs', '1', 'robust'), { recursive: true });
  const refused = (await run('evaluate', '1', '--split', 'out-of-fold', '--robust')).json<RefusedDocument>();
  expect(refused.error).toMatchObject({ code: 'run/unfinished' });
});
