/** Batch classification: a folder to a table. Rows are kept in the catalogue until the table is written whole. */
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AssayError } from '../../contract/index.ts';
import { openJournal, removeJournal } from '../batch/journal.ts';
import { firstLook, secondLook } from '../batch/look.ts';
import { checkedOptions, openBatch } from '../batch/options.ts';
import { checkOutput, writeTable } from '../batch/table.ts';
import { type EngineContext, type HandlersOf, changed, projectOf } from '../context.ts';
import { type JobContext } from '../jobs.ts';

export async function batchBody(
  context: EngineContext,
  raw: unknown,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const { batch } = raw as { batch: number };
  const { catalogue, runsFolder } = projectOf(context);
  catalogue.batches.update(batch, { state: 'running', job: job.id });
  const { run } = catalogue.batches.get(batch);
  const kept = join(runsFolder, String(run), `second-look-${batch}.bin`);
  try {
    const note = await firstLook(context, batch, job);
    const journal = await openJournal(kept, catalogue.runs.classes(run).length);
    let counts;
    try {
      const answers = await secondLook(context, batch, job, journal);
      counts = await writeTable(context, batch, job, answers, note);
    } finally {
      await journal.close();
    }
    catalogue.batches.update(batch, { state: 'done' });
    await removeJournal(kept);
    changed(context, ['batches']);
    return { batch, ...counts };
  } catch (thrown) {
    catalogue.batches.update(batch, { state: job.signal.aborted ? 'cancelled' : 'failed' });
    changed(context, ['batches']);
    throw thrown;
  }
}

export const batch: HandlersOf<'batch'> = {
  async 'batch.start'(context, request) {
    const { catalogue, jobs } = projectOf(context);
    const folder = resolve(request.folder);
    const out = resolve(request.out);
    if (!(await stat(folder).catch(() => null))?.isDirectory())
      throw new AssayError('import/no-source', { subject: folder });
    const run = catalogue.runs.get(request.run);
    const options = checkedOptions(context, request);
    await checkOutput(out);
    // The same request again goes on with what an earlier one left unfinished.
    const id =
      openBatch(context, request, options)?.id ??
      catalogue.batches.create({
        folder,
        out,
        run: run.id,
        runName: [run, ...options.more.map((id) => catalogue.runs.get(id))].map(({ name }) => name).join(' + '),
        views: request.views,
        undecidedBelow: request.undecidedBelow,
        options,
      });
    const job = jobs.start({ kind: 'classify', title: basename(folder), params: { batch: id } });
    catalogue.batches.update(id, { job, state: 'queued' });
    changed(context, ['batches']);
    return { job, batch: id };
  },
  'batch.list': (context) => projectOf(context).catalogue.batches.list(),
  'batch.rows': (context, { batch: id, show, from, count }) =>
    projectOf(context).catalogue.batches.rows(id, show, from, count),
};
