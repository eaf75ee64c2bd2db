/** Recipes that come with the program. What they leave out is filled in for the network, as in any recipe. */
import { type RecipeParts } from './recipe.ts';

/** Settings given by somebody; the engine fills in the rest. */
export type RecipeDraft = {
  [K in keyof RecipeParts]?: RecipeParts[K] extends number ? number : Partial<RecipeParts[K]>;
};

export const RECIPE_PRESETS = {
  defaults: {},
  /** For scanned pages: loss, balance and stopping of the contest, for the time of a first training. */
  documents: {
    data: { robust: true },
    augmentation: { plan: 'document' },
    loss: { kind: 'focal', gamma: 1.5, classWeights: 'effective-number', beta: 0.99 },
    stopping: { metric: 'either', patience: 10 },
  },
  photos: {
    augmentation: { plan: 'photos' },
    regularisation: { mixup: 0.2 },
    stopping: { metric: 'either', patience: 10 },
  },
  /**
   * The document contest's own (shared/SEED.md, section 4): five folds with seed 42, balanced draws, its focusing term,
   * AdamW, a warm-up of 5 %, averaged weights. The rate is left to the network. Epochs are an upper limit: it stops early.
   */
  contest: {
    epochs: 150,
    batch: 32,
    data: { folds: 5, robust: true, sampler: 'balanced' },
    augmentation: { plan: 'document contest' },
    loss: {
      ...{ kind: 'focal', gamma: 1.5, focusing: 'contest', labelSmoothing: 0, classWeights: 'effective-number' },
      ...{ beta: 0.99, logitAdjustment: 0 },
    },
    optimizer: { kind: 'adamw', weightDecay: 0.02, layerDecay: 1, clipNorm: 2 },
    schedule: { kind: 'warmup-cosine', warmup: 0.05, minimum: 0.01, restarts: 0 },
    regularisation: { ema: 0.999 },
    stopping: { metric: 'either', patience: 10, leastLoss: 0.001, leastF1: 0.0005 },
  },
} as const satisfies Record<string, RecipeDraft>;
export type RecipePreset = keyof typeof RECIPE_PRESETS;

export const RECIPE_PRESET_NAMES = Object.keys(RECIPE_PRESETS) as RecipePreset[];
export const isRecipePreset = (name: string): name is RecipePreset => name in RECIPE_PRESETS;
