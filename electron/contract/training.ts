/** What is told of a training: its epochs, and where it is now. */
import { z } from 'zod';
import { id } from './words.ts';

const count = z.number().int().nonnegative();

/** One epoch of a training. F1 is macro F1; what was not measured is null. */
export const epochPoint = z.object({
  /** From 1. */
  epoch: count,
  /** Steps done when it ended. */
  step: count,
  fold: count.nullable(),
  /** Learning rate of its last step. */
  rate: z.number(),
  loss: z.number(),
  f1: z.number(),
  validationLoss: z.number().nullable(),
  validationF1: z.number().nullable(),
  robustLoss: z.number().nullable(),
  robustF1: z.number().nullable(),
  imagesPerSecond: z.number(),
  seconds: z.number(),
  /** The best so far: its weights are kept. */
  best: z.boolean(),
});
export type EpochPoint = z.infer<typeof epochPoint>;

/** A training under way. Sent several times a second; the newest state wins. */
export const trainingLive = z.object({
  run: id,
  phase: z.enum(['prepare', 'train', 'validate', 'finish']),
  fold: count.nullable(),
  folds: count,
  epoch: count,
  epochs: count,
  step: count,
  steps: count,
  /** Mean over the last steps. */
  loss: z.number().nullable(),
  rate: z.number(),
  imagesPerSecond: z.number().nullable(),
  /** Seconds so far. Decoding and augmenting run beside the step; waiting is what they cost it. */
  time: z.object({ decode: z.number(), augment: z.number(), step: z.number(), wait: z.number() }),
  /** Of the process that trains. */
  memoryBytes: z.number(),
  secondsLeft: z.number().nullable(),
});
export type TrainingLive = z.infer<typeof trainingLive>;
