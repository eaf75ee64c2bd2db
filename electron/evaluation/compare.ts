/** Is model B better than model A on the same rows, or was it luck? */
import { type Interval } from './bootstrap.ts';

export interface McNemar {
  /** Rows only A had right, and only B. */
  onlyFirst: number;
  onlySecond: number;
  /** Exact two-sided p of "both are equally often right" (binomial, ½); 1 where they never differ. */
  p: number;
}

/** ln n! by Stirling's series above 20, exact below. */
function logFactorial(n: number): number {
  if (n < 20) {
    let sum = 0;
    for (let i = 2; i <= n; i++) sum += Math.log(i);
    return sum;
  }
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3);
}

/** McNemar's exact test on the rows where the two models disagree. Arrays of one length: labels and predictions. */
export function mcNemar(labels: Int32Array, first: Int32Array, second: Int32Array): McNemar {
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let i = 0; i < labels.length; i++) {
    const a = first[i] === labels[i];
    const b = second[i] === labels[i];
    if (a && !b) onlyFirst++;
    if (b && !a) onlySecond++;
  }
  const n = onlyFirst + onlySecond;
  const few = Math.min(onlyFirst, onlySecond);
  let tail = 0;
  for (let k = 0; k <= few; k++)
    tail += Math.exp(logFactorial(n) - logFactorial(k) - logFactorial(n - k) - n * Math.LN2);
  return { onlyFirst, onlySecond, p: Math.min(1, 2 * tail) };
}

/**
 * Difference in accuracy (second − first) with an interval for paired proportions: Wald with half a row added to each
 * of the four cells (Agresti and Min 2005), which keeps its coverage where few rows differ. z 1.645 is 90 %.
 */
export function accuracyDifference(
  { onlyFirst, onlySecond }: McNemar,
  rows: number,
  z = 1.645,
): { difference: number; interval: Interval } {
  const n = rows + 2;
  const b = onlyFirst + 0.5;
  const c = onlySecond + 0.5;
  const centre = (c - b) / n;
  const half = (z * Math.sqrt(b + c - (c - b) ** 2 / n)) / n;
  return { difference: (onlySecond - onlyFirst) / Math.max(1, rows), interval: [centre - half, centre + half] };
}
