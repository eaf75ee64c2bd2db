/** Compute task: the images nearest to some, by mean cosine similarity of their features. */
import { type TaskContext } from '../../compute/protocol.ts';
import { FeatureFile } from '../../embeddings/index.ts';

export interface SimilarParams {
  features: { path: string; length: number }[];
  /** Content hash of every image that may be found. */
  hashes: string[];
  /** Indices of the images asked about. */
  queries: number[];
  count: number;
}

/** Rows of one feature file at a time, scaled to length one; zero where an image has no features. */
function unitRows(values: Float32Array, columns: number): void {
  for (let from = 0; from < values.length; from += columns) {
    let sum = 0;
    for (let i = from; i < from + columns; i++) sum += (values[i] ?? 0) ** 2;
    const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    for (let i = from; i < from + columns; i++) values[i] = (values[i] ?? 0) * scale;
  }
}

export async function similarTask(
  params: SimilarParams,
  _context: TaskContext,
): Promise<{ rows: { row: number; similarity: number }[] }> {
  const { features, hashes, queries, count } = params;
  const scores = new Float64Array(hashes.length);
  for (const { path, length } of features) {
    const file = await FeatureFile.open(path, length, 'read');
    try {
      const values = new Float32Array(hashes.length * length);
      await file.read(hashes, { into: values, width: length, offset: 0 });
      unitRows(values, length);
      const centre = new Float64Array(length);
      for (const query of queries)
        for (let k = 0; k < length; k++)
          centre[k] = (centre[k] ?? 0) + (values[query * length + k] ?? 0) / queries.length;
      for (let row = 0; row < hashes.length; row++) {
        let dot = 0;
        for (let k = 0; k < length; k++) dot += (values[row * length + k] ?? 0) * (centre[k] ?? 0);
        scores[row] = (scores[row] ?? 0) + dot / features.length;
      }
    } finally {
      await file.close();
    }
  }
  const asked = new Set(queries);
  const rows = Array.from(scores, (similarity, row) => ({ row, similarity }))
    .filter(({ row }) => !asked.has(row))
    .sort((a, b) => b.similarity - a.similarity || a.row - b.row)
    .slice(0, count);
  return { rows };
}
