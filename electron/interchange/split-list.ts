/** A list of images, one a line: the first column is a base name or a relative path, further columns are ignored. */
import { readFile } from 'node:fs/promises';
import { AssayError } from '../contract/index.ts';
import { NameTable } from './match.ts';
import { decodeText } from './table.ts';

/** The first field of a line: in quotes, or up to the first comma, tab or semicolon, or up to a space that a number ends. */
export function firstField(line: string): string {
  const quoted = /^"((?:[^"]|"")*)"/.exec(line);
  if (quoted?.[1] !== undefined) return quoted[1].replaceAll('""', '"');
  const field = line.split(/[,\t;]/, 1)[0]?.trim() ?? '';
  // "paper70.jpg 2" as in the TrashNet lists; a name with spaces in it stays whole.
  return field.replace(/(\.\w{2,5})\s+\S+$/, '$1');
}

/** Whether a file is named by the list. Throws `import/csv-unreadable`, and where the list names no file at all. */
export async function readSplitList(
  path: string,
  relatives: readonly string[],
): Promise<(relative: string) => boolean> {
  let text: string;
  try {
    text = decodeText(await readFile(path));
  } catch (cause) {
    throw new AssayError('import/csv-unreadable', {
      subject: path,
      values: { reason: 'the list cannot be read' },
      cause,
    });
  }
  const listed = new NameTable<true>();
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const name = firstField(line);
    if (name !== '') listed.set(name, true);
  }
  const has = (relative: string) => listed.get(relative) === true;
  if (!relatives.some(has)) {
    throw new AssayError('import/csv-columns', {
      subject: path,
      values: { reason: 'it names no image of the folder.' },
      remedy: 'Write one base name or relative path a line.',
    });
  }
  return has;
}
