/**
 * The one queue of doubtful labels: every row ranked, most doubtful first, with what can be told of it.
 *
 * Score = P(given label is wrong) by a discriminant that expects label noise (noisy-discriminant.ts), of what the opinions
 * say together: the models' out-of-fold probabilities, weighted by accuracy, and, where neighbours are given, the
 * weighted shares of classes among an image's nearest images, smoothed by half a vote a class, two parts to one. They
 * are mixed before the discriminant and not after: so it learns one picture of how each class is mistaken (LOG.md). The
 * filters of confident learning and the vote do not enter the order: they are told as reasons (`filters`). The badge
 * `likely` is a score of at least 0.7: in trials with known errors it was right for some two thirds (LOG.md).
 */
import { neighbourAgreement, type Neighbours, neighbourShares } from './agreement.ts';
import { meanProbabilities, modelWeights } from './ensemble.ts';
import { filterBasis, filterRows } from './filters.ts';
import { type Noise, noiseOf } from './noise.ts';
import { errorPosterior } from './noisy-discriminant.ts';
import { checkRows, type Rows, top } from './rows.ts';
import { vote } from './vote.ts';

const LIKELY = 0.7;
/** What models and neighbours weigh in what they say together. */
const MODELS_PARTS = 2;
const NEIGHBOUR_PARTS = 1;

export interface LabelErrorInput {
  /** Out-of-fold probabilities [n, K] of one model … */
  probabilities?: Float32Array;
  /** … or of several, same rows. */
  models?: readonly Float32Array[];
  /** n given labels in [0, K); rows without a label are left out by the caller. */
  labels: Int32Array;
  classes: number;
  neighbours?: Neighbours;
  /** Copies of one picture share a group ≥ 0; −1 stands alone. */
  groups?: Int32Array;
  /** Content hashes, so that the draw of folds does not depend on row order. */
  keys?: readonly (string | number)[];
  seed?: number;
}

export interface LabelErrorFinding {
  row: number;
  /** P(label is wrong), 0-1. */
  score: number;
  given: number;
  /** Most probable class other than the given one. */
  suggested: number;
  likely: boolean;
  /** How many of these flag it: filter by noise rate, filter by class, vote of the opinions; 0-3. */
  filters: number;
  /** Mean model probability of the given and of the suggested class. */
  pGiven: number;
  pSuggested: number;
  /** Models whose top class is the suggested one, of how many. */
  modelsSuggesting: number;
  models: number;
  /** Neighbours asked (0: none known), with the given and with the suggested label. */
  neighboursAsked: number;
  neighboursGiven: number;
  neighboursSuggested: number;
}

export interface LabelErrors {
  /** All rows, most doubtful first. */
  findings: LabelErrorFinding[];
  /** P(label is right) by row, [n] float64: low = suspicious. The queue is sorted by it, equals by row. */
  quality: Float64Array;
  /** P(true class), [n, K]. */
  posterior: Float32Array;
  /** Mean model probabilities, [n, K]. */
  probabilities: Float32Array;
  noise: Noise;
  /** Wrong labels to expect: sum of the scores. The confident joint's own count is `noise.expectedErrors`. */
  expectedErrors: number;
}

export function rankLabelErrors(input: LabelErrorInput): LabelErrors {
  const { labels, classes, neighbours, groups, keys, seed } = input;
  const models = input.models ?? (input.probabilities ? [input.probabilities] : []);
  if (models.length === 0) throw new RangeError('expected probabilities of at least one model');
  for (const probabilities of models) checkRows({ probabilities, labels, classes });
  const n = labels.length;
  const shares = neighbours ? neighbourShares(neighbours, labels, classes, groups) : null;
  const opinions = shares ? [...models, shares] : models;
  const all = { models, labels, classes };
  const { weights } = modelWeights(all, 'accuracy');
  const probabilities = models.length === 1 ? models[0]! : meanProbabilities(all, weights);
  const together = shares
    ? meanProbabilities({ models: [probabilities, shares], labels, classes }, [MODELS_PARTS, NEIGHBOUR_PARTS])
    : probabilities;
  const { right: quality, posterior } = errorPosterior(
    { probabilities: together, labels, classes },
    { groups, keys, seed },
  );
  const rows: Rows = { probabilities, labels, classes };
  const basis = filterBasis(rows);
  const flags = new Uint8Array(n);
  for (const flagged of [
    filterRows(basis, 'prune_by_noise_rate'),
    filterRows(basis, 'prune_by_class'),
    vote({ ...all, models: opinions }).flagged,
  ])
    for (const row of flagged) flags[row]! += 1;

  const agreement = neighbours ? neighbourAgreement(neighbours, labels, classes, groups) : null;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => quality[a]! - quality[b]! || a - b);
  const tops = models.map((p) => Int32Array.from(labels, (_, i) => top({ probabilities: p, labels, classes }, i)));
  const findings = Array.from(order, (row): LabelErrorFinding => {
    const at = row * classes;
    const given = labels[row]!;
    let suggested = given === 0 ? Math.min(1, classes - 1) : 0;
    for (let k = 0; k < classes; k++) if (k !== given && posterior[at + k]! > posterior[at + suggested]!) suggested = k;
    return {
      row,
      score: Math.min(1, Math.max(0, 1 - quality[row]!)),
      given,
      suggested,
      likely: 1 - quality[row]! >= LIKELY,
      filters: flags[row]!,
      pGiven: probabilities[at + given]!,
      pSuggested: probabilities[at + suggested]!,
      modelsSuggesting: tops.reduce((count, t) => count + (t[row] === suggested ? 1 : 0), 0),
      models: models.length,
      neighboursAsked: agreement?.asked[row] ?? 0,
      neighboursGiven: agreement?.withGiven[row] ?? 0,
      neighboursSuggested: neighbours ? countNeighbours(neighbours, labels, row, suggested, groups) : 0,
    };
  });
  const expectedErrors = quality.reduce((sum, v) => sum + 1 - v, 0);
  return {
    findings,
    quality,
    posterior,
    probabilities,
    noise: noiseOf(basis.calibrated, basis.labelCounts),
    expectedErrors,
  };
}

function countNeighbours(
  { k, indices }: Neighbours,
  labels: Int32Array,
  row: number,
  label: number,
  groups?: Int32Array,
): number {
  const group = groups?.[row] ?? -1;
  let count = 0;
  for (let j = 0; j < k; j++) {
    const other = indices[row * k + j]!;
    if (other < 0 || other === row || (group >= 0 && groups?.[other] === group)) continue;
    if (labels[other] === label) count++;
  }
  return count;
}
