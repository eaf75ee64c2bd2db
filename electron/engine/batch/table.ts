/** The table of a batch: CSV, or JSON lines where its name says so. Written beside its place, put there in one step. */
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AssayError, toAssayError } from '../../contract/index.ts';
import { type NewBatchRow } from '../../catalogue/index.ts';
import { blended, routeScore } from '../../inference/routing.ts';
import { noteFor, type ShardNote } from '../../inference/sharding.ts';
import { csvLine } from '../../interchange/index.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { type JobContext } from '../jobs.ts';
import { optionsOf } from './options.ts';
import { ordered } from './rows.ts';

const ROWS = 1000;
const TOP = 3;

/** Why the table could not be written; a full disk has a remedy of its own. */
export function unwritable(out: string, cause: unknown): AssayError {
  const error = toAssayError(cause);
  if (error.code !== 'internal/fault') return error;
  return new AssayError('classify/output', { subject: out, values: error.values, cause });
}

/** A table that cannot be written is told before an hour of work, not after it. */
export async function checkOutput(out: string): Promise<void> {
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

interface Line {
  path: string;
  error: string | null;
  /** Null for a file that could not be read. */
  answer: Float32Array | null;
  /** Null where there is no second stage. */
  route: { routed: boolean; score: number | null } | null;
}

interface Form {
  classes: readonly string[];
  /** A column a class. */
  all: boolean;
  stage2: boolean;
}

const csvHead = ({ classes, all, stage2 }: Form): string =>
  csvLine([
    'path',
    ...Array.from({ length: TOP }, (_, i) => [
      `class${i === 0 ? '' : i + 1}`,
      `probability${i === 0 ? '' : i + 1}`,
    ]).flat(),
    'error',
    ...(all ? classes.map((name) => `p:${name}`) : []),
    ...(stage2 ? ['routed_stage2', 'route_score'] : []),
  ]);

function csvOf({ path, error, answer, route }: Line, { classes, all }: Form): string {
  const best = answer ? ordered(answer) : [];
  const cells = [path];
  for (let i = 0; i < TOP; i++) {
    const place = best[i];
    cells.push(place ? (classes[place.k] ?? '') : '', digits(place?.p));
  }
  cells.push(error ?? '');
  if (all) cells.push(...classes.map((_name, k) => digits(answer?.[k])));
  if (route) cells.push(route.routed ? '1' : '0', digits(route.score));
  return csvLine(cells);
}

function jsonOf({ path, error, answer, route }: Line, { classes, all }: Form): string {
  if (!answer) return JSON.stringify({ path, error });
  const rounded = (p: number): number => Number(p.toFixed(6));
  const best = ordered(answer).slice(0, TOP);
  return JSON.stringify({
    path,
    class: classes[best[0]!.k],
    probability: rounded(best[0]!.p),
    top: best.map(({ p, k }) => ({ class: classes[k], probability: rounded(p) })),
    ...(all && { probabilities: Object.fromEntries(classes.map((name, k) => [name, rounded(answer[k]!)])) }),
    ...(route && { routed_stage2: route.routed, route_score: route.score === null ? null : rounded(route.score) }),
  });
}

/** @param answers what the second look said, by row */
export async function writeTable(
  context: EngineContext,
  batch: number,
  job: JobContext,
  answers: ReadonlyMap<number, Float32Array>,
  note: ShardNote | null,
): Promise<{ images: number; failed: number; routed: number }> {
  const { catalogue } = projectOf(context);
  const { out, run } = catalogue.batches.get(batch);
  const { probabilities, stage2 } = optionsOf(context, batch);
  const classes = catalogue.runs.classes(run).map((c) => c.name);
  const form = { classes, all: probabilities, stage2: stage2 !== null };
  const rule = stage2 && { route: stage2.route, classes: stage2.classes.map((name) => classes.indexOf(name)) };
  const lines = /\.(jsonl|ndjson)$/i.test(out);
  const temporary = `${out}.${process.pid}.tmp`;
  const counts = { images: 0, failed: 0, routed: 0 };
  const lineOf = ({ path, row, error, probabilities: first }: NewBatchRow): string => {
    const second = answers.get(row);
    const answer = first && second && stage2 ? blended(first, second, stage2.blend) : (first ?? null);
    const route = rule && { routed: second !== undefined, score: first ? routeScore(first, rule) : null };
    const line = { path, error, answer, route };
    return `${lines ? jsonOf(line, form) : csvOf(line, form)}\n`;
  };
  try {
    const file = await open(temporary, 'w');
    try {
      if (!lines) await file.write(`${csvHead(form)}\n`);
      for (let from = 0; ; from += ROWS) {
        const rows = catalogue.batches.stored(batch, from, ROWS);
        if (rows.length === 0) break;
        await file.write(rows.map(lineOf).join(''));
        for (const { row, error } of rows) {
          counts[error === null ? 'images' : 'failed']++;
          if (answers.has(row)) counts.routed++;
        }
        job.progress('write', counts.images + counts.failed, 0);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (note) await writeFile(noteFor(out), `${JSON.stringify(note)}\n`, { flush: true });
    await rename(temporary, out);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw unwritable(out, cause);
  }
  return counts;
}
