/** Stored test images looked at a second time, upright: what a second look makes of a run's own probabilities. */
import { join } from 'node:path';
import { blended, routedPlaces, routeScore } from '../../inference/routing.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { type JobContext } from '../jobs.ts';
import { runFolder, type StoredRows } from '../runs.ts';

/** Rows between two turns of the engine's loop. */
const SLICE = 1000;

/** Files of images, in their order. */
export async function filesOf(context: EngineContext, images: ArrayLike<number>): Promise<string[]> {
  const ids = Array.from(images);
  const files = new Map<number, string>();
  for (let from = 0; from < ids.length; from += SLICE) {
    for (const { id, file } of projectOf(context).catalogue.images.records(ids.slice(from, from + SLICE)))
      files.set(id, file);
    await new Promise(setImmediate);
  }
  return ids.map((id) => files.get(id) ?? '');
}

/** Those whose entropy reaches the gate are straightened and asked again; the second answer stands for itself. */
export async function lookAgain(
  context: EngineContext,
  { run, rows, gate }: { run: number; rows: StoredRows; gate: number },
  job: JobContext,
): Promise<{ rows: StoredRows; routed: number }> {
  const k = rows.classes.length;
  const rowOf = (i: number): Float32Array => rows.probabilities.subarray(i * k, (i + 1) * k);
  const scores = Float64Array.from(rows.images, (_, i) => routeScore(rowOf(i), { route: 'entropy', classes: [] }));
  const routed = routedPlaces(scores, { route: 'entropy', gate, limit: 0 });
  const files = await filesOf(context, rows.images);
  const probabilities = rows.probabilities.slice();
  await context.compute.run(
    'classify',
    {
      ...{ model: join(runFolder(context, run), 'model.onnx'), paths: routed.map((i) => files[i]!), views: 'none' },
      restore: { op: 'deskew', seed: 1 },
    },
    {
      signal: job.signal,
      onProgress: (done, total) => job.progress('second-look', done, total),
      onBatch({ first, probabilities: again, troubles }) {
        troubles.forEach((trouble, i) => {
          // A file that cannot be read now keeps its first answer.
          if (trouble) job.trouble(files[routed[first + i]!]!, trouble.reason);
          else
            probabilities.set(
              blended(rowOf(routed[first + i]!), again.slice(i * k, (i + 1) * k), 1),
              routed[first + i]! * k,
            );
        });
      },
    },
  );
  return { rows: { ...rows, probabilities }, routed: routed.length };
}
