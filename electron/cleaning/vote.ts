/**
 * The vote of several models that found the wrong labels of the contest which Assay comes from: combine by geometric
 * mean, flag what the mean is sure is another class (A) or hardly believes (B), if at least two models agree (C).
 */
import { type Models } from './ensemble.ts';
import { top } from './rows.ts';

const FLOOR = 1e-9;

export interface VoteResult {
  /** Flagged rows, ascending. */
  flagged: Int32Array;
  /** Rows by given class, first the flagged, then by falling −ln p(given): the order in which to look at a class. */
  order: Int32Array;
  /** Normalised geometric mean, [n, K]. */
  probabilities: Float32Array;
  /** −ln p(given). */
  loss: Float64Array;
  /** Models that share the most frequent top class. */
  agree: Uint8Array;
}

/** Normalised geometric mean of the models; each clipped at 1e-9 first. */
export function geometricMean({ models, classes }: Pick<Models, 'models' | 'classes'>): Float32Array {
  const length = models[0]?.length ?? 0;
  const out = new Float32Array(length);
  const row = new Float64Array(classes);
  for (let at = 0; at < length; at += classes) {
    row.fill(0);
    for (const p of models) {
      let sum = 0;
      for (let k = 0; k < classes; k++) sum += Math.max(FLOOR, p[at + k]!);
      for (let k = 0; k < classes; k++) row[k]! += Math.log(Math.max(FLOOR, p[at + k]!) / sum) / models.length;
    }
    let most = -Infinity;
    for (let k = 0; k < classes; k++) most = Math.max(most, row[k]!);
    let total = 0;
    for (let k = 0; k < classes; k++) total += Math.exp(row[k]! - most);
    for (let k = 0; k < classes; k++) out[at + k] = Math.exp(row[k]! - most) / total;
  }
  return out;
}

/**
 * A: top ≠ given, p(top) ≥ .9, margin to the second ≥ .2. B: p(given) ≤ .1 and −ln p(given) ≥ 2.3.
 * C: at least two models share their top class (where there are two). Flag = (A or B) and C.
 */
export function vote(input: Models, { mismatchesOnly = false }: { mismatchesOnly?: boolean } = {}): VoteResult {
  const { models, labels, classes } = input;
  const probabilities = geometricMean(input);
  const mean = { probabilities, labels, classes };
  const n = labels.length;
  const loss = new Float64Array(n);
  const agree = new Uint8Array(n);
  const marks = new Uint8Array(n);
  const flagged: number[] = [];
  const votes = new Uint8Array(classes);
  for (let i = 0; i < n; i++) {
    const at = i * classes;
    const guess = top(mean, i);
    let second = 0;
    for (let k = 0; k < classes; k++) if (k !== guess) second = Math.max(second, probabilities[at + k]!);
    votes.fill(0);
    for (const p of models) votes[top({ probabilities: p, labels, classes }, i)]! += 1;
    agree[i] = votes.reduce((a, b) => Math.max(a, b), 0);
    const own = probabilities[at + labels[i]!]!;
    loss[i] = -Math.log(Math.max(FLOOR, own));
    const best = probabilities[at + guess]!;
    const sure = guess !== labels[i] && best >= 0.9 && best - second >= 0.2;
    const unbelieved = own <= 0.1 && loss[i]! >= 2.3;
    const agreed = models.length < 2 || agree[i]! >= 2;
    if ((sure || unbelieved) && agreed && (!mismatchesOnly || guess !== labels[i])) {
      marks[i] = 1;
      flagged.push(i);
    }
  }
  const order = Int32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => labels[a]! - labels[b]! || marks[b]! - marks[a]! || loss[b]! - loss[a]! || a - b,
  );
  return { flagged: Int32Array.from(flagged), order, probabilities, loss, agree };
}
