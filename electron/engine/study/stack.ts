/** Several runs as one: ways to combine them are measured out of fold, the best becomes a run. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError, type StudyRequest, type StudyResult } from '../../contract/index.ts';
import { type ImageRecord, type Part } from '../../catalogue/index.ts';
import { type Combiner } from '../../evaluation/index.ts';
import { checkClasses } from '../batch/options.ts';
import { type EngineContext, changed, projectOf } from '../context.ts';
import { type JobContext } from '../jobs.ts';
import { hasModel, runEvaluation, runFolder } from '../runs.ts';
import { type Study } from './index.ts';
import { sharedRows } from './rows.ts';

type Request = Extract<StudyRequest, { study: 'stack' }>;

/** Rows between two turns of the engine's loop. */
const SLICE = 1000;

/** The preset of a run that is made of others. */
const STACK = 'stack';

export const stackStudy: Study<'stack'> = {
  title: ({ runs }) => runs.join(' + '),
  check(context, { runs }) {
    const { catalogue } = projectOf(context);
    for (const run of runs) {
      if (!catalogue.predictions.parts(run).includes('out-of-fold'))
        throw new AssayError('run/unfinished', {
          subject: String(run),
          values: { reason: 'it has no out-of-fold probabilities; train a head, or a network with folds' },
        });
    }
    checkClasses(context, runs);
  },
  async run(context, request, job) {
    const { catalogue } = projectOf(context);
    const { runs, form, strengths, seed } = request;
    const classes = catalogue.runs.classes(runs[0]!);
    job.progress('stack', 0, 0);
    const rows = await sharedRows(context, runs, 'out-of-fold');
    const labelled = rows.given.flatMap((given, i) => (given >= 0 && !rows.excluded[i] ? [i] : []));
    if (labelled.length === 0) throw new AssayError('evaluate/empty-split', { subject: 'out-of-fold' });
    const other: { part: Part; images: number[]; models: Float32Array[] }[] = [];
    for (const part of ['test', 'none'] as const) {
      const found = await sharedRows(context, runs, part).catch(() => null);
      if (found) other.push({ part, images: found.images, models: found.models });
    }
    const k = classes.length;
    const records = new Map((await recordsOf(context, rows.images)).map((image) => [image.id, image]));
    const result = await context.compute.run(
      'stack',
      {
        models: rows.models.map((model) => take(model, labelled, k)),
        labels: Int32Array.from(labelled, (i) => rows.given[i]!),
        classes: k,
        keys: labelled.map((i) => records.get(rows.images[i]!)?.hash ?? String(rows.images[i])),
        groups: Int32Array.from(labelled, (i) => records.get(rows.images[i]!)?.group ?? -1),
        ...{ seed, form, strengths },
        others: runs.map((_, m) => joined(other.map(({ models }) => models[m]!))),
      },
      { signal: job.signal, onProgress: (done, total) => job.progress('stack', done, total) },
    );
    const { outOfFold, others, rule, ...told } = result;
    const run = catalogue.runs.create({
      name: request.name?.trim() || `stack of ${runs.join(', ')}`,
      ...{ preset: STACK, backbones: [], size: 0, classes },
      recipe: { stack: { runs, method: told.chosen, form, importance: importanceIn(told) } },
    });
    try {
      await catalogue.predictions.add(
        run,
        'out-of-fold',
        labelled.map((i) => rows.images[i]!),
        outOfFold,
      );
      let from = 0;
      for (const { part, images } of other) {
        await catalogue.predictions.add(run, part, images, others.subarray(from * k, (from + images.length) * k));
        from += images.length;
      }
      const { bytes, why } = await writeModel(
        context,
        { run, request, rule, classes: classes.map((c) => c.name), told },
        job,
      );
      const { accuracy, macroF1 } = await runEvaluation(context, run, 'out-of-fold');
      catalogue.runs.update(run, {
        ...{ state: 'done', split: 'out-of-fold', images: labelled.length, accuracy, macroF1, bytes },
      });
      return { run, images: labelled.length, model: bytes > 0, why, runs, ...told };
    } catch (thrown) {
      catalogue.runs.update(run, { state: 'failed', error: thrown instanceof Error ? thrown.message : String(thrown) });
      throw thrown;
    } finally {
      changed(context, ['runs', 'labels']);
    }
  },
};

type Told = Omit<StudyResult<'stack'>, 'run' | 'images' | 'model' | 'why' | 'runs'>;

const importanceIn = ({ methods, chosen }: Pick<Told, 'methods' | 'chosen'>): number[] =>
  methods.find(({ method }) => method === chosen)!.importance;

/** Bytes of the file; 0, and why, where the runs make a table but no file: it can be evaluated all the same. */
async function writeModel(
  context: EngineContext,
  {
    run,
    request,
    rule,
    classes,
    told,
  }: {
    run: number;
    request: Request;
    rule: Combiner;
    classes: string[];
    told: Pick<Told, 'chosen'>;
  },
  job: JobContext,
): Promise<{ bytes: number; why: string | null }> {
  const folder = runFolder(context, run);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'recipe.json'), JSON.stringify({ stack: { runs: request.runs, method: told.chosen } }));
  const table = request.runs.find((member) => !hasModel(context, member));
  if (table !== undefined) return { bytes: 0, why: `run ${table} is a table and has no model` };
  job.progress('export', 0, 0);
  const out = join(folder, 'model.onnx');
  try {
    await context.compute.run(
      'stackModel',
      {
        models: request.runs.map((member) => join(runFolder(context, member), 'model.onnx')),
        ...{ classes, rule, out },
        provenance: { run, stack: request.runs, method: told.chosen },
      },
      { signal: job.signal },
    );
    return { bytes: (await stat(out)).size, why: null };
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || thrown.code !== 'onnx/unsupported') throw thrown;
    job.log(thrown.message);
    return { bytes: 0, why: thrown.message };
  }
}

async function recordsOf(context: EngineContext, images: readonly number[]): Promise<ImageRecord[]> {
  const records: ImageRecord[] = [];
  for (let from = 0; from < images.length; from += SLICE) {
    records.push(...projectOf(context).catalogue.images.records(images.slice(from, from + SLICE)));
    await new Promise(setImmediate);
  }
  return records;
}

function take(model: Float32Array, rows: readonly number[], k: number): Float32Array {
  const out = new Float32Array(rows.length * k);
  rows.forEach((i, at) => out.set(model.subarray(i * k, (i + 1) * k), at * k));
  return out;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
