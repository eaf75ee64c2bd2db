/**
 * cache.db: thumbnails by content hash. Written by compute, read by the engine; it may be deleted at any time. No
 * native image code here: the engine loads this file by itself.
 */
import Database from 'better-sqlite3';

export interface ThumbnailCache {
  /** JPEG bytes; null where there is none yet. */
  get(hash: string): Buffer | null;
  /** In one transaction. */
  put(thumbnails: readonly { hash: string; bytes: Uint8Array }[]): void;
  close(): void;
}

function open(file: string): Database.Database {
  const db = new Database(file, { timeout: 10_000 });
  try {
    db.pragma('journal_mode = WAL');
    // Disposable: a crash may cost thumbnails, never labels.
    db.pragma('synchronous = OFF');
    db.exec(
      'CREATE TABLE IF NOT EXISTS thumbnail (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT',
    );
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens the cache; one that is damaged is put aside and begun anew. */
export function openThumbnailCache(file: string): ThumbnailCache {
  let db: Database.Database;
  try {
    db = open(file);
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || !/NOTADB|CORRUPT/.test(error.code)) throw error;
    db = open(`${file}.new`);
  }
  const select = db.prepare<[string], { bytes: Buffer }>('SELECT bytes FROM thumbnail WHERE hash = ?');
  const insert = db.prepare<[string, Uint8Array]>('INSERT OR IGNORE INTO thumbnail (hash, bytes) VALUES (?, ?)');
  const putAll = db.transaction((rows: readonly { hash: string; bytes: Uint8Array }[]) => {
    for (const { hash, bytes } of rows) insert.run(hash, bytes);
  });
  return {
    get: (hash) => select.get(hash)?.bytes ?? null,
    put: (rows) => putAll.immediate(rows),
    close: () => void db.close(),
  };
}
