/** Folders for a test: of its own, with spaces and Hangul in their path, and gone afterwards. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Scratch {
  /** Absolute path of something in the folder. */
  path(...parts: string[]): string;
  remove(): void;
}

export function scratch(base = tmpdir()): Scratch {
  const folder = mkdtempSync(join(realpathSync(base), 'assay 시험 '));
  return {
    path: (...parts) => join(folder, ...parts),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
