/** The images that a run may be tuned on: those that it did not learn from, and none of the test split. */
import { AssayError, random, type TuneResult } from '../../../contract/index.ts';
import { type EngineContext, projectOf } from '../../context.ts';
import { evaluatedRows } from '../../runs.ts';

/** Rows between two turns of the engine's loop. */
const SLICE = 1000;

export interface TuneImages {
  part: TuneResult['part'];
  ids: number[];
  files: string[];
  /** Content hashes. */
  keys: string[];
  /** [n] −1: alone. */
  groups: Int32Array;
  /** [n] today's label as a column. */
  labels: Int32Array;
  classes: string[];
}

export const partOf = (context: EngineContext, run: number): TuneResult['part'] =>
  projectOf(context).catalogue.predictions.parts(run).includes('out-of-fold') ? 'out-of-fold' : 'validation';

/**
 * At most `most` images, a seeded draw by content where there are more, in the order of their ids.
 * @throws AssayError `evaluate/empty-split` where the run held none out
 */
export async function tuneImages(
  context: EngineContext,
  run: number,
  { most, seed }: { most: number; seed: number },
): Promise<TuneImages> {
  const part = partOf(context, run);
  const { stored, rows } = await evaluatedRows(context, run, part);
  // An image that was put into the test split after the training is a test image now.
  const labelled = rows.filter(
    (i) => (stored.given[i] ?? -1) >= 0 && !stored.excluded[i] && stored.splits[i] !== 'test',
  );
  const found: { id: number; label: number; file: string; key: string; group: number }[] = [];
  const labels = new Map(labelled.map((i) => [stored.imageIds[i]!, stored.given[i]!]));
  const ids = [...labels.keys()].sort((a, b) => a - b);
  for (let from = 0; from < ids.length; from += SLICE) {
    for (const { id, file, hash, group } of projectOf(context).catalogue.images.records(ids.slice(from, from + SLICE)))
      if (hash !== null) found.push({ id, label: labels.get(id)!, file, key: hash, group: group ?? -1 });
    await new Promise(setImmediate);
  }
  if (found.length === 0) throw new AssayError('evaluate/empty-split', { subject: part });
  const drawn = found
    .map((image) => ({ image, place: random(seed, 'tune-images', image.key).next() }))
    .sort((a, b) => a.place - b.place || a.image.id - b.image.id)
    .slice(0, most)
    .map(({ image }) => image)
    .sort((a, b) => a.id - b.id);
  return {
    part,
    ids: drawn.map(({ id }) => id),
    files: drawn.map(({ file }) => file),
    keys: drawn.map(({ key }) => key),
    groups: Int32Array.from(drawn, ({ group }) => group),
    labels: Int32Array.from(drawn, ({ label }) => label),
    classes: stored.classes.map(({ name }) => name),
  };
}
