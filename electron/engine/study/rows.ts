/** What several runs say of the images that all of them know. */
import { AssayError } from '../../contract/index.ts';
import { type Part, type Stored } from '../../catalogue/index.ts';
import { type EngineContext, projectOf } from '../context.ts';

/** Rows between two turns of the engine's loop. */
const SLICE = 1000;

export interface Rows {
  images: number[];
  given: number[];
  excluded: number[];
  /** [n, K] of each run, columns in the order of the first one's classes. */
  models: Float32Array[];
}

/** What all runs say of the images that all of them know. @throws AssayError `evaluate/empty-split` where there is none */
export async function sharedRows(context: EngineContext, runs: readonly number[], part: Part): Promise<Rows> {
  const { catalogue } = projectOf(context);
  const stored: Stored[] = [];
  for (const run of runs) stored.push(await catalogue.predictions.stored(run, part));
  const [first] = stored as [Stored];
  const places = stored.map(({ imageIds }) => new Map(Array.from(imageIds, (image, i) => [image, i])));
  const rows = Array.from(first.imageIds, (image, i) => ({ image, i })).filter(({ image }) =>
    places.every((place) => place.has(image)),
  );
  if (rows.length === 0) throw new AssayError('evaluate/empty-split', { subject: part });
  const k = first.classes.length;
  const models: Float32Array[] = [];
  for (const [m, { classes, probabilities }] of stored.entries()) {
    const order = first.classes.map(({ name }) => classes.findIndex((c) => c.name === name));
    const out = new Float32Array(rows.length * k);
    for (const [row, { image }] of rows.entries()) {
      const at = places[m]!.get(image)! * k;
      order.forEach((column, c) => (out[row * k + c] = probabilities[at + column]!));
      if (row % SLICE === SLICE - 1) await new Promise(setImmediate);
    }
    models.push(out);
  }
  return {
    images: rows.map(({ image }) => image),
    given: rows.map(({ i }) => first.given[i]!),
    excluded: rows.map(({ i }) => first.excluded[i]!),
    models,
  };
}
