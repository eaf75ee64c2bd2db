/** The two looks of a batch: every file once, then the doubtful ones restored. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AssayError } from '../../contract/index.ts';
import { type NewBatchRow } from '../../catalogue/index.ts';
import { scanFolder } from '../../imaging/scan.ts';
import { blended, routedPlaces, routeScore } from '../../inference/routing.ts';
import { shardOf, type ShardNote } from '../../inference/sharding.ts';
import { type EngineContext, changed, projectOf } from '../context.ts';
import { type JobContext } from '../jobs.ts';
import { runFolder } from '../runs.ts';
import { type Journal } from './journal.ts';
import { optionsOf } from './options.ts';
import { classified, type Place, unread } from './rows.ts';

const ROWS = 1000;

export const modelsOf = (context: EngineContext, runs: readonly number[]): string[] =>
  runs.map((run) => join(runFolder(context, run), 'model.onnx'));

/** Classifies what is not done yet. Returns the note of a shard, null for a whole folder. */
export async function firstLook(context: EngineContext, batch: number, job: JobContext): Promise<ShardNote | null> {
  const { catalogue } = projectOf(context);
  const { folder, run, undecidedBelow } = catalogue.batches.get(batch);
  const { views, average, more, calibrated, shard } = optionsOf(context, batch);
  const classes = catalogue.runs.classes(run).map((c) => c.name);
  const whole: string[] = [];
  for await (const file of scanFolder(folder, { signal: job.signal })) {
    whole.push(file.relative);
    if (whole.length % 200 === 0) job.progress('scan', whole.length, 0);
  }
  if (whole.length === 0) throw new AssayError('import/no-images', { subject: folder });
  const files = shardOf(whole, shard);
  const done = catalogue.batches.done(batch);
  const todo = files.map((path, row): Place => ({ path, row })).filter(({ path }) => !done.has(path));
  catalogue.batches.update(batch, { images: files.length });
  let count = files.length - todo.length;
  await context.compute.run(
    'classify',
    {
      ...{ model: modelsOf(context, [run, ...more]), paths: todo.map(({ path }) => join(folder, path)) },
      ...{ views, average, calibrated },
    },
    {
      signal: job.signal,
      onLog: (line) => job.log(line),
      onBatch({ first, probabilities, troubles }) {
        const k = classes.length;
        const stored = troubles.map((trouble, i): NewBatchRow => {
          const place = todo[first + i] ?? { path: '', row: 0 };
          if (!trouble) return classified(place, probabilities.slice(i * k, (i + 1) * k), classes, undecidedBelow);
          job.trouble(place.path, trouble.reason);
          return unread(place, trouble.reason);
        });
        catalogue.batches.addRows(batch, stored);
        count += stored.length;
        job.progress('classify', count, files.length);
        changed(context, ['batches']);
      },
    },
  );
  if (!shard) return null;
  const digest = createHash('sha256').update(whole.join('\n')).digest('hex');
  return { shard, files: whole.length, digest };
}

/** Score of every row by place; not a number where the file could not be read. */
async function scoresOf(
  context: EngineContext,
  batch: number,
  score: (row: Float32Array) => number,
): Promise<Float64Array> {
  const { catalogue } = projectOf(context);
  const scores = new Float64Array(catalogue.batches.get(batch).images).fill(NaN);
  for (let from = 0; from < scores.length; from += ROWS) {
    for (const { row, probabilities } of catalogue.batches.stored(batch, from, ROWS))
      if (probabilities) scores[row] = score(probabilities);
    await new Promise(setImmediate);
  }
  return scores;
}

/**
 * Restores the routed files and asks again. Which they are follows from the first look alone, so a batch that goes on
 * after a kill routes the same ones; answers that are in the journal stay. Returns the second answers of the routed rows.
 */
export async function secondLook(
  context: EngineContext,
  batch: number,
  job: JobContext,
  journal: Journal,
): Promise<ReadonlyMap<number, Float32Array>> {
  const { catalogue } = projectOf(context);
  const { folder, run, undecidedBelow } = catalogue.batches.get(batch);
  const { stage2, views, average, more, calibrated } = optionsOf(context, batch);
  if (!stage2) return new Map();
  const classes = catalogue.runs.classes(run).map((c) => c.name);
  const rule = { route: stage2.route, classes: stage2.classes.map((name) => classes.indexOf(name)) };
  const scores = await scoresOf(context, batch, (row) => routeScore(row, rule));
  const routed = routedPlaces(scores, stage2);
  const rowOf = (place: number): NewBatchRow => catalogue.batches.stored(batch, place, 1)[0]!;
  const show = (row: NewBatchRow, second: Float32Array): NewBatchRow =>
    classified(row, blended(row.probabilities!, second, stage2.blend), classes, undecidedBelow, row.probabilities!);
  const todo = routed.filter((place) => !journal.answers.has(place));
  job.log(`second look (${stage2.op}): ${routed.length} of ${scores.length} images`);
  let count = routed.length - todo.length;
  const paths: string[] = [];
  for (const place of todo) {
    paths.push(join(folder, rowOf(place).path));
    if (paths.length % ROWS === 0) await new Promise(setImmediate);
  }
  await context.compute.run(
    'classify',
    {
      ...{ model: modelsOf(context, [run, ...more]), paths, views, average, calibrated },
      restore: { op: stage2.op, seed: stage2.seed },
    },
    {
      signal: job.signal,
      onLog: (line) => job.log(line),
      async onBatch({ first, probabilities, troubles }) {
        const k = classes.length;
        const found = troubles.flatMap((trouble, i) => {
          const row = todo[first + i]!;
          if (!trouble) return [{ row, answer: probabilities.slice(i * k, (i + 1) * k) }];
          job.trouble(paths[first + i]!, trouble.reason);
          return [];
        });
        await journal.add(found);
        catalogue.batches.addRows(
          batch,
          found.map(({ row, answer }) => show(rowOf(row), answer)),
        );
        count += troubles.length;
        job.progress('second-look', count, routed.length);
        changed(context, ['batches']);
      },
    },
  );
  // A file that could be read only now may have taken the place of another one under the limit.
  return new Map(routed.flatMap((row) => (journal.answers.has(row) ? [[row, journal.answers.get(row)!]] : [])));
}
