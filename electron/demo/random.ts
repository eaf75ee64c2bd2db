/** The draws of the demo set: each picture owns a stream of (seed, purpose, index) alone, never of its neighbours. */
import { random, type Random, type RandomKey } from '../contract/index.ts';

/** Choices over the program's one seeded stream. */
export class Draw {
  private readonly stream: Random;

  constructor(seed: RandomKey, ...keys: RandomKey[]) {
    this.stream = random(seed, 'demo', ...keys);
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.stream.next();
  }

  /** Unsigned 32 bits. */
  bits(): number {
    return this.stream.uint32();
  }

  /** Uniform in [low, high). */
  real(low: number, high: number): number {
    return this.stream.between(low, high);
  }

  /** Whole number in [low, high], both ends included. */
  int(low: number, high: number): number {
    return low + this.stream.int(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.stream.next() < probability;
  }

  /** One of a non-empty list. */
  pick<T>(list: readonly T[]): T {
    return list[this.stream.int(list.length)] as T;
  }

  /** One of [value, weight] pairs. */
  weighted<T>(pairs: readonly (readonly [T, number])[]): T {
    let rest = this.unit() * pairs.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of pairs) {
      rest -= weight;
      if (rest < 0) return value;
    }
    return (pairs[pairs.length - 1] as readonly [T, number])[0];
  }

  /** `count` different members of a list, in random order. */
  sample<T>(list: readonly T[], count: number): T[] {
    return this.stream.shuffle([...list]).slice(0, count);
  }

  /** `count` decimal digits as text. */
  digits(count: number): string {
    return Array.from({ length: count }, () => String(this.int(0, 9))).join('');
  }

  /** Normal with mean 0 and standard deviation 1, cut at ±2.5. */
  bell(): number {
    return Math.max(-2.5, Math.min(2.5, this.stream.normal()));
  }
}
