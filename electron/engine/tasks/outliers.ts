/** Compute task: images unlike all others, labelled or not, by their features. */
import { type OutlierFinding, outlierFindings } from '../../cleaning/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { nearestRows } from '../../embeddings/index.ts';
import { type FeatureSource, readFeatures } from './feature-rows.ts';

export interface OutlierParams extends FeatureSource {
  /** Copies of one picture share a number ≥ 0; −1 alone. */
  groups: Int32Array;
  /** Rows of which no class is confident, from the search for wrong labels. */
  underAll: Int32Array;
}

const NEIGHBOURS = 10;

export async function outliersTask(
  params: OutlierParams,
  context: TaskContext,
): Promise<{ outliers: OutlierFinding[] }> {
  const { values, columns, missing } = await readFeatures(params);
  const k = Math.min(NEIGHBOURS, params.hashes.length - 1);
  if (k < 1) return { outliers: [] };
  const nearest = await nearestRows(values, columns, k, {
    signal: context.signal,
    onProgress: (done, total) => context.progress(done, total, 'neighbours'),
  });
  // Without features an image is far from all for no reason of its own.
  const blind = new Set(missing);
  const found = outlierFindings(nearest, params.groups, params.underAll);
  return { outliers: found.filter(({ row }) => !blind.has(row)) };
}
