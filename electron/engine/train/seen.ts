/**
 * What a training sees, fixed when it starts and kept in its folder: a training that goes on after a kill sees the same
 * images with the same labels, whatever was changed since.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError, type Plan, plan, policy, type Policy, type Recipe } from '../../contract/index.ts';
import { stratifiedFolds } from '../../evaluation/index.ts';
import { LEAST_PER_CLASS } from '../../training/names.ts';
import { type EngineContext } from '../context.ts';
import { workingImages } from '../features.ts';
import { jsonFile } from '../json-file.ts';
import { heldOut } from '../learned.ts';
import { classesOf, type TrainLabel } from './params.ts';

const seenSchema = z.object({
  version: z.literal(1),
  classes: z.array(z.object({ id: z.number().nullable(), name: z.string() })),
  images: z.array(
    z.object({
      id: z.number(),
      hash: z.string(),
      path: z.string(),
      /** Class as an index; −1 where there is no label to learn or check by. */
      label: z.number(),
      split: z.enum(['train', 'validation', 'test', 'none']),
      /** Held out for validation in a single training. */
      held: z.boolean(),
      /** Fold in which it is held out; −1 where it takes no part. */
      fold: z.number(),
    }),
  ),
  /** Filled in. */
  recipe: z.record(z.string(), z.unknown()),
  policy,
  /** By class group; null where one policy is for all. */
  plan: plan.nullish(),
  twin: policy,
  backbone: z.string(),
});
export type Seen = Omit<z.infer<typeof seenSchema>, 'recipe'> & { recipe: Recipe };

export interface SeenOptions {
  folder: string;
  recipe: Recipe;
  policy: Policy;
  plan: Plan | null;
  twin: Policy;
  /** Digest of the backbone's file. */
  backbone: string;
  /** In place of the project's labels. */
  labels?: readonly TrainLabel[];
  signal: AbortSignal;
}

/** What was fixed before, or what there is now. @throws AssayError `train/too-few-classes`, `train/too-few-images` */
export async function seenBy(context: EngineContext, options: SeenOptions): Promise<Seen> {
  const file = jsonFile(join(options.folder, 'seen.json'), seenSchema.nullable(), null);
  const before = file.read();
  // Its recipe was filled in and checked when it was written.
  if (before) return before as Seen;
  const seen = await lookNow(context, options);
  file.write(seen);
  return seen;
}

async function lookNow(context: EngineContext, options: SeenOptions): Promise<Seen> {
  const { recipe, policy: augmentation, plan: byGroup, twin, backbone } = options;
  const images = await workingImages(context, options.signal);
  const classes = classesOf(context, images);
  const index = new Map(classes.map((c, i) => [c.id, i]));
  const instead = new Map((options.labels ?? []).map((label) => [label.image, label.class]));
  const labels = Int32Array.from(images, ({ id, class: own }) => {
    const c = instead.get(id) ?? own;
    return c === null ? -1 : (index.get(c) ?? -1);
  });
  const takesPart = images.map((image, i) => labels[i]! >= 0 && image.split !== 'test');
  const rows = images.flatMap((_, i) => (takesPart[i] ? [i] : []));
  const drawn = {
    labels: Int32Array.from(rows, (i) => labels[i]!),
    groups: Int32Array.from(rows, (i) => images[i]!.group ?? -1),
    keys: rows.map((i) => images[i]!.hash ?? i),
    seed: recipe.seed,
  };
  const apart = heldOut(
    rows.map((i) => images[i]!),
    drawn.labels,
    { seed: recipe.seed, share: recipe.data.validationShare },
  );
  const held = new Set(rows.filter((_, at) => apart.has(at)));
  const folds = recipe.data.folds > 0 ? stratifiedFolds(drawn, recipe.data.folds) : null;
  const foldOf = new Map(rows.map((i, at) => [i, folds ? folds[at]! : -1]));
  checkCounts(
    classes,
    rows.filter((i) => folds !== null || !held.has(i)).map((i) => labels[i]!),
    recipe.data.folds,
  );
  return {
    version: 1,
    classes: classes.map(({ id, name }) => ({ id, name })),
    images: images.map((image, i) => ({
      ...{ id: image.id, hash: image.hash!, path: image.file, label: labels[i]!, split: image.split },
      ...{ held: held.has(i), fold: foldOf.get(i) ?? -1 },
    })),
    // As the file gives them back, in its order: the identity of the training is that of this text (keyOf).
    ...{ recipe, policy: policy.parse(augmentation) },
    ...(byGroup && { plan: plan.parse(byGroup) }),
    ...{ twin: policy.parse(twin), backbone },
  };
}

/** Every class must be learned from in every training: twice at least, and once more than its largest fold. */
function checkCounts(classes: readonly { name: string }[], labels: readonly number[], folds: number): void {
  if (classes.length < 2) throw new AssayError('train/too-few-classes', { values: { found: classes.length } });
  const needed = Math.max(LEAST_PER_CLASS, folds);
  classes.forEach(({ name }, k) => {
    const found = labels.filter((label) => label === k).length;
    if (found < needed) throw new AssayError('train/too-few-images', { subject: name, values: { found, needed } });
  });
}

/** Identity of a training: another recipe, other images or labels, another backbone are another training. */
export const keyOf = (seen: Seen, part: string): string =>
  createHash('sha256')
    .update(JSON.stringify({ ...seen, recipe: { ...seen.recipe, name: null } }))
    .update(part)
    .digest('hex');
