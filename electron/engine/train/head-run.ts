/** Training a head on cached features: seconds, and every labelled image is predicted out of fold. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Part, type RunClass } from '../../catalogue/index.ts';
import { ORIGIN } from '../../training/names.ts';
import { type EngineContext, changed, projectOf } from '../context.ts';
import { type Features, ensureFeatures, workingImages } from '../features.ts';
import { type JobContext } from '../jobs.ts';
import { runEvaluation, runFolder } from '../runs.ts';
import { foldHeads, keepFolds } from '../oof/folds.ts';
import { classesOf, type TrainParams } from './params.ts';
import { storeProbabilities } from './predictions.ts';

async function exportModel(
  context: EngineContext,
  params: TrainParams,
  features: Features,
  head: { weights: Float32Array; bias: Float32Array; temperature: number },
  classes: RunClass[],
  job: JobContext,
): Promise<number> {
  const { request, run } = params;
  const { catalogue } = projectOf(context);
  const folder = runFolder(context, run);
  job.progress('export', 0, 0);
  const path = join(folder, 'model.onnx');
  await context.compute.run(
    'export',
    {
      backbones: features.backbones.map((backbone) => backbone.path),
      tap: request.tap,
      size: request.size ?? null,
      fit: request.fit,
      head: { weights: head.weights, bias: head.bias, temperature: head.temperature },
      classes: classes.map((c) => c.name),
      provenance: { run, snapshot: catalogue.runs.get(run).snapshot, recipe: request },
      out: path,
    },
    { signal: job.signal },
  );
  return (await stat(path)).size;
}

export async function headRun(
  context: EngineContext,
  params: TrainParams,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const { run, request } = params;
  const project = projectOf(context);
  const { catalogue } = project;
  const started = context.clock();
  const images = await workingImages(context, job.signal);
  const classes = classesOf(context, images);
  const features = await ensureFeatures(context, request, images, job);
  const index = new Map(classes.map((c, i) => [c.id, i]));
  const folder = runFolder(context, run);
  await mkdir(folder, { recursive: true });
  job.progress('fit', 0, 0);
  const head = await context.compute.run(
    'head',
    {
      features: features.files,
      hashes: images.map((image) => image.hash ?? ''),
      labels: Int32Array.from(images, (image) => (image.class === null ? -1 : (index.get(image.class) ?? -1))),
      held: Uint8Array.from(images, (image) => (image.split === 'test' ? 1 : 0)),
      groups: Int32Array.from(images, (image) => image.group ?? -1),
      classes: classes.map((c) => c.name),
      seed: request.seed,
      foldsFile: foldHeads(folder),
    },
    {
      signal: job.signal,
      onProgress: (done, total, phase) => job.progress(phase, done, total),
      onLog: (line) => job.log(line),
    },
  );
  catalogue.runs.update(run, { classes, size: features.size, recipe: { ...request, size: features.size } });
  await keepFolds(
    folder,
    images.map((image) => image.id),
    head.folds,
  );
  const bytes = await exportModel(context, params, features, head, classes, job);
  const parts = images.map((image, i): Part | null => {
    if (head.origin[i] === ORIGIN.none) return null;
    if (head.origin[i] === ORIGIN.outOfFold) return 'out-of-fold';
    return image.split === 'test' ? 'test' : 'none';
  });
  await storeProbabilities(context, run, images, head.probabilities, parts, classes.length);
  await writeFile(join(folder, 'recipe.json'), JSON.stringify({ ...request, size: features.size }, null, 2));
  await writeFile(
    join(folder, 'fit.json'),
    JSON.stringify({
      c: head.c,
      temperature: head.temperature,
      trials: head.trials,
      curve: head.curve,
      converged: head.converged,
      trained: head.trained,
    }),
  );
  const split = images.some((image) => image.split === 'test' && image.class !== null) ? 'test' : 'out-of-fold';
  catalogue.runs.update(run, {
    state: 'done',
    seconds: (context.clock() - started) / 1000,
    split,
    images: head.trained,
    bytes,
    extra: { curve: head.curve, features: features.files },
  });
  const evaluation = await runEvaluation(context, run, split);
  catalogue.runs.update(run, { accuracy: evaluation.accuracy, macroF1: evaluation.macroF1 });
  changed(context, ['runs', 'labels']);
  return { run, split, accuracy: evaluation.accuracy, macroF1: evaluation.macroF1 };
}
