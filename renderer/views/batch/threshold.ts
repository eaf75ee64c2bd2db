/** What a threshold would do, judged by how sure a run was on images that it is evaluated on. */
import { type EvaluationInfo } from '../../../electron/contract/words.ts';

type Bins = EvaluationInfo['reliability'];

/** Images per equal bin of stated probability, for the histogram. */
export function confidenceCounts(bins: Bins, count: number): number[] {
  const counts = new Array<number>(count).fill(0);
  for (const bin of bins) {
    const at = Math.min(count - 1, Math.max(0, Math.floor(bin.confidence * count)));
    counts[at] = (counts[at] ?? 0) + bin.count;
  }
  return counts;
}

/**
 * Share of images that would be left undecided below the threshold, and the accuracy of the others (null where none is
 * left). Bins are taken as a whole, by their mean.
 */
export function thresholdEffect(bins: Bins, threshold: number): { undecided: number; accuracy: number | null } | null {
  const all = bins.reduce((sum, b) => sum + b.count, 0);
  if (all === 0) return null;
  const kept = bins.filter((b) => b.confidence >= threshold);
  const decided = kept.reduce((sum, b) => sum + b.count, 0);
  return {
    undecided: (all - decided) / all,
    accuracy: decided === 0 ? null : kept.reduce((sum, b) => sum + b.accuracy * b.count, 0) / decided,
  };
}
