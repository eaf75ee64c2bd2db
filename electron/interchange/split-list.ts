/** A list of images, one a line: the first column is a base name or a relative path, further columns are ignored. */
import { AssayError } from '../contract/index.ts';
import { fitColumns, NameTable } from './match.ts';
import { inSlices } from './slices.ts';
import { readText } from './table.ts';

/** The first field of a line: in quotes, or up to the first comma, tab or semicolon, or up to a space that a number ends. */
export function firstField(line: string): string {
  const quoted = /^"((?:[^"]|"")*)"/.exec(line);
  if (quoted?.[1] !== undefined) return quoted[1].replaceAll('""', '"');
  const field = line.split(/[,\t;]/, 1)[0]?.trim() ?? '';
  // "paper70.jpg 2" as in the TrashNet lists; a name with spaces in it stays whole.
  return field.replace(/(\.\w{2,5})\s+\S+$/, '$1');
}

/**
 * Whether a file is named by the list. Throws `import/csv-unreadable`, and `import/csv-columns` where the list names no
 * file at all.
 */
export async function readSplitList(
  path: string,
  relatives: readonly string[],
): Promise<(relative: string) => boolean> {
  const text = await readText(path);
  const names: string[] = [];
  await inSlices(text.split(/\r?\n/), (line) => {
    const name = firstField(line);
    if (name !== '') names.push(name);
  });
  const [fit] = await fitColumns([names], relatives);
  if (!fit || fit.share === 0) {
    throw new AssayError('import/csv-columns', {
      subject: path,
      values: { reason: 'It names no image of the folder.' },
      remedy: 'Write one base name or relative path a line.',
    });
  }
  const listed = new NameTable<true>(fit.folders);
  await inSlices(names, (name) => {
    listed.set(name, true);
  });
  return (relative) => listed.get(relative) === true;
}
