/** Differences between runs in figures and words. */

/** +0.012, −0.003: with a true minus, and always with its sign. */
export const signed = (value: number, digits = 3): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

/** Half the width of an axis around 0 that holds all intervals, at a round hundredth (a tenth where they are wide). */
export function axisOf(intervals: readonly (readonly [number, number])[]): number {
  const most = Math.max(0.01, ...intervals.flat().map(Math.abs));
  const step = most > 0.2 ? 0.1 : 0.01;
  // What is round already stays so, whatever its last bit says.
  return Math.min(1, Math.ceil(most / step - 1e-9) * step);
}

/** What an interval of a difference allows to be said. */
export function verdict([low, high]: readonly [number, number]): 'better' | 'worse' | 'open' {
  return low > 0 ? 'better' : high < 0 ? 'worse' : 'open';
}

/** A probability of chance: small ones as < 0.001. */
export const pText = (p: number): string => (p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`);
