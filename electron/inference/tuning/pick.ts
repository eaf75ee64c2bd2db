/**
 * Which of many settings to take, without being fooled by the best of many.
 *
 * The rule: the cheapest setting whose macro F1 is within one standard error of the highest (the one-standard-error rule,
 * Breiman and others 1984, ch. 3.4; the error is that of the highest one's gain over plain, by a paired bootstrap).
 *
 * The guard: the best of two thousand settings looks good on the images that chose it even where all are noise. So the
 * rule is also applied to each half of the images, and what it picks is measured on the other half: every image is
 * answered by a setting that it had no part in choosing. Only where the gain of those answers over plain is above zero
 * with its whole interval of 90 % is the pick taken; otherwise plain is as good. Halves, not tenths: nine tenths of the
 * images pick what all of them would, and then the score on the last tenths together is the flattered one again
 * (on pure noise tenths are fooled more often than the interval says, halves as often as it says; tuning.test.ts).
 */
import { random, type TunedLook } from '../../contract/index.ts';
import { type Paired, pairedBootstrap } from '../../evaluation/index.ts';
import { type Setting } from './sweep.ts';

/** Parts of the images, each measured by what the others pick. */
export const PICK_FOLDS = 2;

/** Of a normal distribution, half of the width of the interval of 90 % in standard errors. */
const HALF_OF_90 = 1.6449;

export interface PickOptions {
  labels: Int32Array;
  classes: number;
  /** [n] in [0, PICK_FOLDS). */
  folds: Int32Array;
  /** Predictions an image at most. */
  mostCost: number;
  seed: number;
  /** What a setting answers, [n]. */
  answersOf(setting: TunedLook): Int32Array;
}

export interface Picked {
  /** Macro F1 of every setting on all images, in their order. */
  scores: Float64Array;
  best: number;
  candidate: number;
  accepted: boolean;
  /** Of the cross-fitted answers over plain. */
  paired: Paired;
  /** Picks by how many folds took them, the most frequent first. */
  picks: { setting: number; folds: number }[];
}

/** Macro F1 over all classes of the images outside a fold; −1: of all images. */
export function scoreWithout(
  { tallies }: Pick<Setting, 'tallies'>,
  support: Uint32Array,
  k: number,
  fold: number,
): number {
  const folds = support.length / k;
  let sum = 0;
  for (let c = 0; c < k; c++) {
    let [hits, said, given] = [0, 0, 0];
    for (let f = 0; f < folds; f++) {
      if (f === fold) continue;
      hits += tallies[f * 2 * k + c]!;
      said += tallies[f * 2 * k + k + c]!;
      given += support[f * k + c]!;
    }
    if (said + given > 0) sum += (2 * hits) / (said + given);
  }
  return sum / Math.max(1, k);
}

/** @param settings the first is plain */
export function pickSetting(settings: readonly Setting[], options: PickOptions): Picked {
  const { labels, classes: k, folds, seed } = options;
  const support = new Uint32Array(PICK_FOLDS * k);
  labels.forEach((label, i) => support[folds[i]! * k + label]!++);
  const plain = options.answersOf(settings[0]!);
  const allowed = settings.flatMap(({ cost }, s) => (s === 0 || cost <= options.mostCost + 1e-9 ? [s] : []));
  const known = new Map<number, Int32Array>([[0, plain]]);
  const answers = (setting: number): Int32Array => {
    const found = known.get(setting) ?? options.answersOf(settings[setting]!);
    known.set(setting, found);
    return found;
  };

  /** The rule on all images outside a fold. */
  const rule = (fold: number): { scores: Float64Array; best: number; candidate: number } => {
    const scores = Float64Array.from(settings, (setting) => scoreWithout(setting, support, k, fold));
    const cheaper = (a: number, b: number): number =>
      settings[a]!.cost - settings[b]!.cost || scores[b]! - scores[a]! || a - b;
    const best = allowed.reduce((top, s) => (scores[s]! > scores[top]! + 1e-12 ? s : top), 0);
    if (best === 0) return { scores, best, candidate: 0 };
    const rows = fold < 0 ? null : Array.from(labels.keys()).filter((i) => folds[i] !== fold);
    const take = (all: Int32Array): Int32Array => (rows ? Int32Array.from(rows, (i) => all[i]!) : all);
    const stream = random(seed, 'tune-error', fold);
    const { interval } = pairedBootstrap(take(labels), take(plain), take(answers(best)), k, stream, { samples: 400 });
    const error = (interval[1] - interval[0]) / 2 / HALF_OF_90;
    const near = allowed.filter((s) => scores[s]! >= scores[best]! - error - 1e-12);
    return { scores, best, candidate: near.sort(cheaper)[0] ?? best };
  };

  const counts = new Map<number, number>();
  const crossed = plain.slice();
  for (let fold = 0; fold < PICK_FOLDS; fold++) {
    const { candidate } = rule(fold);
    counts.set(candidate, (counts.get(candidate) ?? 0) + 1);
    const said = answers(candidate);
    folds.forEach((of, i) => {
      if (of === fold) crossed[i] = said[i]!;
    });
  }
  const whole = rule(-1);
  const paired = pairedBootstrap(labels, plain, crossed, k, random(seed, 'tune-gain'), { samples: 2000 });
  return {
    ...whole,
    accepted: whole.candidate !== 0 && paired.interval[0] > 0,
    paired,
    picks: [...counts]
      .map(([setting, times]) => ({ setting, folds: times }))
      .sort((a, b) => b.folds - a.folds || a.setting - b.setting),
  };
}
