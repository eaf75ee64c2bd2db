/** Training a network, whole or its last blocks: one training, or one a fold. */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EpochPoint } from '../../contract/index.ts';
import { DEGRADED_TWIN } from '../../augment/catalogue.ts';
import { type Part } from '../../catalogue/index.ts';
import { checkClassWeights, fillRecipe } from '../../training/names.ts';
import { backboneFile, backboneNamed } from '../backbones.ts';
import { changed, type EngineContext, projectOf } from '../context.ts';
import { ensureFeatures } from '../features.ts';
import { type JobContext } from '../jobs.ts';
import { runEvaluation, runFolder } from '../runs.ts';
import { measureTwin } from '../robust/index.ts';
import { keepFolds } from '../oof/folds.ts';
import { augmentationOf, type TrainParams } from './params.ts';
import { storeProbabilities } from './predictions.ts';
import { keyOf, type Seen, seenBy } from './seen.ts';
import { type Training } from './trainings.ts';

interface Run {
  context: EngineContext;
  job: JobContext;
  training: Training;
  run: number;
  folder: string;
  seen: Seen;
  backbone: string;
  untrained: boolean;
  until?: number;
}

const checkpoint = (place: string): string => join(place, 'checkpoint.bin');

/** How long a step may take to end when the training is stopped; then its last checkpoint stands. */
const GRACE_MS = 60_000;

export async function networkRun(
  context: EngineContext,
  { run, request, labels, until }: TrainParams,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const { catalogue } = projectOf(context);
  const started = context.clock();
  const folder = runFolder(context, run);
  const info = backboneNamed(context, request.backbones[0]!);
  const untrained = info.origin === 'untrained';
  const transformer = info.taps.some((tap) => tap.stride === null);
  const recipe = fillRecipe(request, { untrained, transformer });
  const training = context.trainings.begin(run, job.id, recipe.epochs, recipe.data.folds);
  // What a training that goes on had reached before.
  const kept = catalogue.runs.extra(run) as { epochs?: EpochPoint[]; curve?: Training['curve'] };
  training.epochs = kept.epochs ?? [];
  training.curve = kept.curve ?? [];
  try {
    await mkdir(folder, { recursive: true });
    job.progress('convert', 0, 0);
    const backbone = await backboneFile(context, info.name, job.signal, recipe.seed);
    const { policy, plan } = augmentationOf(context, recipe.augmentation);
    // The project's plan may be another one tomorrow: the run keeps what it was trained with.
    if (recipe.augmentation.plan === 'project' && plan) recipe.augmentation.groups = plan;
    const seen = await seenBy(context, {
      ...{ folder, recipe, policy, plan, twin: DEGRADED_TWIN, backbone: backbone.hash, signal: job.signal },
      ...(labels && { labels }),
    });
    checkClassWeights(recipe.loss, seen.classes.length);
    catalogue.runs.update(run, {
      ...{ state: 'running', error: null, classes: seen.classes, recipe: { ...seen.recipe } },
      extra: { ...catalogue.runs.extra(run), job: job.id },
    });
    const whole: Run = { ...{ context, job, training, run, folder, seen, untrained, until }, backbone: backbone.path };
    const whether = seen.recipe.data.folds > 0 ? await trainFolds(whole) : await trainSingle(whole);
    if (whether === 'paused') {
      catalogue.runs.update(run, { state: 'stopped', seconds: training.epochs.at(-1)?.seconds ?? 0 });
      return { run, paused: true };
    }
    // Shown beside the clean one from the start, where training watched it anyway.
    if (seen.recipe.data.robust)
      await measureTwin(context, { run, split: seen.recipe.data.folds > 0 ? 'out-of-fold' : 'validation' }, job);
    const labelled = (part: string): boolean => seen.images.some((image) => image.split === part && image.label >= 0);
    const split = labelled('test') ? 'test' : seen.recipe.data.folds > 0 ? 'out-of-fold' : 'validation';
    const size = (await stat(join(folder, 'model.onnx'))).size;
    await writeFile(join(folder, 'recipe.json'), JSON.stringify(seen.recipe, null, 2));
    catalogue.runs.update(run, {
      ...{ state: 'done', split, bytes: size },
      seconds: training.epochs.at(-1)?.seconds ?? (context.clock() - started) / 1000,
      images: seen.images.filter((image) => image.label >= 0 && image.split !== 'test').length,
    });
    const evaluation = await runEvaluation(context, run, split);
    catalogue.runs.update(run, { accuracy: evaluation.accuracy, macroF1: evaluation.macroF1 });
    changed(context, ['runs', 'labels']);
    return { run, split, accuracy: evaluation.accuracy, macroF1: evaluation.macroF1 };
  } finally {
    context.trainings.end(run);
  }
}

type Ended = 'done' | 'paused';

async function trainSingle(whole: Run): Promise<Ended> {
  const { seen, folder, context, run } = whole;
  const held = seen.images.map((image) => image.held);
  const probabilities = await trainPart(whole, folder, held, null);
  if (!probabilities) return 'paused';
  const parts = seen.images.map((image, i): Part => {
    if (image.label < 0 || image.split === 'test') return image.split === 'test' ? 'test' : 'none';
    return held[i] ? 'validation' : 'train';
  });
  await storeProbabilities(context, run, seen.images, probabilities, parts, seen.classes.length);
  return 'done';
}

/** Each image is predicted by the training that did not see it; all others by the mean of all. */
async function trainFolds(whole: Run): Promise<Ended> {
  const { seen, folder, context, run, job } = whole;
  const { folds } = seen.recipe.data;
  const k = seen.classes.length;
  const all = new Float32Array(seen.images.length * k);
  const models: string[] = [];
  let paused = false;
  for (let fold = 0; fold < folds; fold++) {
    const place = join(folder, `fold-${fold + 1}`);
    await mkdir(place, { recursive: true });
    const held = seen.images.map((image) => image.fold === fold);
    const probabilities = await trainPart(whole, place, held, fold + 1);
    if (!probabilities) {
      // The other folds come as far.
      paused = true;
      continue;
    }
    models.push(join(place, 'model.onnx'));
    seen.images.forEach((image, i) => {
      for (let at = i * k; at < (i + 1) * k; at++)
        if (image.fold < 0) all[at] = all[at]! + probabilities[at]! / folds;
        else if (held[i]) all[at] = probabilities[at]!;
    });
  }
  if (paused) return 'paused';
  await keepFolds(
    folder,
    seen.images.map((image) => image.id),
    seen.images.map((image) => image.fold),
  );
  job.progress('export', 0, 0);
  await context.compute.run('ensemble', { models, out: join(folder, 'model.onnx') }, { signal: job.signal });
  const parts = seen.images.map((image): Part => {
    if (image.fold >= 0) return 'out-of-fold';
    return image.split === 'test' ? 'test' : 'none';
  });
  await storeProbabilities(context, run, seen.images, all, parts, k);
  return 'done';
}

/**
 * One training from its start or its checkpoint to its model and what that says of every image, [images, classes].
 * What was finished before is read, not repeated. Null where it paused before its end.
 */
async function trainPart(
  whole: Run,
  place: string,
  held: boolean[],
  fold: number | null,
): Promise<Float32Array | null> {
  const { seen, job, training } = whole;
  const said = join(place, 'probabilities.f32');
  const known = await readFile(said).catch(() => null);
  const floats = seen.images.length * seen.classes.length;
  if (known?.length === floats * 4) return new Float32Array(new Uint8Array(known).buffer);
  const trained = join(place, 'trained.bin');
  const finish = AbortSignal.any([job.signal, training.finish.signal]);
  try {
    if (await fit(whole, place, held, fold, trained, finish)) return null;
  } catch (thrown) {
    // Ended on purpose: the best epoch so far is the result, where there is one.
    const early = training.finish.signal.aborted && !job.signal.aborted;
    if (!early || !(await stat(trained).catch(() => null))) throw thrown;
  }
  const model = join(place, 'model.onnx');
  await exportModel(whole, trained, model);
  const probabilities = await classifyAll(whole, model);
  const temporary = `${said}.${process.pid}.tmp`;
  await writeFile(temporary, new Uint8Array(probabilities.buffer), { flush: true });
  await rename(temporary, said);
  // Four times the weights, and of no more use.
  await rm(checkpoint(place), { force: true });
  return probabilities;
}

/** Whether it paused before its end. */
async function fit(
  whole: Run,
  place: string,
  held: boolean[],
  fold: number | null,
  trained: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { seen, context, job, training, run } = whole;
  const { catalogue } = projectOf(context);
  const { recipe } = seen;
  const rows = seen.images.flatMap((image, i) =>
    image.label >= 0 && image.split !== 'test' && (fold === null || image.fold >= 0) ? [i] : [],
  );
  const begun = (await stat(checkpoint(place)).catch(() => null)) !== null;
  // A head fitted on frozen features first: fine-tuning from it bends the features less (Kumar and others 2022).
  const head = whole.untrained || begun ? undefined : await firstHead(whole, rows, held);
  const others = training.epochs.filter((point) => point.fold !== fold);
  const note = (): void =>
    catalogue.runs.update(run, {
      extra: { ...catalogue.runs.extra(run), curve: training.curve, epochs: training.epochs },
    });
  const result = await context.compute.run(
    'fit',
    {
      network: { backbone: whole.backbone, tap: recipe.tap, size: recipe.size ?? null, head },
      ...{ fit: recipe.fit, classes: seen.classes.map((c) => c.name), recipe },
      images: rows.map((i) => {
        const { path, hash, label } = seen.images[i]!;
        return { path, hash, label, held: held[i]! };
      }),
      ...{ policy: seen.policy, plan: seen.plan, twin: seen.twin, key: keyOf(seen, String(fold ?? '')), trained },
      checkpoint: checkpoint(place),
      ...(whole.until !== undefined && { until: whole.until }),
    },
    {
      ...{ signal, graceMs: GRACE_MS, onLog: (line) => job.log(line) },
      onBatch: (batch) => {
        if (batch.type === 'epoch') {
          const point = { ...batch.point, fold };
          training.epochs.push(point);
          training.worst = batch.worst.map(({ row, predicted, p }) => ({
            ...{ image: seen.images[rows[row]!]!.id, predicted: seen.classes[predicted]!.id, p },
          }));
          note();
          context.emit({ type: 'epoch', run, epochs: recipe.epochs, point });
          changed(context, ['runs']);
          return;
        }
        training.live = { ...batch.live, run, fold, folds: recipe.data.folds };
        training.curve = batch.curve;
        const passed = recipe.data.folds > 0 ? (fold! - 1) * batch.live.steps : 0;
        job.progress('train', passed + batch.live.step, Math.max(1, recipe.data.folds) * batch.live.steps);
        context.emit({ type: 'training', live: training.live });
      },
    },
  );
  training.curve = result.curve;
  training.epochs = [...others, ...result.points.map((point) => ({ ...point, fold }))];
  note();
  return result.paused;
}

async function firstHead(whole: Run, rows: number[], held: boolean[]) {
  const { seen, context, job } = whole;
  const { recipe } = seen;
  const features = await ensureFeatures(
    context,
    { backbones: recipe.backbones, fit: recipe.fit, tap: recipe.tap, size: recipe.size },
    rows.map((i) => ({ hash: seen.images[i]!.hash, file: seen.images[i]!.path })),
    job,
  );
  job.progress('fit', 0, 0);
  const { weights, bias, temperature } = await context.compute.run(
    'head',
    {
      features: features.files,
      hashes: rows.map((i) => seen.images[i]!.hash),
      labels: Int32Array.from(rows, (i) => seen.images[i]!.label),
      held: Uint8Array.from(rows, (i) => (held[i] ? 1 : 0)),
      classes: seen.classes.map((c) => c.name),
      seed: recipe.seed,
    },
    { signal: job.signal, onProgress: (done, total, phase) => job.progress(phase, done, total) },
  );
  return { weights: weights.map((w) => w / temperature), bias: bias.map((b) => b / temperature) };
}

async function exportModel(whole: Run, trained: string, out: string): Promise<void> {
  const { seen, context, job, run } = whole;
  const { recipe } = seen;
  job.progress('export', 0, 0);
  await context.compute.run(
    'exportTrained',
    {
      ...{ backbone: whole.backbone, tap: recipe.tap, size: recipe.size ?? null, fit: recipe.fit, trained, out },
      classes: seen.classes.map((c) => c.name),
      provenance: { run, snapshot: projectOf(context).catalogue.runs.get(run).snapshot, recipe },
    },
    { signal: job.signal },
  );
}

/** What the exported file says of every image: the very path by which folders are classified later. */
async function classifyAll({ seen, context, job }: Run, model: string): Promise<Float32Array> {
  const k = seen.classes.length;
  const all = new Float32Array(seen.images.length * k);
  await context.compute.run(
    'classify',
    { model, paths: seen.images.map((image) => image.path), views: 'none' },
    {
      signal: job.signal,
      onProgress: (done, total) => job.progress('classify', done, total),
      onBatch: ({ first, probabilities }) => all.set(probabilities, first * k),
    },
  );
  return all;
}
