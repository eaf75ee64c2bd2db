/** What a batch was started with besides its folder, run and table. */
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  AssayError,
  type Average,
  type Output,
  type Input,
  type SecondStage,
  type Shard,
  type ViewsOfImage,
} from '../../contract/index.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { checkModel } from '../runs.ts';

export interface BatchOptions {
  views: ViewsOfImage;
  probabilities: boolean;
  /** The runs beyond the first. */
  more: number[];
  average: Average;
  /** Whether temperatures are applied. */
  calibrated: boolean;
  stage2: SecondStage | null;
  shard: Shard | null;
}

/** Options of batches that were started before there was more than views and probabilities. */
const BEFORE = { more: [], average: 'probability', calibrated: true, stage2: null, shard: null } as const;

export const optionsOf = (context: EngineContext, batch: number): BatchOptions => ({
  ...BEFORE,
  ...(projectOf(context).catalogue.batches.options(batch) as BatchOptions),
});

type Request = Omit<Required<Input<'batch.start'>>, 'stage2'> & { stage2: SecondStage | null };

/**
 * The request's options, checked before any work starts.
 * @throws AssayError `run/unknown`; `classify/classes` where runs do not know the same classes, or not those of the
 * project; `classify/stage2` where the choice of the second stage lacks its classes or names unknown ones
 */
export function checkedOptions(context: EngineContext, request: Request): BatchOptions {
  const { views, probabilities, more, average, calibrated, stage2, shard } = request;
  const { catalogue } = projectOf(context);
  const classes = catalogue.runs.classes(request.run).map((c) => c.name);
  for (const run of [request.run, ...more]) checkModel(context, run);
  if (more.length > 0) checkClasses(context, [request.run, ...more]);
  if (stage2) checkStage(stage2, classes);
  return { views, probabilities, more, average, calibrated, stage2, shard: shard && shard.of > 1 ? shard : null };
}

export function checkClasses(context: EngineContext, runs: readonly number[]): void {
  const { catalogue } = projectOf(context);
  const namesOf = (run: number): string[] => catalogue.runs.classes(run).map((c) => c.name);
  const first = namesOf(runs[0]!);
  const refuse = (run: number, reason: string): never => {
    throw new AssayError('classify/classes', { subject: `run ${run}`, values: { reason } });
  };
  const quoted = (names: readonly string[]): string =>
    names
      .slice(0, 5)
      .map((name) => `"${name}"`)
      .join(', ');
  const living = new Set(catalogue.classes.list().map((c) => c.name));
  const gone = first.filter((name) => !living.has(name));
  if (gone.length > 0) refuse(runs[0]!, `the project has no class ${quoted(gone)} any more`);
  for (const run of runs.slice(1)) {
    catalogue.runs.get(run);
    const names = namesOf(run);
    const lacks = first.filter((name) => !names.includes(name));
    const adds = names.filter((name) => !first.includes(name));
    if (lacks.length > 0) refuse(run, `it does not know ${quoted(lacks)}, which run ${runs[0]} does`);
    if (adds.length > 0) refuse(run, `it knows ${quoted(adds)}, which run ${runs[0]} does not`);
  }
}

/** @throws AssayError `classify/stage2` */
export function checkStage(stage: SecondStage, classes: readonly string[]): void {
  const refuse = (reason: string): never => {
    throw new AssayError('classify/stage2', { values: { reason } });
  };
  const byClass = stage.route === 'sum' || stage.route === 'pred';
  if (byClass && stage.classes.length === 0) refuse(`routing by "${stage.route}" needs classes (--route-classes)`);
  const unknown = stage.classes.filter((name) => !classes.includes(name));
  if (unknown.length > 0) refuse(`the run has no class "${unknown[0]}"; it knows ${classes.slice(0, 20).join(', ')}`);
}

/** An unfinished batch of the very same request, which then goes on. */
export function openBatch(
  context: EngineContext,
  request: { folder: string; out: string; run: number; views: string; undecidedBelow: number },
  options: BatchOptions,
): Output<'batch.list'>[number] | undefined {
  const { catalogue } = projectOf(context);
  return catalogue.batches.list().find(
    (b) =>
      b.state !== 'done' &&
      b.folder === resolve(request.folder) &&
      b.out === resolve(request.out) &&
      b.run === request.run &&
      b.views === request.views &&
      b.undecidedBelow === request.undecidedBelow &&
      // By value: the order in which fields were written down is no difference.
      isDeepStrictEqual(optionsOf(context, b.id), JSON.parse(JSON.stringify(options))),
  );
}
