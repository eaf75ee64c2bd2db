/**
 * A part of a split against the whole of it: is the model worse on dark photographs, on one source, on one class?
 *
 * Macro F1 is the mean over the classes that are given in the part: an empty class says nothing of a part, whereas in
 * the whole (confusion.ts) it must not vanish. False alarms are counted within the part.
 */
import { type Random } from '../contract/index.ts';
import { type Interval, poisson, quantile } from './bootstrap.ts';

/** Below this many images an interval says more about chance than about the part. */
export const LEAST_ROWS = 20;

export interface PartFigures {
  images: number;
  accuracy: number;
  accuracyInterval: Interval;
  /** Mean F1 over the classes given in the part. */
  macroF1: number;
  macroF1Interval: Interval;
}

export interface SliceFigures extends PartFigures {
  /** Macro F1 of the part less that of the whole, with the interval of the difference. */
  difference: number;
  differenceInterval: Interval;
  /** Fewer than `LEAST_ROWS` images. */
  tooFew: boolean;
}

export interface SliceOptions {
  /** Replicates. Default 500. */
  samples?: number;
  /** Default 0.9. */
  level?: number;
}

/** Rows of one kind: same label, same answer, inside or outside. */
interface Kind {
  label: number;
  answer: number;
  inside: boolean;
  rows: number;
}

class Tally {
  readonly #hits: Float64Array;
  readonly #both: Float64Array;
  readonly #given: readonly number[];
  #right = 0;
  #total = 0;

  /** @param given classes that the mean goes over */
  constructor(classes: number, given: readonly number[]) {
    this.#hits = new Float64Array(classes);
    this.#both = new Float64Array(classes);
    this.#given = given;
  }

  clear(): void {
    this.#hits.fill(0);
    this.#both.fill(0);
    this.#right = this.#total = 0;
  }

  add(label: number, answer: number, rows: number): void {
    this.#both[label]! += rows;
    this.#both[answer]! += rows;
    this.#total += rows;
    if (label !== answer) return;
    this.#hits[label]! += rows;
    this.#right += rows;
  }

  get accuracy(): number {
    return this.#total > 0 ? this.#right / this.#total : 0;
  }

  /** A class that a replicate misses is left out of its mean. */
  get macroF1(): number {
    let [sum, seen] = [0, 0];
    for (const k of this.#given)
      if (this.#both[k]! > 0) {
        sum += (2 * this.#hits[k]!) / this.#both[k]!;
        seen++;
      }
    return seen > 0 ? sum / seen : 0;
  }
}

/**
 * Figures of the rows with `inside[i]` 1, and how far they are from those of all rows. Intervals by a bootstrap that
 * resamples part and whole together (a kind of c rows becomes Poisson(c), as in bootstrap.ts): the part lies in the
 * whole, so their errors hang together. Null where no row is inside.
 * @param labels [n] in [0, classes)
 * @param answers [n] in [0, classes)
 */
export function sliceFigures(
  labels: Int32Array,
  answers: Int32Array,
  inside: Uint8Array,
  classes: number,
  random: Random,
  { samples = 500, level = 0.9 }: SliceOptions = {},
): SliceFigures | null {
  const kinds = kindsOf(labels, answers, inside, classes);
  const images = kinds.reduce((sum, kind) => sum + (kind.inside ? kind.rows : 0), 0);
  if (images === 0) return null;
  const given = (of: readonly Kind[]): number[] => [...new Set(of.map((kind) => kind.label))];
  const part = new Tally(classes, given(kinds.filter((kind) => kind.inside)));
  const whole = new Tally(classes, given(kinds));
  const count = (rowsOf: (kind: Kind) => number): void => {
    part.clear();
    whole.clear();
    for (const kind of kinds) {
      const rows = rowsOf(kind);
      if (rows === 0) continue;
      whole.add(kind.label, kind.answer, rows);
      if (kind.inside) part.add(kind.label, kind.answer, rows);
    }
  };
  count(({ rows }) => rows);
  const [accuracy, macroF1, difference] = [part.accuracy, part.macroF1, part.macroF1 - whole.macroF1];
  const replicates = [0, 1, 2].map(() => new Float64Array(samples));
  for (let sample = 0; sample < samples; sample++) {
    count(({ rows }) => poisson(rows, random));
    replicates[0]![sample] = part.accuracy;
    replicates[1]![sample] = part.macroF1;
    replicates[2]![sample] = part.macroF1 - whole.macroF1;
  }
  const tail = (1 - level) / 2;
  const [ofAccuracy, ofF1, ofDifference] = replicates.map((values): Interval => [
    quantile(values, tail),
    quantile(values, 1 - tail),
  ]);
  return {
    ...{ images, accuracy, accuracyInterval: ofAccuracy!, macroF1, macroF1Interval: ofF1! },
    ...{ difference, differenceInterval: ofDifference!, tooFew: images < LEAST_ROWS },
  };
}

/** Ascending, so that the order of rows does not enter. */
function kindsOf(labels: Int32Array, answers: Int32Array, inside: Uint8Array, classes: number): Kind[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    const key = (labels[i]! * classes + answers[i]!) * 2 + (inside[i] ? 1 : 0);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([key, rows]) => ({
      label: Math.floor(key / 2 / classes),
      answer: Math.floor(key / 2) % classes,
      inside: key % 2 === 1,
      rows,
    }));
}
