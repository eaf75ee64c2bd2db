/** Filling in a recipe: what a person left open, for the preset and the network. */
import { type Recipe, type TrainRequest } from '../contract/index.ts';

/** Share of the images that is held out where a project has no validation split and a recipe says nothing. */
export const VALIDATION_SHARE = 0.15;

/** What the defaults depend on. */
export interface RecipeSubject {
  /** The network starts from random weights. */
  untrained: boolean;
  /** Tokens and attention: they want smaller rates. */
  transformer: boolean;
}

/** Epochs and rates that serve a first training: small networks on a laptop, not a record. */
function base(request: TrainRequest, { untrained, transformer }: RecipeSubject): Recipe {
  const tuned = transformer ? 1e-4 : 3e-4;
  return {
    ...request,
    epochs: untrained ? 40 : request.preset === 'last-blocks' ? 10 : 6,
    batch: 16,
    accumulate: 1,
    blocks: 2,
    data: { validationShare: VALIDATION_SHARE, robust: false, sampler: 'shuffled', folds: 0 },
    // Frozen blocks see the same draws again, so that their values can be kept.
    augmentation: { plan: 'project', draws: request.preset === 'last-blocks' ? 4 : 0 },
    loss: {
      kind: 'cross-entropy',
      labelSmoothing: 0.05,
      gamma: 1.5,
      focusing: 'probability',
      classWeights: 'none',
      beta: 0.99,
      logitAdjustment: 0,
      adjustmentSign: 'published',
    },
    optimizer: {
      kind: 'adamw',
      rate: untrained ? 3e-3 : tuned,
      weightDecay: untrained ? 0.05 : 0.02,
      momentum: 0.9,
      beta1: 0.9,
      beta2: 0.999,
      layerDecay: 1,
      clipNorm: 2,
    },
    schedule: { kind: 'warmup-cosine', warmup: 0.05, minimum: 0.01, restarts: 0, every: 10, factor: 0.1 },
    regularisation: { ema: untrained ? 0.99 : 0.98, mixup: 0, cutmix: 0, dropout: 0, stochasticDepth: 0 },
    device: { provider: 'cpu', precision: 'float32', recompute: false },
    stopping: { metric: 'none', patience: 10, leastLoss: 0.001, leastF1: 0.0005 },
  };
}

/**
 * The recipe with nothing left open. Rates belong to the optimizer: another kind brings its own default (SGD ten times
 * AdamW's, Lion a third: Chen and others 2023).
 */
export function fillRecipe(request: TrainRequest, subject: RecipeSubject): Recipe {
  const whole = base(request, subject);
  const kind = request.optimizer?.kind ?? whole.optimizer.kind;
  const rate = whole.optimizer.rate * { adamw: 1, sgd: 10, lion: 1 / 3 }[kind];
  return {
    ...whole,
    ...present({
      epochs: request.epochs,
      batch: request.batch,
      accumulate: request.accumulate,
      blocks: request.blocks,
    }),
    data: { ...whole.data, ...present(request.data) },
    augmentation: { ...whole.augmentation, ...present(request.augmentation) },
    loss: { ...whole.loss, ...present(request.loss) },
    optimizer: { ...whole.optimizer, rate, ...present(request.optimizer) },
    schedule: { ...whole.schedule, ...present(request.schedule) },
    regularisation: { ...whole.regularisation, ...present(request.regularisation) },
    device: { ...whole.device, ...present(request.device) },
    stopping: { ...whole.stopping, ...present(request.stopping) },
  };
}

/** Without fields that are undefined: they must not hide a default. */
const present = <T extends object>(given: T | undefined): Partial<T> =>
  Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;
