/** Training a head on cached features: the request, its estimate, and the job that makes a run of it. */
import { rm } from 'node:fs/promises';
import { AssayError, type EpochPoint, type Reason } from '../../contract/index.ts';
import { backboneNamed } from '../backbones.ts';
import { type EngineContext, type HandlersOf, changed, projectOf } from '../context.ts';
import { workingImages } from '../features.ts';
import { type JobContext } from '../jobs.ts';
import { runEvaluation, runFolder } from '../runs.ts';
import { headRun } from '../train/head-run.ts';
import { networkRun } from '../train/network-run.ts';
import { checkRequest, classesOf, type TrainParams } from '../train/params.ts';
import { type Training } from '../train/trainings.ts';

/** What a training job does: a head in seconds, or a network. */
export function trainBody(context: EngineContext, raw: unknown, job: JobContext): Promise<Record<string, unknown>> {
  // Written by `train.start`, and validated there.
  const params = raw as TrainParams;
  return params.request.preset === 'head' ? headRun(context, params, job) : networkRun(context, params, job);
}

type Curve = { step: number; loss: number }[];

/** The training loss by step, with the validation loss where an epoch ended. */
function curveOf(curve: Curve, epochs: readonly EpochPoint[]) {
  const ends = epochs.map(({ step, loss, validationLoss }) => ({ step, loss, validationLoss }));
  const between = curve.filter(({ step }) => !ends.some((end) => end.step === step));
  return [...between.map((point) => ({ ...point, validationLoss: null })), ...ends].sort((a, b) => a.step - b.step);
}

/** @throws AssayError `train/not-resumable` where the run is not under way */
function running(context: EngineContext, run: number): Training {
  const training = context.trainings.get(run);
  if (training) return training;
  const { state } = projectOf(context).catalogue.runs.get(run);
  throw new AssayError('train/not-resumable', {
    subject: String(run),
    values: { reason: `it is not under way (${state}).` },
  });
}

/** Images a second of a small network on one core at 224 px; the estimate scales it by pixels. */
const RATE_224 = 90;

export const train: HandlersOf<'train' | 'runs'> = {
  'train.start'(context, request) {
    checkRequest(context, request);
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
  'train.pause'(context, { run }) {
    projectOf(context).jobs.cancel(running(context, run).job);
    return {};
  },
  'train.finish'(context, { run }) {
    running(context, run).finish.abort();
    return {};
  },
  'train.resume'(context, { run }) {
    const { catalogue, jobs } = projectOf(context);
    const { state } = catalogue.runs.get(run);
    const { job } = catalogue.runs.extra(run) as { job?: number };
    const refuse = (reason: string) =>
      new AssayError('train/not-resumable', { subject: String(run), values: { reason } });
    if (context.trainings.get(run)) throw refuse('it is under way.');
    if (state === 'done') throw refuse('it is finished.');
    if (job === undefined) throw refuse('nothing of it was kept.');
    catalogue.runs.update(run, { state: 'running', error: null });
    jobs.resume(job);
    changed(context, ['runs']);
    return { job, run };
  },
  'runs.list': (context) => projectOf(context).catalogue.runs.list(),
  async 'runs.get'(context, { run }) {
    const { catalogue } = projectOf(context);
    const info = catalogue.runs.get(run);
    const parts = catalogue.predictions.parts(run);
    const training = context.trainings.get(run);
    const kept = catalogue.runs.extra(run) as { curve?: Curve; epochs?: EpochPoint[]; job?: number };
    const curve = training?.curve ?? kept.curve ?? [];
    const epochs = training?.epochs ?? kept.epochs ?? [];
    const splits = [
      ...(parts.includes('test') ? ['test'] : []),
      ...(parts.includes('validation') ? ['validation', 'train'] : []),
      ...(parts.includes('out-of-fold') ? ['out-of-fold', 'train', 'validation'] : []),
    ];
    const ids = Array.from(await catalogue.views.select(`wrong:${run} run:${run} sort:-p`)).slice(0, 12);
    const predicted = catalogue.predictions.ofRun(run, ids);
    const worst = catalogue
      .tiles(ids)
      .map((tile) => ({ tile, predicted: predicted.get(tile.id)?.class ?? null, p: predicted.get(tile.id)?.p ?? 0 }));
    return {
      ...{ ...info, curve: curveOf(curve, epochs), worst, splits, epochs, live: training?.live ?? null },
      resumable: training === null && info.state !== 'done' && kept.job !== undefined,
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
