/**
 * The contest's story on a project: baseline, augmentation by class group, a larger input, cleaned labels, focal loss with
 * balance, a second look. Every step but the last is a whole training, kept as a run; all are measured on the test split,
 * which chooses nothing. A story that was stopped goes on with the run that it was at.
 */
import { join } from 'node:path';
import { z } from 'zod';
import {
  AssayError,
  STORY_STEPS,
  type StoryStep,
  type StudyRequest,
  type StudyResult,
  type TrainRequest,
  trainRequest,
} from '../../contract/index.ts';
import { evaluate } from '../../evaluation/index.ts';
import { checkParams } from '../clean/params.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { type JobContext } from '../jobs.ts';
import { jsonFile } from '../json-file.ts';
import { trainBody } from '../procedures/train.ts';
import { storedRows, type StoredRows } from '../runs.ts';
import { checkClasses, checkRequest, type TrainLabel } from '../train/params.ts';
import { lookAgain } from './again.ts';
import { cleanedLabels } from './cleaned.ts';
import { type Study } from './index.ts';

type Request = Extract<StudyRequest, { study: 'story' }>;
type Trained = Exclude<StoryStep, 'two-stage'>;

const CONTEST = 'document contest';

/** Each step's recipe: the one before, and one thing more. */
function recipesOf({ backbone, size, larger, epochs, seed }: Request): { step: Trained; recipe: TrainRequest }[] {
  const base = { backbones: [backbone], preset: 'full', size, epochs, seed, augmentation: { plan: 'none' } };
  const groups = { ...base, augmentation: { plan: CONTEST } };
  const resolution = { ...groups, size: larger };
  const balance = {
    loss: { kind: 'focal', gamma: 1.5, classWeights: 'effective-number' },
    data: { sampler: 'balanced' },
  };
  const steps = [
    { step: 'baseline', recipe: base },
    { step: 'groups', recipe: groups },
    { step: 'resolution', recipe: resolution },
    { step: 'cleaning', recipe: resolution },
    { step: 'focal-balance', recipe: { ...resolution, ...balance } },
  ] as const;
  return steps.map(({ step, recipe }) => ({ step, recipe: trainRequest.parse({ ...recipe, name: `story: ${step}` }) }));
}

/** What a story that goes on must know: its runs by step, and the labels that it trains with. */
const keptSchema = z.object({
  runs: z.record(z.string(), z.number()),
  labels: z.array(z.object({ image: z.number(), class: z.number() })).nullable(),
  seconds: z.record(z.string(), z.number()),
});
type Kept = z.infer<typeof keptSchema>;

export const storyStudy: Study<'story'> = {
  title: ({ backbone }) => `story of ${backbone}`,
  check(context, request) {
    for (const { recipe } of recipesOf(request)) checkRequest(context, recipe);
    checkParams(context, { kinds: ['label-error'], backbones: request.judges });
    checkClasses(context);
    const { catalogue } = projectOf(context);
    if (!catalogue.classes.list().some(({ counts }) => counts.test > 0))
      throw new AssayError('evaluate/empty-split', { subject: 'test' });
  },
  async run(context, request, job) {
    const file = jsonFile(join(projectOf(context).path, 'studies', `${job.id}.json`), keptSchema, {
      ...{ runs: {}, labels: null, seconds: {} },
    });
    const kept = file.read();
    const keep = (): void => file.write(kept);
    const said: Said[] = [];
    for (const { step, recipe } of recipesOf(request)) {
      const cleaned = step === 'cleaning' || step === 'focal-balance';
      if (cleaned && !kept.labels) {
        kept.labels = await cleanedLabels(context, request, job);
        keep();
        job.log(`cleaning: ${kept.labels.length} labels taken from the queue's likely suggestions, in training only`);
      }
      const inStep = stepped(job, step);
      const labels = cleaned ? (kept.labels ?? []) : [];
      const run = await trained(context, { step, recipe, labels }, kept, keep, inStep);
      said.push({ step, run, rows: await storedRows(context, run, 'test'), seconds: kept.seconds[step] ?? 0 });
    }
    const last = said.at(-1)!;
    const began = context.clock();
    const { rows, routed } = await lookAgain(
      context,
      { run: last.run, rows: last.rows, gate: request.gate },
      stepped(job, 'two-stage'),
    );
    said.push({ step: 'two-stage', run: last.run, rows, seconds: (context.clock() - began) / 1000 });
    const steps = await told(context, said, job);
    return { images: steps.images, relabelled: kept.labels?.length ?? 0, routed, steps: steps.steps };
  },
};

/** Parts that a step is counted in. */
const PARTS = 100;

/**
 * The job as a step sees it: its progress is a part of the whole story's, under the step's name, so that what is told is
 * how far the story is. A training's epochs are nine tenths of its step.
 */
function stepped(job: JobContext, step: StoryStep): JobContext {
  const at = STORY_STEPS.indexOf(step);
  let reached = 0;
  const tell = (share: number): void => {
    reached = Math.max(reached, share);
    job.progress(`story-${step}`, Math.round((at + reached) * PARTS), STORY_STEPS.length * PARTS);
  };
  return {
    ...{ id: job.id, signal: job.signal, log: (line) => job.log(line), trouble: (s, r) => job.trouble(s, r) },
    progress(phase, done, total) {
      const share = total > 0 ? done / total : 0;
      if (phase === 'train') tell(0.9 * share);
      else tell(phase === 'second-look' ? share : phase === 'classify' ? 0.9 + 0.1 * share : 0);
    },
  };
}

interface Said {
  step: StoryStep;
  run: number;
  rows: StoredRows;
  seconds: number;
}

/** The run of a step: the one that is done, the one that was stopped, or a new one. */
async function trained(
  context: EngineContext,
  { step, recipe, labels }: { step: Trained; recipe: TrainRequest; labels: readonly TrainLabel[] },
  kept: Kept,
  keep: () => void,
  job: JobContext,
): Promise<number> {
  const { runs } = projectOf(context).catalogue;
  const known = runs.list().find(({ id }) => id === kept.runs[step]);
  if (known?.state === 'done') return known.id;
  const { backbones, preset, size, name } = recipe;
  const run =
    known?.id ?? runs.create({ name: name!, preset, backbones, size: size ?? 0, classes: [], recipe: { ...recipe } });
  kept.runs[step] = run;
  keep();
  job.log(`${step}: run ${run}`);
  const began = context.clock();
  await trainBody(context, { run, request: recipe, labels }, job);
  kept.seconds[step] = (context.clock() - began) / 1000;
  keep();
  return run;
}

/** Every step on the images that all of them speak of, against the one before and against the first. */
async function told(
  context: EngineContext,
  said: readonly Said[],
  job: JobContext,
): Promise<{ images: number; steps: StudyResult<'story'>['steps'] }> {
  const places = said.map(({ rows }) => new Map(Array.from(rows.images, (image, i) => [image, i])));
  const images = Array.from(said[0]!.rows.images).filter((image) => places.every((place) => place.has(image)));
  const k = said[0]!.rows.classes.length;
  const take = (at: number): Float32Array => {
    const { probabilities } = said[at]!.rows;
    const out = new Float32Array(images.length * k);
    images.forEach((image, row) => {
      const i = places[at]!.get(image)!;
      out.set(probabilities.subarray(i * k, (i + 1) * k), row * k);
    });
    return out;
  };
  const labels = Int32Array.from(images, (image) => said[0]!.rows.labels[places[0]!.get(image)!]!);
  const against = async (first: number, second: number) => {
    const params = { labels, first: take(first), second: take(second), classes: k };
    return (await context.compute.run('compare', params, { signal: job.signal })).macroF1;
  };
  const steps: StudyResult<'story'>['steps'] = [];
  for (const [at, { step, run, seconds }] of said.entries()) {
    const { macroF1, macroF1Interval } = evaluate(take(at), labels, k);
    const gain = await against(Math.max(0, at - 1), at);
    const whole = await against(0, at);
    steps.push({
      ...{ step, run, macroF1, interval: [...macroF1Interval] as [number, number], seconds },
      ...{ gain: gain.difference, gainInterval: gain.interval },
      ...{ toBaseline: whole.difference, toBaselineInterval: whole.interval },
    });
  }
  return { images: images.length, steps };
}
