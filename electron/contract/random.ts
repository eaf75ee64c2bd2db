/**
 * Seeded randomness. Assay has no other: every random draw is a function of (seed, purpose, epoch, image hash, op),
 * never of the order in which work happens to run. So any number of workers gives the same tensors, a resumed run
 * repeats the draws of the interrupted one, and adding an image does not change what the others were given.
 *
 *     random(seed, 'augment', epoch, image.hash, 'rotate').normal()
 *
 * The keys are absorbed into a 128-bit state (four lanes of multiply and xor, each key preceded by its type and
 * length, so ('ab', 'c') and ('a', 'bc') differ), which starts an sfc32 stream (Doty-Humphrey's small fast counting
 * generator: period at least 2^32, passes PractRand). Not for secrets.
 */

export type RandomKey = string | number;

export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, 2^32). */
  uint32(): number;
  /** Uniform integer in [0, n), without bias; n from 1 to 2^32. */
  int(n: number): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Standard normal (Box and Muller). */
  normal(): number;
  /** Reorders in place (Fisher and Yates) and returns the same array. */
  shuffle<T extends { [index: number]: unknown; length: number }>(array: T): T;
}

const STRING = 0x53747267;
const NUMBER = 0x4e756d62;
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** A fresh stream for this seed and these keys; equal arguments give equal streams, on every machine. */
export function random(seed: RandomKey, ...keys: RandomKey[]): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let d = 0x1f123bb5;

  const absorb = (word: number): void => {
    a = Math.imul(a ^ word, 0x85ebca6b);
    b = Math.imul(b ^ (word + a), 0xc2b2ae35);
    c = Math.imul(c ^ (word + (b >>> 15)), 0x27d4eb2f);
    d = Math.imul(d ^ (word + (c >>> 13)), 0x165667b1);
    a ^= d >>> 16;
  };
  const absorbKey = (key: RandomKey): void => {
    if (typeof key === 'string') {
      absorb(STRING);
      absorb(key.length);
      for (let i = 0; i < key.length; i++) absorb(key.charCodeAt(i));
    } else {
      double[0] = key === 0 ? 0 : key; // −0 and 0 are one key
      absorb(NUMBER);
      absorb(words[0] ?? 0);
      absorb(words[1] ?? 0);
    }
  };
  absorbKey(seed);
  for (const key of keys) absorbKey(key);
  // Two more rounds, so that the last word of the last key reaches every bit.
  absorb(0x2545f491);
  absorb(0x4f6cdd1d);

  const uint32 = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) uint32();

  let spare: number | null = null;
  const self: Random = {
    uint32,
    next: () => uint32() / 4294967296,
    int(n) {
      if (!(n >= 1 && n <= 4294967296)) throw new RangeError(`random.int: expected 1 to 2^32, got ${n}`);
      const limit = 4294967296 - (4294967296 % n);
      let value = uint32();
      while (value >= limit) value = uint32();
      return value % n;
    },
    between: (low, high) => low + (high - low) * (uint32() / 4294967296),
    normal() {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      // 1 − u lies in (0, 1]: the logarithm is finite.
      const radius = Math.sqrt(-2 * Math.log(1 - uint32() / 4294967296));
      const angle = (2 * Math.PI * uint32()) / 4294967296;
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    shuffle(array) {
      for (let i = array.length - 1; i > 0; i--) {
        const j = self.int(i + 1);
        const held = array[i];
        array[i] = array[j];
        array[j] = held;
      }
      return array;
    },
  };
  return self;
}
