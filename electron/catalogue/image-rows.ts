/** The rows of `image` as an import writes them: new, updated, moved along with their content, displaced by other content. */
import { join } from 'node:path';
import { nameKey, nameOf, pathKey } from './names.ts';
import { PARTS } from './predictions.ts';
import { type Store } from './store.ts';

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

export interface Place {
  id: number;
  hash: string | null;
  bytes: number;
  mtime: number;
  status: 'ok' | 'unreadable' | 'missing';
}

export interface ImageRows {
  /** The row at a path. */
  at(source: number, path: string): Place | undefined;
  movedFrom(hash: string | null, name: string): number | null;
  touched(id: number): boolean;
  displace(id: number): void;
  insert(source: number, file: NewImage): number;
  update(id: number, source: number, file: NewImage): void;
  forget(id: number): void;
}

/** Rows of one content that are asked whether their file is gone. */
const LOOKED_AT = 64;

const aspectOf = ({ width, height }: NewImage): number | null => (width && height ? width / height : null);

export function createImageRows(store: Store, exists: (path: string) => boolean): ImageRows {
  const at = (source: number, path: string): Place | undefined =>
    store.get<Place>(
      'SELECT id, hash, bytes, mtime, status FROM image WHERE source = ? AND path_key = ?',
      source,
      pathKey(path),
    );

  /**
   * A row with this content whose own file is gone: the file moved here. One of the same name is preferred. Of a
   * content that lies at very many places only the first are looked at: each look is a question to the disk.
   */
  function movedFrom(hash: string | null, name: string): number | null {
    if (hash === null) return null;
    const gone = (condition: string, ...params: string[]): number | null => {
      const rows = store.all<{ id: number; path: string; folder: string; displaced: number }>(
        `SELECT i.id, i.path, s.path AS folder, instr(i.path_key, char(0)) AS displaced
         FROM image i JOIN source s ON s.id = i.source WHERE i.hash = ? ${condition} LIMIT ${LOOKED_AT}`,
        hash,
        ...params,
      );
      return rows.find((r) => r.displaced > 0 || !exists(join(r.folder, r.path)))?.id ?? null;
    };
    return gone('AND i.name = ?', name) ?? gone('');
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

  /** Takes away what runs and searches said of content that is there no more. */
  function forget(id: number): void {
    store.run('DELETE FROM prediction WHERE image = ?', id);
    store.run(
      `DELETE FROM probability WHERE run IN (SELECT id FROM run) AND part IN (SELECT value FROM json_each(?)) AND image = ?`,
      JSON.stringify(PARTS),
      id,
    );
    store.run(
      'DELETE FROM finding WHERE decision IS NULL AND id IN (SELECT finding FROM finding_image WHERE image = ?)',
      id,
    );
  }

  return { at, movedFrom, touched, displace, insert, update, forget };
}
