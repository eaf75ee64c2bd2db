/** Folders of this computer, for doors without a file dialog, and what an import of one would find. */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AssayError } from '../../contract/index.ts';
import { inspectFolder } from '../../interchange/index.ts';
import { type HandlersOf } from '../context.ts';

const MOST_ENTRIES = 2000;

export const folders: HandlersOf<'folders'> = {
  async 'folders.list'(_context, { path }) {
    const folder = resolve(path ?? homedir());
    let entries;
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (cause) {
      throw new AssayError('import/no-source', { subject: folder, cause });
    }
    const visible = entries
      .filter((entry) => !entry.name.startsWith('.'))
      .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
      .slice(0, MOST_ENTRIES);
    const files = await Promise.all(
      visible
        .filter((entry) => entry.isFile())
        .map(async ({ name }) => ({
          name,
          path: join(folder, name),
          bytes: (await stat(join(folder, name)).catch(() => null))?.size ?? 0,
        })),
    );
    return {
      path: folder,
      parent: dirname(folder) === folder ? null : dirname(folder),
      folders: visible
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => ({
          name,
          path: join(folder, name),
          project: existsSync(join(folder, name, 'catalogue.db')),
        })),
      files,
    };
  },
  'folders.inspect': (_context, { path }, { signal }) => inspectFolder(resolve(path), { signal }),
};
