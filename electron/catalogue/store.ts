/** What every part of the catalogue stands on: the connection, prepared statements, transactions, the revision. */
import Database, { type Statement } from 'better-sqlite3';
import { AssayError } from '../contract/index.ts';
import { inUse } from './lock.ts';

export type Value = string | number | null | Buffer;

export interface Store {
  readonly db: Database.Database;
  /** The project's folder. */
  readonly folder: string;
  readonly readOnly: boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** Grows with every committed change, over restarts too. */
  revision(): number;
  /**
   * Runs `work` in one transaction and commits it durably, or leaves no trace. Inside another write it joins that one.
   * Throws `project/in-use` on a project opened as reader, `disk/full` where the commit found no room.
   */
  write<T>(work: () => T): T;
  /** The same for what no view or count depends on: the revision stays. */
  aside<T>(work: () => T): T;
  /** The same without waiting for the disk: a killed process loses nothing, a power cut may lose the last lines. */
  note<T>(work: () => T): T;
  /** Every statement that was prepared: for the test of their plans. */
  statements(): string[];
  all<R>(sql: string, ...params: Value[]): R[];
  get<R>(sql: string, ...params: Value[]): R | undefined;
  /** Returns how many rows were changed and the newest rowid. */
  run(sql: string, ...params: Value[]): { changes: number; id: number };
  /** Rows as arrays: cheaper where there are many. */
  rows(sql: string, ...params: Value[]): Value[][];
}

/** SQLite's errors in Assay's words; other errors pass. */
export function sqliteError(error: unknown, project: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const reason = error.message;
  if (error.code === 'SQLITE_FULL') return new AssayError('disk/full', { values: { reason }, cause: error });
  if (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB')
    return new AssayError('project/damaged', { subject: project, values: { reason }, cause: error });
  return error;
}

export function createStore(
  db: Database.Database,
  options: { folder: string; readOnly: boolean; clock: () => number },
): Store {
  const { folder, readOnly, clock } = options;
  const statements = new Map<string, Statement<Value[]>>();

  function prepared(sql: string, raw = false): Statement<Value[]> {
    const key = raw ? `raw ${sql}` : sql;
    let statement = statements.get(key);
    if (!statement) {
      statement = db.prepare<Value[]>(sql);
      if (raw) statement.raw();
      statements.set(key, statement);
    }
    return statement;
  }

  function guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw sqliteError(error, folder);
    }
  }

  /** `outer` in a transaction of its own, or `joined` as part of the one that is open. */
  function transact<T>(outer: () => T, joined: () => T): T {
    if (readOnly) throw inUse(folder);
    return db.inTransaction ? joined() : guarded(() => db.transaction(outer).immediate());
  }

  return {
    db,
    folder,
    readOnly,
    now: clock,
    revision: () => guarded(() => (prepared('SELECT value FROM revision').get() as { value: number }).value),
    write: (work) =>
      transact(() => {
        const result = work();
        prepared('UPDATE revision SET value = value + 1').run();
        return result;
      }, work),
    aside: (work) => transact(work, work),
    note(work) {
      if (readOnly || db.inTransaction) return transact(work, work);
      db.pragma('synchronous = NORMAL');
      try {
        return transact(work, work);
      } finally {
        db.pragma('synchronous = FULL');
      }
    },
    statements: () => [...new Set(Array.from(statements.keys(), (key) => key.replace(/^raw /, '')))],
    all: <R>(sql: string, ...params: Value[]) => guarded(() => prepared(sql).all(...params) as R[]),
    get: <R>(sql: string, ...params: Value[]) => guarded(() => prepared(sql).get(...params) as R | undefined),
    run: (sql, ...params) =>
      guarded(() => {
        const { changes, lastInsertRowid } = prepared(sql).run(...params);
        return { changes, id: Number(lastInsertRowid) };
      }),
    rows: (sql, ...params) => guarded(() => prepared(sql, true).all(...params) as Value[][]),
  };
}

/** Slices a list: at most `size` items at a time. */
export function* chunks<T>(items: ArrayLike<T>, size: number): Generator<T[]> {
  for (let from = 0; from < items.length; from += size)
    yield Array.prototype.slice.call(items, from, from + size) as T[];
}
