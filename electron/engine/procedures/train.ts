/** Training a head on cached features: the request, its estimate, and the job that makes a run of it. */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError, type Reason, type TrainRequest } from '../../contract/index.ts';
import { type ImageRecord, type Part, type RunClass } from '../../catalogue/index.ts';
import { ORIGIN } from '../../training/names.ts';
import { backboneNamed } from '../backbones.ts';
import { type EngineContext, type HandlersOf, changed, projectOf } from '../context.ts';
import { type Features, ensureFeatures, workingImages } from '../features.ts';
import { type JobContext } from '../jobs.ts';
import { runEvaluation, runFolder } from '../runs.ts';

interface TrainParams {
  run: number;
  request: TrainRequest;
}

/** Classes with labelled images outside the test split, in the project's order. */
function classesOf(context: EngineContext, images: readonly ImageRecord[]): RunClass[] {
  const used = new Set(images.filter((image) => image.split !== 'test').map((image) => image.class));
  return projectOf(context)
    .catalogue.classes.list()
    .filter((c) => used.has(c.id))
    .map(({ id, name }) => ({ id, name }));
}

/** What is wrong before any work starts. */
function check(context: EngineContext, request: TrainRequest): void {
  for (const name of request.backbones) backboneNamed(context, name);
  const classes = projectOf(context).catalogue.classes.list();
  const trainable = classes.filter((c) => c.counts.total - c.counts.test > 0);
  if (trainable.length < 2) throw new AssayError('train/too-few-classes', { values: { found: trainable.length } });
}

/** The names under which the catalogue keeps the probabilities of an image. */
function partOf(origin: number, split: ImageRecord['split']): Part {
  if (origin === ORIGIN.outOfFold) return 'out-of-fold';
  return split === 'test' ? 'test' : 'none';
}

async function storeProbabilities(
  context: EngineContext,
  run: number,
  images: readonly ImageRecord[],
  probabilities: Float32Array,
  origin: Uint8Array,
  classes: number,
): Promise<void> {
  const { catalogue } = projectOf(context);
  const rows = new Map<Part, number[]>();
  images.forEach((image, i) => {
    if (origin[i] === ORIGIN.none) return;
    const part = partOf(origin[i] ?? 0, image.split);
    rows.set(part, [...(rows.get(part) ?? []), i]);
  });
  for (const [part, indices] of rows) {
    const values = new Float32Array(indices.length * classes);
    indices.forEach((i, row) => values.set(probabilities.subarray(i * classes, (i + 1) * classes), row * classes));
    await catalogue.predictions.add(
      run,
      part,
      indices.map((i) => images[i]?.id ?? 0),
      values,
    );
  }
}

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

export async function trainBody(
  context: EngineContext,
  raw: unknown,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const params = raw as TrainParams;
  const { run, request } = params;
  const project = projectOf(context);
  const { catalogue } = project;
  const started = context.clock();
  try {
    const images = await workingImages(context, job.signal);
    const classes = classesOf(context, images);
    const features = await ensureFeatures(context, request, images, job);
    const index = new Map(classes.map((c, i) => [c.id, i]));
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
      },
      {
        signal: job.signal,
        onProgress: (done, total, phase) => job.progress(phase, done, total),
        onLog: (line) => job.log(line),
      },
    );
    const folder = runFolder(context, run);
    await mkdir(folder, { recursive: true });
    catalogue.runs.update(run, { classes, size: features.size, recipe: { ...request, size: features.size } });
    const bytes = await exportModel(context, params, features, head, classes, job);
    await storeProbabilities(context, run, images, head.probabilities, head.origin, classes.length);
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
  } catch (thrown) {
    const stopped = job.signal.aborted;
    catalogue.runs.update(run, {
      state: stopped ? 'stopped' : 'failed',
      error: stopped ? null : thrown instanceof Error ? thrown.message : String(thrown),
      seconds: (context.clock() - started) / 1000,
    });
    changed(context, ['runs']);
    throw thrown;
  }
}

/** Images a second of a small network on one core at 224 px; the estimate scales it by pixels. */
const RATE_224 = 90;

export const train: HandlersOf<'train' | 'runs'> = {
  'train.start'(context, request) {
    check(context, request);
    const { catalogue, jobs } = projectOf(context);
    const name = request.name?.trim() || request.backbones.join(' + ');
    const run = catalogue.runs.create({
      name,
      preset: request.preset,
      backbones: request.backbones,
      size: request.size ?? 0,
      classes: [],
      recipe: { ...request },
    });
    changed(context, ['runs']);
    return { job: jobs.start({ kind: 'train', title: name, params: { run, request } satisfies TrainParams }), run };
  },
  async 'train.estimate'(context, request, { signal }) {
    const images = await workingImages(context, signal);
    const classes = classesOf(context, images);
    const warnings: Reason[] = [];
    let seconds = 2;
    let features = 0;
    for (const name of request.backbones) {
      const backbone = backboneNamed(context, name);
      const size = request.size ?? (backbone.nativeSize || 224);
      features += backbone.features;
      seconds += (images.length / RATE_224) * (size / 224) ** 2;
      if (backbone.nativeSize > 0 && (size < backbone.nativeSize / 1.6 || size > backbone.nativeSize * 1.6)) {
        warnings.push({ key: 'size-far', values: { backbone: backbone.title, native: backbone.nativeSize, size } });
      }
    }
    for (const c of classes) {
      const count = images.filter((image) => image.class === c.id && image.split !== 'test').length;
      if (count < 10) warnings.push({ key: 'class-small', values: { class: c.name, count } });
    }
    if (!images.some((image) => image.split === 'test' && image.class !== null))
      warnings.push({ key: 'no-test', values: {} });
    return {
      images: images.filter((image) => image.class !== null).length,
      classes: classes.length,
      toEmbed: images.length,
      seconds,
      // Features twice (raw and standardised), the network, its activations.
      memoryBytes: images.length * features * 8 + 300e6,
      diskBytes: images.length * features * 4 + 20e6,
      warnings,
      recipe: null,
      weights: null,
    };
  },
  'train.pause': () => ({}),
  'train.finish': () => ({}),
  'train.resume': (_context, { run }) => ({ job: run, run }),
  'runs.list': (context) => projectOf(context).catalogue.runs.list(),
  async 'runs.get'(context, { run }) {
    const { catalogue } = projectOf(context);
    const info = catalogue.runs.get(run);
    const parts = catalogue.predictions.parts(run);
    const curve = (catalogue.runs.extra(run).curve ?? []) as { step: number; loss: number }[];
    const splits = [
      ...(parts.includes('test') ? ['test'] : []),
      ...(parts.includes('out-of-fold') ? ['out-of-fold', 'train', 'validation'] : []),
    ];
    const ids = Array.from(await catalogue.views.select(`wrong:${run} run:${run} sort:-p`)).slice(0, 12);
    const predicted = catalogue.predictions.ofRun(run, ids);
    const worst = catalogue
      .tiles(ids)
      .map((tile) => ({ tile, predicted: predicted.get(tile.id)?.class ?? null, p: predicted.get(tile.id)?.p ?? 0 }));
    return {
      ...{ ...info, curve: curve.map((point) => ({ ...point, validationLoss: null })), worst, splits },
      ...{ epochs: [], live: null, resumable: false },
    };
  },
  'runs.rename'(context, { run, name }) {
    projectOf(context).catalogue.runs.update(run, { name });
    changed(context, ['runs']);
    return {};
  },
  async 'runs.remove'(context, { run }) {
    projectOf(context).catalogue.runs.get(run);
    await projectOf(context).catalogue.runs.remove(run);
    await rm(runFolder(context, run), { recursive: true, force: true });
    changed(context, ['runs', 'labels']);
    return {};
  },
  'runs.evaluate': (context, { run, split }) => runEvaluation(context, run, split),
};
