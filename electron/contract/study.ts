/**
 * Studies: work on runs that exist, done as a job whose result is a document. One procedure starts any of them
 * (`study.start`), the job's `result` is what `studyResults` says of its kind.
 */
import { z } from 'zod';
import { searchResult, searchStudy } from './search.ts';
import { tuneResult, tuneStudy } from './tune.ts';
import { plan } from './plan.ts';
import { EVALUATED_SPLITS } from './evaluation.ts';

const id = z.number().int().positive();
const count = z.number().int().nonnegative();
const path = z.string().min(1).max(4096);
const interval = z.tuple([z.number(), z.number()]);
const share = z.number().min(0).max(1);
/** Probabilities of the true class. */
const kept = z.object({ mean: share, median: share });
const score = z.object({ macroF1: z.number(), interval, logLoss: z.number() });

/** Writes a run as one ONNX file with its preprocessing inside, and runs it beside the run itself. */
export const exportStudy = z.strictObject({
  study: z.literal('export'),
  run: id,
  out: path,
  /** Images of the project on which both are compared; 0: none. */
  check: z.number().int().min(0).max(10_000).default(32),
  /** False: without the temperature that was fitted on images held out. The best class is the same. */
  calibrated: z.boolean().default(true),
});

/** What a stack's regression sees of each run: its probabilities, their logarithms (floored at 1e-9), or both. */
export const STACK_FORMS = ['proba', 'logproba', 'both'] as const;
export type StackForm = (typeof STACK_FORMS)[number];
export const STACK_METHODS = ['mean', 'geometric', 'weighted-mean', 'weighted-geometric', 'logistic'] as const;
export type StackMethod = (typeof STACK_METHODS)[number];

/** Makes a run of several: every way to combine them is measured out of fold, the best one is kept. */
export const stackStudy = z.strictObject({
  study: z.literal('stack'),
  runs: z.array(id).min(2).max(20),
  name: z.string().max(200).nullish(),
  form: z.enum(STACK_FORMS).default('logproba'),
  /** Inverse strengths of the regression's punishment that are tried. */
  strengths: z.array(z.number().positive()).min(1).max(30).default([0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1, 2, 4]),
  seed: z.number().int().default(42),
});

/** A small run for all images and a big one for those that it doubts: what that costs and gives, out of fold. */
export const cascadeStudy = z.strictObject({
  study: z.literal('cascade'),
  small: id,
  big: id,
  route: z.enum(['entropy', 'margin']).default('entropy'),
  /** Points of the curve between no image and all of them. */
  steps: z.number().int().min(2).max(200).default(20),
  /** Images that both classify to measure their speed. */
  timed: z.number().int().min(1).max(10_000).default(64),
});

/** A head on one network at several input sizes: what the size is worth on the user's own images. */
export const resolutionStudy = z.strictObject({
  study: z.literal('resolution'),
  backbone: z.string().min(1),
  /** Sides in pixels; left out: half, three quarters, one and one and a half times the native one. */
  sizes: z.array(z.number().int().min(32).max(2048)).min(1).max(12).nullish(),
  fit: z.enum(['letterbox', 'stretch']).default('letterbox'),
  seed: z.number().int().default(1),
});

/** Steps of the story, in order: each adds one thing to the one before. */
export const STORY_STEPS = ['baseline', 'groups', 'resolution', 'cleaning', 'focal-balance', 'two-stage'] as const;
export type StoryStep = (typeof STORY_STEPS)[number];

/** What each step of the contest's recipe is worth on one's own images, by the test split, which chooses nothing. */
export const storyStudy = z.strictObject({
  study: z.literal('story'),
  /** Trained whole in every step. */
  backbone: z.string().min(1).default('compact'),
  /** Side in pixels before and after the step `resolution`. */
  size: z.number().int().min(32).max(2048).default(96),
  larger: z.number().int().min(32).max(2048).default(128),
  epochs: z.number().int().min(1).max(1000).default(12),
  /** Networks whose heads judge the labels out of fold. */
  judges: z.array(z.string().min(1)).min(1).max(8).default(['photo']),
  /** Entropy share from which an image is looked at again. Fixed beforehand: nothing is tuned on the test split. */
  gate: z.number().min(0).max(1).default(0.3),
  seed: z.number().int().default(1),
});

/** What a run still makes of its classes under each op of a plan by itself: where an op takes the meaning away. */
export const augmentationStudy = z.strictObject({
  study: z.literal('augmentation'),
  run: id,
  /** Left out: the project's. */
  plan: plan.nullish(),
  /** Images of each class, seeded; those that the run held out come first. */
  images: z.number().int().min(1).max(100).default(4),
  /** Draws an op and image: those of the first epochs of a training with this seed. */
  draws: z.number().int().min(1).max(20).default(1),
  seed: z.number().int().default(1),
});

/** Classifies the fixed degraded twin of a split, so that it can be shown beside the clean one. */
export const robustStudy = z.strictObject({
  study: z.literal('robust'),
  run: id,
  /** Left out: the run's own. */
  split: z.enum(EVALUATED_SPLITS).nullish(),
});

export const studyRequest = z.discriminatedUnion('study', [
  exportStudy,
  stackStudy,
  cascadeStudy,
  resolutionStudy,
  storyStudy,
  tuneStudy,
  augmentationStudy,
  robustStudy,
  searchStudy,
]);
export type StudyRequest = z.output<typeof studyRequest>;
export type StudyKind = StudyRequest['study'];

export const studyResults = {
  export: z.object({
    run: id,
    out: z.string(),
    /** The page beside it. */
    guide: z.string(),
    bytes: count,
    classes: z.array(z.string()),
    /** Images that both were asked about, how often the best class is one, the largest difference of a probability. */
    checked: count,
    agree: count,
    largestDifference: z.number(),
  }),
  stack: z.object({
    run: id,
    runs: z.array(id),
    images: count,
    /** Whether it can classify; `why` not. */
    model: z.boolean(),
    why: z.string().nullable(),
    /** Each run by itself on the same images. */
    single: z.array(score),
    /** Place of the best of them. */
    best: count,
    methods: z.array(
      score.extend({
        method: z.enum(STACK_METHODS),
        /** Macro F1 over the best single run on the same images; paired bootstrap of 90 %. */
        gain: z.number(),
        gainInterval: interval,
        /** Share of each run. */
        importance: z.array(z.number()),
      }),
    ),
    chosen: z.enum(STACK_METHODS),
    /** The regression's C, and what each one tried gave. */
    c: z.number(),
    trials: z.array(z.object({ c: z.number(), macroF1: z.number(), logLoss: z.number() })),
  }),
  cascade: z.object({
    small: id,
    big: id,
    images: count,
    /** Images a second of each alone, on this computer now. */
    speed: z.object({ small: z.number(), big: z.number() }),
    /** From the small run alone to both for all images. */
    points: z.array(
      z.object({
        /** Images whose score reaches it go on to the big run. */
        gate: z.number(),
        share: z.number(),
        macroF1: z.number(),
        interval,
        imagesPerSecond: z.number(),
        /** Macro F1 less that of the best point, with its paired interval. */
        toBest: z.number(),
        toBestInterval: interval,
      }),
    ),
    /** Place of the fastest point that is not worse than the best by more than its interval. */
    chosen: count,
  }),
  resolution: z.object({
    backbone: z.string(),
    /** Side that it was trained at; 0 where any serves. */
    native: count,
    images: count,
    /** Out of fold, by rising size. */
    points: z.array(
      z.object({
        size: count,
        macroF1: z.number(),
        interval,
        accuracy: z.number(),
        /** Macro F1 less that at the native size, with its paired interval; null where that was not measured. */
        toNative: z.number().nullable(),
        toNativeInterval: interval.nullable(),
        /** Of embedding and fitting; features that were there cost nothing. */
        seconds: z.number(),
      }),
    ),
  }),
  robust: z.object({
    run: id,
    split: z.enum(EVALUATED_SPLITS),
    /** Images of the split, and those whose twin was classified. */
    images: count,
    measured: count,
  }),
  story: z.object({
    /** Labelled test images that every step was measured on. */
    images: count,
    /** Training labels that the cleaned training took from the queue's likely suggestions; the project keeps its own. */
    relabelled: count,
    /** Test images that were looked at again. */
    routed: count,
    steps: z.array(
      z.object({
        step: z.enum(STORY_STEPS),
        run: id,
        macroF1: z.number(),
        interval,
        /** Macro F1 less that of the step before, and of the baseline, on the same images; paired bootstrap of 90 %. */
        gain: z.number(),
        gainInterval: interval,
        toBaseline: z.number(),
        toBaselineInterval: interval,
        seconds: z.number(),
      }),
    ),
  }),
  tune: tuneResult,
  augmentation: z.object({
    run: id,
    plan: z.string(),
    seed: z.number(),
    draws: count,
    /** The rule of `collapses` (contract/meaning.ts). */
    rule: z.object({ known: share, left: share, draws: count }),
    /** Images that could not be read. */
    unread: count,
    /** The images as they are: probability of the true class, and whether the run held them out. */
    clean: z.array(z.object({ image: id, class: z.string(), p: share, held: z.boolean() })),
    /** Ops in the order of the plan, each applied alone to the images of its group. */
    ops: z.array(
      z.object({
        /** Null: the classes in no group. */
        group: z.string().nullable(),
        tier: z.enum(['base', 'heavy']),
        /** Its place in the tier. */
        index: count,
        op: z.string(),
        /** Ranges it was judged with, every one filled in; a judgement of an older program has none. */
        ranges: z.record(z.string(), z.tuple([z.number(), z.number()])).nullish(),
        clean: kept,
        under: kept,
        /** Classes that collapse under it. */
        collapsed: z.array(z.string()),
        classes: z.array(
          z.object({ class: z.string(), images: count, clean: kept, under: kept, collapsed: z.boolean() }),
        ),
        drawn: z.array(z.object({ image: id, draw: count, p: share })),
      }),
    ),
  }),
  search: searchResult,
} as const;
export type StudyResult<K extends StudyKind> = z.output<(typeof studyResults)[K]>;
