/**
 * When an op takes a picture's class away, as a trained model judges it. One rule for a picture and, by medians, for the
 * pictures of a class: what was known with a probability of a half at least has less than half of it left. A class that
 * the model did not know before collapses under nothing.
 */
export const COLLAPSE = {
  /** Least probability of the true class without the op. */
  known: 0.5,
  /** Share of it that must be left under the op. */
  left: 0.5,
  /** Fewest draws of a class whose median is judged. */
  draws: 3,
} as const;

/**
 * @param clean probability of the true class without the op, 0 to 1
 * @param under with it
 */
export const collapses = (clean: number, under: number): boolean =>
  clean >= COLLAPSE.known && under < clean * COLLAPSE.left;

/** The middle value, of two the mean of both; not a number for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
