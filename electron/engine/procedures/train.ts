/** Training a head on cached features: the request, its estimate, and the job that makes a run of it. */
import { rm } from 'node:fs/promises';
import { type Catalogue } from '../../catalogue/index.ts';
import { AssayError, type EpochPoint, type evaluationProcedures, type Output } from '../../contract/index.ts';
import { type EngineContext, type HandlersOf, changed, projectOf } from '../context.ts';
import { type JobContext } from '../jobs.ts';
import { robustRows } from '../robust/index.ts';
import { evaluationOf, runFolder, storedRows } from '../runs.ts';
import { slicedRows, sliceEvaluation } from '../slices.ts';
import { headRun } from '../train/head-run.ts';
import { networkRun } from '../train/network-run.ts';
import { estimate } from '../train/estimate.ts';
import { checkClasses, checkRequest, type TrainParams } from '../train/params.ts';
import { type Training } from '../train/trainings.ts';

/** What a training job does: a head in seconds, or a network. A run that did not come to its end says why. */
export async function trainBody(
  context: EngineContext,
  raw: unknown,
  job: JobContext,
): Promise<Record<string, unknown>> {
  // Written by `train.start`, and validated there.
  const params = raw as TrainParams;
  const { catalogue } = projectOf(context);
  const started = context.clock();
  try {
    return await (params.request.preset === 'head' ? headRun : networkRun)(context, params, job);
  } catch (thrown) {
    const stopped = job.signal.aborted;
    catalogue.runs.update(params.run, {
      state: stopped ? 'stopped' : 'failed',
      error: stopped ? null : thrown instanceof Error ? thrown.message : String(thrown),
      seconds: (context.clock() - started) / 1000,
    });
    throw thrown;
  } finally {
    changed(context, ['runs']);
  }
}

type Worst = Output<'runs.get'>['worst'];
type Curve = { step: number; loss: number }[];

/** The training loss by step, with the validation loss where an epoch ended. */
function curveOf(curve: Curve, epochs: readonly EpochPoint[]) {
  const ends = epochs.map(({ step, loss, validationLoss }) => ({ step, loss, validationLoss }));
  const between = curve.filter(({ step }) => !ends.some((end) => end.step === step));
  return [...between.map((point) => ({ ...point, validationLoss: null })), ...ends].sort((a, b) => a.step - b.step);
}

/** How many of the images that a run is most wrong about are told of. */
const WORST = 12;

/** By the stored predictions and today's labels. */
async function worstOf(catalogue: Catalogue, run: number): Promise<Worst> {
  const ids = Array.from(await catalogue.views.select(`wrong:${run} run:${run} sort:-p`)).slice(0, WORST);
  const predicted = catalogue.predictions.ofRun(run, ids);
  return catalogue
    .tiles(ids)
    .map((tile) => ({ tile, predicted: predicted.get(tile.id)?.class ?? null, p: predicted.get(tile.id)?.p ?? 0 }));
}

/** Of a training under way, by its newest validation; one that was relabelled since to what was predicted is no mistake. */
function worstSoFar(catalogue: Catalogue, worst: Training['worst']): Worst {
  const by = new Map(worst.map((one) => [one.image, one]));
  return catalogue
    .tiles([...by.keys()])
    .map((tile) => ({ tile, predicted: by.get(tile.id)!.predicted, p: by.get(tile.id)!.p }))
    .filter(({ tile, predicted }) => tile.class !== predicted);
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

export const train: Omit<HandlersOf<'train' | 'runs'>, keyof typeof evaluationProcedures> = {
  'train.start'(context, request) {
    checkRequest(context, request);
    checkClasses(context);
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
  'train.estimate': (context, request, { signal }) => estimate(context, request, signal),
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
    const worst = training ? worstSoFar(catalogue, training.worst) : await worstOf(catalogue, run);
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
  async 'runs.evaluate'(context, { run, split, slice, side }, { signal }) {
    const rows = await (side === 'robust' ? robustRows : storedRows)(context, run, split);
    if (!slice?.trim()) return evaluationOf(run, split, rows);
    return sliceEvaluation(
      context,
      { run, split, rows: await slicedRows(context, { run, rows, slice }, signal) },
      signal,
    );
  },
};
