import { type Database } from 'better-sqlite3';

/** One step from format `version - 1` to `version`. Runs inside a transaction that also sets user_version. */
export interface Migration {
  version: number;
  name: string;
  up(db: Database): void;
}
