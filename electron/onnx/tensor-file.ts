/**
 * Named float32 tensors and a JSON note in one file, for checkpoints and trained weights:
 *
 *     8 bytes "ASSAYTEN" · uint32 length of the header · header (JSON) · padding to 64 · float32 values, little endian
 *
 * The header lists name, dims and offset (in floats) of every tensor and holds a digest of the values, so that a file
 * that was cut short or damaged is told from a whole one.
 */
import { createHash } from 'node:crypto';

export interface TensorFile {
  /** Plain JSON. */
  note: Record<string, unknown>;
  tensors: Map<string, { dims: readonly number[]; data: Float32Array }>;
}

interface Header {
  note: Record<string, unknown>;
  tensors: { name: string; dims: readonly number[]; offset: number }[];
  digest: string;
}

const MAGIC = 'ASSAYTEN';
const ALIGN = 64;

export function encodeTensorFile(
  tensors: Iterable<readonly [string, { dims: readonly number[]; data: Float32Array }]>,
  note: Record<string, unknown>,
): Uint8Array {
  const list = [...tensors];
  const entries: Header['tensors'] = [];
  let floats = 0;
  for (const [name, { dims, data }] of list) {
    entries.push({ name, dims: [...dims], offset: floats });
    floats += data.length;
  }
  const values = new Float32Array(floats);
  list.forEach(([, { data }], i) => values.set(data, entries[i]!.offset));
  const body = new Uint8Array(values.buffer);
  const header: Header = { note, tensors: entries, digest: digestOf(body) };
  const text = Buffer.from(JSON.stringify(header));
  const start = Math.ceil((MAGIC.length + 4 + text.length) / ALIGN) * ALIGN;
  const file = new Uint8Array(start + body.length);
  file.set(Buffer.from(MAGIC), 0);
  new DataView(file.buffer).setUint32(MAGIC.length, text.length, true);
  file.set(text, MAGIC.length + 4);
  file.set(body, start);
  return file;
}

/** Null where the bytes are no whole file of this form. */
export function decodeTensorFile(file: Uint8Array): TensorFile | null {
  if (file.length < MAGIC.length + 4 || Buffer.from(file.subarray(0, MAGIC.length)).toString() !== MAGIC) return null;
  const length = new DataView(file.buffer, file.byteOffset).getUint32(MAGIC.length, true);
  const start = Math.ceil((MAGIC.length + 4 + length) / ALIGN) * ALIGN;
  if (start > file.length) return null;
  let header: Header;
  try {
    header = JSON.parse(Buffer.from(file.subarray(MAGIC.length + 4, MAGIC.length + 4 + length)).toString()) as Header;
  } catch {
    return null;
  }
  // A copy that begins at its buffer: what a file was read into may be a part of a larger one.
  const body = Uint8Array.from(file.subarray(start));
  if (body.length % 4 !== 0 || digestOf(body) !== header.digest) return null;
  const values = new Float32Array(body.buffer);
  const tensors: TensorFile['tensors'] = new Map(
    header.tensors.map(({ name, dims, offset }) => {
      const size = dims.reduce((product, dim) => product * dim, 1);
      return [name, { dims, data: values.subarray(offset, offset + size) }];
    }),
  );
  return { note: header.note, tensors };
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
