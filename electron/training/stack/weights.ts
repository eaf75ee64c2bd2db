/** Weights of a mean, fitted: the least log loss over the simplex. */
import { combine, logLoss } from '../../evaluation/index.ts';

const STEPS = [0.2, 0.1, 0.05];

/**
 * Weights (multiples of 0.05 from equal ones, none below 0, summing to 1) of the least log loss. From equal weights on, a
 * step is moved from one model to another as long as that helps, with smaller and smaller steps. Deterministic.
 * @param models [n, K] each; `labels` [n]
 */
export function fittedWeights(
  models: readonly Float32Array[],
  labels: Int32Array,
  classes: number,
  method: 'mean' | 'geometric',
): number[] {
  const lossOf = (weights: number[]): number => logLoss(combine(models, classes, { method, weights }), labels, classes);
  let weights = models.map(() => 1 / models.length);
  let best = lossOf(weights);
  for (const step of STEPS)
    for (let moved = true; moved;) {
      moved = false;
      for (let from = 0; from < models.length; from++)
        for (let to = 0; to < models.length; to++) {
          if (from === to || weights[from]! < step - 1e-9) continue;
          const tried = weights.map((w, m) => Math.max(0, w + (m === to ? step : m === from ? -step : 0)));
          const loss = lossOf(tried);
          if (loss >= best - 1e-9) continue;
          [weights, best, moved] = [tried, loss, true];
        }
    }
  return weights;
}
