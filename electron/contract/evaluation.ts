/** Procedures about runs that are finished: against each other, as a page, as a table out of fold. */
import { z } from 'zod';
import { read, write } from './procedure.ts';
import { tuned } from './tune.ts';
import { wireError } from './words.ts';

const id = z.number().int().positive();
const count = z.number().int().nonnegative();
const path = z.string().min(1).max(4096);
const interval = z.tuple([z.number(), z.number()]);
export const EVALUATED_SPLITS = ['train', 'validation', 'test', 'out-of-fold'] as const;
const split = z.enum(EVALUATED_SPLITS);

/** Two runs on the images of a split that both know. Intervals are of 90 %. */
export const comparison = z.object({
  first: id,
  second: id,
  split,
  images: count,
  accuracy: z.object({ first: z.number(), second: z.number(), difference: z.number(), interval }),
  /** Paired bootstrap. */
  macroF1: z.object({ first: z.number(), second: z.number(), difference: z.number(), interval }),
  /** Images only one of them has right; `p` exact, two-sided. */
  mcNemar: z.object({ onlyFirst: count, onlySecond: count, p: z.number() }),
  /** Images about which they say different classes. */
  changed: count,
  /** The first of those: what the second one broke, then what it mended, then where both are wrong. */
  rows: z.array(
    z.object({
      image: id,
      path: z.string(),
      given: z.string(),
      first: z.string(),
      firstP: z.number(),
      second: z.string(),
      secondP: z.number(),
      kind: z.enum(['broken', 'mended', 'both-wrong']),
    }),
  ),
});
export type Comparison = z.infer<typeof comparison>;

/** What taking a class from some probability on gives, class by class. */
export const classCurves = z.object({
  run: id,
  split,
  classes: z.array(
    z.object({
      class: z.string(),
      averagePrecision: z.number(),
      /** By falling threshold: images whose probability of the class reaches it are taken. Empty without an image. */
      points: z.array(z.object({ threshold: z.number(), precision: z.number(), recall: z.number(), taken: count })),
    }),
  ),
});
export type ClassCurves = z.infer<typeof classCurves>;

const figures = z.object({
  images: count,
  accuracy: z.number(),
  accuracyInterval: interval,
  /** Mean F1 over the classes that are given in these images. */
  macroF1: z.number(),
  macroF1Interval: interval,
  /** Expected calibration error. */
  ece: z.number(),
});
/** Parts of a split, each the images of a query, against the whole of it. Intervals are of 90 %. */
export const sliceTable = z.object({
  run: id,
  split,
  whole: figures,
  slices: z.array(
    z.object({
      query: z.string(),
      /** Null where no image of the split is in it, or the query cannot be read (`error`). */
      figures: figures
        .extend({
          /** Macro F1 less that of the whole. */
          difference: z.number(),
          differenceInterval: interval,
          /** So few images (below 20) that the figures say little. */
          tooFew: z.boolean(),
        })
        .nullable(),
      error: wireError.nullable(),
    }),
  ),
});
export type SliceTable = z.infer<typeof sliceTable>;

const pair = z.object({ clean: z.number(), robust: z.number(), difference: z.number(), interval });
/** A run on the images of a split as they are and on their degraded twins. Intervals of 90 %, paired. */
export const robustness = z.object({
  /** Images that both were asked about. */
  images: count,
  /** How the twin is made, and by which seed. */
  twin: z.string(),
  seed: z.number(),
  accuracy: pair,
  macroF1: pair,
  /** F1 of each class, the largest loss first. */
  classes: z.array(pair.extend({ class: z.string(), support: count })),
});
export type Robustness = z.infer<typeof robustness>;

const bins = z.array(z.object({ confidence: z.number(), accuracy: z.number(), count }));
const reliability = z.object({ reliability: bins, ece: z.number(), logLoss: z.number() });
/** What the temperature that is stored with a run's model does to its probabilities. */
export const calibration = z.object({
  run: id,
  split,
  images: count,
  /** One; several where the run is several networks (folds). Empty where the run has no model, or it does not say. */
  temperatures: z.array(z.number()),
  /** As the networks said it; null where that cannot be told from what is stored. */
  before: reliability.nullable(),
  after: reliability,
});
export type Calibration = z.infer<typeof calibration>;

const query = z.string().max(10_000);
const queries = z.array(query.min(1)).max(50);

export const evaluationProcedures = {
  'runs.compare': read({
    input: z.object({
      first: id,
      second: id,
      split: split.default('out-of-fold'),
      /** Changed images that are listed. */
      list: z.number().int().min(0).max(10_000).default(200),
    }),
    output: comparison,
  }),
  /** Precision and recall of every class over the threshold. */
  'runs.curves': read({
    input: z.object({
      run: id,
      split,
      points: z.number().int().min(2).max(2000).default(200),
      /** Only images of this query. */
      slice: query.nullish(),
    }),
    output: classCurves,
  }),
  /** Figures of parts of a split. A query without `run:` is about the run that is evaluated. */
  'runs.slices': read({
    /** Left out: the slices that are kept with the project. */
    input: z.object({ run: id, split, queries: queries.nullish() }),
    output: sliceTable,
  }),
  /** Clean against robust, with today's labels; `found` is null where the twin was not measured yet (study `robust`). */
  'runs.robust': read({
    input: z.object({ run: id, split }),
    output: z.object({
      run: id,
      split,
      found: robustness.nullable(),
      /** Why it cannot be measured either; null where it can. */
      lacks: wireError.nullable(),
    }),
  }),
  'runs.calibration': read({ input: z.object({ run: id, split }), output: calibration }),
  /** Slices that are kept with the project, in the order of the table. */
  'slices.list': read({ input: z.object({}), output: z.object({ queries }) }),
  /** Throws `query/invalid`. */
  'slices.set': write({ input: z.object({ queries }), output: z.object({ queries }) }),
  /** Everything that is known of a run on a split, as one HTML file that needs no other. */
  'runs.report': read({
    input: z.object({ run: id, split: split.nullish(), out: path }),
    output: z.object({ out: z.string(), split, images: count, macroF1: z.number(), bytes: count }),
  }),
  /** The looks that a run was tuned to, with every setting that was compared; null where it was not. */
  'runs.tuned': read({ input: z.object({ run: id }), output: z.object({ tuned: tuned.nullable() }) }),
  /** The out-of-fold table as the contest has it: ID, target, prob_0 …, fold; the names of the classes beside it. */
  'oof.export': read({
    input: z.object({ run: id, out: path }),
    output: z.object({ out: z.string(), classes: z.string(), rows: count, folds: count }),
  }),
  /** Makes a run of such a table: it can be evaluated, compared and stacked, and has no model. */
  'oof.import': write({
    input: z.object({
      table: path,
      name: z.string().min(1).max(200).nullish(),
      /** Names of the columns' classes in their order; left out: the file beside the table, else the project's order. */
      classes: z.array(z.string()).min(2).nullish(),
    }),
    output: z.object({
      run: id,
      rows: count,
      /** Labelled images outside the test split that the table does not speak of. */
      missing: count,
      /** Rows whose target is not the image's label of today. */
      relabelled: count,
      macroF1: z.number(),
      accuracy: z.number(),
    }),
  }),
} as const;
