/** What a run says of images goes into the catalogue by part of the data. */
import { type ImageRecord, type Part } from '../../catalogue/index.ts';
import { type EngineContext, projectOf } from '../context.ts';

/** Stores probabilities [images, classes] of a run; images whose part is null are left out. */
export async function storeProbabilities(
  context: EngineContext,
  run: number,
  images: readonly Pick<ImageRecord, 'id'>[],
  probabilities: Float32Array,
  parts: readonly (Part | null)[],
  classes: number,
): Promise<void> {
  const { catalogue } = projectOf(context);
  const rows = new Map<Part, number[]>();
  parts.forEach((part, i) => {
    if (part === null) return;
    const list = rows.get(part);
    if (list) list.push(i);
    else rows.set(part, [i]);
  });
  for (const [part, indices] of rows) {
    const values = new Float32Array(indices.length * classes);
    indices.forEach((i, row) => values.set(probabilities.subarray(i * classes, (i + 1) * classes), row * classes));
    const ids = indices.map((i) => images[i]?.id ?? 0);
    await catalogue.predictions.add(run, part, ids, values);
  }
}
