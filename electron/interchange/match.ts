/**
 * Matching names of a table against the files of a folder, in NFC. A file may be called by its path or any end of it, with
 * or without extension; a table may put folders in front that the source does not have (`/data/set/train/a.jpg`).
 */
import { inSlices } from './slices.ts';

const composed = (name: string): string =>
  name
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^\.?\//, '')
    .trim();
const stemOf = (path: string): string => path.replace(/\.[^./]{1,5}$/, '');
const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const LOOKED_AT = 2000;
const DEEPEST = 12;

/** `path` without its first folders, as many as there are at most. */
function withoutFolders(path: string, folders: number): string {
  let from = 0;
  for (let i = 0; i < folders; i++) {
    const slash = path.indexOf('/', from);
    if (slash < 0) break;
    from = slash + 1;
  }
  return path.slice(from);
}

/** What a file may be called, longest first: x/y/a.jpg, x/y/a, y/a.jpg, y/a, a.jpg, a. */
export function keysOf(relative: string): string[] {
  const keys: string[] = [];
  for (let path = composed(relative); ;) {
    keys.push(path);
    const stem = stemOf(path);
    if (stem !== path) keys.push(stem);
    const slash = path.indexOf('/');
    if (slash < 0) return keys;
    path = path.slice(slash + 1);
  }
}

/** How a column of a table fits the files. */
export interface Fit {
  /** Leading folders of its names that the source does not have. */
  folders: number;
  /** Share of its names that are files once those are taken away, 0-1. */
  share: number;
}

/** How each of some columns fits; looks at no more than 2,000 names of each unless those are no files at all. */
export async function fitColumns(
  columns: readonly (readonly string[])[],
  relatives: readonly string[],
): Promise<Fit[]> {
  const samples = columns.map((names) => {
    const every = Math.ceil(names.length / LOOKED_AT);
    return every <= 1 ? names : names.filter((_, i) => i % every === 0);
  });
  const fits = await fitAll(samples, relatives);
  // A folder with a few files of a long table: the sample may have missed them all.
  const sampled = samples.some((sample, i) => sample.length < (columns[i]?.length ?? 0));
  return sampled && fits.every((fit) => fit.share === 0) ? fitAll(columns, relatives) : fits;
}

async function fitAll(columns: readonly (readonly string[])[], relatives: readonly string[]): Promise<Fit[]> {
  const names = await Promise.all(
    columns.map(async (column) => {
      const all: string[] = [];
      await inSlices(column, (name) => {
        const path = composed(name);
        if (path !== '') all.push(path);
      });
      return all;
    }),
  );
  // By base name and by stem: the files that a name may mean. Only names of the table take memory, not a million files.
  const candidates = new Map<string, Set<string>>();
  for (const column of names) {
    await inSlices(column, (name) => {
      const base = baseOf(name);
      candidates.set(base, candidates.get(base) ?? new Set());
      candidates.set(stemOf(base), candidates.get(stemOf(base)) ?? new Set());
    });
  }
  await inSlices(relatives, (relative) => {
    const path = composed(relative);
    candidates.get(baseOf(path))?.add(path);
    candidates.get(stemOf(baseOf(path)))?.add(path);
  });
  const fits: Fit[] = [];
  for (const column of names) fits.push(await fitOf(column, candidates));
  return fits;
}

const endsAs = (path: string, name: string): boolean => path === name || path.endsWith(`/${name}`);

function isFile(name: string, candidates: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  for (const path of candidates.get(baseOf(name)) ?? [])
    if (endsAs(path, name) || endsAs(stemOf(path), name)) return true;
  return false;
}

async function fitOf(names: readonly string[], candidates: ReadonlyMap<string, ReadonlySet<string>>): Promise<Fit> {
  const depth = names.reduce((most, name) => Math.max(most, name.split('/').length - 1), 0);
  let best: Fit = { folders: 0, share: 0 };
  // The fewest that fit best: what is left in front tells files of one name apart.
  for (let folders = 0; folders <= Math.min(DEEPEST, depth) && best.share < 1; folders++) {
    let found = 0;
    await inSlices(names, (name) => {
      if (isFile(withoutFolders(name, folders), candidates)) found++;
    });
    const share = names.length === 0 ? 0 : found / names.length;
    if (share > best.share) best = { folders, share };
  }
  return best;
}

/** Values by names as a table writes them; asked by files. */
export class NameTable<T> {
  readonly #values = new Map<string, T>();
  readonly #folders: number;

  /** @param folders leading folders of the table's names that the source does not have (`Fit`) */
  constructor(folders: number) {
    this.#folders = folders;
  }

  /** The last value of a name counts. */
  set(name: string, value: T): void {
    this.#values.set(withoutFolders(composed(name), this.#folders), value);
  }

  /** Value of a file by the longest name that the table has of it, or undefined. */
  get(relative: string): T | undefined {
    for (const key of keysOf(relative)) {
      const value = this.#values.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  get size(): number {
    return this.#values.size;
  }
}
