/** JSON files that a person wrote. */
import { readFile } from 'node:fs/promises';
import { AssayError } from '../../contract/index.ts';

/** @throws AssayError `train/recipe-invalid` where it cannot be read or is no JSON */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AssayError('train/recipe-invalid', { subject: path, values: { reason: cause.message }, cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = `it is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`;
    throw new AssayError('train/recipe-invalid', { subject: path, values: { reason }, cause });
  }
}
