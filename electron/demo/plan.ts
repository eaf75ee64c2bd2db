/** What the set consists of: which class each index shows, under which name, and which labels are wrong. Pure. */
import { CONFUSIONS, DEMO_CLASSES, NOISE_WEIGHT } from './classes.ts';
import { type ImageKey, type Purpose } from './draw-image.ts';
import { Draw } from './random.ts';

export interface PlannedImage extends ImageKey {
  /** File name, without any hint of the class: 16 hexadecimal digits and .jpg. */
  id: string;
  /** The label that the set's table gives; differs from `class` where noise was planted. */
  given: number;
}

/**
 * The classes of `total` images in order: one of each first, then always the class that lags furthest behind its
 * share. So the counts are right at every length, and a smaller set is the beginning of a larger one.
 *
 * @param total 0 or more
 */
export function classSequence(total: number): number[] {
  const weights = DEMO_CLASSES.map(({ weight }) => weight);
  const sum = weights.reduce((a, b) => a + b, 0);
  const counts = weights.map(() => 0);
  return Array.from({ length: total }, (_, i) => {
    let next = i;
    if (i >= weights.length) {
      const lag = weights.map((weight, c) => ((i + 1) * weight) / sum - (counts[c] ?? 0));
      next = lag.indexOf(Math.max(...lag));
    }
    counts[next] = (counts[next] ?? 0) + 1;
    return next;
  });
}

/**
 * The indices of `count` images whose labels will be wrong, look-alike classes preferred: the weighted sample without
 * replacement of Efraimidis and Spirakis (2006), whose keys u^(1/w) are compared by their logarithms.
 */
export function noisyIndices(classes: readonly number[], count: number, seed: number): Set<number> {
  const keys = classes.map((id, index) => {
    const weight = NOISE_WEIGHT[id] ?? 1;
    return { index, key: Math.log(1 - new Draw(seed, 'noise', index).unit()) / weight };
  });
  keys.sort((a, b) => b.key - a.key || a.index - b.index);
  return new Set(keys.slice(0, count).map(({ index }) => index));
}

function fileId(seed: number, purpose: Purpose, index: number): string {
  const r = new Draw(seed, 'name', purpose, index);
  return [r.bits(), r.bits()].map((bits) => bits.toString(16).padStart(8, '0')).join('') + '.jpg';
}

/**
 * A whole split, in order of its index.
 *
 * @param noise share of wrong labels, 0-0.5; the count is rounded
 */
export function planSplit(seed: number, purpose: Purpose, total: number, noise: number): PlannedImage[] {
  const classes = classSequence(total);
  const wrong = noisyIndices(classes, Math.round(noise * total), seed);
  return classes.map((id, index) => {
    const swaps = wrong.has(index) ? CONFUSIONS[id] : undefined;
    const given = swaps === undefined ? id : new Draw(seed, 'swap', index).weighted(swaps);
    return { seed, purpose, index, class: id, given, id: fileId(seed, purpose, index) };
  });
}
