/**
 * Does something cheap give the class away: brightness, size, file type, the start of the name? A model will take the
 * short cut, and fail where it is missing.
 */
import { stratifiedFolds } from '../evaluation/index.ts';

/** A property of every image: numbers (NaN: unknown), or words (empty: unknown). */
export interface CheapProperty {
  name: string;
  values: ArrayLike<number> | readonly string[];
}

export interface SpuriousFinding {
  property: string;
  /** null: all classes; otherwise the class that the property gives away. */
  class: number | null;
  /** 0-1, higher = more given away: 1 − error / error of always guessing the commonest, or the class's F1. */
  score: number;
  /** All classes: share guessed right from the property alone, and by the commonest class. One class: precision, recall. */
  accuracy: number;
  baseline: number;
  precision: number;
  recall: number;
}

const FOLDS = 5;
const BINS = 24;
/** Error as a share of the majority guess's error below which the whole set is suspect. */
const SUSPECT = 0.3;
/** F1 of one class from one property. */
const GIVEN_AWAY = 0.8;
const LEAST_ROWS = 20;

/** Values as bins: numbers by quantiles, words as they are; unknown is a bin of its own. */
function bins({ values }: CheapProperty): Int32Array {
  const n = values.length;
  const out = new Int32Array(n);
  if (typeof values[0] === 'string') {
    const known = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const word = values[i] as string;
      if (!known.has(word)) known.set(word, known.size);
      out[i] = known.get(word)!;
    }
    return out;
  }
  const numbers = values as ArrayLike<number>;
  const sorted = Float64Array.from(numbers)
    .filter((v) => !Number.isNaN(v))
    .sort();
  const cuts = Array.from({ length: BINS - 1 }, (_, b) => sorted[Math.floor(((b + 1) * sorted.length) / BINS)]!);
  for (let i = 0; i < n; i++) {
    const value = numbers[i]!;
    let bin = 0;
    if (!Number.isNaN(value)) {
      bin = 1;
      while (bin <= cuts.length && value >= cuts[bin - 1]!) bin++;
    }
    out[i] = bin;
  }
  return out;
}

/**
 * Guesses each row's class from the property alone, in five folds (the commonest class of the bin in the other folds;
 * an unseen bin takes the commonest of all), and says where that works too well.
 * Leave out properties that the labels came from, such as the folder of an import by folders.
 * @param labels classes in [0, K)
 */
export function spuriousFindings(
  properties: readonly CheapProperty[],
  labels: Int32Array,
  classes: number,
  groups?: Int32Array,
): SpuriousFinding[] {
  const n = labels.length;
  if (n < LEAST_ROWS || classes < 2) return [];
  const folds = stratifiedFolds({ labels, groups, seed: 1 }, FOLDS);
  const support = new Int32Array(classes);
  for (const label of labels) support[label]! += 1;
  const commonest = support.indexOf(Math.max(...support));
  const baseline = support[commonest]! / n;
  const out: SpuriousFinding[] = [];
  for (const property of properties) {
    const bin = bins(property);
    const guesses = guess(bin, labels, classes, folds, commonest);
    const hits = new Int32Array(classes);
    const guessed = new Int32Array(classes);
    for (let i = 0; i < n; i++) {
      guessed[guesses[i]!]! += 1;
      if (guesses[i] === labels[i]) hits[labels[i]!]! += 1;
    }
    const right = hits.reduce((a, b) => a + b, 0) / n;
    const ratio = (1 - right) / Math.max(1e-9, 1 - baseline);
    const common = { property: property.name, baseline };
    if (baseline < 1 && ratio < SUSPECT)
      out.push({ ...common, class: null, score: 1 - ratio, accuracy: right, precision: right, recall: right });
    for (let k = 0; k < classes; k++) {
      if (support[k]! < LEAST_ROWS / 2 || guessed[k] === 0) continue;
      const precision = hits[k]! / guessed[k]!;
      const recall = hits[k]! / support[k]!;
      const f1 = (2 * hits[k]!) / (guessed[k]! + support[k]!);
      // Guessing this class for everything is no knowledge.
      const blind = (2 * support[k]!) / (n + support[k]!);
      if (f1 >= GIVEN_AWAY && f1 > blind + 0.5 * (1 - blind))
        out.push({ ...common, class: k, score: f1, accuracy: right, precision, recall });
    }
  }
  return out.sort(
    (a, b) => b.score - a.score || a.property.localeCompare(b.property) || (a.class ?? -1) - (b.class ?? -1),
  );
}

function guess(bin: Int32Array, labels: Int32Array, classes: number, folds: Int32Array, commonest: number): Int32Array {
  const width = bin.reduce((a, b) => Math.max(a, b), 0) + 1;
  const all = new Int32Array(width * classes);
  const byFold = Array.from({ length: FOLDS }, () => new Map<number, number>());
  labels.forEach((label, i) => {
    const cell = bin[i]! * classes + label;
    all[cell]! += 1;
    const own = byFold[folds[i]!]!;
    own.set(cell, (own.get(cell) ?? 0) + 1);
  });
  return labels.map((_, i) => {
    const own = byFold[folds[i]!]!;
    let best = commonest;
    let most = 0;
    for (let k = 0; k < classes; k++) {
      const cell = bin[i]! * classes + k;
      const count = all[cell]! - (own.get(cell) ?? 0);
      if (count > most) {
        most = count;
        best = k;
      }
    }
    return best;
  });
}

/** The letters a file name begins with, lower case; empty where it begins otherwise. `IMG_0012.jpg` → `img`. */
export function namePrefix(name: string): string {
  return /^\p{L}+/u.exec(name.normalize('NFC'))?.[0].toLowerCase() ?? '';
}

export interface Drift {
  property: string;
  /** Largest difference of the two cumulative distributions, 0-1 (Kolmogorov and Smirnov). */
  distance: number;
  /** Larger by chance with this probability (asymptotic). */
  p: number;
}

/** Whether a numeric property is distributed alike on two sides of a split, most different first. */
export function driftOf(
  properties: readonly CheapProperty[],
  first: readonly number[],
  second: readonly number[],
): Drift[] {
  return properties
    .filter(({ values }) => typeof values[0] === 'number')
    .map(({ name, values }) => {
      const side = (rows: readonly number[]): Float64Array =>
        Float64Array.from(rows, (i) => values[i] as number)
          .filter((v) => !Number.isNaN(v))
          .sort();
      const a = side(first);
      const b = side(second);
      if (a.length === 0 || b.length === 0) return { property: name, distance: 0, p: 1 };
      let i = 0;
      let j = 0;
      let distance = 0;
      while (i < a.length && j < b.length) {
        const value = Math.min(a[i]!, b[j]!);
        while (i < a.length && a[i]! <= value) i++;
        while (j < b.length && b[j]! <= value) j++;
        distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
      }
      const size = Math.sqrt((a.length * b.length) / (a.length + b.length));
      const lambda = (size + 0.12 + 0.11 / size) * distance;
      let p = lambda < 0.2 ? 1 : 0;
      for (let k = 1; k <= 40 && lambda >= 0.2; k++)
        p += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * lambda * lambda);
      return { property: name, distance, p: Math.min(1, Math.max(0, p)) };
    })
    .sort((x, y) => y.distance - x.distance);
}
