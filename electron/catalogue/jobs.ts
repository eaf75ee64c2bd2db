/** Jobs: long work that survives its process. What a dead process left running is found as `interrupted`. */
import { AssayError, type JobInfo, type JobKind } from '../contract/index.ts';
import { type Store, type Value } from './store.ts';

export type JobChange = Partial<Omit<JobInfo, 'id' | 'kind' | 'title' | 'createdAt'>>;

export interface Jobs {
  create(record: { kind: JobKind; title: string; params: unknown }): number;
  /** What lives only while a job runs (rate, time left) is not stored. */
  update(id: number, change: JobChange): void;
  get(id: number): JobInfo | null;
  /** Newest first. */
  list(limit?: number): JobInfo[];
  params(id: number): unknown;
  /** Where the job goes on: any JSON value; undefined before it was set. */
  resumePoint(id: number): unknown;
  setResumePoint(id: number, value: unknown): void;
  appendLog(id: number, line: string): void;
  /** Oldest first; the last `limit` lines. Throws `job/unknown`. */
  log(id: number, limit?: number): { at: number; line: string }[];
  /** What a dead process left queued or running becomes `interrupted`; returns how many. Called by whoever holds the lock. */
  interrupt(): number;
}

interface Row extends Omit<JobInfo, 'rate' | 'secondsLeft' | 'result' | 'error' | 'resumable'> {
  result: string | null;
  error: string | null;
}

const COLUMNS =
  "id, kind, title, CASE kind WHEN 'study' THEN params ->> '$.study' END AS study, state, phase, done, total, troubles, created_at AS createdAt, finished_at AS finishedAt, result, error";

const RESUMABLE = new Set(['interrupted', 'failed', 'cancelled']);
/** Longest log line that is kept. */
const LINE = 4000;

const toInfo = (row: Row): JobInfo => ({
  ...row,
  rate: null,
  secondsLeft: null,
  result: row.result === null ? null : (JSON.parse(row.result) as JobInfo['result']),
  error: row.error === null ? null : (JSON.parse(row.error) as JobInfo['error']),
  resumable: RESUMABLE.has(row.state),
});

export function createJobs(store: Store): Jobs {
  const json = (value: unknown): string | null =>
    value === null || value === undefined ? null : JSON.stringify(value);
  const STORED: Partial<Record<keyof JobChange, { column: string; value?: (v: unknown) => Value }>> = {
    state: { column: 'state' },
    phase: { column: 'phase' },
    done: { column: 'done' },
    total: { column: 'total' },
    troubles: { column: 'troubles' },
    finishedAt: { column: 'finished_at' },
    result: { column: 'result', value: json },
    error: { column: 'error', value: json },
  };
  const get = (id: number): JobInfo | null => {
    const row = store.get<Row>(`SELECT ${COLUMNS} FROM job WHERE id = ?`, id);
    return row ? toInfo(row) : null;
  };
  return {
    create: ({ kind, title, params }) =>
      store.aside(
        () =>
          store.run(
            `INSERT INTO job (kind, title, state, params, created_at) VALUES (?, ?, 'queued', ?, ?)`,
            kind,
            title,
            JSON.stringify(params ?? null),
            store.now(),
          ).id,
      ),
    update: (id, change) =>
      (change.state === undefined ? store.note : store.aside)(() => {
        for (const [key, value] of Object.entries(change)) {
          const stored = STORED[key as keyof JobChange];
          if (!stored || value === undefined) continue;
          const column = stored.value ? stored.value(value) : (value as Value);
          store.run(`UPDATE job SET ${stored.column} = ? WHERE id = ?`, column, id);
        }
      }),
    get,
    list: (limit = 200) => store.all<Row>(`SELECT ${COLUMNS} FROM job ORDER BY id DESC LIMIT ?`, limit).map(toInfo),
    params(id) {
      const row = store.get<{ params: string }>('SELECT params FROM job WHERE id = ?', id);
      return row ? (JSON.parse(row.params) as unknown) : undefined;
    },
    resumePoint(id) {
      const row = store.get<{ resume: string | null }>('SELECT resume FROM job WHERE id = ?', id);
      return row?.resume ? (JSON.parse(row.resume) as unknown) : undefined;
    },
    setResumePoint: (id, value) =>
      store.aside(() => void store.run('UPDATE job SET resume = ? WHERE id = ?', json(value), id)),
    appendLog: (id, line) =>
      store.note(
        () =>
          void store.run(
            'INSERT INTO job_log (job, at, line) VALUES (?, ?, ?)',
            id,
            store.now(),
            line.length > LINE ? `${line.slice(0, LINE)}…` : line,
          ),
      ),
    log(id, limit = 5000) {
      if (!get(id)) throw new AssayError('job/unknown', { subject: String(id) });
      return store
        .all<{ at: number; line: string }>(
          'SELECT at, line FROM job_log WHERE job = ? ORDER BY id DESC LIMIT ?',
          id,
          limit,
        )
        .reverse();
    },
    interrupt() {
      const left = `state IN ('queued', 'running')`;
      if (!store.get(`SELECT 1 FROM job WHERE ${left} LIMIT 1`)) return 0;
      return store.aside(
        () => store.run(`UPDATE job SET state = 'interrupted', finished_at = ? WHERE ${left}`, store.now()).changes,
      );
    },
  };
}
