/** Settings of the project: small JSON documents by name (its augmentation plan, saved views). */
import { type Store } from './store.ts';

export interface Settings {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  remove(key: string): void;
}

export function createSettings(store: Store): Settings {
  return {
    get(key) {
      const row = store.get<{ value: string }>('SELECT value FROM setting WHERE key = ?', key);
      return row ? (JSON.parse(row.value) as unknown) : undefined;
    },
    set: (key, value) =>
      store.aside(
        () =>
          void store.run(
            'INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
            key,
            JSON.stringify(value),
          ),
      ),
    remove: (key) => store.aside(() => void store.run('DELETE FROM setting WHERE key = ?', key)),
  };
}
