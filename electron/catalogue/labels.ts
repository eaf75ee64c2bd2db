/** Labelling: gestures of a person, accepted predictions, imports. Every change is a label event of one action. */
import { type ActionInfo, AssayError, type LabelChange, type Split } from '../contract/index.ts';
import { type Actions } from './actions.ts';
import { type Assign, LABEL_FIELDS, LABEL_SLICE } from './assign.ts';
import { type Classes } from './classes.ts';
import { eraseDecisions } from './decisions.ts';
import { chunks, type Store } from './store.ts';
import { drive, type Sliced, type Turns } from './slices.ts';

export interface LabelResult {
  /** Null where nothing differed. */
  action: ActionInfo | null;
  /** Images that changed. */
  changed: number;
  revision: number;
}

/** Of a gesture that may exclude or take labels away. */
export interface ApplyResult extends LabelResult {
  /** Images that it would have taken out of the test split (excluded, or left without a label) and did not. */
  spared: number;
}

export interface GestureOptions {
  author: string;
  /** Replaces the kind and summary that are made from the change. */
  kind?: string;
  summary?: string;
  /** Aborting takes back what was written. */
  signal?: AbortSignal;
}

/** A label that a table or a folder gave. A field left out stays as it is. */
export interface ImportedLabel {
  image: number;
  class?: number | null;
  split?: Split;
  group?: number | null;
}

export interface Labels {
  /**
   * One gesture over any number of images. Up to 1,000 images are committed in the caller's turn; more in slices, as
   * one action all the same: it is undone as a whole, and one that a crash cut off is taken back at the next open.
   * Images of the test split are neither excluded nor left without a label, unless the same gesture gives them another
   * split.
   * Throws `label/class-unknown`.
   */
  apply(ids: ArrayLike<number>, change: LabelChange, options: GestureOptions): Promise<ApplyResult>;
  /** Makes the predictions of `run` with p >= above the labels of these images. */
  accept(ids: ArrayLike<number>, run: number, above: number, options: GestureOptions): Promise<LabelResult>;
  /** Puts images of one family into a group (null: into none). Kept on one side of a split. */
  group(ids: ArrayLike<number>, group: number | null, options: GestureOptions): Promise<LabelResult>;
  /**
   * Opens the one action of an import, or goes on with the one that an earlier process left open under `key`.
   * `summary` is what the labels came from: a folder's or a table's name.
   */
  beginImport(import_: { key: string; summary: string; author: string }): number;
  /** Writes imported labels. What a person gave stays. Returns how many values changed. Call with some 500 rows. */
  importRows(action: number, rows: readonly ImportedLabel[]): number;
  /**
   * The import stopped before its end: its labels can be undone, and the same key may go on with it. Does nothing to a
   * finished one, so that it may stand in a `finally`.
   */
  leaveImport(action: number): void;
  /** Ends the import's action; null where it changed no label. */
  finishImport(action: number): ActionInfo | null;
  /** The next group number that no image has. */
  freeGroup(): number;
}

export interface LabelParts {
  store: Store;
  actions: Actions;
  assign: Assign;
  classes: Classes;
  turns: Turns;
  running: Set<number>;
}

/** A task of several slices as one action; `slice` is called in a transaction with at most LABEL_SLICE ids. */
export function* gesture(
  { store, actions, assign }: Pick<LabelParts, 'store' | 'actions' | 'assign'>,
  head: { kind: string; summary: string; author: string },
  ids: ArrayLike<number>,
  slice: (action: number, ids: number[]) => void,
  last?: (action: number) => void,
): Sliced<ActionInfo | null> {
  if (ids.length <= LABEL_SLICE)
    return store.write(() => {
      const action = actions.begin(head);
      slice(action, Array.from(ids));
      last?.(action);
      return actions.finish(action);
    });
  const action = store.write(() => actions.begin({ ...head, open: true }));
  try {
    for (const part of chunks(ids, LABEL_SLICE)) {
      store.write(() => slice(action, part));
      yield;
    }
    return store.write(() => {
      last?.(action);
      return actions.finish(action);
    });
  } catch (error) {
    yield* takeBack({ store, assign }, action);
    throw error;
  }
}

/** Erases an unfinished action as a rolled-back transaction would: values restored, events gone. */
export function* takeBack({ store, assign }: Pick<LabelParts, 'store' | 'assign'>, action: number): Sliced<void> {
  // The inverse is written as events of an action of its own, which then goes too.
  const inverse = store.write(
    () =>
      store.run(
        `INSERT INTO action (at, author, kind, summary, inverse_of, open) SELECT at, author, 'undo', '', id, 1 FROM action WHERE id = ?`,
        action,
      ).id,
  );
  for (const field of LABEL_FIELDS)
    for (let more = true; more; yield)
      more = store.write(() => {
        const last = assign.inverse(action, field, 0);
        if (last === 0) return false;
        assign.write(inverse, field);
        store.run('DELETE FROM label_event WHERE action = ? AND field = ? AND image <= ?', action, field, last);
        store.run('DELETE FROM label_event WHERE action = ?', inverse);
        return true;
      });
  yield* eraseDecisions(store, action);
  store.write(() => {
    store.run('DELETE FROM class_event WHERE action = ?', action);
    store.run('DELETE FROM action WHERE id = ?', inverse);
    store.run('DELETE FROM action WHERE id = ?', action);
  });
}

/** Kind and summary of a gesture: the kind names it, the summary says the value, so that any language can tell it. */
function describe(change: LabelChange, classes: Classes): { kind: string; summary: string } {
  const parts: { kind: string; summary: string }[] = [];
  if (change.class === null) parts.push({ kind: 'unlabel', summary: '—' });
  else if (change.class !== undefined) parts.push({ kind: 'label', summary: classes.get(change.class).name });
  if (change.unsure !== undefined) parts.push({ kind: change.unsure ? 'unsure' : 'sure', summary: '' });
  if (change.excluded !== undefined) parts.push({ kind: change.excluded ? 'exclude' : 'include', summary: '' });
  if (change.split !== undefined) parts.push({ kind: 'split', summary: change.split });
  if (change.note !== undefined) parts.push({ kind: 'note', summary: (change.note ?? '—').slice(0, 80) });
  const [first, ...rest] = parts;
  if (!first) return { kind: 'label', summary: '' };
  if (rest.length === 0) return { ...first, summary: first.summary || first.kind };
  return { kind: 'label', summary: parts.map((p) => p.summary || p.kind).join(', ') };
}

export function createLabels(parts: LabelParts): Labels {
  const { store, actions, assign, classes, turns, running } = parts;

  function run(
    ids: ArrayLike<number>,
    head: { kind: string; summary: string },
    { author, kind, summary, signal }: GestureOptions,
    slice: (action: number, ids: number[]) => void,
  ): Promise<LabelResult> {
    const named = { kind: kind ?? head.kind, summary: summary ?? head.summary, author };
    return turns.run(async () => {
      const action = await drive(gesture(parts, named, ids, slice), signal);
      return { action, changed: action?.changed ?? 0, revision: store.revision() };
    });
  }

  return {
    async apply(ids, change, options) {
      const note = change.note === '' ? null : change.note;
      const head = describe(change, classes);
      // A class that was merged meanwhile means the one it went into.
      const label = change.class === undefined ? undefined : classes.live(change.class);
      let spared = 0;
      const result = await run(ids, head, options, (action, part) => {
        // First: who leaves the test split may be excluded and lose its label.
        if (change.split !== undefined) {
          assign.constant(part, change.split);
          assign.write(action, 'split');
        }
        spared += assign.spared(part, { cleared: label === null, excluded: change.excluded === true });
        if (label !== undefined) {
          if (label === null) assign.cleared(part);
          else assign.constant(part, label, 'person');
          assign.write(action, 'class');
        }
        if (change.unsure !== undefined || change.excluded !== undefined) {
          assign.state(part, change);
          assign.write(action, 'state');
        }
        if (note !== undefined) {
          assign.constant(part, note);
          assign.write(action, 'note');
        }
      });
      return { ...result, spared };
    },
    async accept(ids, run_, above, options) {
      const name = store.get<{ name: string }>('SELECT name FROM run WHERE id = ?', run_)?.name;
      if (name === undefined) throw new AssayError('run/unknown', { subject: String(run_), values: { known: '—' } });
      return run(ids, { kind: 'accept', summary: name }, options, (action, part) => {
        assign.predicted(part, run_, above);
        assign.write(action, 'class');
      });
    },
    group: async (ids, group, options) =>
      run(ids, { kind: 'group', summary: group === null ? '—' : String(group) }, options, (action, part) => {
        assign.constant(part, group);
        assign.write(action, 'group');
      }),
    beginImport({ key, summary, author }) {
      const left = store.get<{ id: number }>(
        `SELECT id FROM action WHERE open = 1 AND kind = 'import' AND open_key = ? ORDER BY id DESC LIMIT 1`,
        key,
      );
      const action =
        left?.id ?? store.write(() => actions.begin({ kind: 'import', summary, author, open: true, openKey: key }));
      running.add(action);
      return action;
    },
    importRows: (action, rows) =>
      store.write(() => {
        let changed = 0;
        for (const field of ['class', 'split', 'group'] as const) {
          const values = new Map<string | number | null, number[]>();
          for (const row of rows) {
            const value = row[field];
            if (value === undefined) continue;
            const same = values.get(value);
            if (same) same.push(row.image);
            else values.set(value, [row.image]);
          }
          for (const [value, ids] of values) {
            assign.constant(ids, value, field === 'class' && value !== null ? 'import' : null);
            if (field !== 'group') assign.sparePersons(field);
            changed += assign.write(action, field);
          }
        }
        return changed;
      }),
    leaveImport(action) {
      if (running.delete(action)) store.write(() => void actions.settle(action));
    },
    finishImport(action) {
      running.delete(action);
      return store.write(() => actions.finish(action));
    },
    freeGroup: () =>
      (store.get<{ n: number | null }>('SELECT max(grp) AS n FROM image WHERE grp IS NOT NULL')?.n ?? 0) + 1,
  };
}
