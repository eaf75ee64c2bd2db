/**
 * The contract: every procedure of the engine, once. Types, validation at the doors, and the reference of the command
 * line all come from this value. Names are `thing.verb`.
 */
import { z } from 'zod';
import * as c from './cleaning.ts';
import { evaluationProcedures } from './evaluation.ts';
import { AVERAGES, secondStage, shard, VIEWS_OF_IMAGE } from './looks.ts';
import { plan } from './plan.ts';
import { read, write } from './procedure.ts';
import { recipeParts, trainRequest } from './recipe.ts';
import { studyRequest } from './study.ts';
import { epochPoint, type EpochPoint, trainingLive, type TrainingLive } from './training.ts';
import * as w from './words.ts';

export * from './looks.ts';

const none = z.object({});
const path = z.string().min(1).max(4096);
const count = z.number().int().nonnegative();
const job = z.object({ job: w.id });

/**
 * Whom a gesture touches: images by id, a whole query result (also a million), or row ranges of an open view.
 * Ranges are [first, past the last).
 */
export const selection = z.union([
  z.object({ ids: z.array(w.id).max(100_000) }),
  z.object({ query: z.string().max(10_000) }),
  z.object({ view: w.id, ranges: z.array(z.tuple([count, count])) }),
]);
export type Selection = z.infer<typeof selection>;

/** One change of a gesture. A field left out stays as it is; `class: null` takes the label away. */
export const labelChange = z.object({
  class: w.id.nullable().optional(),
  unsure: z.boolean().optional(),
  excluded: z.boolean().optional(),
  split: w.split.optional(),
  note: z.string().max(10_000).nullable().optional(),
});
export type LabelChange = z.infer<typeof labelChange>;

/** A chip of the parsed query: field, the values in words, and the piece of text it came from. */
export const chip = z.object({
  field: z.string(),
  value: z.string(),
  negated: z.boolean(),
  joinedBy: z.enum(['and', 'or']),
  start: count,
  end: count,
});
export type Chip = z.infer<typeof chip>;

export const viewGroup = z.object({
  key: z.string(),
  /** What the group shows: a class, "no label, predicted X", a split, a source. */
  class: w.id.nullable(),
  predicted: w.id.nullable(),
  title: z.string(),
  from: count,
  count,
});
export type ViewGroup = z.infer<typeof viewGroup>;

export const tableGuess = z.object({
  path: z.string(),
  name: z.string(),
  rows: count,
  columns: z.array(z.string()),
  /** Columns that look like file names and labels; null where none does. */
  idColumn: z.string().nullable(),
  labelColumn: z.string().nullable(),
  /** A table beside it that names the classes (meta.csv), where label values are numbers. */
  classNames: z.string().nullable(),
  /** How many ids of the first rows are files below the folder, 0-1. */
  match: z.number(),
});
export type TableGuess = z.infer<typeof tableGuess>;

export const importPlan = z.object({
  source: path,
  /** Where labels come from. */
  labels: z.enum(['folders', 'tables', 'none']),
  /** CSV files for `labels: 'tables'`; columns are guessed where left out. */
  tables: z
    .array(
      z.object({ path, idColumn: z.string().nullish(), labelColumn: z.string().nullish(), classNames: path.nullish() }),
    )
    .default([]),
  /** `folders`: train/validation/test in the path; `list`: the images named in `splitList` are test, others training; `draw`: seeded and stratified. */
  split: z.enum(['folders', 'list', 'draw', 'none']).default('folders'),
  splitList: path.nullish(),
  /** Shares for `draw`. */
  validationShare: z.number().min(0).max(0.9).default(0),
  testShare: z.number().min(0).max(0.9).default(0.2),
  seed: z.number().int().default(1),
});
export type ImportPlan = z.infer<typeof importPlan>;

export const contract = {
  // --- the program
  'app.info': read({
    project: false,
    input: none,
    output: z.object({
      version: z.string(),
      door: z.enum(['window', 'browser', 'command']),
      platform: z.string(),
      home: z.string(),
    }),
  }),
  'app.recent': read({ project: false, input: none, output: z.array(w.recentProject) }),
  'app.forget': write({ project: false, input: z.object({ path }), output: none }),
  'settings.get': read({ project: false, input: none, output: w.settings }),
  'settings.set': write({ project: false, input: w.settings.partial(), output: w.settings }),

  // --- folders of this computer, for doors without a file dialog
  'folders.list': read({
    project: false,
    input: z.object({ path: path.nullish() }),
    output: z.object({
      path: z.string(),
      parent: z.string().nullable(),
      folders: z.array(z.object({ name: z.string(), path: z.string(), project: z.boolean() })),
      files: z.array(z.object({ name: z.string(), path: z.string(), bytes: count })),
    }),
  }),
  /** What an import of this folder would find: the one choice (where labels come from) is made on this. */
  'folders.inspect': read({
    project: false,
    input: z.object({ path }),
    output: z.object({
      path: z.string(),
      images: count,
      /** True where counting stopped early. */
      more: z.boolean(),
      classFolders: z.array(z.object({ name: z.string(), images: count })),
      splitFolders: z.array(z.string()),
      tables: z.array(tableGuess),
      suggestion: z.enum(['folders', 'tables', 'none']),
    }),
  }),

  // --- projects
  'project.create': write({ project: false, input: z.object({ path }), output: w.projectInfo }),
  'project.open': read({ project: false, input: z.object({ path }), output: w.projectInfo }),
  'project.close': read({ project: false, input: none, output: none }),
  'project.info': read({ input: none, output: w.projectInfo }),

  // --- jobs
  'jobs.list': read({ input: none, output: z.array(w.jobInfo) }),
  'jobs.get': read({ input: job, output: w.jobInfo }),
  'jobs.cancel': write({ input: job, output: none }),
  /** Starts an interrupted or failed job again; what was finished is not repeated. */
  'jobs.resume': write({ input: job, output: job }),
  'jobs.log': read({ input: job, output: z.array(z.object({ at: z.number(), line: z.string() })) }),

  // --- bringing images in
  'import.start': write({ input: importPlan, output: job }),
  'demo.start': write({
    project: true,
    input: z.object({
      folder: path,
      train: z.number().int().min(17).max(100_000).default(1570),
      test: z.number().int().min(0).max(100_000).default(3140),
      noise: z.number().min(0).max(0.5).default(0.03),
      seed: z.number().int().default(1),
    }),
    output: job,
  }),

  // --- looking
  'view.open': read({
    input: z.object({
      query: z.string().max(10_000),
      group: z.enum(['none', 'class', 'split', 'source', 'prediction']).default('none'),
      /** Tiles wanted at once. */
      first: z.number().int().min(0).max(500).default(120),
    }),
    output: z.object({
      view: w.id,
      revision: count,
      total: count,
      groups: z.array(viewGroup),
      chips: z.array(chip),
      tiles: z.array(w.tile),
    }),
  }),
  'view.tiles': read({
    input: z.object({ view: w.id, from: count, count: z.number().int().min(1).max(500) }),
    output: z.object({ from: count, tiles: z.array(w.tile) }),
  }),
  /** Rows of these images in an open view (null: not in it). */
  'view.rows': read({
    input: z.object({ view: w.id, ids: z.array(w.id).max(1000) }),
    output: z.array(count.nullable()),
  }),
  'view.ids': read({
    input: z.object({ view: w.id, ranges: z.array(z.tuple([count, count])) }),
    output: z.array(w.id),
  }),
  'view.close': read({ input: z.object({ view: w.id }), output: none }),
  'query.complete': read({
    input: z.object({ text: z.string().max(10_000), cursor: count }),
    output: z.object({
      start: count,
      end: count,
      items: z.array(z.object({ insert: z.string(), label: z.string(), detail: z.string(), count: count.nullable() })),
    }),
  }),
  'images.detail': read({ input: z.object({ id: w.id }), output: w.imageDetail }),
  /** Paths of many images at once, for lists. */
  'images.paths': read({ input: z.object({ ids: z.array(w.id).max(10_000) }), output: z.array(z.string()) }),
  'images.similar': read({
    input: z.object({ ids: z.array(w.id).min(1).max(200), count: z.number().int().min(1).max(500).default(24) }),
    output: z.object({
      /** Null where no embedding exists yet: train or clean once. */
      backbone: z.string().nullable(),
      neighbours: z.array(z.object({ tile: w.tile, similarity: z.number() })),
    }),
  }),

  // --- classes and labels
  'classes.list': read({ input: none, output: z.array(w.classInfo) }),
  'classes.create': write({
    input: z.object({
      name: z.string().min(1).max(200),
      group: z.string().max(200).nullish(),
      key: z.string().nullish(),
    }),
    output: w.classInfo,
  }),
  'classes.update': write({
    input: z.object({
      id: w.id,
      name: z.string().min(1).max(200).optional(),
      shortName: z.string().max(200).nullable().optional(),
      key: z.string().nullable().optional(),
      colour: z.number().int().min(0).max(19).optional(),
      group: z.string().max(200).nullable().optional(),
      order: z.number().int().optional(),
    }),
    output: w.classInfo,
  }),
  'classes.merge': write({ input: z.object({ from: w.id, into: w.id }), output: z.object({ action: w.actionInfo }) }),
  /**
   * Images of the test split are not excluded unless the same change moves them to another split: `spared` says how many
   * were left. Throws `label/class-unknown`, `label/test-kept` where nothing else was to be done.
   */
  'labels.apply': write({
    input: z.object({ selection, change: labelChange }),
    output: z.object({ action: w.actionInfo.nullable(), changed: count, spared: count, revision: count }),
  }),
  /** Makes a run's predictions the labels of the selection, above a probability. */
  'labels.accept': write({
    input: z.object({ selection, run: w.id.nullish(), above: z.number().min(0).max(1).default(0) }),
    output: z.object({ action: w.actionInfo.nullable(), changed: count, revision: count }),
  }),
  'history.undo': write({ input: none, output: z.object({ action: w.actionInfo, revision: count }) }),
  'history.redo': write({ input: none, output: z.object({ action: w.actionInfo, revision: count }) }),
  'history.list': read({
    input: z.object({ limit: z.number().int().min(1).max(1000).default(100) }),
    output: z.array(w.actionInfo),
  }),

  // --- backbones, training, runs
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

  // --- finished runs against each other, as a page, as a table (evaluation.ts)
  ...evaluationProcedures,

  // --- studies of runs: jobs whose result is a document (study.ts)
  'study.start': write({ input: studyRequest, output: job }),

  // --- cleaning
  /**
   * Searches for some kinds (duplicate also finds conflicts). Probabilities come from heads on the named backbones (those
   * of the newest run where none is), each out of fold, or from those that `run` held out.
   */
  'clean.start': write({
    input: z.object({
      kinds: z.array(w.findingKind).min(1).default(['label-error']),
      backbones: z.array(z.string()).max(8).default([]),
      run: w.id.nullish(),
    }),
    output: job,
  }),
  'clean.summary': read({ input: none, output: w.cleanSummary }),
  'clean.findings': read({
    input: z.object({
      kind: w.findingKind,
      decided: z.enum(['no', 'yes', 'all']).default('no'),
      from: count.default(0),
      count: z.number().int().min(1).max(10_000).default(50),
    }),
    output: z.object({ total: count, findings: z.array(w.finding) }),
  }),
  'clean.finding': read({ input: z.object({ finding: w.id }), output: w.findingDetail }),
  /**
   * One gesture. Without `images` it is about those that the kind means: the image itself; all copies of a conflict;
   * the learned copies of a leak; all but the first of a family to exclude. Throws `clean/decision-unfit`,
   * `clean/test-fixed`.
   */
  'clean.decide': write({
    input: z.object({
      finding: w.id,
      decision: w.decision,
      class: w.id.nullish(),
      images: z.array(w.id).max(1000).nullish(),
    }),
    output: z.object({ action: w.actionInfo.nullable(), revision: count }),
  }),
  /** What `clean.bulk` would do. */
  'clean.preview': read({
    input: c.bulk.extend({ first: z.number().int().min(0).max(500).default(120) }),
    output: c.bulkPreview,
  }),
  /** One action, undone as a whole. */
  'clean.bulk': write({
    input: c.bulk,
    output: z.object({ action: w.actionInfo.nullable(), findings: count, changed: count, revision: count }),
  }),
  /** Draws a sample of the labels that nobody has reviewed; replaces the audit before it. */
  'clean.auditStart': write({
    input: z.object({ size: z.number().int().min(1).max(5000).default(100), seed: z.number().int().default(1) }),
    output: c.audit,
  }),
  /** Null where none was drawn. */
  'clean.audit': read({ input: none, output: c.audit.nullable() }),
  /** `wrong` with a class relabels the image; undone like any gesture. Throws `clean/not-in-audit`. */
  'clean.auditVerdict': write({
    input: z.object({ image: w.id, verdict: c.auditVerdict, class: w.id.nullish() }),
    output: z.object({ action: w.actionInfo.nullable(), revision: count, audit: c.audit }),
  }),
  'clean.health': read({ input: none, output: c.cleanHealth }),
  /** Of one run, or of all that are finished, newest first. */
  'clean.effect': read({ input: z.object({ run: w.id.nullish() }), output: z.array(c.scoreEffect) }),

  // --- augmentation
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

  // --- batch classification
  'batch.start': write({
    input: z.object({
      folder: path,
      run: w.id,
      out: path,
      /** Other runs of the same classes whose answers are averaged with those of `run`. */
      more: z.array(w.id).max(100).default([]),
      views: z.enum(VIEWS_OF_IMAGE).default('none'),
      average: z.enum(AVERAGES).default('probability'),
      stage2: secondStage.nullable().default(null),
      shard: shard.nullable().default(null),
      /** False: probabilities as the networks said them before their temperatures. The best class is the same for one network. */
      calibrated: z.boolean().default(true),
      /** Write all probabilities, one column a class. */
      probabilities: z.boolean().default(false),
      undecidedBelow: z.number().min(0).max(1).default(0.6),
    }),
    output: z.object({ job: w.id, batch: w.id }),
  }),
  'batch.list': read({ input: none, output: z.array(w.batchInfo) }),
  'batch.rows': read({
    input: z.object({
      batch: w.id,
      show: z.enum(['all', 'undecided', 'failed']).default('all'),
      from: count.default(0),
      count: z.number().int().min(1).max(500).default(100),
    }),
    output: z.object({ total: count, rows: z.array(w.batchRow) }),
  }),
} as const;

export type Contract = typeof contract;
export type ProcedureName = keyof Contract;
export type Input<K extends ProcedureName> = z.input<Contract[K]['input']>;
/** The input after validation: defaults are filled in. */
export type ParsedInput<K extends ProcedureName> = z.output<Contract[K]['input']>;
export type Output<K extends ProcedureName> = z.output<Contract[K]['output']>;

/** Pushed to every client. Job progress is thinned to ten messages a second a job: the newest state wins. */
export type StudioEvent =
  | { type: 'job'; job: w.JobInfo }
  /** Something committed: what to ask again. */
  | {
      type: 'changed';
      revision: number;
      what: ('labels' | 'classes' | 'images' | 'runs' | 'findings' | 'batches' | 'backbones')[];
    }
  | { type: 'training'; live: TrainingLive }
  | { type: 'epoch'; run: number; epochs: number; point: EpochPoint }
  | { type: 'project'; open: boolean };
