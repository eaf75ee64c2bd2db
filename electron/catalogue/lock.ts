/**
 * One writer a project. The lock is an exclusive transaction on `lock.db`, never committed: the operating system
 * drops it with the process, however that ends. `lock.json` beside it says who holds it; it is words only, never the
 * lock, so one that a killed process left behind does no harm.
 */
import Database from 'better-sqlite3';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../contract/index.ts';

/** Which door a process came through: what the second one is told. */
export type Door = 'window' | 'browser' | 'command';

export interface Holder {
  pid: number;
  door: string;
  since: number;
}

export interface Lock {
  release(): void;
}

/** Who says to hold the project; null where nobody does. It may be a process that is gone. */
export function holderOf(folder: string): Holder | null {
  try {
    const value = JSON.parse(readFileSync(join(folder, 'lock.json'), 'utf8')) as Partial<Holder>;
    return { pid: Number(value.pid), door: String(value.door), since: Number(value.since) };
  } catch {
    return null;
  }
}

export function inUse(folder: string): AssayError {
  const holder = holderOf(folder);
  const values = { door: holder?.door ?? 'unknown', pid: holder?.pid ?? 0 };
  return new AssayError('project/in-use', { subject: folder, values });
}

/** Takes the project or throws `project/in-use` with the holder's pid and door. */
export function takeLock(folder: string, door: Door, now: number): Lock {
  const db = new Database(join(folder, 'lock.db'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) throw inUse(folder);
    throw error;
  }
  const file = join(folder, 'lock.json');
  writeFileSync(file, JSON.stringify({ pid: process.pid, door, since: now } satisfies Holder));
  return {
    release() {
      rmSync(file, { force: true });
      db.close();
    },
  };
}
