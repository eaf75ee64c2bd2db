/** Runs: one training each. Their files live in the run's folder; here are the rows that lists and queries need. */
import { AssayError, type RunInfo } from '../contract/index.ts';
import { type Actions } from './actions.ts';
import { type RunClass } from './predictions.ts';
import { type Snapshots } from './snapshots.ts';
import { drive, type Sliced } from './slices.ts';
import { type Store, type Value } from './store.ts';

export interface NewRun {
  name: string;
  preset: string;
  backbones: string[];
  size: number;
  /** In the order of the model's outputs. */
  classes: RunClass[];
  recipe: Record<string, unknown>;
  /** Label event that it sees; left out: the newest. */
  snapshot?: number;
  job?: number;
}

export interface RunChange {
  name?: string;
  state?: RunInfo['state'];
  seconds?: number;
  split?: string;
  images?: number;
  accuracy?: number | null;
  macroF1?: number | null;
  bytes?: number;
  error?: string | null;
  classes?: RunClass[];
  recipe?: Record<string, unknown>;
  size?: number;
  /** What else the engine keeps of a run: its curve, temperature, the place of its model. */
  extra?: Record<string, unknown>;
}

export interface Runs {
  create(run: NewRun): number;
  update(id: number, change: RunChange): void;
  /** Newest first. */
  list(): RunInfo[];
  /** Throws `run/unknown`. */
  get(id: number): RunInfo;
  /** Classes with the project's ids, in the order of the model's outputs. */
  classes(id: number): RunClass[];
  extra(id: number): Record<string, unknown>;
  /** Deletes the run's rows and its predictions, nothing else. */
  remove(id: number): Promise<void>;
  count(): number;
}

interface Row {
  id: number;
  name: string;
  state: RunInfo['state'];
  preset: string;
  backbones: string;
  size: number;
  createdAt: number;
  seconds: number;
  snapshot: number;
  classes: string;
  split: string;
  images: number;
  accuracy: number | null;
  macroF1: number | null;
  bytes: number;
  error: string | null;
  recipe: string;
}

const COLUMNS = `id, name, state, preset, backbones, size, created_at AS createdAt, seconds, snapshot, classes, split,
  images, accuracy, macro_f1 AS macroF1, bytes, error, recipe`;

const JSON_FIELDS = new Set(['classes', 'recipe', 'extra']);
const COLUMN: Record<keyof RunChange, string> = {
  name: 'name',
  state: 'state',
  seconds: 'seconds',
  split: 'split',
  images: 'images',
  accuracy: 'accuracy',
  macroF1: 'macro_f1',
  bytes: 'bytes',
  error: 'error',
  classes: 'classes',
  recipe: 'recipe',
  size: 'size',
  extra: 'extra',
};

export function createRuns(store: Store, actions: Actions, snapshots: Snapshots): Runs {
  function unknown(id: number): AssayError {
    const known = store.all<{ id: number }>('SELECT id FROM run ORDER BY id').map((r) => r.id);
    return new AssayError('run/unknown', { subject: String(id), values: { known: known.join(', ') || '—' } });
  }
  const info = (row: Row): RunInfo => ({
    ...row,
    backbones: JSON.parse(row.backbones) as string[],
    classes: (JSON.parse(row.classes) as RunClass[]).map((c) => c.name),
    recipe: JSON.parse(row.recipe) as Record<string, unknown>,
    labelsLater: snapshots.changedSince(row.snapshot),
  });
  function field(id: number, column: 'classes' | 'extra'): string {
    const row = store.get<{ value: string }>(`SELECT ${column} AS value FROM run WHERE id = ?`, id);
    if (!row) throw unknown(id);
    return row.value;
  }
  function* removing(id: number): Sliced<void> {
    field(id, 'extra');
    // A big run goes in slices; until the last one it is there, without predictions that were deleted.
    for (const table of ['prediction', 'probability'])
      for (let gone = 1; gone > 0; yield)
        gone = store.write(
          () =>
            store.run(
              `DELETE FROM ${table} WHERE run = ? AND image IN (SELECT image FROM ${table} WHERE run = ? LIMIT 1000)`,
              id,
              id,
            ).changes,
        );
    store.write(() => void store.run('DELETE FROM run WHERE id = ?', id));
  }
  return {
    create: (run) =>
      store.write(
        () =>
          store.run(
            `INSERT INTO run (name, state, preset, backbones, size, created_at, snapshot, classes, recipe, job)
             VALUES (?, 'running', ?, ?, ?, ?, ?, ?, ?, ?)`,
            run.name,
            run.preset,
            JSON.stringify(run.backbones),
            run.size,
            store.now(),
            run.snapshot ?? actions.position(),
            JSON.stringify(run.classes),
            JSON.stringify(run.recipe),
            run.job ?? null,
          ).id,
      ),
    update: (id, change) =>
      store.write(() => {
        for (const [key, value] of Object.entries(change) as [keyof RunChange, unknown][]) {
          if (value === undefined) continue;
          const stored = (JSON_FIELDS.has(key) ? JSON.stringify(value) : value) as Value;
          const { changes } = store.run(`UPDATE run SET ${COLUMN[key]} = ? WHERE id = ?`, stored, id);
          if (changes === 0) throw unknown(id);
        }
      }),
    list: () => store.all<Row>(`SELECT ${COLUMNS} FROM run ORDER BY id DESC`).map(info),
    get(id) {
      const row = store.get<Row>(`SELECT ${COLUMNS} FROM run WHERE id = ?`, id);
      if (!row) throw unknown(id);
      return info(row);
    },
    classes: (id) => JSON.parse(field(id, 'classes')) as RunClass[],
    extra: (id) => JSON.parse(field(id, 'extra')) as Record<string, unknown>,
    remove: async (id) => drive(removing(id)),
    count: () => store.get<{ n: number }>('SELECT count(*) AS n FROM run')?.n ?? 0,
  };
}
