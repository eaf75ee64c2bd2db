/** Search of a recipe: a small declared space, successive halving over epochs, within a time by the clock. */
import { z } from 'zod';

const id = z.number().int().positive();
const count = z.number().int().nonnegative();

/** A space as a person writes it. */
export const searchSpace = z.strictObject({
  version: z.literal(1),
  /** The recipe that all candidates share; networks say how many epochs the last one is trained. */
  base: z.record(z.string(), z.unknown()),
  /** Values by the path of a recipe's field: { "optimizer.rate": [0.001, 0.0003] }. */
  fields: z.record(z.string().min(1), z.array(z.unknown()).min(1).max(100)),
  /** Candidates at most, drawn without repetition. */
  candidates: z.number().int().min(1).max(256).default(16),
  /** Of so many candidates one goes on to so many times the epochs; left out: 3, with fewer than nine candidates 2. */
  eta: z.number().int().min(2).max(4).nullish(),
  /** Epochs of the first rung at least. */
  least: z.number().int().min(1).max(10_000).default(1),
});
export type SearchSpace = z.output<typeof searchSpace>;

export const searchStudy = z.strictObject({
  study: z.literal('search'),
  space: searchSpace,
  /** Of every go: one that goes on has as many again. */
  minutes: z.number().positive().max(100_000),
  seed: z.number().int().default(1),
});

export const searchResult = z.object({
  /** What each candidate was, the best first: those that came further before those that fell out earlier. */
  ranked: z.array(
    z.object({
      candidate: count,
      /** What it differs in. */
      values: z.record(z.string(), z.unknown()),
      /** Null where it fell out, and was removed, or was never begun. */
      run: id.nullable(),
      /** Epochs that its score is of; 0: none yet. */
      epochs: count,
      /** Macro F1 of the best epoch on validation (mean of the folds); of a head out of fold. */
      score: z.number().nullable(),
      error: z.string().nullable(),
    }),
  ),
  rungs: z.array(z.object({ epochs: count, candidates: count, done: count })),
  /** The recipe of the first, whole enough for `assay train --recipe`; null where nothing has a score. */
  best: z.record(z.string(), z.unknown()).nullable(),
  bestRun: id.nullable(),
  /** Whether all rungs were finished; else the time was up, and it can go on. */
  complete: z.boolean(),
});
