/**
 * The resize of imaging/pixels.ts as operators of ONNX: what libvips does to decoded pixels, so that a network sees in
 * another program what it saw here. Three steps: blocks of pixels are averaged where the picture is four times as large as
 * wanted or more, a cubic (Catmull-Rom) kernel as wide as the pixels that fall together, and levels rounded in between. The
 * cubic step is two matrix products, Kᵥ · X · Kₕᵀ, whose weights are computed from the picture's size: no operator is needed
 * about which runtimes disagree. Levels differ from libvips' by a few at most where the picture is made smaller (portable.test.ts).
 *
 * One thing is not here: a JPEG more than three times as large as wanted is made smaller inside its decoder.
 */
import { type NodeAdder } from '../../embeddings/index.ts';
import { ints, scalar, typeNumber } from '../../onnx/index.ts';

const WHITE = 255;
const number = (value: number) => scalar(value);

/** Values of the graph: float scalars. */
interface Side {
  /** Pixels of the picture. */
  from: string;
  /** Picture pixels that one output pixel stands for. */
  factor: string;
  /** Pixels that the picture becomes. */
  to: string;
}

const levels = (add: NodeAdder, x: string): string => add('Round', [add('Clip', [x, number(0), number(WHITE)])]);

const toInt = (add: NodeAdder, x: string): string => add('Cast', [x], { to: typeNumber('int64') });

/** How many pixels the library averages along an axis before the kernel: half of the factor where that is 2 or more. */
const blockOf = (add: NodeAdder, factor: string): string =>
  add('Max', [add('Floor', [add('Mul', [factor, number(0.5)])]), number(1)]);

/** Means of blocks along an axis of [3, rows, columns] (1 or 2); the last block repeats the edge. */
function blocks(add: NodeAdder, x: string, axis: 1 | 2, from: string, block: string): { x: string; from: string } {
  const count = add('Ceil', [add('Div', [from, block])]);
  const places = add('Range', [number(0), add('Mul', [count, block]), number(1)]);
  const edge = add('Min', [places, add('Sub', [from, number(1)])]);
  const gathered = add('Gather', [x, toInt(add, edge)], { axis });
  const [n, b] = [count, block].map((value) => add('Unsqueeze', [toInt(add, value)], { axes: [0] })) as [
    string,
    string,
  ];
  const shape =
    axis === 1
      ? add('Concat', [ints([3]), n, b, ints([-1])], { axis: 0 })
      : add('Concat', [ints([3]), ints([-1]), n, b], { axis: 0 });
  const mean = add('ReduceMean', [add('Reshape', [gathered, shape])], { axes: [axis + 1], keepdims: 0 });
  return { x: levels(add, mean), from: count };
}

interface Kernel {
  /** float32 [size, padded length]: rows that lie in the border are zero. */
  weights: string;
  /** int64 [padded length]: the pixels that the columns stand for; those beyond an edge are the edge's. */
  pixels: string;
  /** float32 [size, 1]: 1 where the row belongs to the picture. */
  inside: string;
}

/** Weights of one axis: row i is the kernel about the place in the picture that output pixel i − offset shows. */
function kernelOf(add: NodeAdder, size: number, { from, factor, to }: Side): Kernel {
  const offset = add('Floor', [add('Mul', [add('Sub', [number(size), to]), number(0.5)])]);
  const row = add('Sub', [
    add('Unsqueeze', [add('Range', [number(0), number(size), number(1)])], { axes: [1] }),
    offset,
  ]);
  const within = add('And', [add('Greater', [row, number(-0.5)]), add('Less', [row, add('Sub', [to, number(0.5)])])]);
  const inside = add('Cast', [within], { to: typeNumber('float32') });
  // Made smaller, both centres lie on each other; made larger, the library begins at the picture's corner.
  const half = add('Mul', [from, number(0.5)]);
  const middle = add('Sub', [add('Add', [row, number(0.5)]), add('Mul', [to, number(0.5)])]);
  const smaller = add('Sub', [add('Add', [add('Mul', [middle, factor]), half]), number(0.5)]);
  const larger = add('Sub', [add('Mul', [row, factor]), number(0.5)]);
  const centre = add('Where', [add('Less', [factor, number(1)]), larger, smaller]);
  const width = add('Max', [factor, number(1)]);
  const reach = add('Add', [add('Ceil', [add('Mul', [width, number(2)])]), number(1)]);
  const places = add('Range', [add('Neg', [reach]), add('Add', [from, reach]), number(1)]);
  const distance = add('Abs', [add('Div', [add('Sub', [add('Unsqueeze', [places], { axes: [0] }), centre]), width])]);
  const kernel = add('Mul', [cubic(add, distance), inside]);
  // A row of the border sums to 0: it is divided by 1.
  const sum = add('Add', [add('ReduceSum', [kernel], { axes: [1], keepdims: 1 }), add('Sub', [number(1), inside])]);
  const edge = add('Min', [add('Max', [places, number(0)]), add('Sub', [from, number(1)])]);
  return { weights: add('Div', [kernel, sum]), pixels: toInt(add, edge), inside };
}

/** Keys' cubic convolution, a = −1/2 (Keys 1981): 1.5d³ − 2.5d² + 1 up to 1, −0.5d³ + 2.5d² − 4d + 2 up to 2, then 0. */
function cubic(add: NodeAdder, d: string): string {
  const horner = ([first, ...rest]: readonly number[]): string =>
    rest
      .slice(1)
      .reduce(
        (sum: string, factor) => add('Add', [add('Mul', [sum, d]), number(factor)]),
        add('Add', [add('Mul', [d, number(first!)]), number(rest[0]!)]),
      );
  const far = add('Where', [add('Less', [d, number(2)]), horner([-0.5, 2.5, -4, 2]), number(0)]);
  return add('Where', [add('Less', [d, number(1)]), horner([1.5, -2.5, 0, 1]), far]);
}

/**
 * float32 [1, 3, size, size], 0 to 255, of a picture.
 * @param planes float32 [3, H, W]; `height`, `width` its sides as float scalars
 */
export function fitted(
  add: NodeAdder,
  planes: string,
  { height, width }: { height: string; width: string },
  size: number,
  fit: 'letterbox' | 'stretch',
): string {
  const over = (side: string): string => add('Div', [side, number(size)]);
  const longest = over(add('Max', [height, width]));
  const sideOf = (from: string): Side =>
    fit === 'stretch'
      ? { from, factor: over(from), to: add('Add', [add('Mul', [from, number(0)]), number(size)]) }
      : { from, factor: longest, to: add('Max', [add('Round', [add('Div', [from, longest])]), number(1)]) };
  const [down, across] = [sideOf(height), sideOf(width)];
  const shorter = blocks(add, planes, 1, height, blockOf(add, down.factor));
  const small = blocks(add, shorter.x, 2, width, blockOf(add, across.factor));
  const rest = ({ from, factor, to }: Side, count: string): Side => ({
    ...{ from: count, to },
    factor: add('Div', [add('Mul', [factor, count]), from]),
  });
  const vertical = kernelOf(add, size, rest(down, shorter.from));
  const horizontal = kernelOf(add, size, rest(across, small.from));
  const rows = levels(add, add('MatMul', [vertical.weights, add('Gather', [small.x, vertical.pixels], { axis: 1 })]));
  const turned = add('Transpose', [horizontal.weights], { perm: [1, 0] });
  const picture = levels(add, add('MatMul', [add('Gather', [rows, horizontal.pixels], { axis: 2 }), turned]));
  const covered = add('MatMul', [vertical.inside, add('Transpose', [horizontal.inside], { perm: [1, 0] })]);
  const ground = add('Mul', [add('Sub', [number(1), covered]), number(WHITE)]);
  return add('Unsqueeze', [add('Add', [picture, ground])], { axes: [0] });
}
