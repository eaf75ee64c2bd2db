/** Brings a catalogue to the newest format: forward only, each step in its own transaction after an online backup. */
import { type Database } from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../contract/index.ts';
import { type Migration } from './migrations/migration.ts';

/** Format of the open database; 0 = no migration has run. */
export function formatOf(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/** Refuses a catalogue that a newer program made. Reads only. */
export function refuseNewer(db: Database, project: string, migrations: readonly Migration[]): void {
  const known = migrations.at(-1)?.version ?? 0;
  const found = formatOf(db);
  if (found > known) throw new AssayError('project/newer', { subject: project, values: { found, known } });
}

/**
 * Runs every migration that the database lacks. Before each one the whole catalogue is copied to
 * `backups/catalogue-vN-TIME.db` (N = the version that is left), while others may go on reading; an empty database
 * needs no copy. A migration that throws leaves the version before it.
 */
export async function migrate(
  db: Database,
  migrations: readonly Migration[],
  options: { backups: string; now: number },
): Promise<void> {
  for (const migration of migrations) {
    const from = formatOf(db);
    if (migration.version <= from) continue;
    if (migration.version !== from + 1) throw new Error(`no migration leads from format ${from}`);
    if (from > 0) {
      mkdirSync(options.backups, { recursive: true });
      const stamp = new Date(options.now).toISOString().replaceAll(/[:.]/g, '-');
      await db.backup(join(options.backups, `catalogue-v${from}-${stamp}.db`));
    }
    db.transaction(() => {
      migration.up(db);
      db.pragma(`user_version = ${migration.version}`);
    }).exclusive();
  }
}
