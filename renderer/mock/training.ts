/** A made-up training of a network: epochs of two runs, where run 13 stands, and a recipe filled in. */
import { type Output } from '../../electron/contract/contract.ts';
import { type RecipeParts } from '../../electron/contract/recipe.ts';
import { type EpochPoint } from '../../electron/contract/training.ts';
import { chance } from './data.ts';

const EPOCHS = 40;

export const RECIPE: RecipeParts = {
  epochs: EPOCHS,
  batch: 32,
  accumulate: 1,
  blocks: 4,
  data: { validationShare: 0.2, robust: true, sampler: 'shuffled', folds: 0 },
  augmentation: { plan: 'document', draws: 0 },
  loss: {
    ...{ kind: 'focal', labelSmoothing: 0, gamma: 1.5, focusing: 'probability', classWeights: 'effective-number' },
    ...{ beta: 0.99, logitAdjustment: 0, adjustmentSign: 'published' },
  },
  optimizer: {
    ...{ kind: 'adamw', rate: 7e-5, weightDecay: 0.05, momentum: 0.9, beta1: 0.9, beta2: 0.999 },
    ...{ layerDecay: 0.8, clipNorm: 1 },
  },
  schedule: { kind: 'warmup-cosine', warmup: 0.05, minimum: 0.01, restarts: 0, every: 10, factor: 0.1 },
  regularisation: { ema: 0, mixup: 0, cutmix: 0, dropout: 0, stochasticDepth: 0 },
  device: { provider: 'cpu', precision: 'float32', recompute: false },
  stopping: { metric: 'either', patience: 10, leastLoss: 0.001, leastF1: 0.001 },
};

function point(run: number, epoch: number, best: boolean): EpochPoint {
  const shape = 1 - Math.exp(-epoch / (run === 13 ? 5 : 7));
  const noise = (key: number) => (chance(run * 100 + epoch, key) - 0.5) * 0.012;
  return {
    ...{ epoch, step: epoch * 49, fold: null, best },
    rate: 7e-5 * Math.min(1, epoch / 2) * 0.5 * (1 + Math.cos((Math.PI * epoch) / EPOCHS)),
    loss: 2.4 * (1 - shape) + 0.15 + noise(1),
    f1: Math.min(1, 0.2 + 0.79 * shape + noise(2)),
    validationLoss: 2.1 * (1 - shape) + 0.28 + noise(3),
    validationF1: 0.2 + 0.762 * shape + noise(4),
    robustLoss: 2.2 * (1 - shape) + 0.5 + noise(5),
    robustF1: 0.2 + 0.72 * shape + noise(6),
    ...{ imagesPerSecond: 71, seconds: 22 },
  };
}

/** What `runs.get` tells of a run beside its figures. */
export function trainingOf(run: number): Pick<Output<'runs.get'>, 'epochs' | 'live' | 'resumable'> {
  if (run !== 13 && run !== 12) return { epochs: [], live: null, resumable: false };
  const done = run === 13 ? 24 : EPOCHS;
  const epochs = Array.from({ length: done }, (_, i) => point(run, i + 1, i + 1 <= 21));
  return {
    epochs,
    resumable: false,
    live:
      run === 12
        ? null
        : {
            ...{ run, phase: 'train', fold: null, folds: 0, epoch: 25, epochs: EPOCHS, step: 24 * 49 + 12 },
            ...{ steps: EPOCHS * 49, loss: 0.19, rate: 4.1e-5, imagesPerSecond: 71, memoryBytes: 5.8e9 },
            ...{ time: { decode: 37, augment: 58, step: 412, wait: 21 }, secondsLeft: 660 },
          },
  };
}
