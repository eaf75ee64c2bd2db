/** Each op of a plan by itself, judged by a run: how much of the true class's probability it leaves. */
import { join } from 'node:path';
import { AssayError, COLLAPSE, collapses, median, type Plan, type StudyResult } from '../../contract/index.ts';
import { checkPlan, groupOf } from '../../augment/catalogue.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { type LearnedImage, learnedImages, pickImages, poolFor } from '../learned.ts';
import { projectPlan } from '../project-plan.ts';
import { checkModel, runFolder } from '../runs.ts';
import { type Study } from './index.ts';

type Result = StudyResult<'augmentation'>;

/** A tier of a group, or what the classes in none take. */
interface OpList {
  group: string | null;
  tier: 'base' | 'heavy';
  ops: Plan['rest'];
  /** Places among the images. */
  images: number[];
}

function planOf(context: EngineContext, plan: Plan | null | undefined): Plan {
  const known = projectOf(context).catalogue.classes.list();
  return plan
    ? checkPlan(
        plan,
        known.map((c) => c.name),
      )
    : projectPlan(context);
}

export const augmentationStudy: Study<'augmentation'> = {
  title: ({ run, plan }) => `${run} · ${plan?.name ?? 'project'}`,
  check(context, { run, plan }) {
    checkModel(context, run);
    planOf(context, plan);
  },
  async run(context, request, job) {
    const plan = planOf(context, request.plan);
    const { seed, draws } = request;
    const learned = await learnedImages(context, { seed, signal: job.signal });
    const images = await chosenImages(context, request, learned);
    const lists = listsOf(plan, images);
    const columns = projectOf(context).catalogue.runs.classes(request.run);
    const said = {
      clean: new Map<number, number>(),
      under: new Map<string, { image: number; draw: number; p: number }[]>(),
    };
    const { failed } = await context.compute.run(
      'underOps',
      {
        model: join(runFolder(context, request.run), 'model.onnx'),
        images: images.map(({ file, hash, class: id }) => ({
          ...{ path: file, hash: hash ?? '', column: columns.findIndex((c) => c.id === id) },
        })),
        lists: lists.map(({ group, ops, images: own }) => ({
          ...{ policy: { name: group ?? plan.name, ops }, images: own },
          pool: ops.some(({ op }) => op === 'overlay')
            ? poolFor(learned, plan, images[own[0]!]!.className).map(({ file }) => file)
            : [],
        })),
        ...{ draws, seed },
      },
      {
        signal: job.signal,
        onProgress: (done, total, phase) => job.progress(phase, done, total),
        onBatch: (batch) => {
          for (const { list, op, image, draw, p } of batch) {
            if (Number.isNaN(p)) continue;
            const key = `${list} ${op}`;
            if (op < 0) said.clean.set(image, p);
            else if (said.under.has(key)) said.under.get(key)!.push({ image, draw, p });
            else said.under.set(key, [{ image, draw, p }]);
          }
        },
      },
    );
    if (failed > 0) job.log(`${failed} pictures could not be read`);
    return {
      ...{ run: request.run, plan: plan.name, seed, draws, rule: { ...COLLAPSE } },
      unread: images.filter((_, i) => !said.clean.has(i)).length,
      clean: images.flatMap(({ id, className, held }, i) =>
        said.clean.has(i) ? [{ image: id, class: className, p: rounded(said.clean.get(i)!), held }] : [],
      ),
      ops: lists.flatMap(({ group, tier, ops }, list) =>
        ops.map(({ op, ranges }, index) => {
          const drawn = (said.under.get(`${list} ${index}`) ?? []).filter(({ image }) => said.clean.has(image));
          return { ...{ group, tier, index, op, ranges }, ...judged(drawn, said.clean, images) };
        }),
      ),
    };
  },
};

/** Some of each class that the run knows, the same for the same seed: first those that it did not learn from. */
async function chosenImages(
  context: EngineContext,
  { run, images: each, seed }: { run: number; images: number; seed: number },
  learned: readonly LearnedImage[],
): Promise<LearnedImage[]> {
  const { catalogue } = projectOf(context);
  const apart = await heldByRun(context, run);
  const chosen = catalogue.runs.classes(run).flatMap(({ id }) => {
    const own = learned.filter((image) => image.class === id && image.className !== '');
    const held = own.filter((image) => apart.has(image.id));
    const others = own.filter((image) => !apart.has(image.id));
    return [...pickImages(held, each, seed), ...pickImages(others, each, seed)].slice(0, each);
  });
  if (chosen.length === 0) throw new AssayError('evaluate/empty-split', { subject: 'train' });
  return chosen.map((image) => ({ ...image, held: apart.has(image.id) }));
}

/** Images that a run held out for validation; none where it learned from all. */
async function heldByRun(context: EngineContext, run: number): Promise<ReadonlySet<number>> {
  const { predictions } = projectOf(context).catalogue;
  if (!predictions.parts(run).includes('validation')) return new Set();
  return new Set((await predictions.stored(run, 'validation')).imageIds);
}

function listsOf(plan: Plan, images: readonly LearnedImage[]): OpList[] {
  const of = (name: string | null): number[] =>
    images.flatMap(({ className }, i) => ((groupOf(plan, className)?.name ?? null) === name ? [i] : []));
  const groups = plan.groups.flatMap(({ name, base, heavy }): OpList[] => [
    { group: name, tier: 'base', ops: base, images: of(name) },
    ...(heavy ? [{ group: name, tier: 'heavy' as const, ops: heavy, images: of(name) }] : []),
  ]);
  return [...groups, { group: null, tier: 'base' as const, ops: plan.rest, images: of(null) }].filter(
    ({ images: own }) => own.length > 0,
  );
}

const rounded = (p: number): number => Math.round(p * 1e4) / 1e4;
const figures = (values: readonly number[]) => ({
  mean: rounded(values.reduce((sum, p) => sum + p, 0) / Math.max(1, values.length)),
  median: values.length === 0 ? 0 : rounded(median(values)),
});

function judged(
  drawn: readonly { image: number; draw: number; p: number }[],
  clean: ReadonlyMap<number, number>,
  images: readonly LearnedImage[],
): Pick<Result['ops'][number], 'clean' | 'under' | 'collapsed' | 'classes' | 'drawn'> {
  const both = (rows: typeof drawn) => ({
    clean: figures(rows.map(({ image }) => clean.get(image)!)),
    under: figures(rows.map(({ p }) => p)),
  });
  const names = [...new Set(drawn.map(({ image }) => images[image]!.className))];
  const classes = names.map((name) => {
    const rows = drawn.filter(({ image }) => images[image]!.className === name);
    const said = both(rows);
    return {
      ...{ class: name, images: new Set(rows.map(({ image }) => image)).size, ...said },
      collapsed: rows.length >= COLLAPSE.draws && collapses(said.clean.median, said.under.median),
    };
  });
  return {
    ...both(drawn),
    collapsed: classes.flatMap(({ class: name, collapsed }) => (collapsed ? [name] : [])),
    classes,
    drawn: drawn.map(({ image, draw, p }) => ({ image: images[image]!.id, draw, p: rounded(p) })),
  };
}
