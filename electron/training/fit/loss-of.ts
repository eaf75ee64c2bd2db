/** From a recipe's loss to the loss of a training set: class weights and priors come from its counts. */
import { AssayError, type Recipe } from '../../contract/index.ts';
import type { LossSpec } from '../losses.ts';

/**
 * @param counts [classes] images to learn from
 * @param batch images a step
 */
export function lossOf(recipe: Pick<Recipe, 'loss'>, counts: readonly number[], batch: number): LossSpec {
  const { kind, labelSmoothing, gamma, focusing, logitAdjustment, adjustmentSign } = recipe.loss;
  const weights = classWeightsOf(recipe.loss, counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const tau = logitAdjustment * (adjustmentSign === 'contest' ? -1 : 1);
  return {
    ...{ kind, labelSmoothing, gamma, count: batch, focusing: focusing === 'contest' ? 'rows' : 'targets' },
    ...(weights && (kind === 'focal' ? { alpha: weights } : { classWeights: weights, reduction: 'weighted-mean' })),
    ...(tau !== 0 && { logitAdjustment: { tau, prior: counts.map((count) => Math.max(count, 0.5) / total) } }),
  };
}

/** Effective number of samples (Cui and others 2019): (1 - beta) / (1 - beta^n), scaled to mean 1. */
function classWeightsOf({ classWeights, beta }: Recipe['loss'], counts: readonly number[]): number[] | undefined {
  if (classWeights === 'none') return undefined;
  if (Array.isArray(classWeights)) return classWeights;
  const weights = counts.map((count) => (1 - beta) / (1 - beta ** Math.max(1, count)));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}

/** @throws AssayError `train/recipe-invalid` where a list of weights has another length than the classes */
export function checkClassWeights({ classWeights }: Recipe['loss'], classes: number): void {
  if (!Array.isArray(classWeights) || classWeights.length === classes) return;
  const reason = `it has ${classWeights.length} weights for ${classes} classes.`;
  throw new AssayError('train/recipe-invalid', { subject: 'loss.classWeights', values: { reason } });
}
