/** A small JSON document on disk: validated when read, replaced atomically when written. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type z } from 'zod';

export interface JsonFile<T> {
  /** The stored value, or the fallback where the file is missing or does not fit the schema. */
  read(): T;
  write(value: T): void;
}

export function jsonFile<S extends z.ZodType>(path: string, schema: S, fallback: z.output<S>): JsonFile<z.output<S>> {
  return {
    read() {
      let text: string;
      try {
        text = readFileSync(path, 'utf8');
      } catch {
        return fallback;
      }
      try {
        const parsed = schema.safeParse(JSON.parse(text));
        return parsed.success ? parsed.data : fallback;
      } catch {
        return fallback;
      }
    },
    write(value) {
      mkdirSync(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}.tmp`;
      // On the disk before it takes the name: a cut of power leaves the old document or the new one.
      writeFileSync(temporary, JSON.stringify(value, null, 2), { flush: true });
      renameSync(temporary, path);
    },
  };
}
