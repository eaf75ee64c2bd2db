/**
 * P(given label is right | what the model said), by a discriminant that knows its labels are noisy.
 *
 * A model's probability of the given label mixes two things: how doubtful the label is, and how poor the model is at
 * this class. Self confidence cannot tell them apart. So the model's outputs are taken as measurements and asked anew:
 * which class do images with such outputs really have, and how often is that class called something else?
 *
 *   x = centred log probabilities of a row (log p, clipped, minus its mean)
 *   x | true class y  ~  Normal(mean_y, S), one covariance S for all classes
 *   given label s | y ~  transition[y][s], learned, the same for all images of a class
 *
 * fitted by expectation-maximisation (Lawrence and Schölkopf, "Estimating a Kernel Fisher Discriminant in the Presence
 * of Label Noise", 2001; that a Gaussian discriminant on a network's outputs withstands wrong labels better than the
 * network's own softmax is the finding of Lee et al., "Robust Inference via Generative Classifiers for Handling Noisy
 * Labels", 2019). Rows are scored by a fit that has not seen them: in folds, groups whole.
 *
 * Constants were chosen on synthetic sets only (LOG.md), none is delicate there.
 */
import { random } from '../contract/index.ts';
import { stratifiedFolds } from '../evaluation/index.ts';
import { cholesky, solveCholesky } from './linear.ts';
import { type Rows } from './rows.ts';

/** Log probabilities are clipped here: how impossible an impossible class is carries no news, but long tails. */
const CLIP = 1e-4;
/** Share of wrong labels expected before the data speak, evenly over the other classes, … */
const EXPECTED_NOISE = 0.1;
/** … and how many rows of each class that expectation weighs. */
const NOISE_WEIGHT = 20;
/** Each class mean starts from the mean of all rows weighted by the model's own probability, worth this many rows. */
const MEAN_WEIGHT = 5;
const ITERATIONS = 10;
const FOLDS = 5;
/** Multiplications of one pass over the rows; beyond it the fit is made on a sample, and all rows are scored. */
const FIT_BUDGET = 2e7;

interface Fit {
  /** Linear discriminants: score_y = weights[y * K ..] · x + bias[y] = log density + log prior, up to a constant. */
  weights: Float64Array;
  bias: Float64Array;
  /** log transition[y * K + s] = log P(given s | true y) */
  transition: Float64Array;
}

/** Centred, clipped log probabilities, [n, K] float64. */
function features({ probabilities, labels, classes }: Rows): Float64Array {
  const out = new Float64Array(labels.length * classes);
  for (let at = 0; at < out.length; at += classes) {
    let mean = 0;
    for (let k = 0; k < classes; k++) {
      out[at + k] = Math.log(Math.max(CLIP, probabilities[at + k]!));
      mean += out[at + k]! / classes;
    }
    for (let k = 0; k < classes; k++) out[at + k]! -= mean;
  }
  return out;
}

/** Posterior of the true class of a row, into `out` [K]: softmax of discriminants + log transition to its label. */
function posterior(fit: Fit, x: Float64Array, at: number, given: number, classes: number, out: Float64Array): void {
  let most = -Infinity;
  for (let y = 0; y < classes; y++) {
    let value = fit.bias[y]! + fit.transition[y * classes + given]!;
    const w = y * classes;
    for (let k = 0; k < classes; k++) value += fit.weights[w + k]! * x[at + k]!;
    out[y] = value;
    if (value > most) most = value;
  }
  let sum = 0;
  for (let y = 0; y < classes; y++) sum += out[y] = Math.exp(out[y]! - most);
  for (let y = 0; y < classes; y++) out[y]! /= sum;
}

/** Sums that the M step needs: rows per true class, feature sums per true class, (true, given) counts. */
interface Sums {
  count: Float64Array;
  feature: Float64Array;
  pairs: Float64Array;
}

function discriminants(sums: Sums, scatter: Float64Array, prior: Float64Array, rows: number, classes: number): Fit {
  const K = classes;
  const means = new Float64Array(K * K);
  const bias = new Float64Array(K);
  const covariance = scatter.slice();
  for (let y = 0; y < K; y++) {
    const count = sums.count[y]!;
    for (let k = 0; k < K; k++)
      means[y * K + k] = (sums.feature[y * K + k]! + MEAN_WEIGHT * prior[y * K + k]!) / (count + MEAN_WEIGHT);
    // Scatter about the means: Σxx' − Σ (a m' + m a' − n m m').
    for (let i = 0; i < K; i++)
      for (let j = 0; j < K; j++)
        covariance[i * K + j]! +=
          count * means[y * K + i]! * means[y * K + j]! -
          sums.feature[y * K + i]! * means[y * K + j]! -
          means[y * K + i]! * sums.feature[y * K + j]!;
  }
  let trace = 0;
  let squares = 0;
  for (let i = 0; i < K * K; i++) {
    covariance[i]! /= Math.max(1, rows - K);
    squares += covariance[i]! ** 2;
  }
  for (let i = 0; i < K; i++) trace += covariance[i * K + i]!;
  // Oracle-approximating shrinkage to a multiple of the identity (Chen et al. 2010). Centred features have no
  // variance along (1, …, 1): some shrinkage is always needed.
  const mean = Math.max(1e-12, trace / K);
  const numerator = (1 - 2 / K) * squares + trace * trace;
  const denominator = (rows + 1 - 2 / K) * (squares - (trace * trace) / K);
  const shrink = denominator > 0 ? Math.min(1, Math.max(1e-6, numerator / denominator)) : 1;
  for (let i = 0; i < K; i++)
    for (let j = 0; j < K; j++)
      covariance[i * K + j] = (1 - shrink) * covariance[i * K + j]! + (i === j ? shrink * mean : 0);
  const factor = cholesky(covariance, K);
  const weights = new Float64Array(K * K);
  const transition = new Float64Array(K * K);
  for (let y = 0; y < K; y++) {
    const solved = solveCholesky(factor, means.subarray(y * K, (y + 1) * K), K);
    weights.set(solved, y * K);
    let half = 0;
    for (let k = 0; k < K; k++) half += 0.5 * solved[k]! * means[y * K + k]!;
    bias[y] = Math.log((sums.count[y]! + 1e-3) / rows) - half;
    for (let s = 0; s < K; s++) {
      const expected = s === y ? 1 - EXPECTED_NOISE : EXPECTED_NOISE / Math.max(1, K - 1);
      const pairs = sums.pairs[y * K + s]! + NOISE_WEIGHT * expected;
      transition[y * K + s] = Math.log(pairs / (sums.count[y]! + NOISE_WEIGHT));
    }
  }
  return { weights, bias, transition };
}

/** EM on the given rows (numbers into `rows`), starting from "every label is right". */
function fit(rows: Rows, x: Float64Array, train: Int32Array): Fit {
  const { probabilities, labels, classes: K } = rows;
  const scatter = new Float64Array(K * K);
  const prior = new Float64Array(K * K);
  const soft = new Float64Array(K).fill(1e-9);
  const start: Sums = { count: new Float64Array(K), feature: new Float64Array(K * K), pairs: new Float64Array(K * K) };
  for (const row of train) {
    const at = row * K;
    const given = labels[row]!;
    start.count[given]! += 1;
    for (let i = 0; i < K; i++) {
      const value = x[at + i]!;
      start.feature[given * K + i]! += value;
      for (let j = 0; j < K; j++) scatter[i * K + j]! += value * x[at + j]!;
      const p = probabilities[at + i]!;
      soft[i]! += p;
      for (let j = 0; j < K; j++) prior[i * K + j]! += p * x[at + j]!;
    }
  }
  for (let y = 0; y < K; y++) for (let j = 0; j < K; j++) prior[y * K + j]! /= soft[y]!;

  let found = discriminants(start, scatter, prior, train.length, K);
  // Before the first E step nothing was learned of the noise: only what is expected.
  for (let y = 0; y < K; y++)
    for (let s = 0; s < K; s++)
      found.transition[y * K + s] = Math.log(s === y ? 1 - EXPECTED_NOISE : EXPECTED_NOISE / Math.max(1, K - 1));
  const h = new Float64Array(K);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const sums: Sums = { count: new Float64Array(K), feature: new Float64Array(K * K), pairs: new Float64Array(K * K) };
    for (const row of train) {
      const at = row * K;
      const given = labels[row]!;
      posterior(found, x, at, given, K, h);
      for (let y = 0; y < K; y++) {
        const weight = h[y]!;
        if (weight < 1e-6) continue;
        sums.count[y]! += weight;
        sums.pairs[y * K + given]! += weight;
        for (let j = 0; j < K; j++) sums.feature[y * K + j]! += weight * x[at + j]!;
      }
    }
    found = discriminants(sums, scatter, prior, train.length, K);
  }
  return found;
}

export interface ErrorPosterior {
  /**
   * P(given label is right), 0-1, [n] float64: low = suspicious. Kept this way round because the order of the most
   * doubtful rows lies in numbers like 1e-9, which 1 − p would round away.
   */
  right: Float64Array;
  /** P(true class), [n, K] float32, rows sum to 1. */
  posterior: Float32Array;
}

export interface PosteriorOptions {
  seed?: number;
  /** Rows of one group (≥ 0) are copies of one picture: never in fit and score at once. */
  groups?: Int32Array;
  /** Names of the rows in the draw of folds (content hashes). */
  keys?: readonly (string | number)[];
  /** Fold assignments to average over: 1 to 3 is sensible. */
  repeats?: number;
}

/**
 * Error posterior of every row. About repeats · 5 folds · 10 iterations · 2 n K² multiplications, n capped for the fit.
 * With one class, or fewer than two rows a fold, nothing can be learned: `right` is p(given).
 */
export function errorPosterior(rows: Rows, options: PosteriorOptions = {}): ErrorPosterior {
  const { seed = 1, groups, keys, repeats = 3 } = options;
  const { probabilities, labels, classes: K } = rows;
  const n = labels.length;
  const right = new Float64Array(n);
  const out = new Float32Array(n * K);
  if (K < 2 || n < 2 * FOLDS) {
    for (let i = 0; i < n; i++) right[i] = probabilities[i * K + labels[i]!]!;
    out.set(probabilities);
    return { right, posterior: out };
  }
  const x = features(rows);
  const h = new Float64Array(K);
  const cap = Math.max(20 * K, Math.floor(FIT_BUDGET / (K * K)));
  const rounds = n > cap ? 1 : repeats;
  for (let repeat = 0; repeat < rounds; repeat++) {
    const folds = stratifiedFolds({ labels, groups, keys, seed: seed + repeat }, FOLDS);
    for (let fold = 0; fold < FOLDS; fold++) {
      const all = Int32Array.from({ length: n }, (_, i) => i).filter((i) => folds[i] !== fold);
      const train = all.length > cap ? random(seed, 'fit', repeat, fold).shuffle(all).slice(0, cap).sort() : all;
      const found = fit(rows, x, train);
      for (let i = 0; i < n; i++) {
        if (folds[i] !== fold) continue;
        posterior(found, x, i * K, labels[i]!, K, h);
        right[i]! += h[labels[i]!]! / rounds;
        for (let k = 0; k < K; k++) out[i * K + k]! += h[k]! / rounds;
      }
    }
  }
  return { right, posterior: out };
}
