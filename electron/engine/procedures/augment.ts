/** Augmentation: the plan of the project and its preview. */
import { createHash } from 'node:crypto';
import { pictures, random } from '../../contract/index.ts';
import { augmentCatalogue, checkPlan, checkPolicy, DOCUMENT_CONTEST, planFor } from '../../augment/catalogue.ts';
import { type ImageRecord } from '../../catalogue/index.ts';
import { type EngineContext, type HandlersOf, projectOf } from '../context.ts';
import { workingImages } from '../features.ts';
import { keepProjectPlan, projectPlan } from '../project-plan.ts';

/** A seeded pick that spreads over the classes: one image of each in turn. */
function pick(images: readonly ImageRecord[], count: number, seed: number): ImageRecord[] {
  const shuffled = [...images];
  random(seed, 'preview').shuffle(shuffled);
  const seen = new Set<number | null>();
  const first = shuffled.filter((image) => !seen.has(image.class) && seen.add(image.class));
  return [...first, ...shuffled.filter((image) => !first.includes(image))].slice(0, count);
}

/** Keeps a drawn picture for the page; its name is its content. */
function keep(context: EngineContext, png: Uint8Array): string {
  const key = createHash('sha256').update(png).digest('hex').slice(0, 32);
  context.drawn.put(key, png);
  return pictures.drawn(key);
}

export const augment: HandlersOf<'augment'> = {
  'augment.catalogue': () => augmentCatalogue(),
  'augment.plans'(context) {
    const known = projectOf(context).catalogue.classes.list();
    const contest = planFor(
      DOCUMENT_CONTEST,
      known.map((c) => c.name),
    );
    return contest.groups.length > 0 ? [checkPlan(contest, null)] : [];
  },
  'augment.get': (context) => projectPlan(context),
  'augment.set': (context, plan) => keepProjectPlan(context, plan),
  async 'augment.preview'(context, { policy, plan, images: ids, pick: count, draws, size, seed }, { signal }) {
    const { catalogue } = projectOf(context);
    const checked = checkPolicy(policy);
    const classes = new Map(catalogue.classes.list().map((c) => [c.id, c.name]));
    const byGroup = plan ? checkPlan(plan, [...classes.values()]) : null;
    const learned = (await workingImages(context, signal)).filter((i) => i.split !== 'test');
    const nameOf = (image: ImageRecord): string => classes.get(image.class ?? 0) ?? '';
    const chosen = ids.length > 0 ? catalogue.images.records(ids) : pick(learned, count, seed);
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
        images: usable.map((image) => ({ path: image.file, hash: image.hash ?? '', class: nameOf(image) })),
        policy: checked,
        plan: byGroup,
        pool: learned
          .filter((image) => image.class !== null)
          .map((image) => ({
            ...{ path: image.file, hash: image.hash ?? '', class: nameOf(image) },
            held: image.split === 'validation',
          })),
        draws,
        size,
        seed,
      },
      {
        signal,
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
