/** After a scan: which images of a source are missing, and which came back. */
import { join } from 'node:path';
import { pathKey } from './names.ts';
import { type Sliced } from './slices.ts';
import { type Store } from './store.ts';

export interface Reconciled {
  missing: number;
  found: number;
}

export function* reconcile(
  store: Store,
  source: number,
  paths: Iterable<string>,
  exists: (path: string) => boolean,
): Sliced<Reconciled> {
  const seen = new Set<string>();
  let n = 0;
  for (const path of paths) {
    seen.add(pathKey(path));
    if (++n % 5000 === 0) yield;
  }
  const folder = store.get<{ path: string }>('SELECT path FROM source WHERE id = ?', source)?.path ?? '';
  const result = { missing: 0, found: 0 };
  for (let last = 0; ;) {
    const rows = store.all<{ id: number; path_key: string; path: string; status: string }>(
      'SELECT id, path_key, path, status FROM image WHERE source = ? AND id > ? ORDER BY id LIMIT 2000',
      source,
      last,
    );
    if (rows.length === 0) return result;
    const back = rows.filter((r) => r.status === 'missing' && seen.has(r.path_key)).map((r) => r.id);
    const lost = rows
      .filter((r) => r.status !== 'missing' && !seen.has(r.path_key) && !exists(join(folder, r.path)))
      .map((r) => r.id);
    if (back.length + lost.length > 0)
      store.write(() => {
        store.run(
          `UPDATE image SET status = iif(reason IS NULL, 'ok', 'unreadable') WHERE id IN (SELECT value FROM json_each(?))`,
          JSON.stringify(back),
        );
        store.run(
          `UPDATE image SET status = 'missing' WHERE id IN (SELECT value FROM json_each(?))`,
          JSON.stringify(lost),
        );
      });
    result.missing += lost.length;
    result.found += back.length;
    last = rows.at(-1)?.id ?? last;
    yield;
  }
}
