/** Augmentation: the plan of the project and its preview. */
import { createHash } from 'node:crypto';
import { AssayError, pictures, type Plan, type Policy } from '../../contract/index.ts';
import { augmentCatalogue, checkPlan, checkPolicy, contestFor, groupOf } from '../../augment/catalogue.ts';
import { type EngineContext, type HandlersOf, projectOf } from '../context.ts';
import { judgedDraws } from '../judged-draws.ts';
import { type LearnedImage, learnedImages, pickImages } from '../learned.ts';
import { keepProjectPlan, projectPlan } from '../project-plan.ts';

/** Keeps a drawn picture for the page; its name is its content. */
function keep(context: EngineContext, png: Uint8Array): string {
  const key = createHash('sha256').update(png).digest('hex').slice(0, 32);
  context.drawn.put(key, png);
  return pictures.drawn(key);
}

/**
 * An edit cancels the preview before it, which looks up after each picture. On a slow computer whose compute process has
 * just started that may take long, and ending the process for it would take the newer preview with it.
 */
const GRACE_MS = 60_000;

interface Strip {
  group: number | null;
  tier: 'base' | 'heavy';
}

/** @throws AssayError `train/recipe-invalid` where the plan has no such list */
function stripOf(plan: Plan, { group: at, tier }: Strip): Policy {
  if (at === null) return { name: plan.name, ops: plan.rest };
  const group = plan.groups[at];
  const ops = tier === 'heavy' ? group?.heavy : group?.base;
  if (!group || !ops)
    throw new AssayError('train/recipe-invalid', {
      subject: `groups[${at}]${group ? `.${tier}` : ''}`,
      values: { reason: 'the plan has no such list of ops.' },
    });
  return { name: group.name, ops };
}

const namesOf = (context: EngineContext): string[] =>
  projectOf(context)
    .catalogue.classes.list()
    .map((c) => c.name);

/** Those that a strip is about: of the classes of its group. */
const inGroup =
  (plan: Plan, { group }: Strip) =>
  ({ className }: LearnedImage): boolean =>
    groupOf(plan, className) === (group === null ? undefined : plan.groups[group]);

export const augment: HandlersOf<'augment'> = {
  'augment.catalogue': () => augmentCatalogue(),
  'augment.plans': (context) => [checkPlan(contestFor(namesOf(context)), null)],
  'augment.get': (context) => projectPlan(context),
  'augment.set': (context, plan) => keepProjectPlan(context, plan),
  'augment.judge': (context, input, { signal }) => judgedDraws(context, input, signal),
  async 'augment.preview'(context, input, { signal }) {
    const { draws, size, fit, seed } = input;
    const { catalogue } = projectOf(context);
    const policy = checkPolicy(input.policy);
    const plan = input.plan ? checkPlan(input.plan, namesOf(context)) : null;
    const strip = input.strip
      ? stripOf(plan ?? { name: policy.name, groups: [], rest: policy.ops }, input.strip)
      : null;
    const learned = await learnedImages(context, { seed, signal });
    const about = plan && input.strip ? learned.filter(inGroup(plan, input.strip)) : learned;
    const names = new Map(catalogue.classes.list().map((c) => [c.id, c.name]));
    const chosen =
      input.images.length > 0 ? catalogue.images.records(input.images) : pickImages(about, input.pick, seed);
    const usable = chosen.filter((image) => image.hash !== null && image.status === 'ok');
    const tiles = new Map(catalogue.tiles(usable.map((image) => image.id)).map((tile) => [tile.id, tile]));
    const rows: {
      image: number;
      original: string;
      draws: { picture: string; parameters: { op: string; values: Record<string, number> }[] }[];
    }[] = [];
    await context.interactive.run(
      'preview',
      {
        images: usable.map(({ file, hash, class: id }) => ({
          ...{ path: file, hash: hash ?? '', class: names.get(id ?? 0) ?? '' },
        })),
        ...{ policy, plan, draws, strip, size, fit, seed },
        pool: overlays(plan, policy)
          ? learned
              .filter(({ className }) => className !== '')
              .map(({ file, hash, className, held }) => ({ path: file, hash: hash ?? '', class: className, held }))
          : [],
      },
      {
        signal,
        graceMs: GRACE_MS,
        onBatch: (batch) => {
          const drawn = batch.draws.map(({ png, parameters }) => ({ picture: keep(context, png), parameters }));
          rows.push({ image: batch.image, original: keep(context, batch.original), draws: drawn });
        },
      },
    );
    return rows.flatMap(({ image, ...row }) => {
      const tile = tiles.get(usable[image]?.id ?? 0);
      return tile ? [{ tile, ...row }] : [];
    });
  },
};

/** Whether any op looks at other images: otherwise they need not travel. */
function overlays(plan: Plan | null, policy: Policy): boolean {
  const lists = plan ? [plan.rest, ...plan.groups.flatMap(({ base, heavy }) => [base, heavy ?? []])] : [policy.ops];
  return lists.some((ops) => ops.some(({ op }) => op === 'overlay'));
}
