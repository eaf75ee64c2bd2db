/**
 * check:label-errors FOLDER [--json]: the same answers as the reference implementation of confident learning?
 *
 * For each NAME_reference.json with its NAME_pred_probs.f32 and NAME_labels.i32 (format: the folder's README) compares
 * thresholds, joint, noise matrices, every filter, every score and the ensembles; prints the largest differences and
 * the times. Ends with 1 where a count or a set differs, or a score by more than 1e-6.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  accuracies,
  confidentJoint,
  ensembleQuality,
  type Filter,
  filterBasis,
  filterRows,
  FILTERS,
  labelQuality,
  modelWeights,
  noiseOf,
  type Rows,
  type Score,
  selfConfidence,
} from '../electron/cleaning/index.ts';

const TOLERANCE = 1e-6;

interface Reference {
  name: string;
  n: number;
  k: number;
  label_counts: number[];
  scores_file: { file: string; rows: string[] };
  matrices_file?: { file: string };
  thresholds: number[];
  confident_joint_uncalibrated: number[][];
  confident_joint_calibrated: number[][];
  off_diagonal_indices: number[];
  joint?: number[][];
  noise_matrix?: number[][];
  inverse_noise_matrix?: number[][];
  prior_py: number[];
  filters: Record<string, number[]>;
  filters_options: Record<string, number[]>;
  ranked_by_self_confidence_prune_by_noise_rate: number[];
  num_label_issues: { off_diagonal: number; off_diagonal_calibrated: number };
  ensemble?: {
    file: string;
    rows: string[];
    models: string[];
    accuracies: number[];
    log_loss_search: { weights: number[]; t: number; best_log_loss: number };
    custom_weights: number[];
  };
}

interface SetResult {
  name: string;
  rows: number;
  classes: number;
  same: Record<string, boolean>;
  largest: Record<string, number>;
  milliseconds: Record<string, number>;
  ok: boolean;
}

function bytes(path: string): ArrayBuffer {
  const file = readFileSync(path);
  return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
}

const numbers = (path: string): Float32Array | Float64Array =>
  path.endsWith('.f32') ? new Float32Array(bytes(path)) : new Float64Array(bytes(path));

function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity;
  let most = 0;
  for (let i = 0; i < found.length; i++) most = Math.max(most, Math.abs(found[i]! - expected[i]!));
  return most;
}

const equal = (found: ArrayLike<number>, expected: ArrayLike<number>): boolean =>
  largestDifference(found, expected) === 0;

function checkSet(folder: string, file: string): SetResult {
  const reference = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Reference;
  const base = file.slice(0, -'_reference.json'.length);
  const rows: Rows = {
    probabilities: new Float32Array(bytes(join(folder, `${base}_pred_probs.f32`))),
    labels: new Int32Array(bytes(join(folder, `${base}_labels.i32`))),
    classes: reference.k,
  };
  const same: Record<string, boolean> = {};
  const largest: Record<string, number> = {};
  const milliseconds: Record<string, number> = {};
  const timed = <T>(what: string, work: () => T): T => {
    const start = performance.now();
    const value = work();
    milliseconds[what] = (milliseconds[what] ?? 0) + performance.now() - start;
    return value;
  };

  const joint = timed('joint', () => confidentJoint(rows));
  const basis = timed('joint and calibration', () => filterBasis(rows));
  const noise = noiseOf(basis.calibrated, basis.labelCounts);
  same.confidentJoint = equal(joint.counts, reference.confident_joint_uncalibrated.flat());
  same.calibratedJoint = equal(basis.calibrated, reference.confident_joint_calibrated.flat());
  same.offDiagonal = equal(joint.offDiagonal, reference.off_diagonal_indices);
  same.issueCount = noise.expectedErrors === reference.num_label_issues.off_diagonal_calibrated;
  largest.thresholds = largestDifference(joint.thresholds, reference.thresholds);
  largest.prior = largestDifference(noise.prior, reference.prior_py);
  const size = reference.k ** 2;
  const matrices = reference.matrices_file
    ? numbers(join(folder, reference.matrices_file.file))
    : Float64Array.from(
        [reference.joint, reference.noise_matrix, reference.inverse_noise_matrix].flatMap((m) => (m ?? []).flat()),
      );
  [noise.joint, noise.noise, noise.inverse].forEach((matrix, i) => {
    const name = ['joint', 'noiseMatrix', 'inverseNoiseMatrix'][i]!;
    largest[name] = largestDifference(matrix, matrices.subarray(i * size, (i + 1) * size));
  });

  for (const filter of FILTERS)
    if (reference.filters[filter])
      same[filter] = equal(
        timed('filters', () => filterRows(basis, filter)),
        reference.filters[filter],
      );
  for (const [key, expected] of Object.entries(reference.filters_options)) {
    const [filter, option = ''] = key.split(',');
    const [name, value] = option.split('=');
    const options = name === 'frac_noise' ? { fracNoise: Number(value) } : { minExamplesPerClass: Number(value) };
    same[key] = equal(filterRows(basis, filter as Filter, options), expected);
  }
  const confidence = selfConfidence(rows);
  const ranked = [...filterRows(basis, 'prune_by_noise_rate')].sort((a, b) => confidence[a]! - confidence[b]! || a - b);
  same.ranked = equal(ranked, reference.ranked_by_self_confidence_prune_by_noise_rate);

  const score = (name: string): [Score, boolean] => [
    name.replace('_adjusted', '') as Score,
    name.endsWith('_adjusted'),
  ];
  const scores = numbers(join(folder, reference.scores_file.file));
  reference.scores_file.rows.forEach((name, row) => {
    const found = timed('scores', () => labelQuality(rows, ...score(name)));
    largest[name] = largestDifference(found, scores.subarray(row * reference.n, (row + 1) * reference.n));
  });

  const ensemble = reference.ensemble;
  if (ensemble && ensemble.models.every((model) => existsSync(join(folder, model)))) {
    const models = {
      models: ensemble.models.map((model) => new Float32Array(bytes(join(folder, model)))),
      labels: rows.labels,
      classes: rows.classes,
    };
    largest.accuracies = largestDifference(accuracies(models), ensemble.accuracies);
    const search = modelWeights(models, 'log_loss_search');
    same.logLossTemperature = search.temperature === ensemble.log_loss_search.t;
    largest.logLossWeights = largestDifference(search.weights, ensemble.log_loss_search.weights);
    largest.logLoss = Math.abs((search.loss ?? NaN) - ensemble.log_loss_search.best_log_loss);
    const expected = numbers(join(folder, ensemble.file));
    ensemble.rows.forEach((name, row) => {
      const [weighting = '', scoreName = ''] = name.split('/');
      const { weights } = modelWeights(
        models,
        weighting === 'custom' ? ensemble.custom_weights : (weighting as 'uniform' | 'accuracy' | 'log_loss_search'),
      );
      const [kind, adjusted] = score(scoreName);
      const found = ensembleQuality(models, kind, { adjusted, weights });
      const difference = largestDifference(found, expected.subarray(row * reference.n, (row + 1) * reference.n));
      largest.ensembleScores = Math.max(largest.ensembleScores ?? 0, difference);
    });
  }
  const ok = Object.values(same).every(Boolean) && Object.values(largest).every((d) => d <= TOLERANCE);
  return { name: reference.name, rows: reference.n, classes: reference.k, same, largest, milliseconds, ok };
}

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const folder = positionals[0];
if (!folder || !existsSync(folder)) {
  console.error('check:label-errors: expected a folder with *_reference.json');
  process.exit(2);
}
const files = readdirSync(folder)
  .filter((name) => name.endsWith('_reference.json'))
  .filter((name) => existsSync(join(folder, name.replace('_reference.json', '_labels.i32'))))
  .sort();
const sets = files.map((file) => checkSet(folder, file));
const largest: Record<string, number> = {};
for (const set of sets)
  for (const [name, value] of Object.entries(set.largest)) largest[name] = Math.max(largest[name] ?? 0, value);
const ok = sets.length > 0 && sets.every((set) => set.ok);
if (values.json) console.log(JSON.stringify({ ok, tolerance: TOLERANCE, largest, sets }, null, 2));
else {
  for (const set of sets) {
    const differing = Object.keys(set.same).filter((name) => !set.same[name]);
    const worst = Object.entries(set.largest).reduce((a, b) => (b[1] > a[1] ? b : a), ['nothing', 0]);
    const time = Object.entries(set.milliseconds).map(([what, ms]) => `${what} ${ms.toFixed(1)} ms`);
    console.log(
      `${set.name.padEnd(12)} ${set.rows} x ${set.classes}: ${differing.length === 0 ? 'joint and filters identical' : `DIFFERENT: ${differing.join(', ')}`}; ` +
        `largest difference ${worst[1].toExponential(1)} (${worst[0]}); ${time.join(', ')}`,
    );
  }
  console.log(ok ? 'same answers as the reference' : 'the answers differ from the reference');
}
process.exitCode = ok ? 0 : 1;
