/** Several models' answers made one by a rule that was fitted on rows none of them was trained on. Pure. */
import { type StackForm } from '../contract/index.ts';
import { LOG_FLOOR } from './calibration.ts';

export type Combiner =
  /** Σ wₘ pₘ, or Π pₘ^wₘ made to sum to 1. Weights sum to 1, one a model. */
  | { method: 'mean' | 'geometric'; weights: number[] }
  /** softmax(xW + b), x the inputs of all models side by side; weights [columns, K]. */
  | { method: 'logistic'; form: StackForm; weights: Float32Array; bias: Float32Array };

/** Columns of the logistic regression's input. */
export const stackColumns = (models: number, classes: number, form: StackForm): number =>
  models * classes * (form === 'both' ? 2 : 1);

const log = (p: number): number => Math.log(Math.max(LOG_FLOOR, p));

/** [n, columns]: for each model its probabilities, its logarithms, or both. @param models [n, K] each */
export function stackInputs(models: readonly Float32Array[], classes: number, form: StackForm): Float32Array {
  const rows = models[0]!.length / classes;
  const columns = stackColumns(models.length, classes, form);
  const out = new Float32Array(rows * columns);
  for (let row = 0, to = 0; row < rows; row++)
    for (const probabilities of models) {
      if (form !== 'logproba') for (let k = 0; k < classes; k++) out[to++] = probabilities[row * classes + k]!;
      if (form !== 'proba') for (let k = 0; k < classes; k++) out[to++] = log(probabilities[row * classes + k]!);
    }
  return out;
}

function normalise(row: Float64Array, out: Float32Array, at: number): void {
  const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += Math.exp(row[k]! - top);
  for (let k = 0; k < row.length; k++) out[at + k] = Math.exp(row[k]! - top) / sum;
}

/** [n, K], rows sum to 1. @param models [n, K] each, in the order in which the rule was fitted */
export function combine(models: readonly Float32Array[], classes: number, rule: Combiner): Float32Array {
  const rows = models[0]!.length / classes;
  const out = new Float32Array(rows * classes);
  const sums = new Float64Array(classes);
  const inputs = rule.method === 'logistic' ? stackInputs(models, classes, rule.form) : null;
  const columns = inputs ? inputs.length / Math.max(1, rows) : 0;
  for (let row = 0; row < rows; row++) {
    const at = row * classes;
    sums.fill(0);
    if (rule.method === 'logistic') {
      for (let k = 0; k < classes; k++) sums[k] = rule.bias[k]!;
      for (let j = 0; j < columns; j++) {
        const x = inputs![row * columns + j]!;
        for (let k = 0; k < classes; k++) sums[k]! += x * rule.weights[j * classes + k]!;
      }
      normalise(sums, out, at);
    } else {
      const geometric = rule.method === 'geometric';
      models.forEach((probabilities, m) => {
        for (let k = 0; k < classes; k++) {
          const p = probabilities[at + k]!;
          sums[k]! += rule.weights[m]! * (geometric ? log(p) : p);
        }
      });
      if (geometric) normalise(sums, out, at);
      else out.set(sums, at);
    }
  }
  return out;
}

/** How much each model weighs, summing to 1: its weight, or the mean size of its coefficients. */
export function importanceOf(rule: Combiner, models: number): number[] {
  if (rule.method !== 'logistic') return [...rule.weights];
  const part = rule.weights.length / models;
  const sizes = Array.from({ length: models }, (_, m) =>
    rule.weights.subarray(m * part, (m + 1) * part).reduce((sum, w) => sum + Math.abs(w), 0),
  );
  const total = sizes.reduce((a, b) => a + b, 0);
  return sizes.map((size) => (total > 0 ? size / total : 1 / models));
}
