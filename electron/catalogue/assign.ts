/**
 * The one way a label changes: fill the temporary table `assign` with (image, value wanted), then `write` it. The
 * event and the current value on `image` are written by the same two statements, so they cannot disagree.
 */
import { type Store, type Value } from './store.ts';

export const LABEL_FIELDS = ['class', 'state', 'note', 'split', 'group'] as const;
export type LabelField = (typeof LABEL_FIELDS)[number];

/** Images that one transaction of a gesture touches: some 10 ms. */
export const LABEL_SLICE = 1000;

/** unsure and excluded are one field of the log: null, 'unsure', 'excluded' or 'unsure,excluded'. */
const stateOf = (unsure: string, excluded: string): string =>
  `CASE WHEN ${unsure} AND ${excluded} THEN 'unsure,excluded' WHEN ${unsure} THEN 'unsure' WHEN ${excluded} THEN 'excluded' END`;

const CURRENT: Record<LabelField, string> = {
  class: 'class',
  state: stateOf('unsure', 'excluded'),
  note: 'note',
  split: 'split',
  group: 'grp',
};
const SET: Record<LabelField, string> = {
  class: 'class = a.after, label_by = a.after_by',
  state: `unsure = coalesce(instr(a.after, 'unsure') > 0, 0), excluded = coalesce(instr(a.after, 'excluded') > 0, 0)`,
  note: 'note = a.after',
  split: 'split = a.after',
  group: 'grp = a.after',
};

/** An image that the test split is measured on. One that cannot be read is not. */
const MEASURED = `i.split = 'test' AND i.status <> 'unreadable'`;

export interface Assign {
  /** The same value for every image. Whole numbers are stored as integers. */
  constant(ids: readonly number[], value: string | number | null, by?: string | null): void;
  /**
   * Switches one of the two states and leaves the other. Readable images of the test split are not excluded: what is
   * measured on is mended, never made smaller.
   */
  state(ids: readonly number[], change: { unsure?: boolean; excluded?: boolean }): void;
  /** No label, but for readable images of the test split: without one they would not be measured on. */
  cleared(ids: readonly number[]): void;
  /** Of these images, how many of the test split would lose their label or be excluded and are not. */
  spared(ids: readonly number[], would: { cleared: boolean; excluded: boolean }): number;
  /** The predicted class of `run` where its probability is at least `above`. */
  predicted(ids: readonly number[], run: number, above: number): void;
  /** What was before an action, for images after `image` in order of id; returns the last id taken, 0 at the end. */
  inverse(action: number, field: LabelField, image: number): number;
  /** Drops what an import may not touch: values that a person gave. */
  sparePersons(field: 'class' | 'split'): void;
  /** Writes the events and the current values where they differ; returns how many did. */
  write(action: number, field: LabelField): number;
}

export function createAssign(store: Store): Assign {
  if (!store.readOnly)
    store.db.exec('CREATE TEMP TABLE IF NOT EXISTS assign (image INTEGER PRIMARY KEY, after, after_by TEXT)');
  const clear = (): void => void store.run('DELETE FROM temp.assign');
  const list = (ids: readonly number[]): string => JSON.stringify(ids);

  return {
    constant(ids, value, by = null) {
      clear();
      const wanted = typeof value === 'number' ? 'CAST(? AS INTEGER)' : '?';
      store.run(`INSERT OR IGNORE INTO temp.assign SELECT value, ${wanted}, ? FROM json_each(?)`, value, by, list(ids));
    },
    state(ids, { unsure, excluded }) {
      clear();
      const flag = (value: boolean | undefined): Value => (value === undefined ? null : Number(value));
      store.run(
        `INSERT OR IGNORE INTO temp.assign SELECT id, ${stateOf('u', 'e')}, NULL FROM (
           SELECT i.id, coalesce(?, i.unsure) u, CASE WHEN ? AND ${MEASURED} THEN i.excluded ELSE coalesce(?, i.excluded) END e
           FROM json_each(?) j CROSS JOIN image i ON i.id = j.value)`,
        flag(unsure),
        Number(excluded === true),
        flag(excluded),
        list(ids),
      );
    },
    cleared(ids) {
      clear();
      store.run(
        `INSERT OR IGNORE INTO temp.assign SELECT i.id, NULL, 'cleared'
         FROM json_each(?) j CROSS JOIN image i ON i.id = j.value WHERE NOT (${MEASURED})`,
        list(ids),
      );
    },
    spared(ids, { cleared, excluded }) {
      if (!cleared && !excluded) return 0;
      const found = store.get<{ n: number }>(
        `SELECT count(*) AS n FROM image i WHERE i.id IN (SELECT value FROM json_each(?)) AND ${MEASURED}
         AND (? AND i.class IS NOT NULL OR ? AND NOT i.excluded)`,
        list(ids),
        Number(cleared),
        Number(excluded),
      );
      return found?.n ?? 0;
    },
    predicted(ids, run, above) {
      clear();
      store.run(
        `INSERT OR IGNORE INTO temp.assign SELECT p.image, coalesce(c.merged_into, c.id), 'accepted'
         FROM json_each(?) j CROSS JOIN prediction p ON p.run = ? AND p.image = j.value
         CROSS JOIN class c ON c.id = p.class WHERE p.p >= ?`,
        list(ids),
        run,
        above,
      );
    },
    inverse(action, field, image) {
      clear();
      store.run(
        `INSERT INTO temp.assign SELECT image, before, before_by FROM label_event
         WHERE action = ? AND field = ? AND image > ? ORDER BY image LIMIT ?`,
        action,
        field,
        image,
        LABEL_SLICE,
      );
      return store.get<{ last: number | null }>('SELECT max(image) AS last FROM temp.assign')?.last ?? 0;
    },
    sparePersons(field) {
      if (field === 'class')
        store.run(
          `DELETE FROM temp.assign WHERE image IN (SELECT i.id FROM temp.assign a CROSS JOIN image i ON i.id = a.image
           WHERE i.label_by IN ('person', 'accepted', 'cleared'))`,
        );
      else
        store.run(
          `DELETE FROM temp.assign WHERE EXISTS (SELECT 1 FROM label_event e JOIN action x ON x.id = e.action
           WHERE e.image = temp.assign.image AND e.field = 'split' AND x.kind <> 'import'
             AND x.inverse_of IS NULL AND x.undone_by IS NULL)`,
        );
    },
    write(action, field) {
      const differs = `(${CURRENT[field]}) IS NOT a.after`;
      const { changes } = store.run(
        `INSERT INTO label_event (action, image, field, before, after, before_by, after_by)
         SELECT ?, i.id, '${field}', ${CURRENT[field]}, a.after, ${field === 'class' ? 'i.label_by, a.after_by' : 'NULL, NULL'}
         FROM temp.assign a CROSS JOIN image i ON i.id = a.image WHERE ${differs}
         ON CONFLICT (action, field, image) DO UPDATE SET after = excluded.after, after_by = excluded.after_by`,
        action,
      );
      if (changes > 0)
        store.run(
          // The plus makes SQLite look each image up by its id; else it reads every image and looks into `assign`.
          `UPDATE image SET ${SET[field]}, changed_at = ? FROM temp.assign a WHERE image.id = +a.image AND ${differs}`,
          store.now(),
        );
      return changes;
    },
  };
}
