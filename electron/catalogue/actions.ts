/** Actions: one gesture each, the unit of undo. */
import { type ActionInfo } from '../contract/index.ts';
import { type Store } from './store.ts';

export interface NewAction {
  kind: string;
  summary: string;
  author: string;
  inverseOf?: number;
  /** Still being written: no undo until it is finished. */
  open?: boolean;
  /** Lets an import that was cut off go on under the same action. */
  openKey?: string;
}

export interface Actions {
  begin(action: NewAction): number;
  /** Counts what the action changed and closes it. One that changed nothing is taken away, unless kept: null. */
  finish(id: number, keep?: boolean): ActionInfo | null;
  /** Brings the count of an unfinished action up to date and leaves it open; an empty one is taken away. */
  settle(id: number): void;
  info(id: number): ActionInfo;
  /** Finished actions, newest first. */
  list(limit: number): ActionInfo[];
  /** Id of the newest label event: a snapshot. 0 before the first. */
  position(): number;
}

const COLUMNS = 'id, at, kind, summary, changed';

export function createActions(store: Store): Actions {
  function info(id: number): ActionInfo {
    const found = store.get<ActionInfo>(`SELECT ${COLUMNS} FROM action WHERE id = ?`, id);
    if (!found) throw new Error(`no action ${id}`);
    return found;
  }
  /** Images that an action changed; where there are none, the classes or decisions. */
  function count(id: number): number {
    const fields = store.all<{ n: number }>(
      'SELECT count(*) AS n FROM label_event WHERE action = ? GROUP BY field',
      id,
    );
    const [only] = fields;
    // One field is the usual gesture, and then every event is another image: only mixed ones are counted apart.
    if (only && fields.length === 1) return only.n;
    if (only)
      return (
        store.get<{ n: number }>('SELECT count(DISTINCT image) AS n FROM label_event WHERE action = ?', id)?.n ?? 0
      );
    const others = store.get<{ n: number }>(
      `SELECT (SELECT count(*) FROM class_event WHERE action = ?)
         + (SELECT count(*) FROM decision_event WHERE action = ?) AS n`,
      id,
      id,
    );
    return others?.n ?? 0;
  }
  return {
    info,
    begin: ({ kind, summary, author, inverseOf, open, openKey }) =>
      store.run(
        'INSERT INTO action (at, author, kind, summary, inverse_of, open, open_key) VALUES (?, ?, ?, ?, ?, ?, ?)',
        store.now(),
        author,
        kind,
        summary,
        inverseOf ?? null,
        open ? 1 : 0,
        openKey ?? null,
      ).id,
    finish(id, keep = false) {
      const changed = count(id);
      if (changed === 0 && !keep) {
        store.run('DELETE FROM action WHERE id = ?', id);
        return null;
      }
      store.run('UPDATE action SET changed = ?, open = 0 WHERE id = ?', changed, id);
      return info(id);
    },
    settle(id) {
      if (!store.get('SELECT 1 FROM action WHERE id = ? AND open = 1', id)) return;
      const changed = count(id);
      if (changed === 0) store.run('DELETE FROM action WHERE id = ?', id);
      else store.run('UPDATE action SET changed = ? WHERE id = ?', changed, id);
    },
    list: (limit) =>
      store.all<ActionInfo>(`SELECT ${COLUMNS} FROM action WHERE open = 0 ORDER BY id DESC LIMIT ?`, limit),
    position: () => store.get<{ n: number | null }>('SELECT max(id) AS n FROM label_event')?.n ?? 0,
  };
}
