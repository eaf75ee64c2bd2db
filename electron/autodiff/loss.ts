import { type Value } from '../onnx/index.ts';
import { type GradientBuilder } from './gradient-builder.ts';

/**
 * The part of a loss that is computed in the graph. Smoothing, mixing, class and sample weights and the denominator are
 * in the rows that the host feeds (training/losses.ts).
 */
export interface LossForm {
  readonly kind: 'cross-entropy' | 'focal';
  /** Focusing exponent of the focal loss, at least 0. */
  readonly gamma?: number;
  /**
   * `targets` (default): pt = sum t p. `rows`: pt = exp(-count e_i) with e_i the row's own entropy, weights and smoothing
   * in it: the form of the contest's code.
   */
  readonly focusing?: 'targets' | 'rows';
  /** `rows`: the denominator that is in the rows fed. */
  readonly count?: number;
  /** [classes] added to the logits before the softmax: tau ln(prior) for logit adjustment. */
  readonly logitOffset?: readonly number[];
}

export interface LossHead {
  readonly loss: Value;
  /** [n, classes] input: rows Q with loss = - sum Q log p (focal: each row times (1 - pt)^gamma). */
  readonly rows: Value;
  /** [n, classes] input: target probabilities t with pt = sum t p. Only the focal loss (focusing on targets) has it. */
  readonly targets?: Value;
}

/**
 * Cross-entropy: L = - sum_ik Q_ik lp_ik, lp = log softmax(z + offset).
 * Focal (Lin and others 2017, on soft targets): L = sum_i (1 - pt_i)^gamma (- sum_k Q_ik lp_ik), pt_i = sum_k t_ik p_ik.
 */
export function lossHead(b: GradientBuilder, logits: Value, form: LossForm): LossHead {
  const shape = logits.shape as readonly number[];
  const rows = b.input(b.fresh('loss_rows'), shape);
  let z = logits;
  if (form.logitOffset !== undefined) {
    const data = Float32Array.from(form.logitOffset);
    z = b.add(z, b.constant({ type: 'float32', dims: [1, data.length], data }));
  }
  const logp = b.logSoftmax(z, 1);
  const entropy = b.mul(rows, logp);
  if (form.kind === 'cross-entropy') {
    const sum = b.reduceSum(entropy, undefined, { keepDims: false });
    return { loss: b.mul(sum, -1), rows };
  }
  if (form.focusing === 'rows') {
    const each = b.mul(b.reduceSum(entropy, [1]), -1);
    const focus = b.pow(b.max(b.sub(1, b.exp(b.mul(each, -(form.count ?? 1)))), 1e-12), form.gamma ?? 2);
    return { loss: b.reduceSum(b.mul(focus, each), undefined, { keepDims: false }), rows };
  }
  const targets = b.input(b.fresh('loss_targets'), shape);
  const missing = b.sub(1, b.reduceSum(b.mul(targets, b.exp(logp)), [1]));
  // Rounding may leave a tiny negative number, whose power is no number.
  const focus = b.pow(b.max(missing, 1e-12), form.gamma ?? 2);
  const sum = b.reduceSum(b.mul(focus, b.reduceSum(entropy, [1])), undefined, { keepDims: false });
  return { loss: b.mul(sum, -1), rows, targets };
}
