/** Text tables: encoding and delimiter are found, not asked. */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { AssayError } from '../contract/index.ts';
import { nextTurn } from './slices.ts';

export interface Table {
  columns: string[];
  /** Cells in the order of the columns, trimmed; a short line has fewer. */
  rows: string[][];
  /** Rows of the file; more than `rows` holds where only the first were wanted. */
  total: number;
}

const LARGEST_BYTES = 256 * 1024 * 1024;
const DELIMITERS = [',', '\t', ';', '|'];
/** Characters that are parsed between two turns of the event loop: some 5 ms. */
const PIECE = 128 * 1024;

const decoded = (encoding: string, bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

/** UTF-8 with or without mark, UTF-16 by its mark, otherwise the Korean code page that Excel writes, otherwise Latin. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return decoded('utf-8', bytes) ?? decoded('euc-kr', bytes) ?? new TextDecoder('windows-1252').decode(bytes);
}

/** The delimiter that the first line has most of, outside quotes. */
function delimiterOf(text: string): string {
  const line = (text.split(/\r?\n/, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((d) => line.split(d).length - 1);
  const best = counts.indexOf(Math.max(...counts));
  return (counts[best] ?? 0) > 0 ? (DELIMITERS[best] ?? ',') : ',';
}

export const unreadable = (path: string, reason: string, cause?: unknown): AssayError =>
  new AssayError('import/csv-unreadable', { subject: path, values: { reason }, cause });

/** A text file's text without its mark. Throws `import/csv-unreadable`. */
export async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    const file = await open(path);
    try {
      const info = await file.stat();
      if (!info.isFile()) throw unreadable(path, 'it is a folder');
      if (info.size > LARGEST_BYTES) throw unreadable(path, `it has ${Math.round(info.size / 1e6)} MB`);
      bytes = await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    const gone = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw unreadable(path, gone ? 'the file does not exist' : String(cause), cause);
  }
  if (bytes.subarray(0, 4096).includes(0) && bytes[0] !== 0xff && bytes[0] !== 0xfe)
    throw unreadable(path, 'it is not a text file');
  return decodeText(bytes).replace(/^\uFEFF/, '');
}

async function* pieces(text: string): AsyncGenerator<string> {
  for (let from = 0; from < text.length; from += PIECE) {
    yield text.slice(from, from + PIECE);
    await nextTurn();
  }
}

function linesOf(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines + (text.endsWith('\n') ? 0 : 1);
}

/**
 * Reads a table with a header line. Throws `import/csv-unreadable`.
 * @param most rows to read (all); `total` is then counted in lines
 */
export async function readTable(path: string, most = Infinity): Promise<Table> {
  const text = await readText(path);
  const parser = Readable.from(pieces(text)).pipe(
    parse({
      delimiter: delimiterOf(text),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      ...(Number.isFinite(most) ? { to: most + 1 } : {}),
    }),
  );
  const lines: string[][] = [];
  try {
    // csv-parse types its records as any; without `columns` they are lists of cells.
    for await (const line of parser as AsyncIterable<string[]>) lines.push(line.map((cell) => cell.trim()));
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const [head, ...rows] = lines;
  if (!head) throw unreadable(path, 'it is empty');
  const columns = head.map((name, i) => name || `column ${i + 1}`);
  return { columns, rows, total: rows.length < most ? rows.length : linesOf(text) - 1 };
}
