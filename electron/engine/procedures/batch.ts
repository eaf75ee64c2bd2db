/** Batch classification: a folder to a table. Rows are kept in the catalogue until the table is written whole. */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AssayError, toAssayError } from '../../contract/index.ts';
import { type NewBatchRow } from '../../catalogue/index.ts';
import { scanFolder } from '../../imaging/scan.ts';
import { csvLine } from '../../interchange/index.ts';
import { type EngineContext, type HandlersOf, changed, projectOf } from '../context.ts';
import { type JobContext } from '../jobs.ts';
import { runFolder } from '../runs.ts';

interface BatchOptions {
  views: 'none' | 'quarter-turns';
  probabilities: boolean;
}

const ROWS = 1000;

/** Why the table could not be written; a full disk has a remedy of its own. */
function unwritable(out: string, cause: unknown): AssayError {
  const error = toAssayError(cause);
  if (error.code !== 'internal/fault') return error;
  return new AssayError('classify/output', { subject: out, values: error.values, cause });
}

/** A table that cannot be written is told before an hour of work, not after it. */
async function checkOutput(out: string): Promise<void> {
  try {
    await mkdir(dirname(out), { recursive: true });
    const info = await stat(out).catch(() => null);
    if (info?.isDirectory()) throw new Error('it is a folder');
    const probe = `${out}.${process.pid}.tmp`;
    await (await open(probe, 'w')).close();
    await rm(probe, { force: true });
  } catch (cause) {
    throw unwritable(out, cause);
  }
}

const digits = (p: number | null | undefined): string => (p === null || p === undefined ? '' : p.toFixed(6));

/** One line of the table. */
function lineOf(
  row: NewBatchRow & { third?: string | null; thirdP?: number | null },
  classes: readonly string[],
  all: boolean,
): string {
  const cells = [
    row.path,
    row.class ?? '',
    digits(row.p),
    row.next ?? '',
    digits(row.nextP),
    row.third ?? '',
    digits(row.thirdP),
    row.error ?? '',
  ];
  if (all) cells.push(...classes.map((_name, k) => digits(row.probabilities?.[k])));
  return csvLine(cells);
}

/** The class of third place, from the stored probabilities. */
function withThird(row: NewBatchRow, classes: readonly string[]) {
  if (!row.probabilities) return row;
  const order = Array.from(row.probabilities, (p, k) => ({ p, k })).sort((a, b) => b.p - a.p || a.k - b.k);
  const third = order[2];
  return third ? { ...row, third: classes[third.k] ?? null, thirdP: third.p } : row;
}

/** Writes the table beside its place and puts it there in one step. */
async function writeTable(
  context: EngineContext,
  batch: number,
  job: JobContext,
): Promise<{ images: number; failed: number }> {
  const { catalogue } = projectOf(context);
  const { out, run } = catalogue.batches.get(batch);
  const all = (catalogue.batches.options(batch) as BatchOptions).probabilities;
  const classes = catalogue.runs.classes(run).map((c) => c.name);
  const temporary = `${out}.${process.pid}.tmp`;
  const counts = { images: 0, failed: 0 };
  try {
    const file = await open(temporary, 'w');
    try {
      const head = [
        'path',
        'class',
        'probability',
        'class2',
        'probability2',
        'class3',
        'probability3',
        'error',
        ...(all ? classes.map((name) => `p:${name}`) : []),
      ];
      await file.write(`${csvLine(head)}\n`);
      for (let from = 0; ; from += ROWS) {
        const rows = catalogue.batches.stored(batch, from, ROWS);
        if (rows.length === 0) break;
        await file.write(rows.map((row) => `${lineOf(withThird(row, classes), classes, all)}\n`).join(''));
        for (const row of rows) counts[row.error === null ? 'images' : 'failed']++;
        job.progress('write', counts.images + counts.failed, 0);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, out);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw unwritable(out, cause);
  }
  return counts;
}

/** A row from its probabilities. */
function classified(
  place: { path: string; row: number },
  probabilities: Float32Array,
  classes: readonly string[],
  undecidedBelow: number,
): NewBatchRow {
  const order = Array.from(probabilities, (value, k) => ({ value, k })).sort((a, b) => b.value - a.value || a.k - b.k);
  const [best, next] = order;
  return {
    ...place,
    class: classes[best?.k ?? 0] ?? null,
    p: best?.value ?? null,
    next: next ? (classes[next.k] ?? null) : null,
    nextP: next?.value ?? null,
    undecided: (best?.value ?? 0) < undecidedBelow,
    error: null,
    probabilities,
  };
}

async function classifyRest(context: EngineContext, batch: number, job: JobContext): Promise<void> {
  const { catalogue } = projectOf(context);
  const { folder, run, undecidedBelow } = catalogue.batches.get(batch);
  const { views } = catalogue.batches.options(batch) as BatchOptions;
  const classes = catalogue.runs.classes(run).map((c) => c.name);
  const files: string[] = [];
  for await (const file of scanFolder(folder, { signal: job.signal })) {
    files.push(file.relative);
    if (files.length % 200 === 0) job.progress('scan', files.length, 0);
  }
  if (files.length === 0) throw new AssayError('import/no-images', { subject: folder });
  const done = catalogue.batches.done(batch);
  const todo = files.map((path, row) => ({ path, row })).filter(({ path }) => !done.has(path));
  catalogue.batches.update(batch, { images: files.length });
  let count = files.length - todo.length;
  await context.compute.run(
    'classify',
    { model: join(runFolder(context, run), 'model.onnx'), paths: todo.map(({ path }) => join(folder, path)), views },
    {
      signal: job.signal,
      onLog: (line) => job.log(line),
      onBatch({ first, probabilities, troubles }) {
        const k = classes.length;
        const stored = troubles.map((trouble, i): NewBatchRow => {
          const place = todo[first + i] ?? { path: '', row: 0 };
          if (!trouble) return classified(place, probabilities.slice(i * k, (i + 1) * k), classes, undecidedBelow);
          job.trouble(place.path, trouble.reason);
          return {
            ...place,
            class: null,
            p: null,
            next: null,
            nextP: null,
            undecided: false,
            error: trouble.reason,
            probabilities: null,
          };
        });
        catalogue.batches.addRows(batch, stored);
        count += stored.length;
        job.progress('classify', count, files.length);
        changed(context, ['batches']);
      },
    },
  );
}

export async function batchBody(
  context: EngineContext,
  raw: unknown,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const { batch } = raw as { batch: number };
  const { catalogue } = projectOf(context);
  catalogue.batches.update(batch, { state: 'running', job: job.id });
  try {
    await classifyRest(context, batch, job);
    const counts = await writeTable(context, batch, job);
    catalogue.batches.update(batch, { state: 'done' });
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
    await checkOutput(out);
    const options: BatchOptions = { views: request.views, probabilities: request.probabilities };
    // The same request again goes on with what an earlier one left unfinished.
    const open = catalogue.batches
      .list()
      .find(
        (b) =>
          b.state !== 'done' &&
          b.folder === folder &&
          b.out === out &&
          b.run === run.id &&
          b.views === request.views &&
          JSON.stringify(catalogue.batches.options(b.id)) === JSON.stringify(options),
      );
    const id =
      open?.id ??
      catalogue.batches.create({
        folder,
        out,
        run: run.id,
        runName: run.name,
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
