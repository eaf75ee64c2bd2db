/** Classes: which are taken for each other, and how each is doing. */
import { type ClassMetrics } from '../evaluation/index.ts';

export interface OverlapFinding {
  /** first < second */
  first: number;
  second: number;
  /** Images of one that the confident joint counts among the other, both ways. */
  count: number;
  /** Of `first` called `second`: labelled first, really second; and the reverse. */
  firstToSecond: number;
  secondToFirst: number;
  /** 0-1: count as a share of the smaller class. */
  score: number;
}

/**
 * Pairs of classes by how many images the calibrated confident joint puts between them, most first.
 * @param calibrated `[given * K + true]`, from `filterBasis`
 */
export function overlapFindings(calibrated: Float64Array, labelCounts: Int32Array): OverlapFinding[] {
  const classes = labelCounts.length;
  const out: OverlapFinding[] = [];
  for (let first = 0; first < classes; first++)
    for (let second = first + 1; second < classes; second++) {
      const firstToSecond = calibrated[first * classes + second]!;
      const secondToFirst = calibrated[second * classes + first]!;
      const count = firstToSecond + secondToFirst;
      if (count === 0) continue;
      const smaller = Math.max(1, Math.min(labelCounts[first]!, labelCounts[second]!));
      out.push({ first, second, count, firstToSecond, secondToFirst, score: Math.min(1, count / smaller) });
    }
  return out.sort((a, b) => b.count - a.count || b.score - a.score || a.first - b.first || a.second - b.second);
}

export interface ClassHealth {
  class: number;
  images: number;
  /** Share of images labelled so that the confident joint leaves in the class, 0-1; 1 for an empty class. */
  labelQuality: number;
  /** Images labelled so that are probably another class, and images of it that are probably labelled otherwise. */
  doubtful: number;
  missing: number;
  /** Out of fold. */
  precision: number;
  recall: number;
  f1: number;
  /** Mean probability of the class over its own images (the threshold of confident learning); 2 for an empty class. */
  confidence: number;
  /** Fewer than a tenth of an even share of all images. */
  rare: boolean;
}

/** A line for each class; all arrays by class index. */
export function classHealth(
  calibrated: Float64Array,
  labelCounts: Int32Array,
  thresholds: Float64Array,
  metrics: readonly ClassMetrics[],
): ClassHealth[] {
  const classes = labelCounts.length;
  const total = labelCounts.reduce((a, b) => a + b, 0);
  return Array.from(labelCounts, (images, k) => {
    let row = 0;
    let column = 0;
    for (let other = 0; other < classes; other++) {
      row += calibrated[k * classes + other]!;
      column += calibrated[other * classes + k]!;
    }
    const kept = calibrated[k * classes + k]!;
    const metric = metrics[k];
    return {
      class: k,
      images,
      labelQuality: row > 0 ? kept / row : 1,
      doubtful: row - kept,
      missing: column - kept,
      precision: metric?.precision ?? 0,
      recall: metric?.recall ?? 0,
      f1: metric?.f1 ?? 0,
      confidence: thresholds[k]!,
      rare: images < (0.1 * total) / classes,
    };
  });
}
