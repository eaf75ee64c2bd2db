/**
 * Walks a folder and names the files that may be images. No native code here: the engine loads this file by itself.
 *
 * A file is a candidate by its extension (also of formats that cannot be read: the user expects to hear of them), or
 * without one by its content. Hidden files, projects and links that lead out of the folder are passed over.
 */
import { type Dirent } from 'node:fs';
import { lstat, open, opendir, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { AssayError } from '../contract/index.ts';
import { sniff } from './formats.ts';
import { sortByName } from './sort.ts';

export interface ScannedFile {
  /** Absolute. */
  path: string;
  /** Relative to the folder, '/' between its parts, as the system spells it. */
  relative: string;
  bytes: number;
  mtimeMs: number;
}

const EXTENSIONS = new Set(
  'jpg jpeg jpe jfif png apng webp gif tif tiff avif mpo heic heif bmp ico jp2 j2k jxl ppm pgm pbm tga svg svgz psd'.split(
    ' ',
  ),
);

/** What macOS and Windows leave among pictures: named, so that nobody wonders where a file went. */
const isSystemFile = (name: string): boolean => name === 'Thumbs.db' || (name.startsWith('._') && hasImageName(name));

const hasImageName = (name: string): boolean => EXTENSIONS.has(extname(name).slice(1).toLowerCase());

async function looksLikeImage(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (!file) return false;
  try {
    const head = Buffer.alloc(64);
    const { bytesRead } = await file.read(head, 0, 64, 0);
    return sniff(head.subarray(0, bytesRead)).format !== null;
  } finally {
    await file.close();
  }
}

async function candidate(entry: Dirent, path: string, root: string): Promise<boolean> {
  if (!entry.isFile() && !entry.isSymbolicLink()) return false;
  if (entry.name.startsWith('.') && !isSystemFile(entry.name)) return false;
  if (entry.isSymbolicLink()) {
    const target = await realpath(path).catch(() => null);
    if (!target?.startsWith(root + sep)) return false;
    if (!(await stat(target)).isFile()) return false;
  }
  return (
    hasImageName(entry.name) || isSystemFile(entry.name) || (extname(entry.name) === '' && (await looksLikeImage(path)))
  );
}

interface Found {
  path: string;
  relative: string;
}

/** Files that are asked for their size at once: the answers wait for the disk, not for each other. */
const AT_ONCE = 32;

async function start(root: string): Promise<string> {
  return realpath(root).catch((cause: unknown) => {
    throw new AssayError('import/no-source', { subject: root, cause });
  });
}

/**
 * Yields candidates below `root`, folder by folder in a stable order.
 * @throws AssayError `import/no-source` where the root cannot be read, `import/source-vanished` where it disappears on the way.
 */
export async function* scanFolder(root: string, options: { signal?: AbortSignal } = {}): AsyncGenerator<ScannedFile> {
  for await (const files of walk(root, '', await start(root), options.signal)) {
    for (let from = 0; from < files.length; from += AT_ONCE) {
      if (options.signal?.aborted) throw new AssayError('internal/cancelled');
      const sized = await Promise.all(files.slice(from, from + AT_ONCE).map(sizeOf));
      for (const file of sized) if (file) yield file;
    }
  }
}

/** The same files by their relative names alone, which is much faster: no file is touched. */
export async function* scanNames(root: string, options: { signal?: AbortSignal } = {}): AsyncGenerator<string> {
  for await (const files of walk(root, '', await start(root), options.signal))
    for (const file of files) yield file.relative;
}

async function sizeOf({ path, relative }: Found): Promise<ScannedFile | null> {
  // One that went away since the folder was read is no news: reconciling with the catalogue will say so.
  const info = await stat(path).catch(() => null);
  return info && { path, relative, bytes: info.size, mtimeMs: Math.floor(info.mtimeMs) };
}

async function entriesOf(root: string, below: string): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  try {
    // By portions: a folder of a million files would hold the engine's loop.
    for await (const entry of await opendir(join(root, below), { bufferSize: 512 })) entries.push(entry);
  } catch (cause) {
    const gone = (await lstat(root).catch(() => null)) === null;
    if (gone) throw new AssayError('import/source-vanished', { subject: root, cause });
    if (below === '') throw new AssayError('import/no-source', { subject: root, cause });
    // A folder that may not be entered is passed over: the rest of the import goes on.
    return [];
  }
  return sortByName(entries);
}

/** Candidates in portions, in order: files and folders of a folder are sorted among each other. */
async function* walk(root: string, below: string, real: string, signal?: AbortSignal): AsyncGenerator<Found[]> {
  let portion: Found[] = [];
  for (const entry of await entriesOf(root, below)) {
    if (signal?.aborted) throw new AssayError('internal/cancelled');
    const relative = below === '' ? entry.name : `${below}/${entry.name}`;
    const path = join(root, relative);
    if (entry.isDirectory()) {
      if (entry.name.startsWith('.') || entry.name.endsWith('.assay') || entry.name === '__MACOSX') continue;
      if (portion.length > 0) yield portion;
      portion = [];
      yield* walk(root, relative, real, signal);
    } else if (await candidate(entry, path, real)) {
      portion.push({ path, relative });
      if (portion.length >= 8 * AT_ONCE) {
        yield portion;
        portion = [];
      }
    }
  }
  if (portion.length > 0) yield portion;
}
