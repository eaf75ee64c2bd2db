/**
 * A recipe is searched for: candidates of a declared space are trained a little, the better ones longer, the last to the
 * end. A candidate that goes on goes on from its checkpoint, on the schedule of its full length: what it has learned is
 * what a training of its own would have learned by then. Those that fall out are removed; their scores stay in the table.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError, type EpochPoint, type StudyRequest, type StudyResult } from '../../../contract/index.ts';
import { changed, type EngineContext, projectOf } from '../../context.ts';
import { type JobContext } from '../../jobs.ts';
import { jsonFile } from '../../json-file.ts';
import { trainBody } from '../../procedures/train.ts';
import { runEvaluation, runFolder } from '../../runs.ts';
import { checkClasses, checkRequest } from '../../train/params.ts';
import { type Study } from '../index.ts';
import { type Candidate, candidatesOf, etaFor, halving, type Rung } from './space.ts';

type Request = Extract<StudyRequest, { study: 'search' }>;

/** What a search that goes on must know. Keys are numbers of candidates; scores those of the rungs, in their order. */
const keptSchema = z.object({
  runs: z.record(z.string(), z.number()),
  scores: z.record(z.string(), z.array(z.number())),
  errors: z.record(z.string(), z.string()),
});
type Kept = z.infer<typeof keptSchema>;

/** @throws AssayError `train/recipe-invalid` naming the field of the space */
function planOf({ space, seed }: Request): { candidates: Candidate[]; rungs: Rung[]; heads: boolean } {
  const candidates = candidatesOf(space, seed);
  const heads = candidates.filter(({ recipe }) => recipe.preset === 'head').length;
  const invalid = (subject: string, reason: string) =>
    new AssayError('train/recipe-invalid', { subject, values: { reason } });
  if (heads > 0 && heads < candidates.length)
    throw invalid('preset', 'heads and networks are not measured alike; search one of them.');
  // A head has no epochs and is fitted in seconds: every candidate is fitted whole.
  if (heads > 0) return { candidates, rungs: [{ epochs: 1, candidates: candidates.length }], heads: true };
  const { epochs } = candidates[0]!.recipe;
  if (epochs === undefined) throw invalid('base.epochs', 'say how many epochs the last candidate is trained.');
  return {
    candidates,
    rungs: halving(candidates.length, epochs, etaFor(space, candidates.length), space.least),
    heads: false,
  };
}

export const searchStudy: Study<'search'> = {
  title: ({ space }) => Object.keys(space.fields).join(', ') || 'search',
  check(context, request) {
    for (const { recipe } of planOf(request).candidates) checkRequest(context, recipe);
    checkClasses(context);
  },
  async run(context, request, job) {
    const plan = planOf(request);
    const file = jsonFile(join(projectOf(context).path, 'studies', `${job.id}.json`), keptSchema, {
      ...{ runs: {}, scores: {}, errors: {} },
    });
    const kept = file.read();
    const clock = new AbortController();
    const timer = setTimeout(() => clock.abort(), Math.min(request.minutes * 60_000, 2 ** 31 - 1));
    const step: Step = {
      ...{ context, job, kept, keep: () => file.write(kept), clock: clock.signal, heads: plan.heads },
      forward: false,
    };
    try {
      let inRace = plan.candidates.map((_, i) => i);
      for (const [at, { epochs, candidates }] of plan.rungs.entries()) {
        const last = at === plan.rungs.length - 1;
        if (at > 0) inRace = await promoted(step, inRace, at - 1, candidates);
        for (const [done, candidate] of inRace.entries()) {
          job.progress('search', done, inRace.length);
          if (kept.errors[candidate] !== undefined || (kept.scores[candidate]?.length ?? 0) > at) continue;
          if (timeIsUp(step)) break;
          await trained(step, candidate, plan.candidates[candidate]!, last ? undefined : epochs);
        }
        if (timeIsUp(step)) break;
      }
    } finally {
      clearTimeout(timer);
    }
    return told(plan, kept);
  },
};

interface Step {
  context: EngineContext;
  job: JobContext;
  kept: Kept;
  keep(): void;
  /** Aborted when the minutes are over. */
  clock: AbortSignal;
  heads: boolean;
  /** Whether this go has come an epoch further: however little time it has, so often repeated it ends. */
  forward: boolean;
}

const timeIsUp = ({ clock, forward }: Step): boolean => clock.aborted && forward;

/** How often a training is asked whether it has come an epoch further, in milliseconds. */
const ASK_MS = 100;

const scoreAt = (kept: Kept, candidate: number, rung: number): number => kept.scores[candidate]?.[rung] ?? -1;

/** The best of a rung; those that fall out lose their runs. Of equal ones the earlier drawn goes on. */
async function promoted(step: Step, inRace: readonly number[], rung: number, count: number): Promise<number[]> {
  const { context, kept, keep, job } = step;
  const order = [...inRace].sort((a, b) => scoreAt(kept, b, rung) - scoreAt(kept, a, rung) || a - b);
  for (const candidate of order.slice(count)) {
    const run = kept.runs[candidate];
    if (run === undefined) continue;
    if (
      projectOf(context)
        .catalogue.runs.list()
        .some(({ id }) => id === run)
    ) {
      await projectOf(context).catalogue.runs.remove(run);
      await rm(runFolder(context, run), { recursive: true, force: true });
    }
    delete kept.runs[candidate];
    keep();
    job.log(`candidate ${candidate} falls out at ${scoreAt(kept, candidate, rung).toFixed(4)}`);
  }
  changed(context, ['runs']);
  return order.slice(0, count).sort((a, b) => a - b);
}

/** Trains a candidate up to `until` epochs (undefined: to its end) and notes its score, unless the time is up before. */
async function trained(step: Step, candidate: number, { recipe }: Candidate, until: number | undefined): Promise<void> {
  const { context, job, kept, keep } = step;
  const { runs } = projectOf(context).catalogue;
  const { backbones, preset, size } = recipe;
  const name = `search ${job.id}: ${candidate}`;
  const known = runs.list().find(({ id }) => id === kept.runs[candidate]);
  const run =
    known?.id ?? runs.create({ name, preset, backbones, size: size ?? 0, classes: [], recipe: { ...recipe, name } });
  kept.runs[candidate] = run;
  keep();
  const stop = new AbortController();
  const before = epochsOf(context, run).length;
  const asking = setInterval(() => {
    step.forward ||= (context.trainings.get(run)?.epochs.length ?? 0) > before;
    if (timeIsUp(step)) stop.abort();
  }, ASK_MS);
  try {
    const signal = AbortSignal.any([job.signal, stop.signal]);
    if (known?.state !== 'done')
      await trainBody(
        context,
        { run, request: { ...recipe, name }, ...(until !== undefined && !step.heads && { until }) },
        { ...job, signal },
      );
    const score = step.heads ? (await runEvaluation(context, run, 'out-of-fold')).macroF1 : bestOf(context, run);
    kept.scores[candidate] = [...(kept.scores[candidate] ?? []), score];
    step.forward = true;
    job.log(`candidate ${candidate}: ${score.toFixed(4)}${until === undefined ? '' : ` after ${until} epochs`}`);
  } catch (thrown) {
    if (job.signal.aborted) throw thrown;
    // It stands at its checkpoint, and goes on with the search.
    if (stop.signal.aborted) return;
    if (!(thrown instanceof AssayError)) throw thrown;
    // One that cannot be trained (it diverges) is out; the others are not.
    kept.errors[candidate] = thrown.message;
    job.trouble(name, thrown.message);
  } finally {
    clearInterval(asking);
  }
  keep();
}

const epochsOf = (context: EngineContext, run: number): EpochPoint[] =>
  (projectOf(context).catalogue.runs.extra(run) as { epochs?: EpochPoint[] }).epochs ?? [];

/** Highest macro F1 of validation so far; the mean over the folds. */
function bestOf(context: EngineContext, run: number): number {
  const folds = new Map<number | null, number>();
  for (const { fold, validationF1 } of epochsOf(context, run))
    folds.set(fold, Math.max(folds.get(fold) ?? 0, validationF1 ?? 0));
  return [...folds.values()].reduce((sum, best) => sum + best, 0) / Math.max(1, folds.size);
}

function told({ candidates, rungs, heads }: ReturnType<typeof planOf>, kept: Kept): StudyResult<'search'> {
  const reached = (candidate: number): number => kept.scores[candidate]?.length ?? 0;
  const order = candidates
    .map((_, i) => i)
    .sort(
      (a, b) => reached(b) - reached(a) || scoreAt(kept, b, reached(b) - 1) - scoreAt(kept, a, reached(a) - 1) || a - b,
    );
  const [first] = order;
  const best = first !== undefined && reached(first) > 0 ? first : undefined;
  const failed = Object.keys(kept.errors).map(Number);
  const told = rungs.map(({ epochs, candidates: count }, at) => ({
    ...{ epochs: heads ? 0 : epochs, candidates: count },
    done: candidates.filter((_, i) => reached(i) > at || (failed.includes(i) && reached(i) === at)).length,
  }));
  return {
    ranked: order.map((candidate) => ({
      ...{ candidate, values: candidates[candidate]!.values, run: kept.runs[candidate] ?? null },
      epochs: heads || reached(candidate) === 0 ? 0 : rungs[reached(candidate) - 1]!.epochs,
      score: reached(candidate) > 0 ? scoreAt(kept, candidate, reached(candidate) - 1) : null,
      error: kept.errors[candidate] ?? null,
    })),
    rungs: told,
    best: best === undefined ? null : { ...candidates[best]!.recipe },
    bestRun: best === undefined ? null : (kept.runs[best] ?? null),
    complete: told.every(({ done, candidates: count }) => done >= count),
  };
}
