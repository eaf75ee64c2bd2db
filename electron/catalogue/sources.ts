/** Sources: the folders that images came from. The images stay where they are. */
import { basename, resolve } from 'node:path';
import { AssayError } from '../contract/index.ts';
import { type Store } from './store.ts';

export interface Source {
  id: number;
  /** Absolute folder, as given. */
  path: string;
  /** What the user calls it: the folder's name, with a number where two are alike. */
  name: string;
  addedAt: number;
}

export interface Sources {
  list(): Source[];
  get(id: number): Source;
  /** The source of this folder, made where it is new. */
  ensure(path: string): Source;
  /** The folder was moved: every image of it follows. */
  relocate(id: number, path: string): Source;
}

const COLUMNS = 'id, path, name, added_at AS addedAt';

export function createSources(store: Store): Sources {
  const list = (): Source[] => store.all<Source>(`SELECT ${COLUMNS} FROM source ORDER BY id`);
  function get(id: number): Source {
    const source = store.get<Source>(`SELECT ${COLUMNS} FROM source WHERE id = ?`, id);
    if (!source) throw new AssayError('import/no-source', { subject: String(id) });
    return source;
  }
  return {
    list,
    get,
    ensure(path) {
      const folder = resolve(path);
      const known = list().find((s) => s.path === folder);
      if (known) return known;
      const names = new Set(list().map((s) => s.name));
      const base = (basename(folder) || folder).normalize('NFC');
      let name = base;
      for (let n = 2; names.has(name); n++) name = `${base} (${n})`;
      return store.write(() =>
        get(store.run('INSERT INTO source (path, name, added_at) VALUES (?, ?, ?)', folder, name, store.now()).id),
      );
    },
    relocate: (id, path) =>
      store.write(() => {
        store.run('UPDATE source SET path = ? WHERE id = ?', resolve(path), id);
        return get(id);
      }),
  };
}
