/**
 * Images: one row a file (source, relative path), with the hash of its content. Labels belong to the row; when a file
 * moves, its row moves with it, found by the hash. Byte-identical files at two paths are two rows.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError, type Split } from '../contract/index.ts';
import { createImageRows, type NewImage } from './image-rows.ts';
import { nameKey, nameOf } from './names.ts';
import { type Reconciled, reconcile } from './reconcile.ts';
import { drive } from './slices.ts';
import { chunks, type Store } from './store.ts';

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
  reconcile(source: number, seen: Iterable<string>, signal?: AbortSignal): Promise<Reconciled>;
  /** In the order of `ids`; unknown ids are left out. */
  records(ids: ArrayLike<number>): ImageRecord[];
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

export function createImages(store: Store, { exists = existsSync }: ImageOptions = {}): Images {
  const rows = createImageRows(store, exists);

  return {
    known: (source, files) =>
      files.map((file) => {
        const row = rows.at(source, file.path);
        if (!row) return null;
        const unchanged = row.bytes === file.bytes && row.mtime === Math.round(file.mtime);
        return { id: row.id, hash: row.hash, status: row.status, unchanged };
      }),
    add: (source, files) =>
      store.write(() => {
        const result: Added = { ids: [], added: 0, moved: 0, updated: 0, unreadable: 0 };
        for (const file of files) {
          let here = rows.at(source, file.path);
          if (here && here.hash !== file.hash && here.hash !== null && rows.touched(here.id)) {
            rows.displace(here.id);
            here = undefined;
          }
          if (file.status === 'unreadable') result.unreadable++;
          if (here) {
            if (here.hash !== file.hash) rows.forget(here.id);
            rows.update(here.id, source, file);
            result.updated++;
            result.ids.push(here.id);
            continue;
          }
          const from = rows.movedFrom(file.hash, nameOf(file.path));
          if (from === null) {
            result.ids.push(rows.insert(source, file));
            result.added++;
          } else {
            rows.update(from, source, file);
            result.ids.push(from);
            result.moved++;
          }
        }
        return result;
      }),
    reconcile: (source, seen, signal) => drive(reconcile(store, source, seen, exists), signal),
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
      const exact = rows.at(source, name);
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
