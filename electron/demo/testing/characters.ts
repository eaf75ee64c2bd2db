/** For tests: the characters that a font file has glyphs for, read from its `cmap` table (OpenType 1.9, formats 4 and 12). */
import { readFileSync } from 'node:fs';

/** Code points with a glyph other than .notdef. */
export function charactersOf(fontFile: string): Set<number> {
  const file = readFileSync(fontFile);
  const tables = file.readUInt16BE(4);
  for (let i = 0; i < tables; i++) {
    const entry = 12 + i * 16;
    if (file.toString('latin1', entry, entry + 4) === 'cmap') return readCmap(file, file.readUInt32BE(entry + 8));
  }
  throw new Error(`${fontFile}: no cmap`);
}

function readCmap(file: Buffer, start: number): Set<number> {
  const found = new Set<number>();
  for (let i = 0; i < file.readUInt16BE(start + 2); i++) {
    const at = start + file.readUInt32BE(start + 4 + i * 8 + 4);
    const format = file.readUInt16BE(at);
    if (format === 4) readSegments(file, at, found);
    if (format === 12) readGroups(file, at, found);
  }
  return found;
}

function readGroups(file: Buffer, at: number, into: Set<number>): void {
  for (let i = 0; i < file.readUInt32BE(at + 12); i++) {
    const group = at + 16 + i * 12;
    const glyph = file.readUInt32BE(group + 8);
    const first = file.readUInt32BE(group);
    for (let code = first; code <= file.readUInt32BE(group + 4); code++) if (glyph + code - first !== 0) into.add(code);
  }
}

function readSegments(file: Buffer, at: number, into: Set<number>): void {
  const doubled = file.readUInt16BE(at + 6);
  const ends = at + 14;
  const starts = ends + doubled + 2;
  const deltas = starts + doubled;
  const ranges = deltas + doubled;
  for (let i = 0; i < doubled; i += 2) {
    const first = file.readUInt16BE(starts + i);
    const range = file.readUInt16BE(ranges + i);
    for (let code = first; code <= file.readUInt16BE(ends + i) && code !== 0xffff; code++) {
      const glyph =
        range === 0
          ? (code + file.readUInt16BE(deltas + i)) & 0xffff
          : file.readUInt16BE(ranges + i + range + (code - first) * 2);
      if (glyph !== 0) into.add(code);
    }
  }
}
