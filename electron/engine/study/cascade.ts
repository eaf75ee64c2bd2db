/** A small run first, a big one for the doubtful: the curve of score against speed, from what both said out of fold. */
import { join } from 'node:path';
import { AssayError, random } from '../../contract/index.ts';
import { checkClasses } from '../batch/options.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { workingImages } from '../features.ts';
import { type JobContext } from '../jobs.ts';
import { checkModel, runFolder } from '../runs.ts';
import { type Study } from './index.ts';
import { sharedRows } from './rows.ts';

export const cascadeStudy: Study<'cascade'> = {
  title: ({ small, big }) => `${small} → ${big}`,
  check(context, { small, big }) {
    for (const run of [small, big]) {
      checkModel(context, run);
      if (!projectOf(context).catalogue.predictions.parts(run).includes('out-of-fold'))
        throw new AssayError('run/unfinished', {
          subject: String(run),
          values: { reason: 'it has no out-of-fold probabilities; train a head, or a network with folds' },
        });
    }
    checkClasses(context, [small, big]);
  },
  async run(context, { small, big, route, steps, timed }, job) {
    const rows = await sharedRows(context, [small, big], 'out-of-fold');
    const labelled = rows.given.flatMap((given, i) => (given >= 0 && !rows.excluded[i] ? [i] : []));
    if (labelled.length === 0) throw new AssayError('evaluate/empty-split', { subject: 'out-of-fold' });
    const k = projectOf(context).catalogue.runs.classes(small).length;
    const take = (model: Float32Array): Float32Array => {
      const out = new Float32Array(labelled.length * k);
      labelled.forEach((i, at) => out.set(model.subarray(i * k, (i + 1) * k), at * k));
      return out;
    };
    const paths = await sample(context, timed, job);
    const cost = { small: await secondsOf(context, small, paths, job), big: await secondsOf(context, big, paths, job) };
    const { points, chosen } = await context.compute.run(
      'cascade',
      {
        ...{ small: take(rows.models[0]!), big: take(rows.models[1]!), classes: k, route, cost, steps },
        labels: Int32Array.from(labelled, (i) => rows.given[i]!),
      },
      { signal: job.signal },
    );
    return {
      ...{ small, big, images: labelled.length, points, chosen },
      speed: { small: 1 / cost.small, big: 1 / cost.big },
    };
  },
};

async function sample(context: EngineContext, count: number, job: JobContext): Promise<string[]> {
  const images = await workingImages(context, job.signal);
  random(1, 'cascade-speed').shuffle(images);
  return images.slice(0, count).map((image) => image.file);
}

/** Seconds an image, from the first answers to the last: opening the session is not in it. */
async function secondsOf(context: EngineContext, run: number, paths: string[], job: JobContext): Promise<number> {
  const model = join(runFolder(context, run), 'model.onnx');
  const began = performance.now();
  let first: { at: number; images: number } | undefined;
  await context.compute.run(
    'classify',
    { model, paths, views: 'none' },
    {
      signal: job.signal,
      onProgress: (done, total) => job.progress('classify', done, total),
      onBatch: ({ troubles }) => {
        first ??= { at: performance.now(), images: troubles.length };
      },
    },
  );
  const ended = performance.now();
  // So few images that all came at once: then the opening is in it.
  const { at, images } = first && first.images < paths.length ? first : { at: began, images: 0 };
  return (ended - at) / 1000 / Math.max(1, paths.length - images);
}
