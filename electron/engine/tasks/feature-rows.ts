/** Reading the features of images for a task: several files side by side. */
import { FeatureFile } from '../../embeddings/index.ts';

export interface FeatureSource {
  features: readonly { path: string; length: number }[];
  /** Content hash of each row. */
  hashes: readonly string[];
}

/** [n, sum of lengths], and the rows that some file lacks: zeros there. */
export async function readFeatures({
  features,
  hashes,
}: FeatureSource): Promise<{ values: Float32Array; columns: number; missing: number[] }> {
  const files = await Promise.all(features.map(({ path, length }) => FeatureFile.open(path, length, 'read')));
  try {
    const columns = files.reduce((sum, file) => sum + file.length, 0);
    const values = new Float32Array(hashes.length * columns);
    const missing = new Set<number>();
    let offset = 0;
    for (const file of files) {
      for (const row of await file.read(hashes, { into: values, width: columns, offset })) missing.add(row);
      offset += file.length;
    }
    return { values, columns, missing: [...missing] };
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}
