/**
 * Multinomial logistic regression with L2 and class weights:
 *
 *     minimise  Σᵢ wᵢ · −ln softmax(xᵢW + b)[yᵢ] / Σᵢ wᵢ  +  ‖W‖² / (2 C Σᵢ wᵢ)
 *
 * which is scikit-learn's objective divided by C Σ w; the bias is not punished. Convex: the answer does not depend on
 * the start.
 */
import { softmaxInPlace } from '../softmax.ts';
import { lbfgs } from './lbfgs.ts';
import { type Products } from './products.ts';

/** Weights [d, K] and then bias [K], in one array for the optimizer. */
export type Parameters = Float64Array;

/** Rows [first, end). */
export type Range = readonly [first: number, end: number];

export interface FitOptions {
  products: Products;
  columns: number;
  classes: number;
  /** Class of every row in [0, K). */
  labels: Int32Array;
  /** Weight of every row. */
  weights: Float32Array;
  /** Rows to learn from. */
  ranges: readonly Range[];
  /** Inverse strength of the regularisation. */
  c: number;
  /** Where to begin; changed in place. */
  start: Parameters;
  tolerance?: number;
  mostIterations?: number;
  onStep?: (iteration: number, loss: number) => void;
  signal?: AbortSignal;
}

/** A gradient entry below this moves no probability that is ever shown. */
const TOLERANCE = 1e-4;

/** Fits in place of `start`; returns the number of steps. */
export async function fitLogistic(
  options: FitOptions,
): Promise<{ iterations: number; loss: number; converged: boolean }> {
  const { products, columns, classes, labels, weights, ranges, c, start, signal, onStep } = options;
  let total = 0;
  let widest = 0;
  for (const [first, end] of ranges) {
    widest = Math.max(widest, end - first);
    for (let row = first; row < end; row++) total += weights[row]!;
  }
  const size = columns * classes;
  const narrow = new Float32Array(size);
  const part = new Float32Array(size);
  const logits = new Float32Array(widest * classes);
  const punish = 1 / (c * total);

  const objective = async (x: Float64Array, gradient: Float64Array): Promise<number> => {
    for (let i = 0; i < size; i++) narrow[i] = x[i]!;
    let punished = 0;
    for (let i = 0; i < size; i++) {
      punished += x[i]! * x[i]!;
      gradient[i] = punish * x[i]!;
    }
    gradient.fill(0, size);
    let loss = 0;
    for (const [first, end] of ranges) {
      const rows = logits.subarray(0, (end - first) * classes);
      await products.forward(first, end, narrow, rows);
      loss += residualsInPlace(rows, x, size, labels, weights, first, classes, total, gradient);
      await products.backward(first, end, rows, part);
      for (let i = 0; i < size; i++) gradient[i]! += part[i]!;
    }
    return loss / total + (punish * punished) / 2;
  };
  const { iterations, value, converged } = await lbfgs(objective, start, {
    tolerance: options.tolerance ?? TOLERANCE,
    mostIterations: options.mostIterations ?? 300,
    onStep,
    signal,
  });
  return { iterations, loss: value, converged };
}

/** Logits become w (p − y) / Σw, whose sums go to the bias' gradient; returns Σ w·loss. */
function residualsInPlace(
  logits: Float32Array,
  x: Float64Array,
  bias: number,
  labels: Int32Array,
  weights: Float32Array,
  first: number,
  classes: number,
  total: number,
  gradient: Float64Array,
): number {
  let loss = 0;
  const p = new Float64Array(classes);
  for (let at = 0, row = first; at < logits.length; at += classes, row++) {
    let top = -Infinity;
    for (let k = 0; k < classes; k++) {
      p[k] = logits[at + k]! + x[bias + k]!;
      top = Math.max(top, p[k]!);
    }
    let sum = 0;
    const label = labels[row]!;
    const given = p[label]! - top;
    for (let k = 0; k < classes; k++) {
      p[k] = Math.exp(p[k]! - top);
      sum += p[k]!;
    }
    const weight = weights[row]!;
    loss += weight * (Math.log(sum) - given);
    for (let k = 0; k < classes; k++) {
      const residual = ((p[k]! / sum - (k === label ? 1 : 0)) * weight) / total;
      logits[at + k] = residual;
      gradient[bias + k]! += residual;
    }
  }
  return loss;
}

/** Softmax of xW + b for rows [first, end), written to `out` [rows, K] at row `first − base`. */
export async function probabilities(
  products: Products,
  parameters: Parameters,
  [first, end]: Range,
  classes: number,
  out: Float32Array,
): Promise<void> {
  const size = parameters.length - classes;
  await products.forward(first, end, Float32Array.from(parameters.subarray(0, size)), out);
  softmaxInPlace(out, classes, parameters.subarray(size));
}

/** n / (K · nₖ) for each row: every class counts the same. Rows outside `ranges` get their class's weight too. */
export function balancedWeights(labels: Int32Array, classes: number): Float32Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]!++;
  const present = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return Float32Array.from(labels, (label) => labels.length / (present * counts[label]!));
}
