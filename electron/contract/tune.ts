/**
 * Tuning of test-time looks: which views, and which second look for which images, are worth their cost for a run. It is
 * answered on images that the run did not learn from, never on the test split, and the answer is kept with the run.
 */
import { z } from 'zod';
import { RESTORATIONS, ROUTES, secondStage, VIEWS_OF_IMAGE } from './looks.ts';

const id = z.number().int().positive();
const count = z.number().int().nonnegative();
const interval = z.tuple([z.number(), z.number()]);

/** Averages that differ for one run: of one temperature, the mean of logits is the geometric mean. */
export const TUNED_AVERAGES = ['probability', 'geometric'] as const;

export const tuneStudy = z.strictObject({
  study: z.literal('tune'),
  run: id,
  /** Views that are tried beside the picture as it is. */
  views: z
    .array(z.enum(VIEWS_OF_IMAGE))
    .max(VIEWS_OF_IMAGE.length)
    .default([...VIEWS_OF_IMAGE]),
  averages: z
    .array(z.enum(TUNED_AVERAGES))
    .min(1)
    .max(TUNED_AVERAGES.length)
    .default([...TUNED_AVERAGES]),
  /** Second looks that are tried; none: views only. */
  stage2: z
    .array(z.enum(RESTORATIONS))
    .max(RESTORATIONS.length)
    .default([...RESTORATIONS]),
  /** Left out: entropy and margin, and where classes are named sum and pred too. */
  routes: z.array(z.enum(ROUTES)).min(1).max(ROUTES.length).nullish(),
  /** Names of classes, for `sum` and `pred`. */
  classes: z.array(z.string()).max(1000).default([]),
  /** Shares of the second look in the answer that are tried. */
  blends: z.array(z.number().min(0.01).max(1)).min(1).max(10).default([0.3, 0.5, 0.7, 0.85, 1]),
  /** Gates of every route between no image and all of them, at equal shares. */
  steps: z.number().int().min(2).max(50).default(12),
  /** Predictions an image that a setting may cost at most; left out: any. */
  mostCost: z.number().min(1).max(100).nullish(),
  /** On copies that are turned, blurred, noisy and re-encoded (those of robust validation) in place of the images. */
  degraded: z.boolean().default(false),
  /** Images at most; a seeded draw where there are more. */
  images: z.number().int().min(20).max(20_000).default(2000),
  seed: z.number().int().default(42),
});

/** A way of looking, as a batch takes it. */
export const tunedLook = z.object({
  views: z.enum(VIEWS_OF_IMAGE),
  average: z.enum(TUNED_AVERAGES),
  /** Null: one look. */
  stage2: secondStage.nullable(),
});
export type TunedLook = z.infer<typeof tunedLook>;

export const tunedPoint = z.object({
  ...tunedLook.shape,
  macroF1: z.number(),
  /** Share of the images that were looked at a second time. */
  share: z.number(),
  /** Predictions an image: views of the first look, and of the second for the routed share. */
  cost: z.number(),
});
export type TunedPoint = z.infer<typeof tunedPoint>;

export const tuneResult = z.object({
  run: id,
  /** Where the images are from: each predicted by the fold that did not see it, or held out of the one training. */
  part: z.enum(['out-of-fold', 'validation']),
  degraded: z.boolean(),
  images: count,
  /** Settings that were compared. */
  settings: count,
  /** One look at the picture as it is. */
  plain: tunedPoint.extend({ interval }),
  /** The highest score, which is flattered: it was chosen among all of them by these images. */
  best: tunedPoint,
  /** What the rule picks: the cheapest within one standard error of the best. */
  candidate: tunedPoint,
  /** What is kept: the candidate where its gain is sure, else plain. */
  pick: tunedPoint,
  accepted: z.boolean(),
  /** The rule applied to each half of the images and measured on the other: what the picking is worth on new images. */
  crossFitted: z.object({
    macroF1: z.number(),
    /** Macro F1 over plain on the same images; paired bootstrap of 90 %. */
    gain: z.number(),
    gainInterval: interval,
    /** What was picked, by how many halves. */
    picks: z.array(tunedLook.extend({ folds: count })),
  }),
  /** Network answers that were asked for, without those that were kept from before. */
  predictions: count,
});
export type TuneResult = z.infer<typeof tuneResult>;

/** What is kept with the run. */
export const tuned = tuneResult.extend({
  version: z.literal(1),
  at: z.number(),
  points: z.array(tunedPoint),
});
export type Tuned = z.infer<typeof tuned>;
