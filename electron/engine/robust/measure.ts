/**
 * Classifies the degraded twin of a split. The twin is drawn once and for all: of an image and the network's size, by a
 * fixed seed, as training draws it for its robust validation; every run and every time sees the same.
 *
 * Each image is asked of the model that its clean probabilities are of: one that did not learn from it.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../../contract/index.ts';
import { DEGRADED_TWIN } from '../../augment/catalogue.ts';
import { type Part } from '../../catalogue/index.ts';
import { backboneFile } from '../backbones.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { type JobContext } from '../jobs.ts';
import { foldHeads, foldsOf } from '../oof/folds.ts';
import { checkModel, evaluatedRows, type EvaluatedSplit, partFor, runFolder } from '../runs.ts';
import { storeTwin } from './store.ts';

/** Of the twin's draws: training's default seed. */
export const TWIN_SEED = 1;

/** A model that can be run, and the rows that it is asked about. */
interface Portion {
  rows: number[];
  /** Path of the classifier; it is made when its turn comes. */
  model(): Promise<string>;
}

const foldModel = (folder: string, fold: number): string => join(folder, `fold-${fold + 1}`, 'model.onnx');

/**
 * Refuses what cannot be measured before any work starts.
 * @throws AssayError `run/unknown`, `run/unfinished`, `evaluate/empty-split`
 */
export function checkTwin(context: EngineContext, run: number, split: EvaluatedSplit): Part {
  checkModel(context, run);
  const part = partFor(context, run, split);
  const folder = runFolder(context, run);
  const folds = existsSync(foldHeads(folder)) || existsSync(foldModel(folder, 0));
  if (part === 'out-of-fold' && !folds)
    throw new AssayError('run/unfinished', {
      subject: String(run),
      values: { reason: 'it kept no models of its folds; choose the test split, or train it again' },
    });
  return part;
}

/** Measures and stores; images whose file cannot be read are left out and told. */
export async function measureTwin(
  context: EngineContext,
  { run, split }: { run: number; split: EvaluatedSplit },
  job: JobContext,
): Promise<{ images: number; measured: number }> {
  // A training measures its own twin before it is called done.
  const part = partFor(context, run, split);
  const { stored, rows } = await evaluatedRows(context, run, split);
  const { catalogue } = projectOf(context);
  const files = new Map<number, { file: string; hash: string }>();
  const ids = rows.map((row) => stored.imageIds[row]!);
  for (let from = 0; from < ids.length; from += 1000) {
    for (const { id, file, hash } of catalogue.images.records(ids.slice(from, from + 1000)))
      if (hash !== null) files.set(id, { file, hash });
    await new Promise(setImmediate);
  }
  const known = ids.filter((id) => files.has(id));
  const k = stored.classes.length;
  const images: number[] = [];
  const found: Float32Array[] = [];
  let done = 0;
  const scratch = await mkdtemp(join(runFolder(context, run), 'twin-'));
  try {
    for (const { rows: own, model } of await portionsOf(context, { run, part, images: known, scratch }, job)) {
      const asked = own.map((id) => files.get(id)!);
      const path = await model();
      await context.compute.run(
        'classify',
        {
          ...{ model: path, paths: asked.map(({ file }) => file), views: 'none' },
          twin: { policy: DEGRADED_TWIN, seed: TWIN_SEED, hashes: asked.map(({ hash }) => hash) },
        },
        {
          signal: job.signal,
          onProgress: (count) => job.progress('classify', done + count, known.length),
          onBatch: ({ first, probabilities, troubles }) => {
            troubles.forEach((trouble, i) => {
              if (trouble) return job.trouble(asked[first + i]!.file, trouble.reason);
              images.push(own[first + i]!);
              found.push(probabilities.slice(i * k, (i + 1) * k));
            });
          },
        },
      );
      done += own.length;
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const probabilities = new Float32Array(images.length * k);
  found.forEach((row, i) => probabilities.set(row, i * k));
  await storeTwin(context, { run, split }, { twin: DEGRADED_TWIN.name, seed: TWIN_SEED, images, probabilities });
  return { images: rows.length, measured: images.length };
}

async function portionsOf(
  context: EngineContext,
  { run, part, images, scratch }: { run: number; part: Part; images: number[]; scratch: string },
  job: JobContext,
): Promise<Portion[]> {
  const folder = runFolder(context, run);
  const whole = join(folder, 'model.onnx');
  if (part !== 'out-of-fold') return [{ rows: images, model: () => Promise.resolve(whole) }];
  const foldBy = await foldsOf(folder);
  const folds = [...new Set(images.flatMap((id) => foldBy.get(id) ?? []))].sort((a, b) => a - b);
  return folds.map((fold) => ({
    rows: images.filter((id) => foldBy.get(id) === fold),
    async model() {
      const kept = foldModel(folder, fold);
      if (existsSync(kept)) return kept;
      job.progress('export', 0, 0);
      const out = join(scratch, `fold-${fold}.onnx`);
      const { backbones, recipe } = projectOf(context).catalogue.runs.get(run);
      const { tap, fit, size } = recipe as { tap: 'depths' | 'last'; fit: 'letterbox' | 'stretch'; size?: number };
      const paths: string[] = [];
      for (const name of backbones) paths.push((await backboneFile(context, name, job.signal)).path);
      const classes = projectOf(context).catalogue.runs.classes(run);
      await context.compute.run(
        'exportFold',
        {
          ...{ backbones: paths, tap, size: size ?? null, fit, classes: classes.map((c) => c.name) },
          ...{ provenance: { run, fold }, heads: foldHeads(folder), fold, out },
        },
        { signal: job.signal },
      );
      return out;
    },
  }));
}
