/**
 * Reading FlatBuffers without a schema compiler: a table is a position, a field its number in the schema. Offsets are
 * unsigned 32-bit, little-endian; a table's first word points back to its vtable of 16-bit field offsets.
 */
export class Table {
  readonly #view: DataView;
  readonly #at: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  /** The root table of a buffer. */
  static root(bytes: Uint8Array): Table {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new Table(view, view.getUint32(0, true));
  }

  /** Position of a field, 0 where it is absent and has its default. */
  #field(field: number): number {
    const vtable = this.#at - this.#view.getInt32(this.#at, true);
    const size = this.#view.getUint16(vtable, true);
    const slot = 4 + 2 * field;
    const offset = slot < size ? this.#view.getUint16(vtable + slot, true) : 0;
    return offset === 0 ? 0 : this.#at + offset;
  }

  int8(field: number, fallback = 0): number {
    const at = this.#field(field);
    return at === 0 ? fallback : this.#view.getInt8(at);
  }

  int32(field: number, fallback = 0): number {
    const at = this.#field(field);
    return at === 0 ? fallback : this.#view.getInt32(at, true);
  }

  table(field: number): Table | undefined {
    const at = this.#field(field);
    return at === 0 ? undefined : new Table(this.#view, at + this.#view.getUint32(at, true));
  }

  /** Position of the first element and number of elements of a vector. */
  #vector(field: number): [start: number, length: number] {
    const at = this.#field(field);
    if (at === 0) return [0, 0];
    const vector = at + this.#view.getUint32(at, true);
    return [vector + 4, this.#view.getUint32(vector, true)];
  }

  tables(field: number): Table[] {
    const [start, length] = this.#vector(field);
    return Array.from({ length }, (_, i) => {
      const at = start + 4 * i;
      return new Table(this.#view, at + this.#view.getUint32(at, true));
    });
  }

  int32s(field: number): number[] {
    const [start, length] = this.#vector(field);
    return Array.from({ length }, (_, i) => this.#view.getInt32(start + 4 * i, true));
  }

  /** A vector of bytes: a view, not a copy. */
  bytes(field: number): Uint8Array {
    const [start, length] = this.#vector(field);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length);
  }

  string(field: number): string {
    return new TextDecoder().decode(this.bytes(field));
  }
}
