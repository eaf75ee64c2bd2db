/**
 * The protobuf wire format, as far as ONNX needs it: varints, fixed 32 and 64 bits, length-delimited fields.
 * Source: https://protobuf.dev/programming-guides/encoding/ (groups, wire types 3 and 4, do not occur in ONNX).
 *
 * Nothing here knows ONNX. A field that its message does not model is kept as raw bytes (tag included) and
 * written back behind the known ones, so that a file survives reading and writing.
 */

export const Wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
export type WireType = (typeof Wire)[keyof typeof Wire];

/** Thrown on bytes that are no protobuf message; decoders turn it into `model/not-onnx`. */
export class WireError extends Error {}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

export class Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position = 0;
  /** Set by `next`. */
  field = 0;
  wire: WireType = Wire.varint;
  #fieldStart = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Steps to the next field. Returns false at the end of the message. */
  next(): boolean {
    if (this.position >= this.bytes.length) return false;
    this.#fieldStart = this.position;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    const wire = tag & 7;
    if (this.field === 0 || !(wire === 0 || wire === 1 || wire === 2 || wire === 5))
      throw new WireError(`no field starts at byte ${this.#fieldStart}`);
    this.wire = wire;
    return true;
  }

  /** An unsigned varint as a number. Values over 2^53 are rounded to the nearest double. */
  varint(): number {
    let result = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.bytes[this.position++];
      if (byte === undefined) throw new WireError('the data ends in the middle of a number');
      result += (byte & 127) * scale;
      if (byte < 128) return result;
      scale *= 128;
    }
    throw new WireError('a number is longer than 64 bits');
  }

  /** A signed 64-bit varint, exact. */
  int64(): bigint {
    const start = this.position;
    const low = this.varint();
    if (this.position - start < 8) return BigInt(low);
    this.position = start;
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes[this.position++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
  }

  /** A signed 64-bit varint as the nearest double. */
  int(): number {
    return Number(this.int64());
  }

  float(): number {
    this.#need(4);
    this.position += 4;
    return this.view.getFloat32(this.position - 4, true);
  }

  double(): number {
    this.#need(8);
    this.position += 8;
    return this.view.getFloat64(this.position - 8, true);
  }

  /** A length-delimited field: a view, not a copy. */
  sub(): Uint8Array {
    const length = this.varint();
    this.#need(length);
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  string(): string {
    return decodeUtf8(this.sub());
  }

  /** Calls `read` once, or for every element of a packed field. `scalar` is the wire type of one element. */
  each(scalar: WireType, read: (reader: Reader) => void): void {
    if (this.wire === scalar) return read(this);
    if (this.wire !== Wire.bytes) throw new WireError(`field ${this.field} has wire type ${this.wire}`);
    const packed = new Reader(this.sub());
    while (packed.position < packed.bytes.length) read(packed);
  }

  /** Skips the current field and returns its bytes, tag included. */
  raw(): Uint8Array {
    if (this.wire === Wire.varint) this.varint();
    else if (this.wire === Wire.bytes) this.sub();
    else {
      const size = this.wire === Wire.fixed32 ? 4 : 8;
      this.#need(size);
      this.position += size;
    }
    return this.bytes.subarray(this.#fieldStart, this.position);
  }

  #need(count: number): void {
    if (this.position + count > this.bytes.length) throw new WireError('the data ends in the middle of a field');
  }
}

export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new WireError('a text is not UTF-8');
  }
}

/** Collects chunks; nested messages are not copied until `finish`. */
export class Writer {
  readonly #chunks: Uint8Array[] = [];
  #scratch = new Uint8Array(256);
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length + this.#used;
  }

  #byte(value: number): void {
    if (this.#used === this.#scratch.length) this.#flush();
    this.#scratch[this.#used++] = value;
  }

  #flush(): void {
    if (this.#used === 0) return;
    this.#chunks.push(this.#scratch.subarray(0, this.#used));
    this.#length += this.#used;
    this.#scratch = new Uint8Array(256);
    this.#used = 0;
  }

  varint(value: number | bigint): void {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) {
      let rest = value;
      for (; rest >= 128; rest = Math.floor(rest / 128)) this.#byte((rest % 128) | 128);
      this.#byte(rest);
      return;
    }
    let rest = BigInt.asUintN(64, toInt64(value));
    for (; rest >= 128n; rest >>= 7n) this.#byte(Number(rest & 127n) | 128);
    this.#byte(Number(rest));
  }

  tag(field: number, wire: WireType): void {
    this.varint(field * 8 + wire);
  }

  int(field: number, value: number | bigint): void {
    this.tag(field, Wire.varint);
    this.varint(value);
  }

  float(field: number, value: number): void {
    this.tag(field, Wire.fixed32);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    for (const byte of bytes) this.#byte(byte);
  }

  bytes(field: number, value: Uint8Array): void {
    this.tag(field, Wire.bytes);
    this.varint(value.length);
    this.append(value);
  }

  string(field: number, value: string): void {
    this.bytes(field, encoder.encode(value));
  }

  message(field: number, write: (inner: Writer) => void): void {
    const inner = new Writer();
    write(inner);
    inner.#flush();
    this.tag(field, Wire.bytes);
    this.varint(inner.#length);
    this.#flush();
    for (const chunk of inner.#chunks) this.#chunks.push(chunk);
    this.#length += inner.#length;
  }

  /** Raw bytes without a tag: fields kept from reading. The array must not change before `finish`. */
  append(value: Uint8Array): void {
    if (value.length < 64) {
      for (const byte of value) this.#byte(byte);
      return;
    }
    this.#flush();
    this.#chunks.push(value);
    this.#length += value.length;
  }

  finish(): Uint8Array {
    this.#flush();
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }
}

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** An integer clamped to 64 bits: 2^63-1 ("to the end" in Slice) is no double, its neighbour 2^63 comes back as it. */
export function toInt64(value: number | bigint): bigint {
  const wide = typeof value === 'bigint' ? value : BigInt(Math.round(value));
  return wide > INT64_MAX ? INT64_MAX : wide < INT64_MIN ? INT64_MIN : wide;
}
