/**
 * The resize of imaging/pixels.ts as operators of ONNX, level for level: what libvips does to decoded pixels, so that a
 * network sees in another program what it saw here. libvips works in integers, so its steps can be repeated exactly:
 *
 * - made smaller: blocks of pixels are averaged where the picture is four times as large as wanted or more, then comes a
 *   cubic (Catmull-Rom) kernel as wide as the pixels that fall together; first down, then across;
 * - made larger: the same kernel, one pixel wide; first across, then down;
 * - a kernel's place is known to 1/64 pixel, its weights are cut off at 1/4096, and levels are rounded after each step.
 *
 * A kernel step is a matrix product, K · X, whose weights are computed from the picture's size: no operator is needed
 * about which runtimes disagree. Places and weights are float64, as there; sums of levels by weights stay below 2²⁴, so
 * float32 holds them exactly.
 */
import { type NodeAdder } from '../../embeddings/index.ts';
import { ints, scalar, typeNumber } from '../../onnx/index.ts';

const WHITE = 255;
/** Places a pixel that a kernel is known at, and parts of one that its weights are counted in. */
const PLACES = 64;
const PARTS = 4096;
/** Lines that libvips makes at a time of a file that it reads from top to bottom. */
const STRIP = 10;

/** A scalar of float64. */
const real = (value: number) => scalar(value, 'float64');

/** Sums, products and so on of one kind of number, in the words of a formula. */
function arithmetic(add: NodeAdder) {
  const binary = (op: string) => (a: Operand, b: Operand) => add(op, [a, b]);
  return {
    ...{ plus: binary('Add'), minus: binary('Sub'), times: binary('Mul'), over: binary('Div') },
    ...{ least: binary('Min'), most: binary('Max') },
    floor: (a: Operand) => add('Floor', [a]),
    up: (a: Operand) => add('Ceil', [a]),
    to: (a: Operand, type: 'float32' | 'float64' | 'int64') => add('Cast', [a], { to: typeNumber(type) }),
    either: (condition: string, a: Operand, b: Operand) => add('Where', [condition, a, b]),
  };
}
type Operand = Parameters<NodeAdder>[1][number];

/** One axis of the picture. Values of the graph: float64 scalars, but for `smaller`. */
interface Axis {
  /** Pixels of the picture. */
  from: string;
  /** Pixels that it becomes. */
  to: string;
  /** Picture pixels that one of them stands for. */
  factor: string;
  /** Whether it becomes smaller. */
  smaller: string;
  /** Pixels that are averaged before the kernel, and how many means there are. */
  block: string;
  count: string;
  /** Pixels after the step that makes it smaller. */
  rest: string;
}

function axisOf(add: NodeAdder, from: string, factor: string): Axis {
  const { floor, plus, over, most, times, up, either } = arithmetic(add);
  const to = most(floor(plus(over(from, factor), real(0.5))), real(1));
  const smaller = add('Greater', [factor, real(1)]);
  const half = floor(times(over(from, to), real(0.5)));
  const block = either(smaller, most(half, real(1)), real(1));
  return { from, to, factor, smaller, block, count: up(over(from, block)), rest: either(smaller, to, from) };
}

/**
 * Means of blocks along an axis of [3, rows, columns] (1 or 2); the last block repeats the edge. The library multiplies
 * by ⌊2²⁴ / n⌋ and shifts: where n does not divide 2²⁴, a mean of exactly a whole number ends one below.
 */
function blocks(add: NodeAdder, x: string, dimension: 1 | 2, { from, block, count }: Axis): string {
  const { plus, minus, times, over, least, floor, to, either } = arithmetic(add);
  const places = add('Range', [real(0), times(count, block), real(1)]);
  const edge = to(least(places, minus(from, real(1))), 'int64');
  const gathered = add('Gather', [x, edge], { axis: dimension });
  const [n, b] = [count, block].map((value) => add('Unsqueeze', [to(value, 'int64')], { axes: [0] })) as [
    string,
    string,
  ];
  const parts = dimension === 1 ? [ints([3]), n, b, ints([-1])] : [ints([3]), ints([-1]), n, b];
  const apart = add('Reshape', [gathered, add('Concat', parts, { axis: 0 })]);
  const sum = add('ReduceSum', [apart], { axes: [dimension + 1], keepdims: 0 });
  const whole = over(real(2 ** 24), block);
  const short = either(add('Greater', [whole, floor(whole)]), real(0.5), real(0));
  const bias = to(minus(floor(times(block, real(0.5))), short), 'float32');
  return floor(over(plus(sum, bias), to(block, 'float32')));
}

/** A kernel step: float32 [rows, padded length] of whole numbers, and the pixels (int64) that its columns stand for. */
interface Kernel {
  weights: string;
  pixels: string;
}

/** Where the rows of a kernel look: values of the graph, float64. */
interface Look {
  /** [rows, 1], in pixels of what comes in, before it is cut to 1/64. */
  place: string;
  /** Between the cut place and the middle of the kernel. */
  shift: Operand;
  /** Pixels of the kernel's unit; how far it may reach from the place's own pixel. */
  width: Operand;
  reach: Operand;
}

/** @param count pixels that come in */
function kernelOf(add: NodeAdder, count: string, { place, shift, width, reach }: Look): Kernel {
  const { plus, minus, times, over, least, most, floor, to, either } = arithmetic(add);
  const cut = times(floor(times(plus(floor(times(place, real(2 * PLACES))), real(1)), real(0.5))), real(1 / PLACES));
  const margin = plus(reach, real(1));
  const places = add('Range', [add('Neg', [margin]), plus(count, margin), real(1)]);
  const columns = add('Unsqueeze', [places], { axes: [0] });
  const far = add('Greater', [add('Abs', [minus(columns, floor(place))]), reach]);
  const distance = add('Abs', [times(minus(columns, plus(cut, shift)), over(real(1), width))]);
  const kernel = either(far, real(0), cubic(add, distance));
  const parts = times(over(kernel, add('ReduceSum', [kernel], { axes: [1], keepdims: 1 })), real(PARTS));
  const towardsZero = times(add('Sign', [parts]), floor(add('Abs', [parts])));
  const edge = least(most(places, real(0)), minus(count, real(1)));
  return { weights: to(towardsZero, 'float32'), pixels: to(edge, 'int64') };
}

/** Keys' cubic convolution, a = −1/2 (Keys 1981): 1.5d³ − 2.5d² + 1 up to 1, −0.5d³ + 2.5d² − 4d + 2 up to 2, then 0. */
function cubic(add: NodeAdder, d: string): string {
  const { plus, times, either } = arithmetic(add);
  const horner = ([first, ...rest]: readonly [number, ...number[]]): string =>
    rest.reduce<Operand>((sum, factor) => plus(times(sum, d), real(factor)), real(first)) as string;
  const far = either(add('Less', [d, real(2)]), horner([-0.5, 2.5, -4, 2]), real(0));
  return either(add('Less', [d, real(1)]), horner([1.5, -2.5, 0, 1]), far);
}

/** float64 [rows, 1] from 0 on. */
const rowsOf = (add: NodeAdder, rows: Operand): string =>
  add('Unsqueeze', [add('Range', [real(0), rows, real(1)])], { axes: [1] });

/**
 * The step that makes an axis smaller: what the picture lacks of whole output pixels is left out on both sides.
 * The library adds places up one by one, and some lie so near a cut that the last bit decides: across from the edge on,
 * down from the first line of each strip.
 * @param dimension 1: down, 2: across
 */
function smallerLook(add: NodeAdder, { from, to, factor, smaller, block, rest }: Axis, dimension: 1 | 2): Look {
  const { plus, minus, times, over, floor, either } = arithmetic(add);
  const row = rowsOf(add, rest);
  const residual = over(factor, block);
  const lacking = over(minus(times(to, factor), from), block);
  const offset = minus(times(plus(lacking, real(1)), real(0.5)), real(1));
  const placeOf = (one: Operand): string => minus(minus(times(plus(one, real(0.5)), residual), real(0.5)), offset);
  const added = (): string => {
    const steps = either(add('Less', [row, real(0.5)]), placeOf(real(0)), residual);
    return add('CumSum', [steps, scalar(0, 'int64')]);
  };
  const inStrips = (): string => {
    const first = times(floor(over(row, real(STRIP))), real(STRIP));
    let place = placeOf(first);
    for (let line = 1; line < STRIP; line++)
      place = either(add('Less', [minus(row, first), real(line - 0.5)]), place, plus(place, residual));
    return place;
  };
  const centre = dimension === 1 ? inStrips() : added();
  const width = either(smaller, residual, real(1));
  return {
    place: either(smaller, centre, row),
    shift: either(smaller, real(-0.5), real(0)),
    width,
    // Two units to each side, to the nearest pixel (the even one where it lies between), as the library counts.
    reach: add('Round', [times(width, real(2))]),
  };
}

/**
 * The step that makes an axis larger. The library begins it half a pixel before the corner, on both axes where it does
 * so on one.
 * @param any whether either axis becomes larger
 * @param row float64 [rows, 1]: output pixels; in the border of a square they lie beyond the picture
 */
function largerLook(add: NodeAdder, { factor, to }: Axis, any: string, row: string): Look {
  const { minus, times, least, most, either } = arithmetic(add);
  const own = least(most(row, real(0)), minus(to, real(1)));
  const place = minus(times(own, least(factor, real(1))), real(0.5));
  return { place: either(any, place, own), shift: real(0), width: real(1), reach: real(2) };
}

/** ⌊(sum + half) / parts⌋. */
function rounded(add: NodeAdder, sum: string): string {
  const { plus, times, floor } = arithmetic(add);
  return floor(times(plus(sum, scalar(PARTS / 2)), scalar(1 / PARTS)));
}

const clipped = (add: NodeAdder, x: string): string => add('Min', [add('Max', [x, scalar(0)]), scalar(WHITE)]);

/** A kernel along an axis of [3, rows, columns] (1 or 2). */
function along(add: NodeAdder, x: string, dimension: 1 | 2, { weights, pixels }: Kernel): string {
  const gathered = add('Gather', [x, pixels], { axis: dimension });
  const turned = dimension === 1 ? weights : add('Transpose', [weights], { perm: [1, 0] });
  return rounded(add, add('MatMul', dimension === 1 ? [turned, gathered] : [gathered, turned]));
}

/**
 * float32 [1, 3, size, size], 0 to 255, of a picture.
 * @param planes float32 [3, H, W]; `height`, `width` its sides as float64 scalars
 */
export function fitted(
  add: NodeAdder,
  planes: string,
  { height, width }: { height: string; width: string },
  size: number,
  fit: 'letterbox' | 'stretch',
): string {
  const { minus, times, over, least, most, floor, either } = arithmetic(add);
  const factorOf = (side: string): string => over(side, real(size));
  const longest = factorOf(most(height, width));
  const axis = (side: string): Axis => axisOf(add, side, fit === 'stretch' ? factorOf(side) : least(longest, side));
  const [down, across] = [axis(height), axis(width)];
  const smaller = (x: string, dimension: 1 | 2, one: Axis): string => {
    const kernel = kernelOf(add, one.count, smallerLook(add, one, dimension));
    return clipped(add, along(add, blocks(add, x, dimension, one), dimension, kernel));
  };
  const small = smaller(smaller(planes, 1, down), 2, across);
  const any = add('Or', [add('Less', [down.factor, real(1)]), add('Less', [across.factor, real(1)])]);
  /** Output pixel of each row of the square: the picture lies in its middle. */
  const squareRow = ({ to }: Axis): string =>
    minus(rowsOf(add, real(size)), floor(times(minus(real(size), to), real(0.5))));
  const [rows, columns] = [squareRow(down), squareRow(across)];
  const larger = (x: string, dimension: 1 | 2, one: Axis, row: string): string =>
    along(add, x, dimension, kernelOf(add, one.rest, largerLook(add, one, any, row)));
  const picture = clipped(add, larger(larger(small, 2, across, columns), 1, down, rows));
  const border = (row: string, { to }: Axis): string =>
    add('Or', [add('Less', [row, real(0)]), add('Greater', [row, minus(to, real(0.5))])]);
  const ground = add('Or', [border(rows, down), add('Transpose', [border(columns, across)], { perm: [1, 0] })]);
  return add('Unsqueeze', [either(ground, scalar(WHITE), picture)], { axes: [0] });
}
