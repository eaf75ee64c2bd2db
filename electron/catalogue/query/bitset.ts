/** A set of image ids, one bit each: what the filters of a query are combined in. 125 kB a million. */
export class IdSet {
  readonly words: Uint32Array;

  /** Holds ids from 0 to `last`. */
  constructor(last: number) {
    this.words = new Uint32Array((last >>> 5) + 1);
  }

  add(id: number): void {
    const word = id >>> 5;
    if (word < this.words.length) this.words[word] = (this.words[word] ?? 0) | (1 << (id & 31));
  }

  has(id: number): boolean {
    return ((this.words[id >>> 5] ?? 0) & (1 << (id & 31))) !== 0;
  }

  /** Keeps what is also in `other`. */
  intersect(other: IdSet): this {
    for (let i = 0; i < this.words.length; i++) this.words[i] = (this.words[i] ?? 0) & (other.words[i] ?? 0);
    return this;
  }

  unite(other: IdSet): this {
    for (let i = 0; i < this.words.length; i++) this.words[i] = (this.words[i] ?? 0) | (other.words[i] ?? 0);
    return this;
  }

  subtract(other: IdSet): this {
    for (let i = 0; i < this.words.length; i++) this.words[i] = (this.words[i] ?? 0) & ~(other.words[i] ?? 0);
    return this;
  }

  clone(): IdSet {
    const copy = new IdSet(this.words.length * 32 - 1);
    copy.words.set(this.words);
    return copy;
  }

  get size(): number {
    let n = 0;
    for (const word of this.words) {
      let w = word - ((word >>> 1) & 0x55555555);
      w = (w & 0x33333333) + ((w >>> 2) & 0x33333333);
      n += (((w + (w >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
    }
    return n;
  }

  /** Ids in ascending order. */
  toArray(): Uint32Array {
    const ids = new Uint32Array(this.size);
    let n = 0;
    for (let i = 0; i < this.words.length; i++)
      for (let word = this.words[i] ?? 0; word !== 0; word &= word - 1)
        ids[n++] = i * 32 + (31 - Math.clz32(word & -word));
    return ids;
  }
}
