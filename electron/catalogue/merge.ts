/** Merging one class into another: label events and a class event of one action, undone as a whole. */
import { type ActionInfo, AssayError, CLASS_KEYS } from '../contract/index.ts';
import { type Actions } from './actions.ts';
import { type Assign } from './assign.ts';
import { type Classes } from './classes.ts';
import { type Inverter } from './history.ts';
import { gesture } from './labels.ts';
import { drive, type Turns } from './slices.ts';
import { type Store } from './store.ts';

interface Parts {
  store: Store;
  actions: Actions;
  assign: Assign;
  classes: Classes;
  turns: Turns;
}

export type Merge = (from: number, into: number, author: string) => Promise<{ action: ActionInfo }>;

function setMerged(store: Store, id: number, into: number | null): void {
  if (into === null) {
    // The key may have been given away meanwhile: then the class comes back with the next free one.
    const taken = new Set(
      store.all<{ key: string | null }>('SELECT key FROM class WHERE merged_into IS NULL').map((c) => c.key),
    );
    const key = store.get<{ key: string | null }>('SELECT key FROM class WHERE id = ?', id)?.key ?? null;
    if (key !== null && taken.has(key))
      store.run('UPDATE class SET key = ? WHERE id = ?', CLASS_KEYS.find((k) => !taken.has(k)) ?? null, id);
  }
  store.run('UPDATE class SET merged_into = ? WHERE id = ?', into, id);
}

export function createMerge(parts: Parts): Merge {
  const { store, assign, classes, turns } = parts;
  return (from, into, author) =>
    turns.run(async () => {
      const [a, b] = [classes.get(from), classes.get(into)];
      if (a.id === b.id)
        throw new AssayError('label/class-invalid', {
          subject: a.name,
          values: { reason: 'a class cannot be merged into itself' },
        });
      /** Who gave the label stays as it was: a merge says nothing about a single image. */
      function relabel(action: number, part: number[]): void {
        const by = new Map<string | null, number[]>();
        const rows = store.rows(
          'SELECT i.id, i.label_by FROM json_each(?) j CROSS JOIN image i ON i.id = j.value WHERE i.class = ?',
          JSON.stringify(part),
          a.id,
        );
        for (const [id, who] of rows) {
          const list = by.get(who as string | null);
          if (list) list.push(id as number);
          else by.set(who as string | null, [id as number]);
        }
        for (const [who, some] of by) {
          assign.constant(some, b.id, who);
          assign.write(action, 'class');
        }
      }
      const labelled = (): number[] =>
        store.rows('SELECT id FROM image WHERE class = ?', a.id).map((r) => r[0] as number);
      const head = { kind: 'merge', summary: `${a.name} → ${b.name}`, author };
      const task = gesture(parts, head, labelled(), relabel, (action) => {
        relabel(action, labelled());
        // Classes that went into the first one before go on to the second: one hop always leads to a living class.
        const moved = classes.all().filter((c) => c.id === a.id || c.mergedInto === a.id);
        for (const c of moved) {
          store.run(
            'INSERT INTO class_event (action, class, before, after) VALUES (?, ?, ?, ?)',
            action,
            c.id,
            c.mergedInto,
            b.id,
          );
          setMerged(store, c.id, b.id);
        }
      });
      const action = await drive(task);
      if (!action) throw new Error('a merge without a class event');
      return { action };
    });
}

/** Takes the class events of an action back, for undo and redo. */
export const invertMerge =
  (store: Store): Inverter =>
  (action, under) => {
    const events = store.all<{ class: number; before: number | null; after: number | null }>(
      'SELECT class, before, after FROM class_event WHERE action = ? ORDER BY id DESC',
      action,
    );
    for (const e of events) {
      store.run(
        'INSERT INTO class_event (action, class, before, after) VALUES (?, ?, ?, ?)',
        under,
        e.class,
        e.after,
        e.before,
      );
      setMerged(store, e.class, e.before);
    }
  };
