/**
 * Loops over float arrays in WebAssembly, four elements at a time: a training step's only passes over all weights in
 * our own code, and scalar JavaScript takes five times the memory's time for them. The module is put together here, byte
 * by byte, from expressions: a dozen instructions do not deserve a compiler.
 *
 * Arithmetic is float32 with a rounding after every operation, as `Math.fround` does it: `optimizers.ts` says the same
 * in JavaScript and gives the same bits (https://www.w3.org/TR/wasm-core-2/, vector instructions).
 */

/** Instructions that leave four floats on the stack. */
export type Expression = readonly number[];

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

const vector = (code: number): number[] => [0xfd, ...unsigned(code)];
const getLocal = (index: number): number[] => [0x20, ...unsigned(index)];
const setLocal = (index: number): number[] => [0x21, ...unsigned(index)];
const binary =
  (code: number) =>
  (a: Expression, b: Expression): Expression => [...a, ...b, ...vector(code)];

export const add = binary(0xe4);
export const sub = binary(0xe5);
export const mul = binary(0xe6);
export const div = binary(0xe7);
export const sqrt = (a: Expression): Expression => [...a, ...vector(0xe3)];

const constant = (value: number): Expression => {
  const four = new Uint8Array(new Float32Array(4).fill(value).buffer);
  return [...vector(0x0c), ...four];
};
const masked = (test: Expression): Expression => [...test, ...constant(1), ...vector(0x4e)];
const above = binary(0x44);
const below = binary(0x43);

/** -1, 0 or 1; 0 for what is no number. */
export const sign = (a: Expression): Expression => sub(masked(above(a, constant(0))), masked(below(a, constant(0))));

/** Names of arrays and factors within one loop, and its body: see `LoopBody`. */
export interface Loop {
  readonly name: string;
  readonly arrays: readonly string[];
  readonly factors: readonly string[];
  readonly body: (body: LoopBody) => void;
}

/** The body of a loop under construction: what is kept or stored happens in the order of the calls. */
export class LoopBody {
  readonly #loop: Loop;
  readonly #firstOwn: number;
  readonly code: number[] = [];
  kept = 0;

  constructor(loop: Loop) {
    this.#loop = loop;
    // Parameters: arrays, count, factors as numbers; then a vector a factor.
    this.#firstOwn = loop.arrays.length + 1 + 2 * loop.factors.length;
  }

  /** Four elements of an array. */
  load(array: string): Expression {
    return [...getLocal(this.#loop.arrays.indexOf(array)), ...vector(0), 4, 0];
  }

  factor(name: string): Expression {
    const { arrays, factors } = this.#loop;
    return getLocal(arrays.length + 1 + factors.length + factors.indexOf(name));
  }

  /** Computes once what is used more than once. */
  keep(value: Expression): Expression {
    const local = this.#firstOwn + this.kept++;
    this.code.push(...value, ...setLocal(local));
    return getLocal(local);
  }

  store(array: string, value: Expression): void {
    this.code.push(...getLocal(this.#loop.arrays.indexOf(array)), ...value, ...vector(0x0b), 4, 0);
  }
}

const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const list = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const text = (value: string): number[] => sized([...new TextEncoder().encode(value)]);
const section = (id: number, items: readonly (readonly number[])[]): number[] => [id, ...sized(list(items))];

const [I32, F32, V128] = [0x7f, 0x7d, 0x7b];

/** One function (pointers of arrays, count of elements, factors), exported under the loop's name. */
function functionOf(loop: Loop): { type: number[]; code: number[] } {
  const { arrays, factors } = loop;
  const count = arrays.length;
  const body = new LoopBody(loop);
  loop.body(body);
  const splats = factors.flatMap((_, i) => [
    ...getLocal(count + 1 + i),
    ...vector(0x13),
    ...setLocal(count + 1 + factors.length + i),
  ]);
  const forward = (local: number, step: readonly number[]): number[] => [
    ...getLocal(local),
    0x41, // i32.const
    ...step,
    0x6a, // i32.add
    ...setLocal(local),
  ];
  const code = [
    ...splats,
    ...[0x02, 0x40, 0x03, 0x40], // block, loop
    ...[...getLocal(count), 0x45, 0x0d, 1], // out when nothing is left
    ...body.code,
    ...arrays.flatMap((_, i) => forward(i, [16])),
    ...forward(count, [0x7c]), // -4
    ...[0x0c, 0, 0x0b, 0x0b, 0x0b], // again; ends of loop, block, function
  ];
  const parameters = [...arrays.map(() => I32), I32, ...factors.map(() => F32)];
  return {
    type: [0x60, ...sized(parameters), 0],
    code: sized([...list([[...unsigned(factors.length + body.kept), V128]]), ...code]),
  };
}

/** Most pages of 64 KiB that a memory may have: 4 GiB. */
export const MOST_PAGES = 65_536;

/**
 * A module that imports the shared memory `own.memory` and exports every loop as a function of (byte offsets of its
 * arrays, multiples of 16; count of elements, a multiple of 4; its factors).
 */
export function moduleOf(loops: readonly Loop[]): WebAssembly.Module {
  const functions = loops.map(functionOf);
  const memory = [...text('own'), ...text('memory'), 2, 3, ...unsigned(0), ...unsigned(MOST_PAGES)];
  const bytes = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      functions.map(({ type }) => type),
    ),
    ...section(2, [memory]),
    ...section(
      3,
      functions.map((_, i) => unsigned(i)),
    ),
    ...section(
      7,
      loops.map(({ name }, i) => [...text(name), 0, ...unsigned(i)]),
    ),
    ...section(
      10,
      functions.map(({ code }) => code),
    ),
  ];
  return new WebAssembly.Module(Uint8Array.from(bytes));
}
