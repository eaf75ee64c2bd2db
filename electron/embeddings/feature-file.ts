/**
 * Cached features: one append-only file a key, which says itself which image a row belongs to. A block that was cut off
 * by a crash, or damaged since, is passed over and its images are embedded again.
 *
 *     file   = header, blocks
 *     header = "AsyF", version, features a row, 0                                       4 × uint32, little-endian
 *     block  = "AsyB", rows, CRC-32 of what follows, 0, rows × 16 bytes of content hash, rows × features × float32
 */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

const FILE_MAGIC = 0x46797341;
const BLOCK_MAGIC = 0x42797341;
const VERSION = 1;
const HEADER = 16;
const HASH = 16;
const MOST_ROWS = 1 << 16;

interface Block {
  /** Position of the block's own header. */
  at: number;
  rows: number;
}

/** Where rows go in a wider matrix: several backbones side by side. */
export interface Columns {
  /** [hashes.length, width]; untouched where a row is missing. */
  into: Float32Array;
  width: number;
  /** First column of this file's features. */
  offset: number;
}

export class FeatureFile {
  readonly path: string;
  /** Features a row. */
  readonly length: number;
  /** None where a file to be read does not exist. */
  readonly #handle: FileHandle | undefined;
  /** Content hash → number of its row, counted through all blocks. */
  readonly #rows = new Map<string, number>();
  readonly #blocks: (Block & { firstRow: number })[] = [];
  #end: number;
  /** Bytes behind #end: a block that was cut off, or one that another process is just writing. */
  #torn = false;

  private constructor(path: string, handle: FileHandle | undefined, length: number) {
    this.path = path;
    this.#handle = handle;
    this.length = length;
    this.#end = HEADER;
  }

  /**
   * `append`: for reading and appending; makes the file where it is missing, and begins one of another format or row
   * length anew: it is a cache. `read`: touches nothing, so that another process may append meanwhile; a file that is
   * missing or of another kind has no rows.
   */
  static async open(path: string, length: number, mode: 'append' | 'read' = 'append'): Promise<FeatureFile> {
    const handle = await (mode === 'read' ? openToRead(path) : openToAppend(path));
    if (!handle) return new FeatureFile(path, undefined, length);
    try {
      const file = new FeatureFile(path, handle, length);
      const header = Buffer.alloc(HEADER);
      const { bytesRead } = await handle.read(header, 0, HEADER, 0);
      const known =
        bytesRead === HEADER &&
        header.readUInt32LE(0) === FILE_MAGIC &&
        header.readUInt32LE(4) === VERSION &&
        header.readUInt32LE(8) === length;
      if (known) await file.#index(handle);
      else if (mode === 'append') {
        await handle.truncate(0);
        header.fill(0);
        [FILE_MAGIC, VERSION, length].forEach((word, i) => header.writeUInt32LE(word, 4 * i));
        await handle.write(header, 0, HEADER, 0);
      }
      return file;
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  }

  get rows(): number {
    return this.#rows.size;
  }

  has(hash: string): boolean {
    return this.#rows.has(hash);
  }

  hashes(): IterableIterator<string> {
    return this.#rows.keys();
  }

  /** Walks the blocks; their values are checked when they are read, the last one now: it may be cut off. */
  async #index(handle: FileHandle): Promise<void> {
    const { size } = await handle.stat();
    const head = Buffer.alloc(HEADER);
    let firstRow = 0;
    while (this.#end + HEADER <= size) {
      await handle.read(head, 0, HEADER, this.#end);
      const rows = head.readUInt32LE(4);
      const next = this.#end + this.#blockBytes(rows);
      if (head.readUInt32LE(0) !== BLOCK_MAGIC || rows < 1 || rows > MOST_ROWS || next > size) break;
      const block = { at: this.#end, rows, firstRow };
      if (next === size && !(await this.#read(block))) break;
      const hashes = Buffer.alloc(rows * HASH);
      await handle.read(hashes, 0, hashes.length, this.#end + HEADER);
      this.#remember(block, hashes);
      firstRow += rows;
      this.#end = next;
    }
    this.#torn = this.#end < size;
  }

  #blockBytes(rows: number): number {
    return HEADER + rows * (HASH + 4 * this.length);
  }

  #remember(block: Block & { firstRow: number }, hashes: Buffer): void {
    this.#blocks.push(block);
    for (let i = 0; i < block.rows; i++)
      this.#rows.set(hashes.toString('hex', i * HASH, (i + 1) * HASH), block.firstRow + i);
  }

  /** The body of a block, or undefined where its checksum does not fit. */
  async #read(block: Block): Promise<Buffer | undefined> {
    const bytes = Buffer.alloc(this.#blockBytes(block.rows));
    const bytesRead = (await this.#handle?.read(bytes, 0, bytes.length, block.at))?.bytesRead;
    const body = bytes.subarray(HEADER);
    return bytesRead === bytes.length && crc32(body) === bytes.readUInt32LE(8) ? body : undefined;
  }

  /**
   * Appends rows in one write. `hashes`: 32 hexadecimal digits each; `values`: [hashes.length, length].
   * What is appended is durable after `flush`.
   */
  async append(hashes: readonly string[], values: Float32Array): Promise<void> {
    if (hashes.length === 0) return;
    if (values.length !== hashes.length * this.length)
      throw new RangeError(`expected ${hashes.length} rows of ${this.length}, got ${values.length} values`);
    const bytes = Buffer.alloc(this.#blockBytes(hashes.length));
    const body = bytes.subarray(HEADER);
    hashes.forEach((hash, i) => body.write(hash, i * HASH, 'hex'));
    body.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), hashes.length * HASH);
    [BLOCK_MAGIC, hashes.length, crc32(body)].forEach((word, i) => bytes.writeUInt32LE(word, 4 * i));
    if (!this.#handle) throw new RangeError(`${this.path} was opened to be read`);
    if (this.#torn) await this.#handle.truncate(this.#end);
    this.#torn = false;
    await this.#handle.write(bytes, 0, bytes.length, this.#end);
    const last = this.#blocks.at(-1);
    const block = { at: this.#end, rows: hashes.length, firstRow: last ? last.firstRow + last.rows : 0 };
    this.#remember(block, body.subarray(0, hashes.length * HASH));
    this.#end += bytes.length;
  }

  /** Waits until everything appended is on the disk. */
  async flush(): Promise<void> {
    await this.#handle?.datasync();
  }

  /**
   * Copies the rows of these images to `columns`, in the order asked for. Returns the indices of those that the file
   * does not hold. A damaged block's images count as missing, and are forgotten: embed them again.
   */
  async read(hashes: readonly string[], { into, width, offset }: Columns): Promise<number[]> {
    const wanted = new Map<number, number[]>();
    const missing: number[] = [];
    hashes.forEach((hash, i) => {
      const row = this.#rows.get(hash);
      const places = row === undefined ? missing : wanted.get(row);
      if (places) places.push(i);
      else wanted.set(row!, [i]);
    });
    const target = Buffer.from(into.buffer, into.byteOffset, into.byteLength);
    const rowBytes = 4 * this.length;
    for (const block of this.#blocks) {
      const here: [row: number, places: number[]][] = [];
      for (let i = 0; i < block.rows; i++) {
        const places = wanted.get(block.firstRow + i);
        if (places) here.push([i, places]);
      }
      if (here.length === 0) continue;
      const body = await this.#read(block);
      for (const [i, places] of here) {
        if (!body) {
          missing.push(...places);
          this.#rows.delete(hashes[places[0]!]!);
          continue;
        }
        const start = block.rows * HASH + i * rowBytes;
        for (const place of places) body.copy(target, 4 * (place * width + offset), start, start + rowBytes);
      }
    }
    return missing.sort((a, b) => a - b);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}

const openToRead = (path: string): Promise<FileHandle | undefined> => open(path, 'r').catch(() => undefined);

async function openToAppend(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  return open(path, 'r+').catch(() => open(path, 'w+'));
}
