/** Several models about the same rows. */
import { labelQuality, type Score } from './scores.ts';
import { type Rows, top } from './rows.ts';

export interface Models {
  /** One [n, K] array per model, same rows, each out of fold. */
  models: readonly Float32Array[];
  labels: Int32Array;
  classes: number;
}

export type Weighting = 'uniform' | 'accuracy' | 'log_loss_search' | readonly number[];

/** Every probability is raised to this and the row renormalised before a log loss, as cleanlab does. */
const FLOOR = 1e-6;
const TEMPERATURES = [1e-4, 1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 2e2];

const rowsOf = ({ labels, classes }: Models, probabilities: Float32Array): Rows => ({ probabilities, labels, classes });

export function accuracies(models: Models): number[] {
  return models.models.map((probabilities) => {
    const rows = rowsOf(models, probabilities);
    let hits = 0;
    for (let i = 0; i < models.labels.length; i++) if (top(rows, i) === models.labels[i]) hits++;
    return hits / Math.max(1, models.labels.length);
  });
}

/** Log loss of the weighted mean of the models, clipped and renormalised. */
function meanLoss({ models, labels, classes }: Models, weights: readonly number[]): number {
  const used = models.flatMap((p, m) => (weights[m]! > 0 ? [{ p, weight: weights[m]! }] : []));
  let loss = 0;
  for (let i = 0; i < labels.length; i++) {
    const at = i * classes;
    const given = labels[i]!;
    let own = FLOOR;
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      let mean = 0;
      for (const { p, weight } of used) mean += weight * p[at + k]!;
      const value = Math.max(FLOOR, mean);
      sum += value;
      if (k === given) own = value;
    }
    loss -= Math.log(own / sum);
  }
  return loss / Math.max(1, labels.length);
}

export interface Weights {
  weights: number[];
  /** The chosen T of w ∝ exp(−T · log loss), and its loss; only for `log_loss_search`. */
  temperature?: number;
  loss?: number;
}

/**
 * Weights that sum to 1 (custom ones are taken as they are). `accuracy`: in proportion to accuracy.
 * `log_loss_search`: w ∝ exp(−T · log loss of the model), T from a fixed grid, keeping the T whose weighted mean has
 * the least log loss (the first of equals).
 */
export function modelWeights(models: Models, weighting: Weighting = 'accuracy'): Weights {
  const count = models.models.length;
  const normalise = (values: number[]): number[] => {
    const sum = values.reduce((a, b) => a + b, 0);
    return sum > 0 ? values.map((v) => v / sum) : values.map(() => 1 / count);
  };
  if (typeof weighting !== 'string') {
    if (weighting.length !== count) throw new RangeError(`expected ${count} weights, got ${weighting.length}`);
    return { weights: [...weighting] };
  }
  if (weighting === 'uniform') return { weights: normalise(new Array<number>(count).fill(1)) };
  if (weighting === 'accuracy') return { weights: normalise(accuracies(models)) };
  const losses = models.models.map((_, m) =>
    meanLoss(
      models,
      models.models.map((__, other) => (other === m ? 1 : 0)),
    ),
  );
  let best: Weights = { weights: [], loss: Infinity };
  for (const temperature of TEMPERATURES) {
    const weights = normalise(losses.map((loss) => Math.exp(-temperature * loss)));
    const loss = meanLoss(models, weights);
    if (loss < best.loss!) best = { weights, temperature, loss };
  }
  return best;
}

/** Weighted mean of the models' scores of each row, low = suspicious. */
export function ensembleQuality(
  models: Models,
  score: Score,
  { adjusted = false, weights }: { adjusted?: boolean; weights: readonly number[] },
): Float64Array {
  const out = new Float64Array(models.labels.length);
  models.models.forEach((probabilities, m) => {
    const one = labelQuality(rowsOf(models, probabilities), score, adjusted);
    for (let i = 0; i < out.length; i++) out[i]! += weights[m]! * one[i]!;
  });
  return out;
}

/** Weighted arithmetic mean of the probabilities, rows summing to 1, a new [n, K] array. */
export function meanProbabilities({ models }: Models, weights: readonly number[]): Float32Array {
  const out = new Float32Array(models[0]?.length ?? 0);
  const sum = weights.reduce((a, b) => a + b, 0);
  for (let at = 0; at < out.length; at++) {
    let value = 0;
    for (let m = 0; m < models.length; m++) value += weights[m]! * models[m]![at]!;
    out[at] = value / sum;
  }
  return out;
}
