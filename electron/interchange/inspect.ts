/** What an import of a folder would find: the ground of the one choice, where labels come from. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError, type Output, type TableGuess } from '../contract/index.ts';
import { scanNames } from '../imaging/scan.ts';
import { guessTable } from './csv.ts';
import { folderLabels, splitOfFolder } from './folders.ts';

/** Counting stops here: the choice does not depend on the last image. */
const MOST_FILES = 20_000;
const MOST_MS = 3_000;

async function tablesIn(folder: string, relatives: readonly string[]): Promise<TableGuess[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((e) => e.isFile() && /\.(csv|tsv|txt)$/i.test(e.name)).slice(0, 20);
  if (files.length === 0) return [];
  const guesses = [];
  // One after the other: each is read into memory.
  for (const file of files) guesses.push(await guessTable(join(folder, file.name), relatives));
  return guesses.filter((guess) => guess !== null).sort((a, b) => b.match - a.match || b.rows - a.rows);
}

/** Throws `import/no-source`, `import/no-images`. */
export async function inspectFolder(
  folder: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Output<'folders.inspect'>> {
  const relatives: string[] = [];
  const until = performance.now() + MOST_MS;
  let more = false;
  for await (const relative of scanNames(folder, { signal })) {
    relatives.push(relative);
    if (relatives.length >= MOST_FILES || performance.now() > until) {
      more = true;
      break;
    }
  }
  if (relatives.length === 0) throw new AssayError('import/no-images', { subject: folder });
  const labels = folderLabels(relatives);
  const counts = new Map<string, number>();
  const splits = new Set<string>();
  for (const relative of relatives) {
    const label = labels(relative);
    if (label.class !== null) counts.set(label.class, (counts.get(label.class) ?? 0) + 1);
    if (label.split !== null)
      splits.add(relative.split('/').find((part) => splitOfFolder(part) !== null) ?? label.split);
  }
  const tables = await tablesIn(folder, relatives);
  const classFolders = [...counts]
    .map(([name, images]) => ({ name, images }))
    .sort((a, b) => a.name.localeCompare(b.name));
  return {
    path: folder,
    images: relatives.length,
    more,
    classFolders,
    splitFolders: [...splits],
    tables,
    suggestion: tables.length > 0 && classFolders.length < 2 ? 'tables' : classFolders.length >= 2 ? 'folders' : 'none',
  };
}
