/** Arrays that several threads see, side by side in one memory that WebAssembly can walk over. */
import { MOST_PAGES } from './simd.ts';

const PAGE = 65_536;
/** Floats between whose multiples arrays begin: a vector. */
const LANES = 4;

/** Floats that an array takes up, rounded up to whole vectors. */
export const roomFor = (length: number): number => Math.ceil(length / LANES) * LANES;

export class SharedFloats {
  /** Undefined where more is wanted than one memory holds; arrays then have a memory each and loops run in JavaScript. */
  readonly memory: WebAssembly.Memory | undefined;
  #next = 0;

  /** @param room sum of `roomFor` over all arrays to come */
  constructor(room: number) {
    const pages = Math.ceil((4 * room) / PAGE);
    if (pages <= MOST_PAGES) this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  }

  /** Zeros. @throws RangeError when more is asked for than there is room */
  take(length: number): Float32Array {
    if (this.memory === undefined) return new Float32Array(new SharedArrayBuffer(4 * length));
    const array = new Float32Array(this.memory.buffer, 4 * this.#next, length);
    this.#next += roomFor(length);
    return array;
  }

  copy(values: ArrayLike<number>): Float32Array {
    const array = this.take(values.length);
    array.set(values);
    return array;
  }
}
