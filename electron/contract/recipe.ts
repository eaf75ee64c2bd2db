/**
 * A recipe: everything that decides a training, in one versioned document. What is left out is filled in for the preset
 * and the network (training/recipe.ts), and the filled-in recipe is kept with the run. Unknown fields are errors.
 */
import { z } from 'zod';
import { plan } from './plan.ts';

export const RECIPE_VERSION = 1;

const count = (most: number, least = 1) => z.number().int().min(least).max(most);
const share = z.number().min(0).max(1);

/** What is trained: a head on frozen features, the last blocks of the network, or all of it. */
export const PRESETS = ['head', 'last-blocks', 'full'] as const;
export const PRECISIONS = ['float32', 'float16'] as const;
export const DEVICES = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;

const data = z.strictObject({
  /** Share of the training images held out for validation where the project has no validation split. */
  validationShare: z.number().min(0.05).max(0.5),
  /** Also validates on the fixed degraded twin of the validation images. */
  robust: z.boolean(),
  /** `balanced`: drawn with replacement, weight sqrt(mean count / count of the class). */
  sampler: z.enum(['shuffled', 'balanced']),
  /** 0: one training. K: K trainings, each image predicted by the one that did not see it. */
  folds: count(20, 0).refine((folds) => folds !== 1, 'one fold leaves nothing to learn from'),
});

const augmentation = z.strictObject({
  /** `project`: the plan of the Augment view; otherwise a preset's name. */
  plan: z.string().min(1).max(100),
  /** A plan by class group, written out; it stands in place of `plan`. */
  groups: plan.nullish(),
  /** How many different draws an image has before they repeat; 0: a new one every epoch. Repeated ones can be cached. */
  draws: count(1000, 0),
});

const loss = z.strictObject({
  kind: z.enum(['cross-entropy', 'focal']),
  /** Share of the target that is spread over all classes. */
  labelSmoothing: z.number().min(0).max(0.5),
  /** Focusing exponent of the focal loss. */
  gamma: z.number().min(0).max(10),
  /** `contest`: pt from the weighted cross-entropy, as in the project that Assay grew out of. */
  focusing: z.enum(['probability', 'contest']),
  /** `effective-number`: (1 - beta) / (1 - beta^n), mean 1; or a weight a class, in the order of the classes' names. */
  classWeights: z.union([z.enum(['none', 'effective-number']), z.array(z.number().min(0).max(1000)).min(2)]),
  beta: z.number().min(0).max(0.999999),
  /** Strength of logit adjustment, 0: none. */
  logitAdjustment: z.number().min(0).max(4),
  /** `published` adds tau ln(prior) in training; `contest` takes it away. */
  adjustmentSign: z.enum(['published', 'contest']),
});

const optimizer = z.strictObject({
  kind: z.enum(['adamw', 'sgd', 'lion']),
  /** Highest learning rate. */
  rate: z.number().positive().max(10),
  /** Decoupled for AdamW and Lion; never on norms and biases. */
  weightDecay: z.number().min(0).max(1),
  momentum: z.number().min(0).max(0.9999),
  beta1: z.number().min(0).max(0.9999),
  beta2: z.number().min(0).max(0.99999),
  /** Factor on the rate for each block further from the output; 1: the same rate for all. */
  layerDecay: z.number().min(0.1).max(1),
  /** Limit of the gradients' norm; 0: none. */
  clipNorm: z.number().min(0).max(1000),
});

const schedule = z.strictObject({
  kind: z.enum(['constant', 'warmup-cosine', 'one-cycle', 'step']),
  /** Share of all steps in which the rate rises. */
  warmup: share,
  /** Lowest rate as a share of the highest. */
  minimum: share,
  restarts: count(20, 0),
  /** `step`: the rate is multiplied by `factor` every so many epochs. */
  every: count(1000),
  factor: z.number().min(0.001).max(1),
});

const regularisation = z.strictObject({
  /** Weights averaged by this factor a step, which validation and the result use; 0: none. */
  ema: z.number().min(0).max(0.99999),
  /** Alpha of the Beta distribution of mixing; 0: none. With both, each batch takes one of them. */
  mixup: z.number().min(0).max(4),
  cutmix: z.number().min(0).max(4),
  /** Share of the features that is dropped before the head. */
  dropout: z.number().min(0).max(0.9),
  /** Chance that the last residual branch is left out; earlier ones in proportion to their depth. */
  stochasticDepth: z.number().min(0).max(0.9),
});

const device = z.strictObject({
  /** What this computer lacks falls back to the CPU, and the log says so. */
  provider: z.enum(DEVICES),
  /** `float16`: products and convolutions, on devices that have it; weights, sums and the optimizer stay in float32. */
  precision: z.enum(PRECISIONS),
  /**
   * Computes parts of the forward pass a second time instead of keeping their values: less memory for more time. The
   * weights that come out are the same.
   */
  recompute: z.boolean(),
});

const stopping = z.strictObject({
  /** What must go on improving; `none` trains all epochs. The best epoch is kept by F1 (`loss`: by loss). */
  metric: z.enum(['none', 'loss', 'f1', 'either', 'both']),
  patience: count(1000),
  /** Gains below these count as none. */
  leastLoss: z.number().min(0).max(1),
  leastF1: z.number().min(0).max(1),
});

/** The parts of a recipe that are no choice of data or network, whole. */
export const recipeParts = z.strictObject({
  epochs: count(10_000),
  /** Images a step. */
  batch: count(1024),
  /** Steps whose gradients are added up before the weights move. */
  accumulate: count(256),
  /** `last-blocks`: how many blocks from the end are trained. */
  blocks: count(200),
  data,
  augmentation,
  loss,
  optimizer,
  schedule,
  regularisation,
  device,
  stopping,
});
export type RecipeParts = z.infer<typeof recipeParts>;

const choice = {
  version: z.literal(RECIPE_VERSION).default(RECIPE_VERSION),
  backbones: z.array(z.string().min(1)).min(1).max(8),
  preset: z.enum(PRESETS).default('head'),
  /** Input side in pixels; left out: each backbone's native size. */
  size: z.number().int().min(32).max(2048).nullish(),
  fit: z.enum(['letterbox', 'stretch']).default('letterbox'),
  tap: z.enum(['depths', 'last']).default('depths'),
  seed: z.number().int().default(1),
  name: z.string().max(200).nullish(),
};

/** A recipe as a person gives it: everything but the backbones may be left out. */
export const trainRequest = z.strictObject({
  ...choice,
  epochs: recipeParts.shape.epochs.optional(),
  batch: recipeParts.shape.batch.optional(),
  accumulate: recipeParts.shape.accumulate.optional(),
  blocks: recipeParts.shape.blocks.optional(),
  data: data.partial().optional(),
  augmentation: augmentation.partial().optional(),
  loss: loss.partial().optional(),
  optimizer: optimizer.partial().optional(),
  schedule: schedule.partial().optional(),
  regularisation: regularisation.partial().optional(),
  device: device.partial().optional(),
  stopping: stopping.partial().optional(),
});
export type TrainRequest = z.infer<typeof trainRequest>;

/** A recipe with nothing left open: what a run keeps. */
export type Recipe = Omit<TrainRequest, keyof RecipeParts> & RecipeParts;
