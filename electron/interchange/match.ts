/** Matching names of a table against the files of a folder: by relative path or base name, with or without extension, in NFC. */

const composed = (name: string): string => name.normalize('NFC').replaceAll('\\', '/').replace(/^\.\//, '').trim();
const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const stemOf = (path: string): string => path.replace(/\.[^./]{1,5}$/, '');

/** Keys by which a file may be called in a table, most exact first. */
export function keysOf(relative: string): string[] {
  const path = composed(relative);
  return [path, baseOf(path), stemOf(path), stemOf(baseOf(path))];
}

/** A look-up table from names as written to values; the file is asked by its exact keys first. */
export class NameTable<T> {
  readonly #values = new Map<string, T>();

  set(name: string, value: T): void {
    this.#values.set(composed(name), value);
  }

  /** Value of a file, or undefined. A name with folders in front that do not fit is matched by its end. */
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

/** Every name by which one of these files may be called: for counting how well a column fits. */
export function nameSet(relatives: Iterable<string>): Set<string> {
  const names = new Set<string>();
  for (const relative of relatives) for (const key of keysOf(relative)) names.add(key);
  return names;
}

/** Whether a cell names one of the files; a longer path matches by its base name. */
export const names = (set: ReadonlySet<string>, cell: string): boolean => {
  const name = composed(cell);
  return set.has(name) || set.has(baseOf(name));
};

export { baseOf, composed };
