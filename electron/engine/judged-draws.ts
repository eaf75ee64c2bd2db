/** What a run makes of the draws of a whole plan: the probability of the true class that each leaves. */
import { join } from 'node:path';
import { type Output, type Plan } from '../contract/index.ts';
import { checkPlan } from '../augment/catalogue.ts';
import { type EngineContext, projectOf } from './context.ts';
import { learnedImages, poolFor } from './learned.ts';
import { checkModel, runFolder } from './runs.ts';

interface Asked {
  run: number;
  plan: Plan;
  /** Ids of images. */
  images: readonly number[];
  /** Draws an image: those of the first epochs. */
  draws: number;
  seed: number;
}

/** An edit cancels the question before it; ending the process for that would take the previews with it. */
const GRACE_MS = 60_000;

/**
 * The draws are those of `augment.preview` for the same plan, seed and images.
 * @throws AssayError `train/recipe-invalid` of the plan, those of `checkModel`, `internal/cancelled`
 */
export async function judgedDraws(
  context: EngineContext,
  { run, plan: given, images, draws, seed }: Asked,
  signal: AbortSignal,
): Promise<Output<'augment.judge'>> {
  const { catalogue } = projectOf(context);
  checkModel(context, run);
  const names = new Map(catalogue.classes.list().map((c) => [c.id, c.name]));
  const plan = checkPlan(given, [...names.values()]);
  const columns = catalogue.runs.classes(run);
  const shown = catalogue.images.records(images).flatMap((image) => {
    const column = columns.findIndex(({ id }) => id === image.class);
    return column >= 0 && image.hash !== null && image.status === 'ok'
      ? [{ ...image, hash: image.hash, column, name: names.get(image.class ?? 0) ?? '' }]
      : [];
  });
  if (shown.length === 0) return [];
  const lists = [plan.rest, ...plan.groups.flatMap(({ base, heavy }) => [base, heavy ?? []])];
  const learned = lists.some((ops) => ops.some(({ op }) => op === 'overlay'))
    ? await learnedImages(context, { seed, signal })
    : [];
  const said = shown.map(({ id }) => ({
    ...{ image: id, clean: null as number | null },
    draws: Array.from({ length: draws }, (): number | null => null),
  }));
  await context.interactive.run(
    'underOps',
    {
      model: join(runFolder(context, run), 'model.onnx'),
      images: shown.map(({ file, hash, column }) => ({ path: file, hash, column })),
      lists: shown.map(({ name }, at) => ({
        ...{ policy: { name: plan.name, ops: [] }, images: [at], whole: { plan, class: name } },
        pool: poolFor(learned, plan, name).map(({ file }) => file),
      })),
      ...{ draws, seed },
    },
    {
      ...{ signal, graceMs: GRACE_MS },
      onBatch: (batch) => {
        for (const { op, image, draw, p } of batch) {
          const value = Number.isNaN(p) ? null : Math.round(p * 1e4) / 1e4;
          if (op < 0) said[image]!.clean = value;
          else said[image]!.draws[draw] = value;
        }
      },
    },
  );
  return said;
}
