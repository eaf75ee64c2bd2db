/**
 * Data with known wrong labels, for tests and measurements: heavy-tailed clusters with look-alike pairs of classes,
 * planted noise, and the out-of-fold probabilities of a softmax head that was trained on the noisy labels (so that it
 * has learned some of the mistakes, as real models do).
 */
import { random } from '../contract/index.ts';
import { stratifiedFolds } from '../evaluation/index.ts';
import { type Neighbours } from './agreement.ts';

export interface SyntheticOptions {
  rows: number;
  classes: number;
  dimensions: number;
  /** Distance of class centres in units of their spread: .6 hard, 1 middling, 1.6 easy. */
  separation: number;
  /** Symmetric: any other class. Paired: only class 2k is called 2k + 1, its look-alike. */
  noise: { kind: 'symmetric' | 'paired'; rate: number };
  seed: number;
}

export interface Synthetic {
  features: Float32Array;
  dimensions: number;
  truth: Int32Array;
  labels: Int32Array;
  classes: number;
  wrong: Uint8Array;
}

export function synthetic({ rows, classes, dimensions, separation, noise, seed }: SyntheticOptions): Synthetic {
  const r = random(seed, 'synthetic', noise.kind);
  const centres = Array.from({ length: classes }, () =>
    Array.from({ length: 2 }, () => Float64Array.from({ length: dimensions }, () => r.normal())),
  );
  // Half of the way from a class to its look-alike is common to both.
  for (let a = 0; a + 1 < classes; a += 2)
    centres[a + 1]!.forEach((centre, sub) =>
      centre.forEach((v, d) => (centre[d] = 0.5 * v + 0.5 * centres[a]![sub]![d]!)),
    );
  const features = new Float32Array(rows * dimensions);
  const truth = new Int32Array(rows);
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    // Classes get rarer: the first is some three times as frequent as the last.
    const u = r.next();
    truth[i] = Math.floor(classes * u * (0.5 + 0.5 * u));
    const centre = centres[truth[i]!]![r.int(2)]!;
    const squares = r.normal() ** 2 + r.normal() ** 2 + r.normal() ** 2 + r.normal() ** 2 + r.normal() ** 2;
    const tail = Math.sqrt(5 / squares);
    for (let d = 0; d < dimensions; d++) features[i * dimensions + d] = separation * centre[d]! + tail * r.normal();
    labels[i] = truth[i]!;
    if (noise.kind === 'symmetric' && r.next() < noise.rate) labels[i] = (truth[i]! + 1 + r.int(classes - 1)) % classes;
    if (noise.kind === 'paired' && truth[i]! % 2 === 0 && truth[i]! + 1 < classes && r.next() < noise.rate)
      labels[i] = truth[i]! + 1;
  }
  const wrong = Uint8Array.from(labels, (s, i) => (s === truth[i] ? 0 : 1));
  return { features, dimensions, truth, labels, classes, wrong };
}

/** Out-of-fold probabilities [n, K] of a softmax head: full-batch gradient descent with momentum, L2. */
export function outOfFold(
  { features, dimensions: D, labels, classes: K }: Synthetic,
  {
    folds = 5,
    steps = 120,
    seed = 1,
    use = [0, D],
  }: { folds?: number; steps?: number; seed?: number; use?: [number, number] } = {},
): Float32Array {
  const n = labels.length;
  const fold = stratifiedFolds({ labels, seed }, folds);
  const out = new Float32Array(n * K);
  const [from, to] = use;
  const logits = new Float64Array(K);
  const row = (w: Float64Array, i: number): void => {
    let most = -Infinity;
    for (let k = 0; k < K; k++) {
      let z = w[D * K + k]!;
      for (let d = from; d < to; d++) z += features[i * D + d]! * w[d * K + k]!;
      logits[k] = z;
      most = Math.max(most, z);
    }
    let sum = 0;
    for (let k = 0; k < K; k++) sum += logits[k] = Math.exp(logits[k]! - most);
    for (let k = 0; k < K; k++) logits[k]! /= sum;
  };
  for (let f = 0; f < folds; f++) {
    const w = new Float64Array((D + 1) * K);
    const velocity = new Float64Array(w.length);
    const gradient = new Float64Array(w.length);
    for (let step = 0; step < steps; step++) {
      for (let j = 0; j < w.length; j++) gradient[j] = 0.002 * w[j]!;
      for (let i = 0; i < n; i++) {
        if (fold[i] === f) continue;
        row(w, i);
        logits[labels[i]!]! -= 1;
        for (let k = 0; k < K; k++) {
          const error = logits[k]! / n;
          for (let d = from; d < to; d++) gradient[d * K + k]! += error * features[i * D + d]!;
          gradient[D * K + k]! += error;
        }
      }
      for (let j = 0; j < w.length; j++) {
        velocity[j] = 0.9 * velocity[j]! - 0.4 * gradient[j]!;
        w[j]! += velocity[j]!;
      }
    }
    for (let i = 0; i < n; i++)
      if (fold[i] === f) {
        row(w, i);
        out.set(logits, i * K);
      }
  }
  return out;
}

/** The k nearest by cosine, brute force. */
export function nearest({ features, dimensions: D, labels }: Synthetic, k: number): Neighbours {
  const n = labels.length;
  const norms = Float64Array.from({ length: n }, (_, i) => Math.hypot(...features.subarray(i * D, (i + 1) * D)));
  const indices = new Int32Array(n * k);
  const similarities = new Float32Array(n * k);
  const row = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let dot = 0;
      for (let d = 0; d < D; d++) dot += features[i * D + d]! * features[j * D + d]!;
      row[j] = i === j ? -2 : dot / (norms[i]! * norms[j]!);
    }
    const order = Int32Array.from({ length: n }, (_, j) => j).sort((a, b) => row[b]! - row[a]! || a - b);
    for (let j = 0; j < k; j++) {
      indices[i * k + j] = order[j]!;
      similarities[i * k + j] = row[order[j]!]!;
    }
  }
  return { k, indices, similarities };
}
