/** How pictures are looked at when they are classified: views, averages, the second look, shards. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

/** Test-time views: as it is; four quarter turns; as it is and both flips; all six of them. */
export const VIEWS_OF_IMAGE = ['none', 'quarter-turns', 'flips', 'tta6'] as const;
export type ViewsOfImage = (typeof VIEWS_OF_IMAGE)[number];
/** Views of one image, for what they cost. */
export const VIEW_COUNT: Readonly<Record<ViewsOfImage, number>> = { none: 1, flips: 3, 'quarter-turns': 4, tta6: 6 };
/** How views and runs are averaged. */
export const AVERAGES = ['probability', 'logit', 'geometric'] as const;
export type Average = (typeof AVERAGES)[number];
/** What a doubtful picture is put through before it is looked at again. */
export const RESTORATIONS = ['doc_deskew', 'doc_restore_bal', 'doc_restore_max', 'deskew'] as const;
export type Restoration = (typeof RESTORATIONS)[number];
/** By what the second stage chooses: entropy, closeness of the best two, mass of named classes, best class is named. */
export const ROUTES = ['entropy', 'margin', 'sum', 'pred'] as const;
export type Route = (typeof ROUTES)[number];
export const secondStage = z.strictObject({
  op: z.enum(RESTORATIONS),
  route: z.enum(ROUTES).default('entropy'),
  /** Names of classes, for `sum` and `pred`. */
  classes: z.array(z.string()).max(1000).default([]),
  /** Least score that is routed; `pred` has none. */
  gate: z.number().min(0).max(1).default(0.6),
  /** Only as many, those of the highest scores; 0: all. */
  limit: count.default(0),
  /** As `limit`, as a share of all images: it means the same for a folder of any size; 0: all. */
  limitShare: z.number().min(0).max(1).default(0),
  /** Share of the second look in the answer. */
  blend: z.number().min(0).max(1).default(1),
  /** Of the random restorations. */
  seed: z.number().int().default(42),
});
export type SecondStage = z.infer<typeof secondStage>;
/** Every `of`-th file of a folder, from the `index`-th on (1 to `of`). */
export const shard = z
  .strictObject({ index: z.number().int().min(1), of: z.number().int().min(1).max(10_000) })
  .refine(({ index, of }) => index <= of, 'the index must not be larger than the number of shards');
export type Shard = z.infer<typeof shard>;
