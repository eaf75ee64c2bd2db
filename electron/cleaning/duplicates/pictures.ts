/** The pictures lately looked at, so that one with many proposals is read and made ready once. */
import { type Grey, orient, type Orientation } from './grey.ts';
import { bytesOf, commonSide, compare, type Comparison, type Prepared, prepare } from './verify.ts';

/** Where pictures come from. A rejection leaves the picture out. */
export interface PictureSource {
  /** Grey picture of up to 512 pixels. */
  load: (picture: number) => Promise<Grey>;
  /**
   * A small picture (256 pixels: a thumbnail), which is cheap to come by. Pairs that differ clearly in it are not loaded.
   * Left out: every pair is.
   */
  glance?: (picture: number) => Promise<Grey>;
}

/** A picture as it was loaded is worth less than one made ready. */
const SHARE_OF_GREYS = 0.2;

export class Pictures {
  readonly #load: (picture: number) => Promise<Grey>;
  readonly #greys: Lately<number, Grey>;
  readonly #ready: Lately<string, Prepared>;
  readonly unreadable = new Set<number>();

  /** @param kept bytes of pictures that may be held */
  constructor(load: (picture: number) => Promise<Grey>, kept: number) {
    this.#load = load;
    this.#greys = new Lately(kept * SHARE_OF_GREYS);
    this.#ready = new Lately(kept * (1 - SHARE_OF_GREYS));
  }

  async #grey(picture: number): Promise<Grey | null> {
    if (this.unreadable.has(picture)) return null;
    const known = this.#greys.get(picture);
    if (known) return known;
    try {
      const grey = await this.#load(picture);
      this.#greys.put(picture, grey, grey.data.length);
      return grey;
    } catch {
      // Its reason is the loader's to report; the search goes on without it.
      this.unreadable.add(picture);
      return null;
    }
  }

  /** Null where one of them cannot be loaded. `second` is laid in `orientation`. */
  async compare(first: number, second: number, orientation: Orientation, most = Infinity): Promise<Comparison | null> {
    const a = await this.#grey(first);
    const b = await this.#grey(second);
    if (!a || !b) return null;
    const side = Math.min(most, commonSide(a, b));
    return compare(this.#made(first, a, 0, side), this.#made(second, b, orientation, side));
  }

  #made(picture: number, grey: Grey, orientation: Orientation, side: number): Prepared {
    const key = `${picture} ${orientation} ${side}`;
    const known = this.#ready.get(key);
    if (known) return known;
    const made = prepare(orient(grey, orientation), side);
    this.#ready.put(key, made, bytesOf(made));
    return made;
  }
}

/** What was lately used, up to a number of bytes; the last is kept whatever its size. */
class Lately<K, V> {
  readonly #most: number;
  readonly #entries = new Map<K, { value: V; bytes: number }>();
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  put(key: K, value: V, bytes: number): void {
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.#entries) {
      if (this.#bytes <= this.#most || oldest === key) break;
      this.#entries.delete(oldest);
      this.#bytes -= freed;
    }
  }
}
