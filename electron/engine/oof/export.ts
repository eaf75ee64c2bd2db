/** The out-of-fold table of a run in the contest's form. */
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AssayError, type Output } from '../../contract/index.ts';
import { csvLine } from '../../interchange/index.ts';
import { checkOutput, unwritable } from '../batch/table.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { runFolder } from '../runs.ts';
import { foldsOf } from './folds.ts';

/** Where the names of a table's classes stand: target, class_name. */
export const classesBeside = (table: string): string => `${table.replace(/\.csv$/i, '')}.classes.csv`;

const ROWS = 1000;
/** Digits with which a float32 comes back as it was. */
const DIGITS = 9;

/**
 * Columns ID (the image's path in its source; its whole path where two sources have one of that name), target (column of
 * the given label), prob_0 … prob_(K−1), fold (empty where the run did not keep it). Rows are the labelled images.
 * @throws AssayError `run/unknown`, `evaluate/empty-split`, `classify/output`
 */
export async function exportOof(
  context: EngineContext,
  { run, out: given }: { run: number; out: string },
): Promise<Output<'oof.export'>> {
  const { catalogue } = projectOf(context);
  const out = resolve(given);
  catalogue.runs.get(run);
  if (!catalogue.predictions.parts(run).includes('out-of-fold'))
    throw new AssayError('evaluate/empty-split', { subject: 'out-of-fold' });
  await checkOutput(out);
  const stored = await catalogue.predictions.stored(run, 'out-of-fold');
  const folds = await foldsOf(runFolder(context, run));
  const k = stored.classes.length;
  const rows = Array.from(stored.imageIds, (image, i) => ({ image, i })).filter(({ i }) => stored.given[i]! >= 0);
  const names = await namesOf(
    context,
    rows.map(({ image }) => image),
  );
  const temporary = `${out}.${process.pid}.tmp`;
  const columns = stored.classes.map((_, c) => `prob_${c}`);
  try {
    const file = await open(temporary, 'w');
    try {
      await file.write(`${csvLine(['ID', 'target', ...columns, 'fold'])}\n`);
      for (let from = 0; from < rows.length; from += ROWS) {
        const lines = rows.slice(from, from + ROWS).map(({ image, i }) => {
          const values = Array.from(stored.probabilities.subarray(i * k, (i + 1) * k), (p) =>
            String(Number(p.toPrecision(DIGITS))),
          );
          return csvLine([names.get(image)!, String(stored.given[i]), ...values, String(folds.get(image) ?? '')]);
        });
        await file.write(`${lines.join('\n')}\n`);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    const classes = stored.classes.map(({ name }, c) => csvLine([String(c), name]));
    await writeFile(classesBeside(out), `${['target,class_name', ...classes].join('\n')}\n`, { flush: true });
    await rename(temporary, out);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw unwritable(out, cause);
  }
  return { out, classes: classesBeside(out), rows: rows.length, folds: new Set(folds.values()).size };
}

/** What each image is called in a table. */
async function namesOf(context: EngineContext, images: readonly number[]): Promise<Map<number, string>> {
  const { catalogue } = projectOf(context);
  const records = [];
  for (let from = 0; from < images.length; from += ROWS) {
    records.push(...catalogue.images.records(images.slice(from, from + ROWS)));
    await new Promise(setImmediate);
  }
  const times = new Map<string, number>();
  for (const { path } of records) times.set(path, (times.get(path) ?? 0) + 1);
  return new Map(records.map(({ id, path, file }) => [id, times.get(path)! > 1 ? file : path]));
}
