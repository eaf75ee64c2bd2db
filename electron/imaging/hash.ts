/** The name of a file by its content. */
import { createXXHash128 } from 'hash-wasm';

const hasher = createXXHash128();

/** xxh128 of bytes, 32 hexadecimal digits. */
export async function contentHash(bytes: Uint8Array): Promise<string> {
  const xxh = await hasher;
  // Synchronous from here on: the one hasher is never shared between two files.
  return xxh.init().update(bytes).digest('hex');
}
