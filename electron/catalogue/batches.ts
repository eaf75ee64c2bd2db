/** Batches: folders that were classified into a table. A row is a file; rows that are there are not done again. */
import { join } from 'node:path';
import { AssayError, type BatchInfo, type BatchRow, type JobInfo, pictures } from '../contract/index.ts';
import { type Classes } from './classes.ts';
import { nameOf } from './names.ts';
import { type Store } from './store.ts';

export interface NewBatch {
  folder: string;
  out: string;
  run: number;
  runName: string;
  views: string;
  undecidedBelow: number;
  /** What else the batch was started with: any JSON value. */
  options?: unknown;
  job?: number;
}

export interface NewBatchRow {
  /** Place of the file in the folder's order: from 0, the same whenever the batch goes on. */
  row: number;
  /** Relative to the folder. */
  path: string;
  class: string | null;
  p: number | null;
  next: string | null;
  nextP: number | null;
  undecided: boolean;
  error: string | null;
  /** All probabilities, where they were asked for. */
  probabilities?: Float32Array | null;
}

export type BatchShow = 'all' | 'undecided' | 'failed';

export interface Batches {
  create(batch: NewBatch): number;
  update(id: number, change: { state?: JobInfo['state']; images?: number; job?: number; out?: string }): void;
  /** Newest first. */
  list(): BatchInfo[];
  /** Throws `job/unknown`. */
  get(id: number): BatchInfo;
  options(id: number): unknown;
  /** Writes rows in one transaction; a row that is there is replaced. */
  addRows(id: number, rows: readonly NewBatchRow[]): void;
  /** Paths of the rows that are there without an error: what a batch that goes on need not repeat. */
  done(id: number): Set<string>;
  rows(id: number, show: BatchShow, from: number, count: number): { total: number; rows: BatchRow[] };
  /** Rows in order from `from` on, with their probabilities: for writing the table. */
  stored(id: number, from: number, count: number): NewBatchRow[];
  /** Absolute path of a row's file; null where there is none. */
  file(id: number, row: number): string | null;
}

interface Row {
  row: number;
  path: string;
  class: string | null;
  p: number | null;
  next: string | null;
  nextP: number | null;
  undecided: number;
  error: string | null;
}

const ROW = 'row, path, class, p, next, next_p AS nextP, undecided, error';
const SHOW: Record<BatchShow, string> = { all: '', undecided: 'AND undecided = 1', failed: 'AND error IS NOT NULL' };
const INFO = `id, folder, out, run, run_name AS runName, views, created_at AS createdAt, state, job, images,
  undecided_below AS undecidedBelow,
  (SELECT count(*) FROM batch_row r WHERE r.batch = batch.id) AS done,
  (SELECT count(*) FROM batch_row r WHERE r.batch = batch.id AND r.error IS NOT NULL) AS failed,
  (SELECT count(*) FROM batch_row r WHERE r.batch = batch.id AND r.undecided = 1) AS undecided`;

/**
 * The best probability of the first look, which stays with its row. An answer of another one is a second look's: both
 * are the same 32 bits where there was none.
 */
const highest = (stored: Buffer): number =>
  new Float32Array(new Uint8Array(stored).buffer).reduce((most, p) => Math.max(most, p), 0);

export function createBatches(store: Store, classes: Classes): Batches {
  const count = (id: number, show: BatchShow): number =>
    store.get<{ n: number }>(`SELECT count(*) AS n FROM batch_row WHERE batch = ? ${SHOW[show]}`, id)?.n ?? 0;
  return {
    create: (batch) =>
      store.aside(
        () =>
          store.run(
            `INSERT INTO batch (folder, out, run, run_name, views, created_at, state, job, undecided_below, options)
             VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?)`,
            batch.folder,
            batch.out,
            batch.run,
            batch.runName,
            batch.views,
            store.now(),
            batch.job ?? null,
            batch.undecidedBelow,
            JSON.stringify(batch.options ?? null),
          ).id,
      ),
    update: (id, { state, images, job, out }) =>
      store.aside(() => {
        if (state !== undefined) store.run('UPDATE batch SET state = ? WHERE id = ?', state, id);
        if (images !== undefined) store.run('UPDATE batch SET images = ? WHERE id = ?', images, id);
        if (job !== undefined) store.run('UPDATE batch SET job = ? WHERE id = ?', job, id);
        if (out !== undefined) store.run('UPDATE batch SET out = ? WHERE id = ?', out, id);
      }),
    list: () => store.all<BatchInfo>(`SELECT ${INFO} FROM batch ORDER BY id DESC`),
    get(id) {
      const info = store.get<BatchInfo>(`SELECT ${INFO} FROM batch WHERE id = ?`, id);
      if (!info) throw new AssayError('job/unknown', { subject: String(id) });
      return info;
    },
    options(id) {
      const row = store.get<{ options: string }>('SELECT options FROM batch WHERE id = ?', id);
      return row ? (JSON.parse(row.options) as unknown) : undefined;
    },
    addRows: (id, rows) =>
      store.aside(() => {
        for (const row of rows)
          store.run(
            `INSERT OR REPLACE INTO batch_row (batch, row, path, class, p, next, next_p, undecided, error, probabilities)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
            id,
            row.row,
            row.path,
            row.class,
            row.p,
            row.next,
            row.nextP,
            Number(row.undecided),
            row.error,
            row.probabilities
              ? Buffer.from(row.probabilities.buffer, row.probabilities.byteOffset, row.probabilities.byteLength)
              : null,
          );
      }),
    done: (id) =>
      new Set(
        store.rows('SELECT path FROM batch_row WHERE batch = ? AND error IS NULL', id).map((row) => row[0] as string),
      ),
    rows(id, show, from, wanted) {
      const known = new Map(classes.list().map((c) => [c.name, c.id]));
      const idOf = (name: string | null): number | null => (name === null ? null : (known.get(name) ?? null));
      const found = store.all<Row & { probabilities: Buffer | null }>(
        `SELECT ${ROW}, probabilities FROM batch_row WHERE batch = ? ${SHOW[show]} ORDER BY row LIMIT ? OFFSET ?`,
        id,
        wanted,
        from,
      );
      const rows = found.map(({ probabilities, ...row }) => ({
        ...row,
        again: row.p !== null && probabilities !== null && row.p !== highest(probabilities),
        name: nameOf(row.path),
        picture: pictures.batchPicture(id, row.row),
        classId: idOf(row.class),
        nextId: idOf(row.next),
        undecided: row.undecided === 1,
      }));
      return { total: count(id, show), rows };
    },
    stored: (id, from, wanted) =>
      store
        .all<Row & { probabilities: Buffer | null }>(
          `SELECT ${ROW}, probabilities FROM batch_row WHERE batch = ? AND row >= ? ORDER BY row LIMIT ?`,
          id,
          from,
          wanted,
        )
        .map((row) => ({
          ...row,
          undecided: row.undecided === 1,
          probabilities: row.probabilities === null ? null : new Float32Array(new Uint8Array(row.probabilities).buffer),
        })),
    file(id, row) {
      const found = store.get<{ folder: string; path: string }>(
        'SELECT b.folder, r.path FROM batch_row r JOIN batch b ON b.id = r.batch WHERE r.batch = ? AND r.row = ?',
        id,
        row,
      );
      return found ? join(found.folder, found.path) : null;
    },
  };
}
