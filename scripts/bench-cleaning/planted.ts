/** Wrong labels planted in real sets: how early does the queue find them, against plain self confidence? */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { random } from '../../electron/contract/index.ts';
import { errorsLeft, planAudit, selfConfidence } from '../../electron/cleaning/index.ts';
import { argmax, averagePrecision, confusionOf, rowsForRecall } from '../../electron/evaluation/index.ts';
import { rankTask } from '../../electron/engine/tasks/rank-labels.ts';
import { headTask } from '../../electron/training/index.ts';
import { featuresOf, type PictureSet, quiet } from './picture-set.ts';

interface Ranked {
  /** −P(label is right) and 1 − p(given), by row: high = suspicious. */
  queue: Float64Array;
  selfConfidence: Float64Array;
  probabilities: Float32Array;
}

/** The very tasks of the search: a head per backbone, five folds, then the queue with its neighbours. */
async function rank(set: PictureSet, labels: Int32Array, backbones: readonly string[]): Promise<Ranked> {
  const features = [];
  for (const backbone of backbones) features.push(await featuresOf(set, backbone));
  const groups = copiesOf(set);
  const models: Float32Array[] = [];
  for (const file of features) {
    const head = await headTask(
      {
        ...{ features: [file], hashes: set.hashes, labels, groups, classes: set.classes, seed: 1 },
        held: new Uint8Array(labels.length),
      },
      quiet(),
    );
    models.push(head.probabilities);
  }
  const classes = set.classes.length;
  const ranked = await rankTask(
    { features, hashes: set.hashes, labels, groups, models, classes, most: labels.length },
    quiet(),
  );
  const { probabilities } = ranked;
  return {
    queue: ranked.right.map((right) => -right),
    selfConfidence: selfConfidence({ probabilities, labels, classes }).map((p) => 1 - p),
    probabilities,
  };
}

/** Equal bytes stay in one fold. */
function copiesOf(set: PictureSet): Int32Array {
  const first = new Map<string, number>();
  set.hashes.forEach((hash, row) => first.has(hash) || first.set(hash, row));
  return Int32Array.from(set.hashes, (hash) => first.get(hash)!);
}

export type Noise = { kind: 'symmetric' | 'look-alike'; rate: number };

/** For each class the one that it is most often taken for. */
function lookAlikes(probabilities: Float32Array, labels: Int32Array, classes: number): number[] {
  const { cells } = confusionOf(labels, argmax(probabilities, classes), classes);
  return Array.from({ length: classes }, (_, given) => {
    let best = given === 0 ? 1 : 0;
    for (let k = 0; k < classes; k++)
      if (k !== given && cells[given * classes + k]! > cells[given * classes + best]!) best = k;
    return best;
  });
}

/** Each row is made wrong with the same chance, drawn by its content. */
function plant(
  set: PictureSet,
  { kind, rate }: Noise,
  alike: readonly number[],
  seed: number,
): { labels: Int32Array; wrong: number[] } {
  const classes = set.classes.length;
  const labels = set.labels.map((label, row) => {
    const draw = random(seed, 'planted', kind, rate, set.hashes[row]!);
    if (draw.next() >= rate) return label;
    if (kind === 'look-alike') return alike[label]!;
    return (label + 1 + Math.floor(draw.next() * (classes - 1))) % classes;
  });
  return { labels, wrong: Array.from(labels, (label, row) => (label === set.labels[row] ? 0 : 1)) };
}

/** Average precision, and the share of all images to look at for 80 and 90 % of the planted errors. */
const MEASURES = ['averagePrecision', 'review80', 'review90'] as const;
type Measures = Record<(typeof MEASURES)[number], number>;

export interface PlantedResult {
  set: string;
  noise: string;
  images: number;
  /** Draws of the noise; all figures are means over them. */
  draws: number;
  errors: number;
  queue: Measures;
  selfConfidence: Measures;
  /** Queue minus self confidence, and the standard error of that mean. */
  difference: Measures;
  standardError: Measures;
}

function measure(scores: Float64Array, wrong: readonly number[]): Measures {
  const share = (part: number): number => rowsForRecall(scores, wrong, part) / wrong.length;
  return { averagePrecision: averagePrecision(scores, wrong), review80: share(0.8), review90: share(0.9) };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Standard error of the mean; of one value nothing is known. */
function errorOf(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

const each = (find: (name: keyof Measures) => number): Measures =>
  Object.fromEntries(MEASURES.map((name) => [name, find(name)])) as Measures;

const NOISES: readonly Noise[] = [
  { kind: 'symmetric', rate: 0.05 },
  { kind: 'symmetric', rate: 0.1 },
  { kind: 'look-alike', rate: 0.1 },
];

export interface Coverage {
  set: string;
  noise: string;
  reviews: number;
  /** Images audited of each tail. */
  audited: number;
  covers: number;
  /** Mean width of the interval, in images. */
  width: number;
}

/** Simulated reviews of one queue. */
const REVIEWS = 200;

/** The first one is the draw that the log's older tables quote. */
const FIRST_SEED = 7;

/**
 * Simulated reviews: somebody looks at the first images of the queue (between a twentieth and a third of them) and mends
 * what is wrong, then audits 120 of the rest. Does the interval cover what is left?
 */
function coverage(set: PictureSet, noise: string, queue: Float64Array, wrong: readonly number[]): Coverage {
  const n = wrong.length;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => queue[b]! - queue[a]! || a - b);
  const audited = Math.min(120, Math.floor(n / 4));
  let covers = 0;
  let width = 0;
  for (let review = 0; review < REVIEWS; review++) {
    const reviewed = Math.round(n * (0.05 + (0.28 * review) / REVIEWS));
    const tail = order.slice(reviewed);
    const { strata, sample } = planAudit(tail, audited, review + 1, set.hashes);
    const figures = strata.map((rows) => ({ rows: rows.length, audited: 0, errors: 0 }));
    for (const { row, stratum } of sample) {
      figures[stratum]!.audited++;
      figures[stratum]!.errors += wrong[row]!;
    }
    const left = errorsLeft(figures);
    const truth = tail.reduce((sum, row) => sum + wrong[row]!, 0);
    if (truth >= left.low - 1e-9 && truth <= left.high + 1e-9) covers++;
    width += (left.high - left.low) / REVIEWS;
  }
  return { set: set.name, noise, reviews: REVIEWS, audited, covers: covers / REVIEWS, width };
}

export async function planted(
  sets: readonly PictureSet[],
  backbones: readonly string[],
  draws: number,
): Promise<{ planted: PlantedResult[]; coverage: Coverage[] }> {
  const results: PlantedResult[] = [];
  const covered: Coverage[] = [];
  for (const set of sets) {
    const clean = await rank(set, set.labels, backbones);
    const alike = lookAlikes(clean.probabilities, set.labels, set.classes.length);
    for (const noise of NOISES) {
      const name = `${noise.kind} ${Math.round(100 * noise.rate)} %`;
      const queue: Measures[] = [];
      const self: Measures[] = [];
      const errors: number[] = [];
      const reviews: Coverage[] = [];
      for (let draw = 0; draw < draws; draw++) {
        const { labels, wrong } = plant(set, noise, alike, FIRST_SEED + draw);
        const ranked = await rank(set, labels, backbones);
        queue.push(measure(ranked.queue, wrong));
        self.push(measure(ranked.selfConfidence, wrong));
        errors.push(wrong.reduce((a, b) => a + b, 0));
        reviews.push(coverage(set, name, ranked.queue, wrong));
      }
      const gains = (measured: keyof Measures): number[] => queue.map((one, i) => one[measured] - self[i]![measured]);
      results.push({
        ...{ set: set.name, noise: name, images: set.labels.length, draws, errors: mean(errors) },
        queue: each((measured) => mean(queue.map((one) => one[measured]))),
        selfConfidence: each((measured) => mean(self.map((one) => one[measured]))),
        difference: each((measured) => mean(gains(measured))),
        standardError: each((measured) => errorOf(gains(measured))),
      });
      covered.push({
        ...reviews[0]!,
        reviews: REVIEWS * draws,
        covers: mean(reviews.map((one) => one.covers)),
        width: mean(reviews.map((one) => one.width)),
      });
    }
  }
  return { planted: results, coverage: covered };
}

/** Where the labels that one look at thumbnails called wrong stand in the queue of the set as it came. */
export async function noticed(set: PictureSet, table: string, backbones: readonly string[]) {
  const rows = parse(readFileSync(table), { columns: true, bom: true }) as Record<string, string>[];
  const wrong = rows.filter((row) => row.kind === 'wrong').map((row) => row.file ?? '');
  const { queue } = await rank(set, set.labels, backbones);
  const order = Array.from(queue, (_, i) => i).sort((a, b) => queue[b]! - queue[a]! || a - b);
  const place = new Map(order.map((row, at) => [row, at + 1]));
  const places = wrong
    .map((file) => place.get(set.paths.findIndex((path) => path.endsWith(`/${file}`))) ?? Infinity)
    .sort((a, b) => a - b);
  const within = (first: number): number => places.filter((at) => at <= first).length;
  return {
    ...{ wrong: wrong.length, images: set.paths.length, places },
    within: { 29: within(29), 50: within(50), 100: within(100), 200: within(200) },
    median: places[places.length >> 1] ?? null,
  };
}
