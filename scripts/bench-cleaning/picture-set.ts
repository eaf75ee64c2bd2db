/** A folder of pictures with labels for the cleaning bench, and its features, kept between runs. */
import { readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type TaskContext } from '../../electron/compute/protocol.ts';
import { drawDemo } from '../../electron/demo/index.ts';
import { embedTask, prepareTask } from '../../electron/embeddings/index.ts';
import { contentHash, mapOrdered } from '../../electron/imaging/index.ts';
import { CACHE } from './cache.ts';

export interface PictureSet {
  name: string;
  paths: string[];
  hashes: string[];
  /** Given classes as indices of `classes`. */
  labels: Int32Array;
  classes: string[];
}

/** A task's context without anybody to listen. */
export const quiet = (): TaskContext<never> => ({
  signal: new AbortController().signal,
  progress: () => undefined,
  emit: () => Promise.resolve(),
  log: () => undefined,
});

async function hashed(paths: readonly string[]): Promise<string[]> {
  const hashes: string[] = [];
  for await (const hash of mapOrdered(paths, async (path) => contentHash(await readFile(path)))) hashes.push(hash);
  return hashes;
}

async function setOf(name: string, rows: readonly { path: string; label: string }[]): Promise<PictureSet> {
  const classes = [...new Set(rows.map((row) => row.label))].sort();
  const paths = rows.map((row) => row.path);
  const labels = Int32Array.from(rows, (row) => classes.indexOf(row.label));
  return { name, paths, hashes: await hashed(paths), labels, classes };
}

const PICTURE = /\.(jpe?g|png)$/i;

/** One folder a class. */
export async function folderSet(name: string, folder: string): Promise<PictureSet> {
  const rows: { path: string; label: string }[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true })).filter((e) => e.isDirectory()))
    for (const file of (await readdir(join(folder, entry.name))).filter((file) => PICTURE.test(file)).sort())
      rows.push({ path: join(folder, entry.name, file), label: entry.name });
  return setOf(name, rows);
}

/** Pictures of one folder, without labels that mean anything. */
export async function flatSet(name: string, folder: string): Promise<PictureSet> {
  const files = (await readdir(folder)).filter((file) => PICTURE.test(file)).sort();
  return setOf(
    name,
    files.map((file) => ({ path: join(folder, file), label: '' })),
  );
}

/** The demo set with nothing wrong planted by itself. */
export async function demoSet(images: number): Promise<PictureSet> {
  const folder = join(CACHE, `demo-${images}`);
  await drawDemo({ folder, train: images, test: 0, noise: 0, seed: 1 });
  const table = parse(await readFile(join(folder, 'train.csv')), { columns: true, bom: true }) as Record<
    string,
    string
  >[];
  const [id, label] = Object.keys(table[0] ?? {});
  const rows = table.map((row) => ({
    path: join(folder, 'train', row[id ?? ''] ?? ''),
    label: row[label ?? ''] ?? '',
  }));
  return setOf(
    'demo',
    rows.filter((row) => existsSync(row.path)),
  );
}

/** Features of a built-in backbone, as the search computes them. */
export async function featuresOf(set: PictureSet, backbone: string): Promise<{ path: string; length: number }> {
  const { path } = await prepareTask({ name: backbone, cache: join(CACHE, 'backbones') });
  const images = set.paths.map((file, i) => ({ hash: set.hashes[i]!, path: file }));
  const result = await embedTask(
    { backbone: path, tap: 'depths', size: null, fit: 'letterbox', folder: join(CACHE, 'features'), images },
    quiet(),
  );
  return { path: result.path, length: result.length };
}

export const nameOf = (set: PictureSet, row: number): string => basename(set.paths[row]!);
