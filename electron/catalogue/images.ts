/**
 * Images: one row a file (source, relative path), with the hash of its content. Labels belong to the row; when a file
 * moves, its row moves with it, found by the hash. Byte-identical files at two paths are two rows.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError, type Split } from '../contract/index.ts';
import { nameKey, nameOf, pathKey } from './names.ts';
import { type Sliced, drive } from './slices.ts';
import { chunks, type Store } from './store.ts';

/** A file as the importer found it. */
export interface NewImage {
  /** Relative to the source. */
  path: string;
  /** xxh128 of the file's bytes, 32 hexadecimal digits; null where not even the bytes could be read. */
  hash: string | null;
  bytes: number;
  /** Milliseconds since 1970. */
  mtime: number;
  format: string | null;
  /** Turned size in pixels; null where unknown. */
  width: number | null;
  height: number | null;
  brightness?: number | null;
  blur?: number | null;
  status: 'ok' | 'unreadable';
  /** Why it could not be read, in words. */
  reason?: string | null;
}

export interface Known {
  id: number;
  hash: string | null;
  status: 'ok' | 'unreadable' | 'missing';
  /** Size and time of change are those of the last import: no need to read the file again. */
  unchanged: boolean;
}

export interface Added {
  /** Row of each file, in the order given. */
  ids: number[];
  added: number;
  moved: number;
  updated: number;
  unreadable: number;
}

/** What work on images needs to know of one. */
export interface ImageRecord {
  id: number;
  source: number;
  /** Relative to the source. */
  path: string;
  /** Absolute. */
  file: string;
  name: string;
  hash: string | null;
  bytes: number;
  mtime: number;
  format: string | null;
  width: number;
  height: number;
  status: 'ok' | 'unreadable' | 'missing';
  class: number | null;
  split: Split;
  unsure: boolean;
  excluded: boolean;
  group: number | null;
}

export interface Images {
  /** Which of these files are known by their path; in the order given, null for a new one. */
  known(source: number, files: readonly { path: string; bytes: number; mtime: number }[]): (Known | null)[];
  /** Writes files in one transaction: call with some 500. */
  add(source: number, files: readonly NewImage[]): Added;
  /**
   * After a scan: images of the source that were not seen and whose file is gone become missing, seen ones come back.
   * `seen` holds relative paths.
   */
  reconcile(source: number, seen: Iterable<string>, signal?: AbortSignal): Promise<{ missing: number; found: number }>;
  /** In the order of `ids`; unknown ids are left out. */
  records(ids: ArrayLike<number>): ImageRecord[];
  /** Every image of a source, ascending. */
  ofSource(source: number): ImageRecord[];
  /** Absolute path of an image's file. Throws `image/missing` for an unknown id. */
  file(id: number): string;
  /** An image with this content whose file should exist, for pictures addressed by hash; null where there is none. */
  byHash(hash: string): ImageRecord | null;
  /** Images by relative path or base name (NFC): what a table's first column names. */
  find(source: number, name: string): number[];
  /** Marks one image: its file was not there, or could not be read. */
  setStatus(id: number, status: 'ok' | 'unreadable' | 'missing', reason?: string | null): void;
  /** Measured later than the import. 0-1 each. */
  setQuality(rows: readonly { id: number; brightness: number; blur: number }[]): void;
  /** Highest id. */
  last(): number;
}

export interface ImageOptions {
  /** Whether a file exists: handed in so that tests need no files. */
  exists?: (path: string) => boolean;
}

interface Row extends Omit<ImageRecord, 'unsure' | 'excluded' | 'file'> {
  folder: string;
  unsure: number;
  excluded: number;
}

const RECORD = `i.id, i.source, i.path, s.path AS folder, i.name, i.hash, i.bytes, i.mtime, i.format,
  coalesce(i.width, 0) AS width, coalesce(i.height, 0) AS height, i.status, i.class, i.split, i.unsure, i.excluded,
  i.grp AS "group"`;

const toRecord = ({ folder, unsure, excluded, ...row }: Row): ImageRecord => ({
  ...row,
  file: join(folder, row.path),
  unsure: unsure === 1,
  excluded: excluded === 1,
});

const aspectOf = ({ width, height }: NewImage): number | null => (width && height ? width / height : null);

export function createImages(store: Store, { exists = existsSync }: ImageOptions = {}): Images {
  interface Place {
    id: number;
    hash: string | null;
    bytes: number;
    mtime: number;
    status: Known['status'];
    label_by: string | null;
    width: number | null;
  }
  const PLACE = 'id, hash, bytes, mtime, status, label_by, width';
  const at = (source: number, path: string): Place | undefined =>
    store.get<Place>(`SELECT ${PLACE} FROM image WHERE source = ? AND path_key = ?`, source, pathKey(path));

  /** A row with this content whose own file is gone: the file moved here. One of the same name is preferred. */
  function movedFrom(hash: string | null, name: string): number | null {
    if (hash === null) return null;
    const rows = store.all<{ id: number; name: string; path: string; folder: string; displaced: number }>(
      `SELECT i.id, i.name, i.path, s.path AS folder, instr(i.path_key, char(0)) AS displaced FROM image i JOIN source s ON s.id = i.source
       WHERE i.hash = ? ORDER BY i.id`,
      hash,
    );
    const gone = rows.filter((r) => r.displaced > 0 || !exists(join(r.folder, r.path)));
    return (gone.find((r) => r.name === name) ?? gone[0])?.id ?? null;
  }

  /** Whether a person said anything about the row that must stay with its content. */
  const touched = (id: number): boolean =>
    store.get(
      `SELECT 1 FROM label_event e JOIN action a ON a.id = e.action WHERE e.image = ? AND a.kind <> 'import' LIMIT 1`,
      id,
    ) !== undefined;

  /** Other content lies at the path of a labelled row: the row waits, as missing, for its content to turn up. */
  function displace(id: number): void {
    store.run(`UPDATE image SET status = 'missing', path_key = path_key || char(0) || id WHERE id = ?`, id);
  }

  function insert(source: number, file: NewImage): number {
    const name = nameOf(file.path);
    const now = store.now();
    return store.run(
      `INSERT INTO image (source, path, path_key, name, name_key, hash, bytes, mtime, format, width, height, aspect,
         brightness, blur, status, reason, added_at, changed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      source,
      file.path,
      pathKey(file.path),
      name,
      nameKey(name),
      file.hash,
      file.bytes,
      Math.round(file.mtime),
      file.format,
      file.width,
      file.height,
      aspectOf(file),
      file.brightness ?? null,
      file.blur ?? null,
      file.status,
      file.reason ?? null,
      now,
      now,
    ).id;
  }
  function update(id: number, source: number, file: NewImage): void {
    const name = nameOf(file.path);
    store.run(
      `UPDATE image SET source = ?, path = ?, path_key = ?, name = ?, name_key = ?, hash = ?, bytes = ?, mtime = ?,
         format = ?, width = ?, height = ?, aspect = ?, brightness = coalesce(?, brightness), blur = coalesce(?, blur), status = ?,
         reason = ? WHERE id = ?`,
      source,
      file.path,
      pathKey(file.path),
      name,
      nameKey(name),
      file.hash,
      file.bytes,
      Math.round(file.mtime),
      file.format,
      file.width,
      file.height,
      aspectOf(file),
      file.brightness ?? null,
      file.blur ?? null,
      file.status,
      file.reason ?? null,
      id,
    );
  }

  function* reconciling(source: number, paths: Iterable<string>): Sliced<{ missing: number; found: number }> {
    const seen = new Set<string>();
    let n = 0;
    for (const path of paths) {
      seen.add(pathKey(path));
      if (++n % 5000 === 0) yield;
    }
    const folder = store.get<{ path: string }>('SELECT path FROM source WHERE id = ?', source)?.path ?? '';
    const result = { missing: 0, found: 0 };
    for (let last = 0; ;) {
      const rows = store.all<{ id: number; path_key: string; path: string; status: Known['status'] }>(
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

  return {
    known: (source, files) =>
      files.map((file) => {
        const row = at(source, file.path);
        if (!row) return null;
        const unchanged = row.bytes === file.bytes && row.mtime === Math.round(file.mtime);
        return { id: row.id, hash: row.hash, status: row.status, unchanged };
      }),
    add: (source, files) =>
      store.write(() => {
        const result: Added = { ids: [], added: 0, moved: 0, updated: 0, unreadable: 0 };
        for (const file of files) {
          let here = at(source, file.path);
          if (here && here.hash !== file.hash && here.hash !== null && touched(here.id)) {
            displace(here.id);
            here = undefined;
          }
          if (file.status === 'unreadable') result.unreadable++;
          if (here) {
            if (here.hash !== file.hash) store.run('DELETE FROM prediction WHERE image = ?', here.id);
            update(here.id, source, file);
            result.updated++;
            result.ids.push(here.id);
            continue;
          }
          const from = movedFrom(file.hash, nameOf(file.path));
          if (from === null) {
            result.ids.push(insert(source, file));
            result.added++;
          } else {
            update(from, source, file);
            result.ids.push(from);
            result.moved++;
          }
        }
        return result;
      }),
    reconcile: (source, seen, signal) => drive(reconciling(source, seen), signal),
    records(ids) {
      const byId = new Map<number, ImageRecord>();
      for (const part of chunks(ids, 5000)) {
        const rows = store.all<Row>(
          `SELECT ${RECORD} FROM json_each(?) j CROSS JOIN image i ON i.id = j.value JOIN source s ON s.id = i.source`,
          JSON.stringify(part),
        );
        for (const row of rows) byId.set(row.id, toRecord(row));
      }
      return Array.from(ids, (id) => byId.get(id)).filter((r) => r !== undefined);
    },
    ofSource: (source) =>
      store
        .all<Row>(
          `SELECT ${RECORD} FROM image i JOIN source s ON s.id = i.source WHERE i.source = ? ORDER BY i.id`,
          source,
        )
        .map(toRecord),
    file(id) {
      const row = store.get<{ path: string; folder: string }>(
        'SELECT i.path, s.path AS folder FROM image i JOIN source s ON s.id = i.source WHERE i.id = ?',
        id,
      );
      if (!row) throw new AssayError('image/missing', { subject: `#${id}` });
      return join(row.folder, row.path);
    },
    byHash(hash) {
      const row = store.get<Row>(
        `SELECT ${RECORD} FROM image i JOIN source s ON s.id = i.source WHERE i.hash = ?
         ORDER BY i.status = 'missing', i.id LIMIT 1`,
        hash,
      );
      return row ? toRecord(row) : null;
    },
    find(source, name) {
      const exact = at(source, name);
      if (exact) return [exact.id];
      const wanted = nameOf(name);
      return store
        .all<{ id: number }>(
          'SELECT id FROM image WHERE name_key = ? AND name = ? AND source = ?',
          nameKey(wanted),
          wanted,
          source,
        )
        .map((r) => r.id);
    },
    setStatus: (id, status, reason = null) =>
      store.write(() => void store.run('UPDATE image SET status = ?, reason = ? WHERE id = ?', status, reason, id)),
    setQuality: (rows) =>
      store.write(() => {
        for (const r of rows)
          store.run('UPDATE image SET brightness = ?, blur = ? WHERE id = ?', r.brightness, r.blur, r.id);
      }),
    last: () => store.get<{ n: number | null }>('SELECT max(id) AS n FROM image')?.n ?? 0,
  };
}
