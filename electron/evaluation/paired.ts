/** Two models on the same rows: how much macro F1 the second one gains, and how surely. */
import { type Random } from '../contract/index.ts';
import { type Interval, poisson, quantile } from './bootstrap.ts';

export interface PairedOptions {
  /** Replicates. Default 1,000. */
  samples?: number;
  /** Default 0.9. */
  level?: number;
}

export interface Paired {
  /** Macro F1 over all K classes, an empty class counting 0. */
  first: number;
  second: number;
  /** second − first, with its percentile interval. */
  difference: number;
  interval: Interval;
  /** Share of replicates in which the second is not better. */
  notBetter: number;
}

/**
 * Paired bootstrap (Efron and Tibshirani 1993, ch. 16): a replicate takes the same rows for both models. Rows are
 * resampled by their kind (label, first's answer, second's answer): a kind of c rows becomes Poisson(c), as in
 * bootstrap.ts, so the cost depends on the kinds and not on the rows. A class that is in the data but that a replicate
 * misses is left out of that replicate's mean.
 * @param labels [n] in [0, classes); `first`, `second` [n] answers in [0, classes)
 */
export function pairedBootstrap(
  labels: Int32Array,
  first: Int32Array,
  second: Int32Array,
  classes: number,
  random: Random,
  { samples = 1000, level = 0.9 }: PairedOptions = {},
): Paired {
  const kinds = kindsOf(labels, first, second, classes);
  const inData = new Uint8Array(classes);
  for (const { label, a, b } of kinds) inData[label] = inData[a] = inData[b] = 1;
  const present = inData.reduce((sum, one) => sum + one, 0);
  const score = (hits: Float64Array, both: Float64Array): number => {
    let [sum, seen] = [0, 0];
    for (let k = 0; k < classes; k++)
      if (both[k]! > 0) {
        sum += (2 * hits[k]!) / both[k]!;
        seen++;
      }
    return seen > 0 ? sum / seen : 0;
  };
  const tally = () => ({ hits: new Float64Array(classes), both: new Float64Array(classes) });
  const [one, two] = [tally(), tally()];
  const count = (weightOf: (kind: Kind) => number): [number, number] => {
    for (const { hits, both } of [one, two]) {
      hits.fill(0);
      both.fill(0);
    }
    for (const kind of kinds) {
      const weight = weightOf(kind);
      if (weight === 0) continue;
      add(one, kind.label, kind.a, weight);
      add(two, kind.label, kind.b, weight);
    }
    return [score(one.hits, one.both), score(two.hits, two.both)];
  };
  const exact = (side: { hits: Float64Array; both: Float64Array }): number => {
    let sum = 0;
    for (let k = 0; k < classes; k++) if (side.both[k]! > 0) sum += (2 * side.hits[k]!) / side.both[k]!;
    return sum / classes;
  };
  count(({ rows }) => rows);
  const [firstF1, secondF1] = [exact(one), exact(two)];
  const differences = new Float64Array(samples);
  let notBetter = 0;
  for (let sample = 0; sample < samples; sample++) {
    const [a, b] = count(({ rows }) => poisson(rows, random));
    differences[sample] = ((b - a) * present) / classes;
    if (differences[sample]! <= 0) notBetter++;
  }
  const tail = (1 - level) / 2;
  return {
    ...{ first: firstF1, second: secondF1, difference: secondF1 - firstF1 },
    interval: [quantile(differences, tail), quantile(differences, 1 - tail)],
    notBetter: samples > 0 ? notBetter / samples : 1,
  };
}

export interface PairedClass {
  /** F1 of the class in each; 0 where it is neither given nor said. */
  first: number;
  second: number;
  difference: number;
  interval: Interval;
}

/** F1 of every class in two models' answers on the same rows, with the paired interval of the difference. As above. */
export function pairedClasses(
  labels: Int32Array,
  first: Int32Array,
  second: Int32Array,
  classes: number,
  random: Random,
  { samples = 1000, level = 0.9 }: PairedOptions = {},
): PairedClass[] {
  const kinds = kindsOf(labels, first, second, classes);
  const sides = [0, 1].map(() => ({ hits: new Float64Array(classes), both: new Float64Array(classes) }));
  const count = (weightOf: (kind: Kind) => number): void => {
    for (const { hits, both } of sides) {
      hits.fill(0);
      both.fill(0);
    }
    for (const kind of kinds) {
      const weight = weightOf(kind);
      if (weight === 0) continue;
      add(sides[0]!, kind.label, kind.a, weight);
      add(sides[1]!, kind.label, kind.b, weight);
    }
  };
  const f1 = (side: number, k: number): number => {
    const { hits, both } = sides[side]!;
    return both[k]! > 0 ? (2 * hits[k]!) / both[k]! : 0;
  };
  count(({ rows }) => rows);
  const exact = Array.from({ length: classes }, (_, k) => [f1(0, k), f1(1, k)] as const);
  const replicates = exact.map(() => new Float64Array(samples));
  for (let sample = 0; sample < samples; sample++) {
    count(({ rows }) => poisson(rows, random));
    replicates.forEach((values, k) => (values[sample] = f1(1, k) - f1(0, k)));
  }
  const tail = (1 - level) / 2;
  return exact.map(([a, b], k) => ({
    ...{ first: a, second: b, difference: b - a },
    interval: [quantile(replicates[k]!, tail), quantile(replicates[k]!, 1 - tail)],
  }));
}

interface Kind {
  label: number;
  a: number;
  b: number;
  rows: number;
}

/** Ascending, so that the order of rows does not enter. */
function kindsOf(labels: Int32Array, first: Int32Array, second: Int32Array, classes: number): Kind[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    const key = (labels[i]! * classes + first[i]!) * classes + second[i]!;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([key, rows]) => ({
      label: Math.floor(key / classes ** 2),
      a: Math.floor(key / classes) % classes,
      b: key % classes,
      rows,
    }));
}

function add(
  { hits, both }: { hits: Float64Array; both: Float64Array },
  label: number,
  answer: number,
  weight: number,
): void {
  both[label]! += weight;
  both[answer]! += weight;
  if (label === answer) hits[label]! += weight;
}
