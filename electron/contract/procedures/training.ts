/** Backbones, trainings, and the runs that they make. */
import { z } from 'zod';
import { read, write } from '../procedure.ts';
import { recipeParts, trainRequest } from '../recipe.ts';
import { epochPoint, trainingLive } from '../training.ts';
import * as w from '../words.ts';

const none = z.object({});
const path = z.string().min(1).max(4096);
const count = z.number().int().nonnegative();

export const trainingProcedures = {
  'backbones.list': read({ project: false, input: none, output: z.array(w.backboneInfo) }),
  'backbones.add': write({
    input: z.object({
      file: path,
      name: z
        .string()
        .regex(/^[\w.-]+$/, 'letters, digits, dot, dash and underscore')
        .max(80),
      size: z.number().int().min(16).max(4096).nullish(),
      /** Per channel, of pixel values scaled to 0-1. */
      mean: z.tuple([z.number(), z.number(), z.number()]).nullish(),
      std: z.tuple([z.number(), z.number(), z.number()]).nullish(),
      colour: z.enum(['RGB', 'BGR']).nullish(),
      taps: z.array(z.string()).nullish(),
    }),
    output: w.backboneInfo,
  }),
  'train.start': write({ input: trainRequest, output: z.object({ job: w.id, run: w.id }) }),
  'train.estimate': read({
    input: trainRequest,
    output: z.object({
      images: count,
      classes: count,
      /** Images whose features are not cached yet. */
      toEmbed: count,
      seconds: z.number(),
      memoryBytes: z.number(),
      /** Memory where every value is kept and where parts are computed again (`device.recompute`); null for a head. */
      memoryChoices: z.object({ kept: z.number(), recomputed: z.number() }).nullable(),
      diskBytes: z.number(),
      warnings: z.array(z.object({ key: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) })),
      /** The recipe with everything filled in; null for a head, which has no more than its request. */
      recipe: recipeParts.nullable(),
      /** Weights that are trained and those that stay. */
      weights: z.object({ trained: count, frozen: count }).nullable(),
    }),
  }),
  /** Stops at the next step and keeps everything: `train.resume` goes on as if it had not been stopped. */
  'train.pause': write({ input: z.object({ run: w.id }), output: none }),
  /** Ends the training with the best epoch so far as its result. */
  'train.finish': write({ input: z.object({ run: w.id }), output: none }),
  'train.resume': write({ input: z.object({ run: w.id }), output: z.object({ job: w.id, run: w.id }) }),
  'runs.list': read({ input: none, output: z.array(w.runInfo) }),
  'runs.get': read({
    input: z.object({ run: w.id }),
    output: w.runInfo.extend({
      /** Fit per iteration: training loss and, where measured, validation loss. */
      curve: z.array(z.object({ step: count, loss: z.number(), validationLoss: z.number().nullable() })),
      /** Correctly labelled or not, the images that it is most wrong about. */
      worst: z.array(z.object({ tile: w.tile, predicted: w.id.nullable(), p: z.number() })),
      splits: z.array(z.string()),
      /** Epochs of a training of a network; empty for a head. */
      epochs: z.array(epochPoint),
      /** Where it is now; null when it is not under way. */
      live: trainingLive.nullable(),
      resumable: z.boolean(),
    }),
  }),
  'runs.rename': write({ input: z.object({ run: w.id, name: z.string().min(1).max(200) }), output: none }),
  'runs.remove': write({ input: z.object({ run: w.id }), output: none }),
  'runs.evaluate': read({
    input: z.object({
      run: w.id,
      split: z.enum(['train', 'validation', 'test', 'out-of-fold']),
      /** `robust`: on the degraded twins. Throws `evaluate/not-measured` where they were not measured. */
      side: z.enum(['clean', 'robust']).default('clean'),
      /** Only images of this query; macro F1 is then the mean over the classes that are given in it. */
      slice: z.string().max(10_000).nullish(),
    }),
    output: w.evaluation,
  }),
} as const;
