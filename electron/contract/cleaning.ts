/** What crosses the doors of cleaning beside single findings: bulk previews, the audit, classes, moved scores. */
import { z } from 'zod';
import * as w from './words.ts';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const reason = z.object({ key: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) });

/** Kinds that name images one by one, and those that speak of families of copies. */
export const COPY_KINDS = ['conflict', 'leak', 'duplicate'] as const;
/** Kinds that say something of a class or of the set: nothing is labelled by deciding them. */
export const CLASS_KINDS = ['overlap', 'spurious'] as const;

const LABEL_ANSWERS = ['accept', 'keep', 'change', 'unsure', 'exclude'] as const;
const COPY_ANSWERS = ['accept', 'keep', 'exclude', 'not-duplicate'] as const;
const ODD_ANSWERS = ['keep', 'change', 'unsure', 'exclude'] as const;

/**
 * What can be decided of each kind. `accept` of copies: they are copies, one group from now on (a leak: those learned
 * from are excluded). Kinds of classes are only seen: what to do about them is no matter of single labels.
 */
export const FITTING: Readonly<Record<w.FindingKind, readonly w.Decision[]>> = {
  'label-error': LABEL_ANSWERS,
  conflict: [...LABEL_ANSWERS, 'not-duplicate'],
  leak: COPY_ANSWERS,
  duplicate: COPY_ANSWERS,
  quality: ODD_ANSWERS,
  outlier: ODD_ANSWERS,
  overlap: ['keep'],
  spurious: ['keep'],
};

const names = (kinds: readonly w.FindingKind[], kind: w.FindingKind): boolean => kinds.includes(kind);
export const isOfCopies = (kind: w.FindingKind): boolean => names(COPY_KINDS, kind);
export const isOfClasses = (kind: w.FindingKind): boolean => names(CLASS_KINDS, kind);

/** All undecided findings of a kind with `score >= above`, and what is to become of them. */
export const bulk = z.object({
  kind: w.findingKind,
  above: share,
  decision: w.decision,
});
export type Bulk = z.infer<typeof bulk>;

export const bulkPreview = z.object({
  findings: count,
  /** Images whose label, state or group would change. */
  images: count,
  /** Copies in the test split that stay as they are: the test split is only ever mended. */
  spared: count,
  /** Labels that would change, most frequent change first. */
  changes: z.array(z.object({ from: w.id.nullable(), to: w.id.nullable(), images: count })),
  /** The first of the images, by falling score, with the class that they would get (null: no other class). */
  first: z.array(z.object({ finding: w.id, tile: w.tile, to: w.id.nullable() })),
});
export type BulkPreview = z.infer<typeof bulkPreview>;

/** Wrong labels among the unreviewed, with a 90 % interval; all in images. */
export const errorsLeft = z.object({
  estimate: z.number(),
  low: z.number(),
  high: z.number(),
});

export const AUDIT_VERDICTS = ['right', 'wrong', 'unsure'] as const;
export const auditVerdict = z.enum(AUDIT_VERDICTS);
export type AuditVerdict = z.infer<typeof auditVerdict>;

/**
 * A random sample of the labels that nobody had reviewed when it was drawn. Neither score nor suggestion comes with it:
 * who audits must not see them.
 */
export const audit = z.object({
  id: z.number().int().positive(),
  seed: z.number().int(),
  startedAt: z.number(),
  /** Images to look at, those answered, and those of them whose label was wrong. */
  size: count,
  audited: count,
  wrong: count,
  /** In the order in which to look. */
  sample: z.array(z.object({ tile: w.tile, verdict: auditVerdict.nullable() })),
  strata: z.array(z.object({ rows: count, audited: count, errors: count })),
  /** Of the tail as it was drawn, what the audit found included; null before the first verdict. */
  drawn: errorsLeft.nullable(),
  /** Of the same, what is still wrong: less all that was corrected since. Moves with every decision. */
  left: errorsLeft.nullable(),
  /** Rows of the tail when it was drawn. */
  rows: count,
  /** Nothing was found: only `high` may be said ("at most"), never "none". */
  atMost: z.boolean(),
  /** Further audits for an interval half as wide. */
  moreToHalve: count,
});
export type Audit = z.infer<typeof audit>;

export const cleanHealth = z.object({
  /** Null before the first search. */
  searchedAt: z.number().nullable(),
  /** Wrong labels to expect in all, by the sum of the queue's scores and by the confident joint. */
  expectedErrors: z.number().nullable(),
  jointErrors: z.number().nullable(),
  classes: z.array(
    z.object({
      class: w.id,
      images: count,
      /** Share of its labels that the confident joint leaves where they are. */
      labelQuality: z.number(),
      /** Images of it that are probably another class, and images elsewhere that are probably of it. */
      doubtful: z.number(),
      missing: z.number(),
      precision: z.number(),
      recall: z.number(),
      f1: z.number(),
      /** Mean probability of the class over its own images. */
      confidence: z.number(),
      rare: z.boolean(),
    }),
  ),
  overlap: z.array(
    z.object({
      first: w.id,
      second: w.id,
      /** Images that the confident joint counts among the other of the two, and each direction. */
      count: z.number(),
      firstToSecond: z.number(),
      secondToFirst: z.number(),
      score: share,
    }),
  ),
  spurious: z.array(
    z.object({
      property: z.string(),
      /** Null: it gives all classes away. */
      class: w.id.nullable(),
      score: z.number(),
      accuracy: z.number(),
      baseline: z.number(),
      precision: z.number(),
      recall: z.number(),
    }),
  ),
  /** Properties that differ between training and test images (Kolmogorov-Smirnov distance, p by chance). */
  drift: z.array(z.object({ property: z.string(), distance: share, p: share })),
});
export type CleanHealth = z.infer<typeof cleanHealth>;

const figures = z.object({ images: count, accuracy: z.number(), macroF1: z.number() });

/** How the score of a run changed because labels or leaks were fixed: from its stored probabilities, nothing is run. */
export const scoreEffect = z.object({
  run: w.id,
  name: z.string(),
  split: z.string(),
  /** With the labels that the run saw, none excluded. */
  before: figures,
  /** With the labels of now, excluded images left out: what Evaluate shows. */
  now: figures,
  /** As now, without the images of which a copy is among those learned from; null where there is none. */
  withoutLeaked: figures.nullable(),
  /** Images of the split whose label changed, and of those: hits that became misses, misses that became hits. */
  relabelled: count,
  lostHits: count,
  gainedHits: count,
  excluded: count,
  /** Why it moved, in words. */
  notes: z.array(reason),
});
export type ScoreEffect = z.infer<typeof scoreEffect>;
