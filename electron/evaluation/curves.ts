/** Rankings: precision and recall along a list sorted by score. */

export interface CurvePoint {
  /** Rows with a score at or above this are taken. */
  threshold: number;
  precision: number;
  recall: number;
  /** Rows taken. */
  taken: number;
}

/** Row numbers by falling score; equals by rising row number, so that equal input gives equal order. */
export function byFallingScore(scores: ArrayLike<number>): Int32Array {
  const order = Int32Array.from({ length: scores.length }, (_, i) => i);
  return order.sort((a, b) => scores[b]! - scores[a]! || a - b);
}

/**
 * Precision-recall curve of `scores` (high = positive) against `positive` (0 or 1): one point per distinct score,
 * highest first. Empty where there is no positive row.
 */
export function precisionRecall(scores: ArrayLike<number>, positive: ArrayLike<number>): CurvePoint[] {
  const order = byFallingScore(scores);
  let positives = 0;
  for (let i = 0; i < positive.length; i++) positives += positive[i] ? 1 : 0;
  if (positives === 0) return [];
  const points: CurvePoint[] = [];
  let hits = 0;
  for (let rank = 0; rank < order.length; rank++) {
    const row = order[rank]!;
    hits += positive[row] ? 1 : 0;
    const threshold = scores[row]!;
    if (rank + 1 < order.length && scores[order[rank + 1]!]! === threshold) continue;
    points.push({ threshold, precision: hits / (rank + 1), recall: hits / positives, taken: rank + 1 });
  }
  return points;
}

/** At most `most` of the points (at least 2), evenly by their place, the first and the last among them. */
export function thinned<T>(points: readonly T[], most: number): T[] {
  if (points.length <= most) return [...points];
  return Array.from({ length: most }, (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))] as T);
}

/** Average precision: Σ precision · rise of recall, equal scores taken together (scikit-learn's definition); 0-1. */
export function averagePrecision(scores: ArrayLike<number>, positive: ArrayLike<number>): number {
  let before = 0;
  let sum = 0;
  for (const point of precisionRecall(scores, positive)) {
    sum += point.precision * (point.recall - before);
    before = point.recall;
  }
  return sum;
}

/** Share of positives among the `n` highest scores (fewer where there are fewer rows); 0 for none. */
export function precisionAt(scores: ArrayLike<number>, positive: ArrayLike<number>, n: number): number {
  const order = byFallingScore(scores);
  const taken = Math.min(n, order.length);
  let hits = 0;
  for (let rank = 0; rank < taken; rank++) hits += positive[order[rank]!] ? 1 : 0;
  return taken > 0 ? hits / taken : 0;
}

/** Rows to take, highest score first, until a share `recall` of all positives is among them; 0 where there are none. */
export function rowsForRecall(scores: ArrayLike<number>, positive: ArrayLike<number>, recall: number): number {
  const order = byFallingScore(scores);
  let positives = 0;
  for (let i = 0; i < positive.length; i++) positives += positive[i] ? 1 : 0;
  const wanted = Math.ceil(recall * positives - 1e-9);
  let hits = 0;
  if (wanted === 0) return 0;
  for (let rank = 0; rank < order.length; rank++) {
    hits += positive[order[rank]!] ? 1 : 0;
    if (hits >= wanted) return rank + 1;
  }
  return order.length;
}
