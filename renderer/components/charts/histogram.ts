/** Geometry of the histogram with a movable threshold. */

/** Counts of values 0-1 in `bins` equal bins; 1 falls into the last. Values that are no number are left out. */
export function countBins(values: readonly number[], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(value * bins)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  count: number;
  /** Its middle lies on the marked side of the threshold. */
  past: boolean;
}

/** Bars 1 px apart over `width`, the highest `height` px; a bin that holds anything is at least 1 px high. */
export function histogramBars(
  counts: readonly number[],
  threshold: number,
  width: number,
  height: number,
  marked: 'above' | 'below' = 'above',
): Bar[] {
  const top = Math.max(1, ...counts);
  const step = width / Math.max(1, counts.length);
  return counts.map((count, i) => {
    const tall = count === 0 ? 0 : Math.max(1, (count / top) * height);
    return {
      x: i * step,
      y: height - tall,
      width: Math.max(1, step - 1),
      height: tall,
      count,
      past: (i + 0.5) / counts.length >= threshold === (marked === 'above'),
    };
  });
}

/** A threshold within 0-1, to hundredths: what the handle can be set to. */
export const toThreshold = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 100) / 100;
