/** The program's structured log: one JSON document a line, for people who look into trouble. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const LIMIT_BYTES = 5_000_000;

export interface Log {
  write(event: string, fields?: Record<string, unknown>): void;
}

/** Appends to `path`; beyond 5 MB the file becomes `path`.old and a new one begins. Never throws: a log must not end work. */
export function fileLog(path: string, clock: () => number): Log {
  return {
    write(event, fields = {}) {
      try {
        mkdirSync(dirname(path), { recursive: true });
        if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LIMIT_BYTES) renameSync(path, `${path}.old`);
        appendFileSync(
          path,
          `${JSON.stringify({ at: new Date(clock()).toISOString(), pid: process.pid, event, ...fields })}\n`,
        );
      } catch {
        // A full disk shows itself where it matters: in the catalogue's transactions.
      }
    },
  };
}
