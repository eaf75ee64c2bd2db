/**
 * Test-time classification of the demo set's degraded test split (turned, mirrored, tilted, blurred, noisy): a single
 * look against views and against second looks, each paired image by image with the single look.
 *
 * Networks see clean shots only; what the looks are worth is what is measured, on images that no choice was made by.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Input, random } from '../electron/contract/index.ts';
import { type Engine } from '../electron/engine/index.ts';
import { pairedBootstrap } from '../electron/evaluation/index.ts';
import { benchEngine } from './bench-engine.ts';

export interface TwoStageOptions {
  /** Images drawn to learn from and to be classified. */
  train: number;
  test: number;
  /** What heads are trained on, by built-in name. */
  backbones: readonly string[];
  /** Epochs of the whole network `compact` at 128 px; 0: it is left out. */
  epochs: number;
  say(line: string): void;
}

type Look = Pick<Input<'batch.start'>, 'views' | 'stage2'>;

/** A second look alone answers for what it saw; gate 0: for every image. */
const second = (op: 'deskew' | 'doc_deskew', gate: number): Look => ({
  stage2: { op, gate, route: 'entropy', blend: 1 },
});

const LOOKS: readonly { name: string; look: Look }[] = [
  { name: 'plain', look: {} },
  { name: 'views: quarter turns', look: { views: 'quarter-turns' } },
  { name: 'views: turns and flips', look: { views: 'tta6' } },
  { name: 'two-stage: deskew, gate 0.3', look: second('deskew', 0.3) },
  { name: 'two-stage: deskew, all', look: second('deskew', 0) },
  { name: 'two-stage: doc_deskew, gate 0.3', look: second('doc_deskew', 0.3) },
];

interface Measured {
  run: string;
  look: string;
  images: number;
  routed: number;
  macroF1: number;
  /** Macro F1 less that of the single look on the same images; paired bootstrap of 90 %. */
  gain: number;
  gainInterval: [number, number];
  seconds: number;
}

/** The result of a job that came to its end. */
export async function finished(engine: Engine, job: number): Promise<Record<string, unknown>> {
  const info = await engine.finished(job);
  if (info.state !== 'done') throw new Error(info.error?.message ?? info.state);
  return info.result ?? {};
}

/** Best class by file name of a table of JSON lines. */
export async function answersOf(table: string): Promise<Map<string, string>> {
  const lines = (await readFile(table, 'utf8')).trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const { path, class: name } = JSON.parse(line) as { path: string; class: string };
      return [path, name];
    }),
  );
}

const cells = async (path: string): Promise<string[][]> =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));

/** True class by file name, from the tables that the set was drawn with. */
export async function truthOf(folder: string): Promise<{ classes: string[]; truth: Map<string, number> }> {
  const classes = (await cells(join(folder, 'meta.csv'))).map(([, name]) => name!);
  const truth = (await cells(join(folder, 'test-truth.csv'))).map(([id, target]) => [id!, Number(target)] as const);
  return { classes, truth: new Map(truth) };
}

async function trainings(engine: Engine, options: TwoStageOptions): Promise<{ name: string; run: number }[]> {
  const runs: { name: string; run: number }[] = [];
  const trained = async (name: string, request: Input<'train.start'>): Promise<void> => {
    const { job, run } = await engine.call('train.start', request);
    await finished(engine, job);
    options.say(`trained ${name}`);
    runs.push({ name, run });
  };
  for (const backbone of options.backbones) await trained(`head on ${backbone}`, { backbones: [backbone] });
  if (options.epochs > 0) {
    const augmentation = { plan: 'none' };
    const choice = { preset: 'full', size: 128, epochs: options.epochs, augmentation } as const;
    await trained(`compact 128 px, ${options.epochs} epochs`, { backbones: ['compact'], ...choice });
  }
  return runs;
}

/** Draws a set, trains, and classifies its test split in every way. */
export async function benchTwoStage(options: TwoStageOptions): Promise<object> {
  const scratch = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  const engine = benchEngine(join(scratch, 'home'));
  const started = performance.now();
  try {
    const folder = join(scratch, 'demo');
    await engine.call('project.create', { path: join(scratch, 'p.assay') });
    const { train, test } = options;
    const drawing = await engine.call('demo.start', { folder, train, test, noise: 0, seed: 1 });
    await finished(engine, drawing.job);
    options.say(`drew ${train} images to learn from and ${test} degraded ones`);
    const { classes, truth } = await truthOf(folder);
    const names = [...truth.keys()];
    const labels = Int32Array.from(names, (name) => truth.get(name)!);
    const measured: Measured[] = [];
    for (const { name, run } of await trainings(engine, options)) {
      let plain: Int32Array | undefined;
      for (const { name: look, look: way } of LOOKS) {
        const began = performance.now();
        const out = join(scratch, `${run}-${measured.length}.jsonl`);
        const { job } = await engine.call('batch.start', { folder: join(folder, 'test'), out, run, ...way });
        const { images, routed } = await finished(engine, job);
        const said = await answersOf(out);
        const answers = Int32Array.from(names, (file) => classes.indexOf(said.get(file) ?? ''));
        if (answers.includes(-1)) throw new Error('an image has no answer, or a class that the set does not have');
        plain ??= answers;
        const paired = pairedBootstrap(labels, plain, answers, classes.length, random(1, 'bench-two-stage'));
        const { second: macroF1, difference: gain, interval: gainInterval } = paired;
        const seconds = (performance.now() - began) / 1000;
        measured.push({
          ...{ run: name, look, images: Number(images), routed: Number(routed ?? 0), macroF1, gain },
          ...{ gainInterval: [...gainInterval] as [number, number], seconds },
        });
        options.say(
          `${name}\t${look}\t${macroF1.toFixed(4)}\tgain ${gain.toFixed(4)} (${gainInterval.map((end) => end.toFixed(4)).join(' to ')})`,
        );
      }
    }
    return { set: { train, test, classes: classes.length }, measured, seconds: (performance.now() - started) / 1000 };
  } finally {
    await engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
}
