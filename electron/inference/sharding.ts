/** Work shared between machines that know nothing of each other. Pure: the engine and the command load this file. */
import { type Shard } from '../contract/index.ts';

/** The part's files: every `of`-th of the folder's order, so that parts are of one size and their rows interleave. */
export const shardOf = <T>(files: readonly T[], shard: Shard | null): T[] =>
  shard === null ? [...files] : files.filter((_, i) => i % shard.of === shard.index - 1);

/** What is kept beside a part's table, so that joining can tell what is missing. */
export interface ShardNote {
  shard: Shard;
  /** Files of the whole folder, and a digest of their names. */
  files: number;
  digest: string;
}

/** Name of the note beside a table. */
export const noteFor = (table: string): string => `${table}.shard.json`;

/**
 * Why these parts do not make a whole; null where they do. Each must be there once, of one folder's listing.
 * @param notes in any order
 */
export function troubleOf(notes: readonly ShardNote[]): string | null {
  const [first] = notes;
  if (!first) return 'no part was given';
  const { of } = first.shard;
  if (notes.some((note) => note.shard.of !== of)) return 'the parts belong to divisions into different numbers';
  if (notes.some((note) => note.digest !== first.digest || note.files !== first.files))
    return 'the parts were made from different lists of files';
  const seen = new Set<number>();
  for (const { shard } of notes) {
    if (seen.has(shard.index)) return `part ${shard.index}/${of} is given twice`;
    seen.add(shard.index);
  }
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !seen.has(index));
  return missing.length === 0 ? null : `missing: ${missing.map((index) => `${index}/${of}`).join(', ')}`;
}

/** Rows of parts in the order of the whole folder; part i holds rows i, i + of, i + 2·of … */
export function interleaved<T>(parts: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...parts.map((part) => part.length));
  const out: T[] = [];
  for (let row = 0; row < longest; row++) for (const part of parts) if (row < part.length) out.push(part[row] as T);
  return out;
}
