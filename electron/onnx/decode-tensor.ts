import { AssayError } from '../contract/errors.ts';
import { byteSize, type DataType, sizeOf, type Tensor, type TensorData, typeOfNumber, zerosArray } from './tensor.ts';
import { decodeUtf8, Reader, Wire, WireError } from './wire.ts';

/** Bytes of the file `location` beside the model, or undefined where it does not exist. */
export type ExternalData = (location: string) => Uint8Array | undefined;

/**
 * Reads a TensorProto: raw bytes, typed fields, or a range of a file beside the model.
 * @throws WireError where number of elements and data disagree; AssayError `model/external-data`.
 */
export function decodeTensor(
  reader: Reader,
  external: ExternalData | undefined,
  subject: string,
): { name: string; tensor: Tensor } {
  const dims: number[] = [];
  const numbers: (number | bigint)[] = [];
  const strings: Uint8Array[] = [];
  const outside = new Map<string, string>();
  let [name, typeNumber, place] = ['', 0, 0];
  let raw: Uint8Array | undefined;
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        reader.each(Wire.varint, (r) => dims.push(r.int()));
        break;
      case 2:
        typeNumber = reader.varint();
        break;
      case 4:
        reader.each(Wire.fixed32, (r) => numbers.push(r.float()));
        break;
      case 5:
      case 7:
      case 11:
        reader.each(Wire.varint, (r) => numbers.push(r.int64()));
        break;
      case 6:
        strings.push(reader.sub());
        break;
      case 8:
        name = reader.string();
        break;
      case 9:
        raw = reader.sub();
        break;
      case 10:
        reader.each(Wire.fixed64, (r) => numbers.push(r.double()));
        break;
      case 13: {
        const [key, value] = readPair(new Reader(reader.sub()));
        outside.set(key, value);
        break;
      }
      case 14:
        place = reader.varint();
        break;
      default: // documentation; segments, which no exporter writes
        reader.raw();
    }
  }
  const type = typeOfNumber(typeNumber);
  if (type === undefined) throw new WireError(`tensor ${name} has the unknown element type ${typeNumber}`);
  if (dims.some((dim) => dim < 0 || !Number.isSafeInteger(dim))) throw new WireError(`tensor ${name} has a bad shape`);
  const count = sizeOf(dims);
  if (place === 1) raw = readOutside(name, type, count, outside, external, subject);
  return { name, tensor: { type, dims, data: toData(name, type, count, raw, numbers, strings) } };
}

function readPair(reader: Reader): [string, string] {
  const pair: [string, string] = ['', ''];
  while (reader.next()) {
    if (reader.field === 1 || reader.field === 2) pair[reader.field - 1] = reader.string();
    else reader.raw();
  }
  return pair;
}

function readOutside(
  name: string,
  type: DataType,
  count: number,
  entries: Map<string, string>,
  external: ExternalData | undefined,
  subject: string,
): Uint8Array {
  const fail = (reason: string): never => {
    throw new AssayError('model/external-data', { subject, values: { reason } });
  };
  const location = entries.get('location') ?? '';
  const parts = location.split(/[\\/]/);
  // A model is not trusted: it may name files of its own folder only.
  if (location === '' || parts.includes('..') || parts[0] === '' || /^[A-Za-z]:/.test(location))
    return fail(`tensor ${name} lies at "${location}", which is not a file beside the model`);
  const file = external?.(location);
  if (file === undefined) return fail(`${location} (tensor ${name})`);
  const offset = Number(entries.get('offset') ?? 0);
  const length = Number(entries.get('length') ?? byteSize(type, count));
  if (!(offset >= 0 && length >= 0 && offset + length <= file.length))
    return fail(`${location} is too short for tensor ${name}`);
  return file.subarray(offset, offset + length);
}

function toData(
  name: string,
  type: DataType,
  count: number,
  raw: Uint8Array | undefined,
  numbers: (number | bigint)[],
  strings: Uint8Array[],
): TensorData {
  const wrong = (found: number): never => {
    throw new WireError(`tensor ${name} has ${found} elements where its shape says ${count}`);
  };
  if (type === 'string') return strings.length === count ? strings.map(decodeUtf8) : wrong(strings.length);
  if (raw !== undefined && (raw.length > 0 || count === 0)) {
    if (raw.length !== byteSize(type, count)) wrong(raw.length);
    const data = zerosArray(type, count);
    new Uint8Array(data.buffer).set(raw);
    return data;
  }
  if (byteSize(type, count) > 16 * 8 * (numbers.length + 1)) wrong(numbers.length); // before memory is taken
  const data = zerosArray(type, count);
  if (numbers.length !== data.length) wrong(numbers.length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    for (let i = 0; i < data.length; i++) data[i] = BigInt(numbers[i]!);
  else for (let i = 0; i < data.length; i++) data[i] = Number(numbers[i]!);
  return data;
}
