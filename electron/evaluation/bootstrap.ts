/**
 * Bootstrap intervals of accuracy, macro F1 and each class's F1.
 *
 * All three are functions of the confusion matrix, so not rows but cells are resampled: a cell of c rows becomes
 * Poisson(c) (the Poisson bootstrap, Chamandy et al. 2012; to first order it is the multinomial one). The cost depends on the number
 * of filled cells, not of images: a million rows cost what a thousand do. A class that is in the data but that a
 * replicate happens to miss is left out of that replicate's mean; a class empty in the data counts 0 as it does in
 * the metric itself.
 */
import { type Random } from '../contract/index.ts';
import { classMetrics, type Confusion } from './confusion.ts';

export type Interval = [low: number, high: number];

export interface Intervals {
  accuracy: Interval;
  macroF1: Interval;
  f1: Interval[];
}

/** Poisson(mean): inversion by products up to 30, rounded normal above (error far below the bootstrap's own). */
export function poisson(mean: number, random: Random): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const limit = Math.exp(-mean);
  let product = random.next();
  let count = 0;
  while (product > limit) {
    product *= random.next();
    count++;
  }
  return count;
}

/** The value below which a share `q` lies, by linear interpolation (Hyndman and Fan 7). Sorts `values` in place. */
export function quantile(values: Float64Array, q: number): number {
  if (values.length === 0) return 0;
  values.sort();
  const at = q * (values.length - 1);
  const low = Math.floor(at);
  const a = values[low]!;
  const b = values[Math.min(values.length - 1, low + 1)]!;
  return a + (b - a) * (at - low);
}

/**
 * Percentile intervals at `level` (default 0.9) from `samples` replicates (default 500).
 * Same confusion and same random stream: same intervals.
 */
export function bootstrap(
  confusion: Confusion,
  random: Random,
  { samples = 500, level = 0.9 }: { samples?: number; level?: number } = {},
): Intervals {
  const { classes, cells } = confusion;
  const filled: number[] = [];
  cells.forEach((count, cell) => count > 0 && filled.push(cell));
  const inData = classMetrics(confusion).map((m) => m.support + m.predicted > 0);
  const present = inData.filter(Boolean).length;

  const accuracies = new Float64Array(samples);
  const macros = new Float64Array(samples);
  const perClass = Array.from({ length: classes }, () => new Float64Array(samples));
  const hits = new Float64Array(classes);
  const both = new Float64Array(classes);
  for (let sample = 0; sample < samples; sample++) {
    hits.fill(0);
    both.fill(0);
    let total = 0;
    let right = 0;
    for (const cell of filled) {
      const count = poisson(cells[cell]!, random);
      if (count === 0) continue;
      const given = Math.floor(cell / classes);
      const guess = cell % classes;
      total += count;
      both[given]! += count;
      both[guess]! += count;
      if (given === guess) {
        right += count;
        hits[given]! += count;
      }
    }
    let sum = 0;
    let seen = 0;
    for (let k = 0; k < classes; k++) {
      const f1 = both[k]! > 0 ? (2 * hits[k]!) / both[k]! : 0;
      perClass[k]![sample] = f1;
      if (both[k]! > 0) {
        sum += f1;
        seen++;
      }
    }
    accuracies[sample] = total > 0 ? right / total : 0;
    macros[sample] = seen > 0 ? ((sum / seen) * present) / classes : 0;
  }
  const tail = (1 - level) / 2;
  const interval = (values: Float64Array): Interval => [quantile(values, tail), quantile(values, 1 - tail)];
  return { accuracy: interval(accuracies), macroF1: interval(macros), f1: perClass.map(interval) };
}
