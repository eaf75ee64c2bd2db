/**
 * Losses on soft targets with class and sample weights. The graph computes softmax, logarithm and focusing
 * (autodiff/loss.ts); everything that depends on targets alone is computed here, on the host, as the rows that it is fed.
 */
import { type LossForm } from '../autodiff/index.ts';

export interface LossSpec {
  kind: 'cross-entropy' | 'focal';
  /** 0 to 1: share of the target that is spread evenly over all classes. Default 0. */
  labelSmoothing?: number;
  /** [classes] weights of the terms of the cross-entropy. */
  classWeights?: readonly number[];
  /** `weighted-mean` divides by the sum of the class weights of the targets, `mean` by the number of images. */
  reduction?: 'mean' | 'weighted-mean';
  /** Focusing exponent of the focal loss. Default 2. */
  gamma?: number;
  /** `rows`: pt from the weighted entropy of the row, `count` images a batch (the contest's form). */
  focusing?: 'targets' | 'rows';
  count?: number;
  /** [classes] weights of images in the focal loss. */
  alpha?: readonly number[];
  /** Logit adjustment (Menon and others 2021): tau ln(prior) is added to the logits while training. */
  logitAdjustment?: { tau: number; prior: readonly number[] };
}

/** What the graph must know of a loss. */
export function lossForm(spec: LossSpec): LossForm {
  const { kind, gamma, logitAdjustment, focusing, count } = spec;
  const logitOffset = logitAdjustment?.prior.map((p) => logitAdjustment.tau * Math.log(p));
  return {
    kind,
    ...(kind === 'focal' && { gamma: gamma ?? 2, focusing, count }),
    ...(logitOffset && { logitOffset }),
  };
}

/**
 * Rows Q with loss = - sum Q log p (focal: rows weighted by (1 - pt)^gamma in the graph):
 *
 *     q = (1 - e) t + e / K
 *     cross-entropy:  Q_ik = s_i w_k q_ik / B        or / sum_i s_i sum_k w_k t_ik  (weighted-mean)
 *     focal:          Q_ik = s_i a_i q_ik / B,  a_i = sum_k alpha_k t_ik
 *
 * @param targets [n, classes] row-major, rows sum to 1; rows of zeros are filling and count for nothing
 * @param count B, the number of true rows
 * @param sampleWeights s, [n], default 1
 * @param into [n, classes], written and returned
 */
export function lossRows(
  spec: LossSpec,
  targets: Float32Array,
  classes: number,
  count: number,
  sampleWeights?: ArrayLike<number>,
  into: Float32Array = new Float32Array(targets.length),
): Float32Array {
  const smoothing = spec.labelSmoothing ?? 0;
  const weights = spec.kind === 'cross-entropy' ? spec.classWeights : undefined;
  let denominator = count;
  if (spec.kind === 'cross-entropy' && spec.reduction === 'weighted-mean') {
    denominator = 0;
    for (let at = 0; at < targets.length; at++)
      denominator += (sampleWeights?.[Math.floor(at / classes)] ?? 1) * (weights?.[at % classes] ?? 1) * targets[at]!;
  }
  for (let row = 0; row < targets.length / classes; row++) {
    const first = row * classes;
    let sum = 0;
    let alpha = 0;
    for (let k = 0; k < classes; k++) {
      sum += targets[first + k]!;
      alpha += (spec.alpha?.[k] ?? 1) * targets[first + k]!;
    }
    const factor = ((sampleWeights?.[row] ?? 1) * (spec.kind === 'focal' ? alpha : 1)) / denominator;
    for (let k = 0; k < classes; k++) {
      const smoothed = (1 - smoothing) * targets[first + k]! + (smoothing * sum) / classes;
      into[first + k] = factor * (weights?.[k] ?? 1) * smoothed;
    }
  }
  return into;
}
