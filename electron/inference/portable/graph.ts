/**
 * A classifier that takes a picture as a decoder gives it: uint8 [H, W, 3] of any size, red, green, blue. What Assay does
 * to pixels in front of a network (imaging/pixels.ts) is part of the graph: an antialiased cubic (Catmull-Rom) resize,
 * letterboxed on white or stretched, rounded to whole levels between its two passes as the decoder's library does.
 *
 * The resize is two matrix products, Kᵥ · X · Kₕᵀ, whose weights are computed from the picture's size. So it needs no
 * operator that runtimes disagree about (Resize with antialias exists from operator set 18 on, and not everywhere).
 */
import { AssayError } from '../../contract/index.ts';
import { type NodeAdder, nodeAdder } from '../../embeddings/index.ts';
import { decodeModel, encodeModel, type Graph, ints, scalar, typeNumber } from '../../onnx/index.ts';
import { type ModelInfo, modelInfo } from '../model-file.ts';

/** Operators of the resize (Range, Round, Clip with inputs) are of this operator set. */
const LEAST_OPSET = 11;
export const PICTURE = 'picture';
const OUTPUT = 'probabilities';
const WHITE = 255;

const number = (value: number) => scalar(value);

interface Axis {
  /** float32 [size, padded length]: rows that lie in the border are zero. */
  weights: string;
  /** int64 [padded length]: the pixels that the columns stand for; those beyond an edge are the edge's. */
  pixels: string;
  /** float32 [size, 1]: 1 where the row belongs to the picture. */
  inside: string;
}

/**
 * Weights of one axis: row i is the kernel about the place in the picture that output pixel i − offset shows.
 * @param from pixels of the picture, `to` pixels that it becomes, `offset` pixels of border before it: float scalars
 */
function axis(add: NodeAdder, size: number, { from, to, offset }: { from: string; to: string; offset: string }): Axis {
  const column = add('Unsqueeze', [add('Range', [number(0), number(size), number(1)])], { axes: [1] });
  const row = add('Sub', [column, offset]);
  const inside = add(
    'Cast',
    [add('And', [add('Greater', [row, number(-0.5)]), add('Less', [row, add('Sub', [to, number(0.5)])])])],
    {
      to: typeNumber('float32'),
    },
  );
  const factor = add('Div', [from, to]);
  const centre = add('Sub', [add('Mul', [add('Add', [row, number(0.5)]), factor]), number(0.5)]);
  // The kernel is as wide as the pixels that fall together; it is never narrower than its own.
  const width = add('Max', [factor, number(1)]);
  const reach = add('Ceil', [add('Mul', [width, number(2)])]);
  const places = add('Range', [add('Neg', [reach]), add('Add', [from, reach]), number(1)]);
  const distance = add('Abs', [add('Div', [add('Sub', [add('Unsqueeze', [places], { axes: [0] }), centre]), width])]);
  const kernel = add('Mul', [cubic(add, distance), inside]);
  // A row of the border sums to 0: it is divided by 1.
  const sum = add('Add', [add('ReduceSum', [kernel], { axes: [1], keepdims: 1 }), add('Sub', [number(1), inside])]);
  const edge = add('Min', [add('Max', [places, number(0)]), add('Sub', [from, number(1)])]);
  return {
    weights: add('Div', [kernel, sum]),
    pixels: add('Cast', [edge], { to: typeNumber('int64') }),
    inside,
  };
}

/**
 * Keys' cubic convolution with a = −1/2 (Keys 1981): 1.5d³ − 2.5d² + 1 up to 1, −0.5d³ + 2.5d² − 4d + 2 up to 2, then 0.
 */
function cubic(add: NodeAdder, d: string): string {
  const horner = (factors: readonly number[]): string =>
    factors.slice(1).reduce(
      (sum: string, factor) => add('Add', [add('Mul', [sum, d]), number(factor)]),
      // The first factor times 1: a tensor of d's shape.
      add('Add', [add('Mul', [d, number(0)]), number(factors[0]!)]),
    );
  const far = add('Where', [add('Less', [d, number(2)]), horner([-0.5, 2.5, -4, 2]), number(0)]);
  return add('Where', [add('Less', [d, number(1)]), horner([1.5, -2.5, 0, 1]), far]);
}

const levels = (add: NodeAdder, x: string): string => add('Round', [add('Clip', [x, number(0), number(WHITE)])]);

/** float32 [1, 3, size, size], 0 to 255, of the picture. */
function fitted(
  add: NodeAdder,
  planes: string,
  sides: { height: string; width: string },
  size: number,
  fit: ModelInfo['fit'],
): string {
  const { height, width } = sides;
  const longest = add('Max', [height, width]);
  const share = (side: string): string =>
    fit === 'stretch'
      ? add('Add', [add('Mul', [side, number(0)]), number(size)])
      : add('Max', [add('Round', [add('Div', [add('Mul', [side, number(size)]), longest])]), number(1)]);
  const placed = (side: string): Axis => {
    const to = share(side);
    const offset = add('Floor', [add('Mul', [add('Sub', [number(size), to]), number(0.5)])]);
    return axis(add, size, { from: side, to, offset });
  };
  const down = placed(height);
  const across = placed(width);
  const rows = levels(add, add('MatMul', [down.weights, add('Gather', [planes, down.pixels], { axis: 1 })]));
  const turned = add('Transpose', [across.weights], { perm: [1, 0] });
  const picture = levels(add, add('MatMul', [add('Gather', [rows, across.pixels], { axis: 2 }), turned]));
  const covered = add('MatMul', [down.inside, add('Transpose', [across.inside], { perm: [1, 0] })]);
  const ground = add('Mul', [add('Sub', [number(1), covered]), number(WHITE)]);
  return add('Unsqueeze', [add('Add', [picture, ground])], { axes: [0] });
}

/** Axes of Unsqueeze and ReduceSum became an input with operator set 13. */
function axesAware(add: NodeAdder, opset: number): NodeAdder {
  return (op, inputs, attributes = {}, output) => {
    const { axes, ...rest } = attributes;
    if (opset < 13 || !Array.isArray(axes) || (op !== 'Unsqueeze' && op !== 'ReduceSum'))
      return add(op, inputs, attributes, output);
    return add(op, [...inputs, ints(axes as number[])], rest, output);
  };
}

/**
 * The classifier with its preprocessing inside.
 * Input `picture`: uint8 [H, W, 3], upright, red, green, blue. Output `probabilities`: float32 [classes].
 * @param bytes a file of `classifierModel`
 * @throws AssayError `model/preprocessing` where it is none, `onnx/unsupported` below operator set 11
 */
export function portableModel(bytes: Uint8Array, subject: string): Uint8Array {
  const info = modelInfo(bytes, subject);
  const model = decodeModel(bytes, { subject });
  const opset = model.opsets.get('') ?? 1;
  if (opset < LEAST_OPSET)
    throw new AssayError('onnx/unsupported', {
      subject,
      values: { operator: 'Range', reason: `its operator set is ${opset}, and the resize needs ${LEAST_OPSET}` },
    });
  const inner = model.graph;
  const front: Graph = { ...inner, nodes: [], initializers: inner.initializers, inputs: [], outputs: [], values: [] };
  const add = axesAware(prefixedAdder(nodeAdder(front, opset)), opset);
  const planes = add('Cast', [add('Transpose', [PICTURE], { perm: [2, 0, 1] })], { to: typeNumber('float32') });
  const shape = add('Cast', [add('Shape', [PICTURE])], { to: typeNumber('float32') });
  const side = (at: number): string => add('Gather', [shape, scalar(at, 'int64')], { axis: 0 });
  const sides = { height: side(0), width: side(1) };
  for (const { name, size } of info.inputs) {
    const one = fitted(add, planes, sides, size, info.fit);
    // A network of a fixed batch sees the picture as often as it must.
    const fed =
      info.batch === null || info.batch === 1 ? one : add('Concat', Array<string>(info.batch).fill(one), { axis: 0 });
    add('Identity', [fed], {}, `fitted/${name}`);
  }
  const renamed = new Map(info.inputs.map(({ name }) => [name, `portable/fitted/${name}`]));
  const nodes = inner.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((name) => renamed.get(name) ?? name),
    outputs: node.outputs.map((name) => (name === OUTPUT ? `${OUTPUT}/rows` : name)),
  }));
  front.nodes.push(...nodes);
  nodeAdder(front, opset)('Gather', [`${OUTPUT}/rows`, scalar(0, 'int64')], { axis: 0 }, OUTPUT);
  model.graph = {
    ...front,
    inputs: [{ name: PICTURE, type: 'uint8', shape: ['height', 'width', 3] }],
    outputs: [{ name: OUTPUT, type: 'float32', shape: [info.classes.length] }],
  };
  model.metadata = new Map([
    ...[...model.metadata].filter(([key]) => key !== 'assay.kind' && key !== 'assay.inputs' && key !== 'assay.batch'),
    ['assay.kind', 'portable-classifier'],
    ['assay.input', JSON.stringify({ name: PICTURE, type: 'uint8', layout: 'HWC', colour: 'RGB', fit: info.fit })],
  ]);
  return encodeModel(model);
}

/** Names that cannot meet those of a network. */
function prefixedAdder(add: NodeAdder): NodeAdder {
  let counter = 0;
  return (op, inputs, attributes, output) => add(op, inputs, attributes, `portable/${output ?? `${op}_${++counter}`}`);
}
