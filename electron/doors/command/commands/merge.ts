/** assay merge: joins the tables of machines that shared a folder. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AssayError } from '../../../contract/index.ts';
import { noteFor, type ShardNote } from '../../../inference/sharding.ts';
import { joinTables, type Part } from '../../../inference/table.ts';
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';

async function partAt(path: string): Promise<Part> {
  const name = basename(path);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? `${path} does not exist` : `${path}: ${cause.message}`;
    throw new AssayError('classify/merge', { values: { reason }, cause });
  });
  const note = await readFile(noteFor(path), 'utf8').catch(() => null);
  try {
    return { name, text, note: note === null ? null : (JSON.parse(note) as ShardNote) };
  } catch (cause) {
    throw new AssayError('classify/merge', { values: { reason: `${noteFor(name)} is damaged` }, cause });
  }
}

export const merge: Command = {
  name: 'merge',
  operands: 'OUT.csv PART.csv …',
  about: 'join the tables of "classify --shard" into one, as if it had been made at once',
  options: {},
  async run(call) {
    const [out, ...parts] = call.operands.map((path) => call.options.resolve(path));
    if (out === undefined || parts.length === 0) throw usageError(merge, 'name the table to write, then its parts');
    if (parts.includes(out)) throw usageError(merge, 'the table to write is one of its parts');
    const { text, rows } = joinTables(await Promise.all(parts.map(partAt)), /\.(jsonl|ndjson)$/i.test(out));
    const temporary = `${out}.${process.pid}.tmp`;
    try {
      await writeFile(temporary, text, { flush: true });
      await rename(temporary, out);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AssayError('classify/output', { subject: out, values: { reason }, cause });
    }
    return { document: { parts: parts.length, rows, out }, text: `${rows} rows joined into ${out}.` };
  },
};
