/** Do an image's nearest neighbours carry its label? A second opinion that can be shown: "9 of 10 are invoices". */

/** exp(similarity / this): a near neighbour outweighs several far ones. */
const TEMPERATURE = 0.1;

/** Nearest neighbours of each row, nearest first, [n, k] row-major; index −1 pads where there are fewer. */
export interface Neighbours {
  k: number;
  indices: Int32Array;
  /** Cosine similarity, −1 to 1. */
  similarities: Float32Array;
}

export interface Agreement {
  /** Weighted share of neighbours with the given label, 0-1; 1 where a row has no neighbour to ask. */
  agreement: Float64Array;
  /** Class with the largest weighted share; the given one where there is no neighbour. Equals: lowest index. */
  suggested: Int32Array;
  /** Neighbours asked, and how many of them carry the given and the suggested label. */
  asked: Int32Array;
  withGiven: Int32Array;
  withSuggested: Int32Array;
}

/**
 * Neighbours of the row's own group (copies of the same picture) and rows without a label (−1) are not asked: a copy repeats the same mistake.
 */
export function neighbourAgreement(
  neighbours: Neighbours,
  labels: Int32Array,
  classes: number,
  groups?: Int32Array,
): Agreement {
  const n = labels.length;
  const out: Agreement = {
    agreement: new Float64Array(n).fill(1),
    suggested: labels.slice(),
    asked: new Int32Array(n),
    withGiven: new Int32Array(n),
    withSuggested: new Int32Array(n),
  };
  const share = new Float64Array(classes);
  const counts = new Int32Array(classes);
  for (let i = 0; i < n; i++) {
    const { asked, sum } = ask(neighbours, labels, groups, i, share, counts);
    out.asked[i] = asked;
    if (sum === 0) continue;
    let best = 0;
    for (let k = 1; k < classes; k++) if (share[k]! > share[best]!) best = k;
    out.suggested[i] = best;
    out.withSuggested[i] = counts[best]!;
    if (labels[i]! < 0) continue;
    out.agreement[i] = share[labels[i]!]! / sum;
    out.withGiven[i] = counts[labels[i]!]!;
  }
  return out;
}

/**
 * Class shares among the neighbours as probabilities, [n, K]: weighted share times the neighbours asked, half a vote
 * added to each class, normalised. Uniform where there is nobody to ask.
 */
export function neighbourShares(
  neighbours: Neighbours,
  labels: Int32Array,
  classes: number,
  groups?: Int32Array,
): Float32Array {
  const out = new Float32Array(labels.length * classes);
  const share = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    const { asked, sum } = ask(neighbours, labels, groups, i, share, null);
    for (let k = 0; k < classes; k++)
      out[i * classes + k] = ((sum > 0 ? (share[k]! / sum) * asked : 0) + 0.5) / (asked + 0.5 * classes);
  }
  return out;
}

/** Weighted votes of the neighbours of row i into `share` and, where wanted, plain counts. */
function ask(
  { k: width, indices, similarities }: Neighbours,
  labels: Int32Array,
  groups: Int32Array | undefined,
  i: number,
  share: Float64Array,
  counts: Int32Array | null,
): { asked: number; sum: number } {
  share.fill(0);
  counts?.fill(0);
  let asked = 0;
  let sum = 0;
  const group = groups?.[i] ?? -1;
  const nearest = similarities[i * width]!;
  for (let j = 0; j < width; j++) {
    const other = indices[i * width + j]!;
    if (other < 0 || other === i) continue;
    const label = labels[other]!;
    if (label < 0 || (group >= 0 && groups?.[other] === group)) continue;
    // Relative to the nearest one: only ratios matter, and nothing overflows.
    const weight = Math.exp((similarities[i * width + j]! - nearest) / TEMPERATURE);
    share[label]! += weight;
    if (counts) counts[label]! += 1;
    sum += weight;
    asked++;
  }
  return { asked, sum };
}
