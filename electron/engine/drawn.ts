/** Pictures that the engine drew for a preview, kept in memory for as long as they are likely to be looked at. */

const MOST_BYTES = 128 * 1024 * 1024;

export class DrawnPictures {
  readonly #pictures = new Map<string, Uint8Array>();
  #bytes = 0;

  get(key: string): Uint8Array | null {
    return this.#pictures.get(key) ?? null;
  }

  /** The oldest go when the whole exceeds 128 MB. */
  put(key: string, bytes: Uint8Array): void {
    if (this.#pictures.has(key)) return;
    this.#pictures.set(key, bytes);
    this.#bytes += bytes.length;
    for (const [old, { length }] of this.#pictures) {
      if (this.#bytes <= MOST_BYTES || old === key) break;
      this.#pictures.delete(old);
      this.#bytes -= length;
    }
  }
}
