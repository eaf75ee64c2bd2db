/**
 * Label quality by row, low = suspicious. float64 [n]; cleanlab's definitions.
 */
import { confidentThresholds } from './confident-joint.ts';
import { type Rows } from './rows.ts';

export const SCORES = ['self_confidence', 'normalized_margin', 'confidence_weighted_entropy'] as const;
export type Score = (typeof SCORES)[number];

/** Probability of the given label, 0-1. */
export function selfConfidence({ probabilities, labels, classes }: Rows): Float64Array {
  return Float64Array.from(labels, (s, i) => probabilities[i * classes + s]!);
}

/** (p[given] − largest other p + 1) / 2, 0-1. */
export function normalizedMargin({ probabilities, labels, classes }: Rows): Float64Array {
  return Float64Array.from(labels, (s, i) => {
    const at = i * classes;
    let other = -Infinity;
    for (let k = 0; k < classes; k++) if (k !== s && probabilities[at + k]! > other) other = probabilities[at + k]!;
    return (probabilities[at + s]! - other + 1) / 2;
  });
}

/**
 * Entropy weighed by the (lack of) confidence in the given label. A one-hot row scores 0 even where it AGREES with
 * its label, so never rank by this alone.
 */
export function confidenceWeightedEntropy({ probabilities, labels, classes }: Rows): Float64Array {
  const norm = Math.log(classes);
  return Float64Array.from(labels, (s, i) => {
    const at = i * classes;
    let entropy = 0;
    for (let k = 0; k < classes; k++) {
      // A softmax in float32 may end a hair above 1.
      const p = Math.min(1, probabilities[at + k]!);
      if (p > 0) entropy -= p * Math.log(p);
    }
    const u = entropy / norm / Math.max(1e-6, probabilities[at + s]!);
    return Math.log(u + 1) / Math.max(u, 1e-6);
  });
}

/**
 * Probabilities with each class's own confidence taken out: q = (p − t + max t) / row sum, a new [n, K] float64 array.
 * A class without labels has t = 2 and squeezes all q together: leave such classes out first.
 */
export function adjustProbabilities(rows: Rows): Float64Array {
  const { probabilities, labels, classes } = rows;
  const thresholds = confidentThresholds(rows);
  const most = thresholds.reduce((a, b) => Math.max(a, b), 0);
  const out = new Float64Array(probabilities.length);
  for (let i = 0; i < labels.length; i++) {
    const at = i * classes;
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      out[at + k] = probabilities[at + k]! - thresholds[k]! + most;
      sum += out[at + k]!;
    }
    for (let k = 0; k < classes; k++) out[at + k]! /= sum;
  }
  return out;
}

/** Score of each row; `adjusted` is defined for self confidence and margin only. */
export function labelQuality(rows: Rows, score: Score, adjusted = false): Float64Array {
  if (!adjusted) {
    if (score === 'self_confidence') return selfConfidence(rows);
    return score === 'normalized_margin' ? normalizedMargin(rows) : confidenceWeightedEntropy(rows);
  }
  if (score === 'confidence_weighted_entropy') throw new RangeError('confidence_weighted_entropy cannot be adjusted');
  const probabilities = adjustProbabilities(rows);
  const q = { ...rows, probabilities };
  return score === 'self_confidence' ? selfConfidence(q) : normalizedMargin(q);
}
