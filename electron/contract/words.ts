/** The shared vocabulary as schemas: what crosses a door is validated against these, and typed by them. */
import { z } from 'zod';

export const SPLITS = ['train', 'validation', 'test', 'none'] as const;
export const split = z.enum(SPLITS);
export type Split = z.infer<typeof split>;

/** An image's states. `unsure` and `excluded` are a person's; the others are found. */
export const IMAGE_STATES = ['ok', 'unreadable', 'missing'] as const;

export const FINDING_KINDS = [
  'label-error',
  'conflict',
  'leak',
  'duplicate',
  'quality',
  'outlier',
  'overlap',
  'spurious',
] as const;
export const findingKind = z.enum(FINDING_KINDS);
export type FindingKind = z.infer<typeof findingKind>;

/** `not-duplicate`: families of copies only; the pairs are never proposed again. */
export const DECISIONS = ['accept', 'keep', 'change', 'unsure', 'exclude', 'not-duplicate'] as const;
export const decision = z.enum(DECISIONS);
export type Decision = z.infer<typeof decision>;

export const id = z.number().int().positive();
const count = z.number().int().nonnegative();
const probability = z.number().min(0).max(1);

/** A class. `key` is one character of 1-9 or a free letter (see keys.ts); `colour` an index into the palette, 0-19. */
export const classInfo = z.object({
  id,
  name: z.string(),
  shortName: z.string().nullable(),
  key: z.string().nullable(),
  colour: count,
  group: z.string().nullable(),
  order: z.number().int(),
  counts: z.object({ train: count, validation: count, test: count, none: count, total: count }),
});
export type ClassInfo = z.infer<typeof classInfo>;

/** The newest opinion of a run about an image, as shown on a tile. */
export const ghost = z.object({ run: id, class: id, p: probability });
export type Ghost = z.infer<typeof ghost>;

/** What the grid needs of an image, and no more: it is fetched by the hundred. */
export const tile = z.object({
  id,
  name: z.string(),
  /** Thumbnail key: the content hash, 32 hexadecimal digits; null where the file could not be read. */
  hash: z.string().nullable(),
  /** Turned size in pixels; 0 where unknown. */
  width: count,
  height: count,
  class: id.nullable(),
  split,
  unsure: z.boolean(),
  excluded: z.boolean(),
  status: z.enum(IMAGE_STATES),
  /** Kinds of undecided findings about this image. */
  findings: z.array(findingKind),
  ghost: ghost.nullable(),
});
export type Tile = z.infer<typeof tile>;

export const prediction = z.object({
  run: id,
  runName: z.string(),
  /** Top classes by probability, most probable first. */
  top: z.array(z.object({ class: id.nullable(), name: z.string(), p: probability })),
  entropy: z.number(),
  margin: z.number(),
});
export type Prediction = z.infer<typeof prediction>;

export const labelEvent = z.object({
  action: id,
  at: z.number(),
  author: z.string(),
  kind: z.string(),
  field: z.enum(['class', 'state', 'note', 'split', 'group']),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type LabelEvent = z.infer<typeof labelEvent>;

export const imageDetail = tile.extend({
  path: z.string(),
  folder: z.string(),
  source: z.string(),
  format: z.string().nullable(),
  bytes: count,
  /** Why the file could not be read, in words; null where it could. */
  reason: z.string().nullable(),
  note: z.string().nullable(),
  group: z.number().int().nullable(),
  /** 0-1 each; null before they were measured. */
  brightness: z.number().nullable(),
  blur: z.number().nullable(),
  addedAt: z.number(),
  labelBy: z.enum(['import', 'person', 'accepted']).nullable(),
  history: z.array(labelEvent),
  predictions: z.array(prediction),
});
export type ImageDetail = z.infer<typeof imageDetail>;

/** One undoable gesture, for the status line and the toast. */
export const actionInfo = z.object({ id, at: z.number(), kind: z.string(), summary: z.string(), changed: count });
export type ActionInfo = z.infer<typeof actionInfo>;

export const projectInfo = z.object({
  path: z.string(),
  name: z.string(),
  readOnly: z.boolean(),
  /** Grows with every committed change: a view built at another revision is stale. */
  revision: count,
  images: count,
  labelled: count,
  unreadable: count,
  missing: count,
  excluded: count,
  unsure: count,
  splits: z.object({ train: count, validation: count, test: count, none: count }),
  runs: count,
  openFindings: count,
  undo: actionInfo.nullable(),
  redo: actionInfo.nullable(),
});
export type ProjectInfo = z.infer<typeof projectInfo>;

export const recentProject = z.object({
  path: z.string(),
  name: z.string(),
  openedAt: z.number(),
  images: count,
  classes: count,
  /** Picture addresses for the strip, relative to the page. */
  strip: z.array(z.string()),
  exists: z.boolean(),
});
export type RecentProject = z.infer<typeof recentProject>;

export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted'] as const;
export const JOB_KINDS = ['import', 'train', 'clean', 'classify', 'demo', 'study'] as const;
export const jobKind = z.enum(JOB_KINDS);
export type JobKind = z.infer<typeof jobKind>;
export const wireError = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  subject: z.string().optional(),
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  detail: z.string().optional(),
});
export const jobInfo = z.object({
  id,
  kind: jobKind,
  /** What it works on, in the user's words: a folder, a run's name. */
  title: z.string(),
  /** Which study a job of kind `study` is. */
  study: z.string().nullish(),
  state: z.enum(JOB_STATES),
  /** The phase in words of the message catalogue: scan, decode, embed, fit, … */
  phase: z.string(),
  done: count,
  /** 0 while the amount is unknown. */
  total: count,
  /** Units a second, over the last half minute; null before there is an estimate. */
  rate: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  createdAt: z.number(),
  finishedAt: z.number().nullable(),
  /** Files that made trouble and were passed over. */
  troubles: count,
  result: z.record(z.string(), z.unknown()).nullable(),
  error: wireError.nullable(),
  resumable: z.boolean(),
});
export type JobInfo = z.infer<typeof jobInfo>;

export const backboneInfo = z.object({
  name: z.string(),
  title: z.string(),
  /** `built-in` ships with the program, `project` was added by `models add`, `untrained` starts from random weights. */
  origin: z.enum(['built-in', 'project', 'untrained']),
  about: z.string(),
  /** Side in pixels that it was pre-trained at; 0 where any size serves. */
  nativeSize: count,
  /** The only side that it takes; null where any multiple of `multiple` serves. */
  fixedSize: count.nullable(),
  multiple: count,
  /** Length of the feature vector with the default tap. */
  features: count,
  taps: z.array(z.object({ name: z.string(), channels: count, stride: z.number().nullable() })),
  licence: z.string(),
  bytes: count,
});
export type BackboneInfo = z.infer<typeof backboneInfo>;

export const RUN_STATES = ['running', 'done', 'failed', 'stopped'] as const;
export const runInfo = z.object({
  id,
  name: z.string(),
  state: z.enum(RUN_STATES),
  preset: z.string(),
  backbones: z.array(z.string()),
  size: count,
  createdAt: z.number(),
  seconds: z.number(),
  /** Position in the event log that it saw. */
  snapshot: count,
  /** Labels changed since then. */
  labelsLater: count,
  classes: z.array(z.string()),
  /** The split that the headline figures belong to, and `out-of-fold` where nothing was held out. */
  split: z.string(),
  images: count,
  accuracy: z.number().nullable(),
  macroF1: z.number().nullable(),
  bytes: count,
  error: z.string().nullable(),
  recipe: z.record(z.string(), z.unknown()),
});
export type RunInfo = z.infer<typeof runInfo>;

export const evaluation = z.object({
  run: id,
  split: z.string(),
  images: count,
  accuracy: z.number(),
  macroF1: z.number(),
  /** 90 % bootstrap intervals. */
  accuracyInterval: z.tuple([z.number(), z.number()]),
  macroF1Interval: z.tuple([z.number(), z.number()]),
  classes: z.array(z.string()),
  /** Project class of each row; null where the class was removed since. */
  classIds: z.array(id.nullable()),
  /** confusion[given][predicted]: images. */
  confusion: z.array(z.array(count)),
  perClass: z.array(
    z.object({
      class: z.string(),
      precision: z.number(),
      recall: z.number(),
      f1: z.number(),
      support: count,
      f1Interval: z.tuple([z.number(), z.number()]),
    }),
  ),
  /** Row order that puts confusable classes side by side. */
  clusterOrder: z.array(count),
  /** Reliability diagram: per bin mean confidence, accuracy, images. Expected calibration error in `ece`. */
  reliability: z.array(z.object({ confidence: z.number(), accuracy: z.number(), count })),
  ece: z.number(),
  temperature: z.number(),
});
export type EvaluationInfo = z.infer<typeof evaluation>;

export const finding = z.object({
  id,
  kind: findingKind,
  /** 0-1, higher = more suspicious. */
  score: z.number(),
  /** Images it speaks of; one for a label error, two or more for a family. */
  images: z.array(tile),
  given: id.nullable(),
  suggested: id.nullable(),
  /** Reasons in words, best first: message key and its values. */
  reasons: z.array(z.object({ key: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) })),
  decision: decision.nullable(),
  likely: z.boolean(),
});
export type Finding = z.infer<typeof finding>;

export const findingDetail = finding.extend({
  /** Copies: how the family holds together, strongest link first; likeness 0-1, 1 the same bytes. */
  links: z.array(z.object({ first: id, second: id, likeness: z.number() })),
  /** Leaks: images of the family that a model learns from: those to exclude or move. */
  learned: z.array(id),
  /** Mean out-of-fold probabilities, most probable first. */
  probabilities: z.array(z.object({ class: id.nullable(), name: z.string(), p: probability })),
  nearestGiven: z.array(z.object({ tile, similarity: z.number() })),
  nearestSuggested: z.array(z.object({ tile, similarity: z.number() })),
});
export type FindingDetail = z.infer<typeof findingDetail>;

export const cleanSummary = z.object({
  kinds: z.array(z.object({ kind: findingKind, open: count, decided: count, likely: count })),
  /** Whether a search was ever run, and the label event it saw. */
  searchedAt: z.number().nullable(),
  /** Kinds that were searched for at least once. */
  searched: z.array(findingKind),
  labelsLater: count,
  reviewed: count,
  corrected: count,
  /** Share corrected among those reviewed, after each decision, oldest first, with a 90 % Wilson interval. */
  precision: z.array(z.object({ n: count, value: z.number(), low: z.number(), high: z.number() })),
  byClass: z.array(z.object({ class: id, corrected: count, reviewed: count })),
  /** Wrong labels left among those nobody has reviewed, by the audit (90 %); null before its first verdict. */
  left: z
    .object({ estimate: z.number(), low: z.number(), high: z.number(), audited: count, moreToHalve: count })
    .nullable(),
  advice: z.object({ key: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }).nullable(),
});
export type CleanSummary = z.infer<typeof cleanSummary>;

/** An augmentation op in a policy: its name, the probability that it is applied, its ranges. */
export const policyOp = z.object({
  op: z.string(),
  p: probability,
  ranges: z.record(z.string(), z.tuple([z.number(), z.number()])),
  /** At most one op of a choice is applied; `p` stays the probability of this op, so a choice sums to 1 at most. */
  choice: z.string().max(40).optional(),
});
export const policy = z.object({ name: z.string(), ops: z.array(policyOp) });
export type Policy = z.infer<typeof policy>;

export const opInfo = z.object({
  op: z.string(),
  parameters: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      minimum: z.number(),
      maximum: z.number(),
      step: z.number(),
      default: z.tuple([z.number(), z.number()]),
    }),
  ),
});
export type OpInfo = z.infer<typeof opInfo>;

export const batchRow = z.object({
  row: count,
  path: z.string(),
  name: z.string(),
  /** Picture address for the thumbnail, relative to the page. */
  picture: z.string(),
  class: z.string().nullable(),
  classId: id.nullable(),
  p: z.number().nullable(),
  next: z.string().nullable(),
  nextId: id.nullable(),
  nextP: z.number().nullable(),
  undecided: z.boolean(),
  /** A second look has had its say in the answer. */
  again: z.boolean(),
  error: z.string().nullable(),
});
export type BatchRow = z.infer<typeof batchRow>;

export const batchInfo = z.object({
  id,
  folder: z.string(),
  out: z.string(),
  run: id,
  runName: z.string(),
  views: z.string(),
  createdAt: z.number(),
  state: z.enum(JOB_STATES),
  job: id.nullable(),
  images: count,
  done: count,
  failed: count,
  undecided: count,
  undecidedBelow: z.number(),
});
export type BatchInfo = z.infer<typeof batchInfo>;

export const settings = z.object({
  theme: z.enum(['dark', 'light', 'system']),
  locale: z.enum(['en', 'ko']),
  density: z.enum(['comfortable', 'compact']),
  author: z.string().max(100),
  autoAdvance: z.boolean(),
  tileSize: z.number().int().min(60).max(400),
});
export type Settings = z.infer<typeof settings>;
