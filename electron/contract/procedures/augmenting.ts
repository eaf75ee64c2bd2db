/** Augmentation: its ops and plans, and what they do to pictures. */
import { z } from 'zod';
import { plan } from '../plan.ts';
import { read, write } from '../procedure.ts';
import * as w from '../words.ts';

const none = z.object({});
const count = z.number().int().nonnegative();

export const augmentProcedures = {
  'augment.catalogue': read({
    project: false,
    input: none,
    /** `twin`: how the fixed degraded copies of validation images are made. */
    output: z.object({ ops: z.array(w.opInfo), presets: z.array(w.policy), twin: w.policy }),
  }),
  /** Presets by class group, for the classes that the project has. */
  'augment.plans': read({ input: none, output: z.array(plan) }),
  /** The project's plan: what a recipe with `plan: 'project'` trains with. */
  'augment.get': read({ input: none, output: plan }),
  'augment.set': write({ input: plan, output: plan }),
  /**
   * What a run makes of the plan's draws: probability of the true class of each image as it is and under each draw, in the
   * run's own input size. Null where the image could not be read; images of classes that the run does not know are left out.
   */
  'augment.judge': read({
    input: z.object({
      run: w.id,
      plan,
      images: z.array(w.id).min(1).max(24),
      draws: z.number().int().min(1).max(12).default(5),
      seed: z.number().int().default(1),
    }),
    output: z.array(z.object({ image: w.id, clean: z.number().nullable(), draws: z.array(z.number().nullable()) })),
  }),
  /** Draws the very pixels of training. Pictures are lossless. */
  'augment.preview': read({
    input: z.object({
      policy: w.policy.default({ name: 'none', ops: [] }),
      /** By class group; it stands in place of `policy`. */
      plan: plan.nullish(),
      images: z.array(w.id).max(24).default([]),
      /** How many images to pick (seeded) where none is named. */
      pick: z.number().int().min(1).max(24).default(4),
      draws: z.number().int().min(1).max(12).default(5),
      /** In place of draws, each op of a list of the plan alone, as the first epoch draws it. */
      strip: z.object({ group: count.nullable(), tier: z.enum(['base', 'heavy']).default('base') }).nullish(),
      size: z.number().int().min(32).max(1024).default(224),
      fit: z.enum(['letterbox', 'stretch']).default('letterbox'),
      /** Of the training whose pixels are shown: a single one, not one of folds. */
      seed: z.number().int().default(1),
    }),
    output: z.array(
      z.object({
        tile: w.tile,
        original: z.string(),
        /** One a draw; of a strip one an op, in its order. */
        draws: z.array(
          z.object({
            picture: z.string(),
            parameters: z.array(z.object({ op: z.string(), values: z.record(z.string(), z.number()) })),
          }),
        ),
      }),
    ),
  }),
} as const;
