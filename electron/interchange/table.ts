/** Text tables: encoding and delimiter are found, not asked. */
import { open, readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { AssayError } from '../contract/index.ts';

export interface Table {
  columns: string[];
  rows: Record<string, string>[];
}

const LARGEST_BYTES = 256 * 1024 * 1024;
const DELIMITERS = [',', '\t', ';', '|'];

/** UTF-8 with or without mark, UTF-16 by its mark, otherwise the Korean code page that Excel writes. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('euc-kr').decode(bytes);
  }
}

/** The delimiter that the first line has most of, outside quotes. */
function delimiterOf(text: string): string {
  const line = (text.split(/\r?\n/, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((d) => line.split(d).length - 1);
  const best = counts.indexOf(Math.max(...counts));
  return (counts[best] ?? 0) > 0 ? (DELIMITERS[best] ?? ',') : ',';
}

const unreadable = (path: string, reason: string, cause?: unknown) =>
  new AssayError('import/csv-unreadable', { subject: path, values: { reason }, cause });

/**
 * Reads a table with a header line. Throws `import/csv-unreadable`.
 * @param most rows to read (all)
 */
export async function readTable(path: string, most = Infinity): Promise<Table> {
  let bytes: Buffer;
  try {
    const file = await open(path);
    const { size } = await file.stat().finally(() => file.close());
    if (size > LARGEST_BYTES) throw unreadable(path, `it has ${Math.round(size / 1e6)} MB`);
    bytes = await readFile(path);
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    throw unreadable(
      path,
      cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'the file does not exist' : String(cause),
      cause,
    );
  }
  if (bytes.subarray(0, 4096).includes(0) && bytes[0] !== 0xff && bytes[0] !== 0xfe)
    throw unreadable(path, 'it is not a text file');
  const text = decodeText(bytes);
  try {
    const cells = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      ...(Number.isFinite(most) ? { to: most + 1 } : {}),
    });
    const [head, ...rest] = cells;
    if (!head) throw unreadable(path, 'it is empty');
    const columns = head.map((name, i) => name.trim() || `column ${i + 1}`);
    const rows = rest.map((line) => Object.fromEntries(columns.map((name, i) => [name, (line[i] ?? '').trim()])));
    return { columns, rows };
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}
