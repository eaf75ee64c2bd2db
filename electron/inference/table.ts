/** Tables of classifications taken apart and joined, without changing a byte of a row. Pure: the command loads this file. */
import { AssayError } from '../contract/index.ts';
import { interleaved, type ShardNote, troubleOf } from './sharding.ts';

export interface Part {
  /** What it is called in errors. */
  name: string;
  text: string;
  /** Null for a table that is no shard. */
  note: ShardNote | null;
}

/** Records of a CSV text as they stand, without their line ends; a line break within quotes is part of its record. */
export function recordsOf(text: string): string[] {
  const records: string[] = [];
  let quoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === 34) quoted = !quoted;
    else if (letter === 10 && !quoted) {
      records.push(text.slice(from, text.charCodeAt(at - 1) === 13 ? at - 1 : at));
      from = at + 1;
    }
  }
  if (from < text.length) records.push(text.slice(from));
  return records;
}

const refuse = (reason: string): never => {
  throw new AssayError('classify/merge', { values: { reason } });
};

/** The first cell of a CSV record, without its quotes. */
export function firstCell(record: string): string {
  if (!record.startsWith('"')) return record.split(',', 1)[0]!;
  const end = /^"(?:[^"]|"")*"/.exec(record)?.[0] ?? refuse(`a row whose quotes do not end: ${record.slice(0, 40)}`);
  return end.slice(1, -1).replaceAll('""', '"');
}

const pathOf = (record: string, lines: boolean, name: string): string => {
  if (!lines) return firstCell(record);
  try {
    return String((JSON.parse(record) as { path: unknown }).path);
  } catch {
    return refuse(`${name} has a line that is not JSON`);
  }
};

/**
 * One table of several. Shards are put back into the order of the whole folder and must all be there; tables that are
 * no shards follow each other as given.
 * @param lines JSON lines instead of CSV: no head
 * @throws AssayError `classify/merge` where columns differ, a file stands in two parts, or a shard is missing
 */
export function joinTables(parts: readonly Part[], lines: boolean): { text: string; rows: number } {
  if (parts.length === 0) refuse('no part was given');
  const read = parts.map(({ name, text, note }) => {
    const records = recordsOf(text);
    const head = lines ? '' : (records.shift() ?? refuse(`${name} is empty`));
    return { name, head, note, rows: records };
  });
  const [first] = read;
  for (const { name, head } of read) if (head !== first!.head) refuse(`${name} has other columns than ${first!.name}`);
  const notes = read.flatMap(({ note }) => (note ? [note] : []));
  if (notes.length > 0 && notes.length < read.length)
    refuse(`${read.find(({ note }) => !note)!.name} is no part of a division, or its .shard.json is missing`);
  if (notes.length > 0) {
    const trouble = troubleOf(notes);
    if (trouble) refuse(trouble);
    read.sort((a, b) => a.note!.shard.index - b.note!.shard.index);
    const rows = read.reduce((sum, part) => sum + part.rows.length, 0);
    if (rows !== notes[0]!.files) refuse(`the folder had ${notes[0]!.files} files, the parts hold ${rows} rows`);
  }
  const seen = new Map<string, string>();
  for (const { name, rows } of read)
    for (const record of rows) {
      const path = pathOf(record, lines, name);
      const other = seen.get(path);
      if (other !== undefined) refuse(`"${path}" is in ${other} and in ${name}`);
      seen.set(path, name);
    }
  const rows = notes.length > 0 ? interleaved(read.map((part) => part.rows)) : read.flatMap((part) => part.rows);
  return { text: `${[...(lines ? [] : [first!.head]), ...rows].join('\n')}\n`, rows: rows.length };
}
