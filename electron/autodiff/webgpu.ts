/**
 * Nodes that the WebGPU provider takes and then refuses or computes wrongly, as others that it does right. Seen with
 * onnxruntime 1.30; each with its symptom.
 */
import { type Node, sizeOf, sliceRanges, type Value, windowOf } from '../onnx/index.ts';
import { type GradientBuilder } from './gradient-builder.ts';
import { turnedFilter } from './rules/conv.ts';
import { dims } from './shapes.ts';

/** Builds the node's outputs otherwise, under the node's own output names; undefined where the node is fine. */
type Adaptation = (b: GradientBuilder, node: Node, inputs: readonly (Value | undefined)[]) => Value[] | undefined;

const named = (b: GradientBuilder, op: string, inputs: (Value | undefined)[], node: Node, attributes = {}): Value[] =>
  b.op(op, inputs, attributes, { outputs: node.outputs, name: node.name || undefined });

/**
 * "Only Conv2d or Conv1d are supported"; wrong values where groups have several inputs and one output: zeros between
 * the places, then a convolution with the turned filter.
 */
const convTranspose: Adaptation = (b, node, [X, W, B]) => {
  const kernel = dims(W!).slice(2);
  const group = node.attributes.int('group', 1);
  const oneOutput = group > 1 && dims(W!)[1] === 1 && dims(X!)[1] !== group;
  if (kernel.length < 3 && !oneOutput) return undefined;
  const window = windowOf(node.attributes, kernel);
  const extra = node.attributes.ints(
    'output_padding',
    kernel.map(() => 0),
  );
  const reach = kernel.map((k, i) => (k - 1) * window.dilations[i]!);
  let image = X!;
  kernel.forEach((_, i) => {
    const stride = window.strides[i]!;
    if (stride === 1) return;
    const shape = dims(image);
    const axis = i + 2;
    const split = [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)];
    const after = split.map((_, k) => (k === axis + 1 ? stride - 1 : 0));
    const spread = b.pad(b.reshape(image, split), [...split.map(() => 0), ...after]);
    const long = b.reshape(
      spread,
      shape.map((dim, k) => (k === axis ? dim * stride : dim)),
    );
    image = b.slice(long, { starts: [0], ends: [(shape[axis]! - 1) * stride + 1], axes: [axis] });
  });
  const pads = [
    ...reach.map((length, i) => length - window.before[i]!),
    ...reach.map((length, i) => length - window.after[i]! + extra[i]!),
  ];
  if (pads.some((pad) => pad < 0)) return undefined;
  const attributes = { group, dilations: window.dilations, pads, kernel_shape: kernel };
  return named(b, 'Conv', [image, turnedFilter(b, W!, group), B], node, attributes);
};

/**
 * "Conv3D does not support grouped convolution"; wrong values where a group has more than four outputs and no multiple
 * of four: one convolution a group. Wrong values where channels are a multiple of three, not three and not of four, and
 * outputs a multiple of four, unless it is a plain product: channels of zeros are added.
 */
const conv: Adaptation = (b, node, [X, W, B]) => {
  const group = node.attributes.int('group', 1);
  const [outs, channels, ...kernel] = dims(W!) as [number, number, ...number[]];
  if (group === 1) {
    const wrong = channels % 3 === 0 && channels !== 3 && channels % 4 !== 0 && outs % 4 === 0;
    const { strides, before, after } = windowOf(node.attributes, kernel);
    const product = [...kernel, ...strides].every((k) => k === 1) && [...before, ...after].every((pad) => pad === 0);
    if (!wrong || product) return undefined;
    const zeros = (value: Value): Value =>
      b.pad(value, [...dims(value).map(() => 0), ...dims(value).map((_, i) => (i === 1 ? 4 - (channels % 4) : 0))]);
    return named(b, 'Conv', [zeros(X!), zeros(W!), B], node, node.attributes);
  }
  const each = outs / group;
  if (kernel.length < 3 && (each <= 4 || each % 4 === 0)) return undefined;
  const part = (value: Value, axis: number, i: number): Value => {
    const size = dims(value)[axis]! / group;
    return b.slice(value, { starts: [i * size], ends: [(i + 1) * size], axes: [axis] });
  };
  const attributes = node.attributes.with({ group: undefined });
  const parts = Array.from({ length: group }, (_, i) =>
    b.op('Conv', [part(X!, 1, i), part(W!, 0, i), B && part(B, 0, i)], attributes),
  );
  return named(b, 'Concat', parts, node, { axis: 1 });
};

/** Wrong places with a step below -1: turned round first. */
const slice: Adaptation = (b, node, [X, starts, ends, axes, steps]) => {
  const by = b.numbers(steps);
  if (!by?.some((step) => step < -1)) return undefined;
  const shape = dims(X!);
  const ranges = sliceRanges(shape, b.numbers(starts)!, b.numbers(ends)!, b.numbers(axes), by);
  if (ranges.some(({ count }) => count === 0)) return undefined;
  const back = ranges.flatMap(({ step }, axis) => (step < 0 ? [axis] : []));
  const each = (value: number): number[] => back.map(() => value);
  const turned = b.slice(X!, { starts: each(-1), ends: each(-(2 ** 31)), axes: back, steps: each(-1) });
  const firsts = ranges.map(({ start, step }, axis) => (step < 0 ? shape[axis]! - 1 - start : start));
  const lasts = ranges.map(({ step, count }, axis) => firsts[axis]! + (count - 1) * Math.abs(step) + 1);
  const every = [firsts, lasts, shape.map((_, axis) => axis), ranges.map(({ step }) => Math.abs(step))];
  return named(b, 'Slice', [turned, ...every.map((list) => b.ints(list))], node);
};

/** Not there: the indices of a MaxPool are never asked for; log softmax is z - max - log sum exp. */
const logSoftmax: Adaptation = (b, node, [X]) => {
  const axes = [node.attributes.int('axis', -1)];
  const moved = b.sub(X!, b.reduceMax(X!, axes));
  return named(b, 'Sub', [moved, b.log(b.reduceSum(b.exp(moved), axes))], node);
};

/** Not there. */
const sign: Adaptation = (b, node, [X]) => named(b, 'Sub', [b.stepAbove(X!), b.stepBelow(X!)], node);

/** Not there: a reshape, a transposition, a reshape. */
const spaceToDepth: Adaptation = (b, node, [X]) => {
  const [n, c, h, w] = dims(X!) as [number, number, number, number];
  const s = node.attributes.int('blocksize', 1);
  const split = b.reshape(X!, [n, c, h / s, s, w / s, s]);
  const turned = b.transpose(split, [0, 3, 5, 1, 2, 4]);
  return named(b, 'Reshape', [turned, b.ints([n, c * s * s, h / s, w / s])], node);
};

/**
 * Shaders may be off by 2^-11: brought to -pi..pi, the series of cos(x / 4) to the fifth term (1e-7), doubled twice by
 * cos 2a = 2 cos^2 a - 1.
 */
function cosine(b: GradientBuilder, node: Node, x: Value): Value[] {
  const turns = b.op('Floor', [b.add(b.mul(x, 1 / (2 * Math.PI)), 0.5)]);
  const quarter = b.mul(b.sub(x, b.mul(turns, 2 * Math.PI)), 0.25);
  const t = b.mul(quarter, quarter);
  const series = [1 / 40320, -1 / 720, 1 / 24, -1 / 2, 1].reduce<Value | undefined>(
    (sum, term) => (sum === undefined ? b.scalar(term) : b.add(b.mul(sum, t), term)),
    undefined,
  )!;
  const half = b.sub(b.mul(b.mul(series, series), 2), 1);
  return named(b, 'Sub', [b.mul(b.mul(half, half), 2), b.scalar(1)], node);
}

const cos: Adaptation = (b, node, [X]) => cosine(b, node, X!);
const sin: Adaptation = (b, node, [X]) => cosine(b, node, b.sub(X!, Math.PI / 2));

const ADAPTATIONS: Readonly<Record<string, Adaptation>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  Cos: cos,
  LogSoftmax: logSoftmax,
  Sign: sign,
  Sin: sin,
  Slice: slice,
  SpaceToDepth: spaceToDepth,
};

export function adapted(b: GradientBuilder, node: Node, inputs: readonly (Value | undefined)[]): Value[] | undefined {
  if (node.domain !== '' || !Object.hasOwn(ADAPTATIONS, node.op)) return undefined;
  if (inputs[0]?.type !== 'float32' || sizeOf(dims(inputs[0])) === 0) return undefined;
  return ADAPTATIONS[node.op]!(b, node, inputs);
}
