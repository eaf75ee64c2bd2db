/** Pictures unlike all others. Not errors by themselves: rare layouts are the most valuable images of a set. */
import { quantile } from '../evaluation/index.ts';
import { type Neighbours } from './agreement.ts';

export interface OutlierFinding {
  row: number;
  /** 0-1, higher = farther: 1 − exp(−distance / median distance). */
  score: number;
  /** Mean cosine distance to the neighbours. */
  distance: number;
  /** The distance beyond which rows are outliers. */
  limit: number;
  /** The model is not confident of any class either. */
  unlikeAnyClass: boolean;
}

/**
 * Rows whose mean distance to their neighbours lies beyond q75 + 1.7 · interquartile range, farthest first.
 * Copies (same group) are no company: a pair of odd pictures stays odd.
 * @param underAll rows that reach no class's threshold (`confidentJoint(...).underAll`)
 */
export function outlierFindings(
  { k, indices, similarities }: Neighbours,
  groups?: Int32Array,
  underAll?: Int32Array,
): OutlierFinding[] {
  const n = indices.length / k;
  const distances = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    let count = 0;
    for (let j = i * k; j < (i + 1) * k; j++) {
      const other = indices[j]!;
      if (other < 0 || other === i) continue;
      if (groups && groups[i]! >= 0 && groups[other] === groups[i]) continue;
      sum += 1 - similarities[j]!;
      count++;
    }
    distances[i] = count > 0 ? sum / count : NaN;
  }
  const known = distances.filter((d) => !Number.isNaN(d));
  if (known.length < 8) return [];
  const q25 = quantile(known, 0.25);
  const q75 = quantile(known, 0.75);
  const median = Math.max(1e-9, quantile(known, 0.5));
  const limit = q75 + 1.7 * (q75 - q25);
  const unsure = new Set(underAll ?? []);
  const out: OutlierFinding[] = [];
  distances.forEach((distance, row) => {
    if (!(distance > limit)) return;
    out.push({ row, score: 1 - Math.exp(-distance / median), distance, limit, unlikeAnyClass: unsure.has(row) });
  });
  return out.sort((a, b) => b.distance - a.distance || a.row - b.row);
}
