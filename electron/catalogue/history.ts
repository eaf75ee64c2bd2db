/**
 * Undo and redo over the log. An undo is a new action that inverts another; a redo inverts that undo. What comes next
 * is read from the log, so both survive a restart: undo takes the newest gesture that stands, redo the oldest undone
 * one above it that was undone after the newest gesture: a new gesture ends the redo of what was undone before it.
 */
import { type ActionInfo, AssayError } from '../contract/index.ts';
import { type Actions } from './actions.ts';
import { type Assign, LABEL_FIELDS, LABEL_SLICE } from './assign.ts';
import { drive, type Sliced, type Turns } from './slices.ts';
import { type Store } from './store.ts';

/** Inverts what an action did outside the label log (classes merged), within its transaction. */
export type Inverter = (action: number, under: number) => void;
/** The same in slices, each a transaction of its own where it is not within one: decisions, which may be many. */
export type SlicedInverter = (action: number, under: number) => Sliced<void>;

export interface History {
  /** Takes the newest gesture back. Throws `label/nothing-to-undo`. `action.summary` is that gesture's. */
  undo(author: string): Promise<{ action: ActionInfo; revision: number }>;
  /** Throws `label/nothing-to-redo`. */
  redo(author: string): Promise<{ action: ActionInfo; revision: number }>;
  /** What undo and redo would take; null where there is nothing. */
  next(): { undo: ActionInfo | null; redo: ActionInfo | null };
  list(limit: number): ActionInfo[];
}

/** Decisions that are taken back in one transaction. */
const DECISION_SLICE = 100;

export interface HistoryParts {
  store: Store;
  actions: Actions;
  assign: Assign;
  turns: Turns;
  inverters: readonly Inverter[];
  decisions: SlicedInverter;
  /** Imports that are being written by this process: not yet to be undone. */
  running: ReadonlySet<number>;
}

export function createHistory({ store, actions, assign, turns, inverters, decisions, running }: HistoryParts): History {
  const busy = (): string => JSON.stringify([...running]);

  function undoTarget(): number | null {
    const row = store.get<{ id: number }>(
      `SELECT id FROM action WHERE inverse_of IS NULL AND undone_by IS NULL AND (open = 0 OR kind = 'import')
         AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT 1`,
      busy(),
    );
    return row?.id ?? null;
  }
  function redoTarget(): { id: number; undone_by: number } | null {
    // What was undone before the newest gesture began stays undone, also when that gesture itself is undone.
    const newest = Math.max(
      undoTarget() ?? 0,
      store.get<{ id: number }>(
        'SELECT id FROM action WHERE inverse_of IS NULL AND undone_by IS NOT NULL ORDER BY id DESC LIMIT 1',
      )?.id ?? 0,
    );
    const row = store.get<{ id: number; undone_by: number }>(
      `SELECT id, undone_by FROM action WHERE inverse_of IS NULL AND undone_by IS NOT NULL AND id > ? AND undone_by > ?
       ORDER BY id LIMIT 1`,
      undoTarget() ?? 0,
      newest,
    );
    return row ?? null;
  }

  /** Writes the inverse of `target` as a new action; `settle` marks the root in the last transaction. */
  function* invert(
    target: number,
    kind: 'undo' | 'redo',
    author: string,
    settle: (made: number) => void,
  ): Sliced<ActionInfo> {
    const { summary } = actions.info(target);
    const begin = (open: boolean): number => actions.begin({ kind, summary, author, inverseOf: target, open });
    function* labels(made: number): Sliced<void> {
      for (const field of LABEL_FIELDS) {
        let image = 0;
        do {
          image = store.write(() => {
            const last = assign.inverse(target, field, image);
            if (last > 0) assign.write(made, field);
            return last;
          });
          yield;
        } while (image > 0);
      }
    }
    function end(made: number): ActionInfo {
      for (const inverter of inverters) inverter(target, made);
      settle(made);
      return actions.finish(made, true) ?? actions.info(made);
    }
    const labelled = store.get<{ n: number }>('SELECT count(*) AS n FROM label_event WHERE action = ?', target)?.n ?? 0;
    const decided = store.get<{ n: number }>('SELECT count(*) AS n FROM decision_event WHERE action = ?', target);
    if (labelled <= LABEL_SLICE && (decided?.n ?? 0) <= DECISION_SLICE)
      return store.write(() => {
        const made = begin(false);
        for (const _ of labels(made));
        for (const _ of decisions(target, made));
        return end(made);
      });
    const made = store.write(() => begin(true));
    yield* labels(made);
    yield* decisions(target, made);
    return store.write(() => end(made));
  }

  return {
    undo: (author) =>
      turns.run(async () => {
        const target = undoTarget();
        if (target === null) throw new AssayError('label/nothing-to-undo');
        const settle = (made: number): void =>
          void store.run('UPDATE action SET undone_by = ?, open = 0 WHERE id = ?', made, target);
        const action = await drive(invert(target, 'undo', author, settle));
        return { action, revision: store.revision() };
      }),
    redo: (author) =>
      turns.run(async () => {
        const target = redoTarget();
        if (target === null) throw new AssayError('label/nothing-to-redo');
        const settle = (): void => void store.run('UPDATE action SET undone_by = NULL WHERE id = ?', target.id);
        const action = await drive(invert(target.undone_by, 'redo', author, settle));
        return { action, revision: store.revision() };
      }),
    next() {
      const undo = undoTarget();
      const redo = redoTarget();
      return { undo: undo === null ? null : actions.info(undo), redo: redo === null ? null : actions.info(redo.id) };
    },
    list: (limit) => actions.list(limit),
  };
}
