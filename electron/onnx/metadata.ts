/**
 * The texts that a model carries beside its graph (`metadata_props`), read and written without decoding the tensors:
 * everything else stays byte for byte as it was.
 */
import { AssayError } from '../contract/errors.ts';
import { message, readEntry } from './decode.ts';
import { writeEntry } from './encode.ts';
import { Reader, WireError, Writer } from './wire.ts';

const METADATA = 14;

/** All metadata of an ONNX file. @throws AssayError `model/not-onnx` */
export function readMetadata(bytes: Uint8Array, subject = 'The file'): Map<string, string> {
  const metadata = new Map<string, string>();
  walk(bytes, subject, (reader) => {
    if (reader.field !== METADATA) return void reader.raw();
    const [key, value] = readEntry(message(reader));
    metadata.set(key, value);
  });
  return metadata;
}

/** The file with some metadata set; `undefined` takes a key out. @throws AssayError `model/not-onnx` */
export function writeMetadata(
  bytes: Uint8Array,
  entries: Readonly<Record<string, string | undefined>>,
  subject = 'The file',
): Uint8Array {
  const metadata = readMetadata(bytes, subject);
  for (const [key, value] of Object.entries(entries))
    if (value === undefined) metadata.delete(key);
    else metadata.set(key, value);
  const writer = new Writer();
  walk(bytes, subject, (reader) => {
    const raw = reader.raw();
    if (reader.field !== METADATA) writer.append(raw);
  });
  for (const [key, value] of metadata) writeEntry(writer, METADATA, key, value);
  return writer.finish();
}

function walk(bytes: Uint8Array, subject: string, visit: (reader: Reader) => void): void {
  try {
    const reader = new Reader(bytes);
    while (reader.next()) visit(reader);
  } catch (fault) {
    if (!(fault instanceof WireError)) throw fault;
    throw new AssayError('model/not-onnx', { subject, values: { reason: fault.message }, cause: fault });
  }
}
