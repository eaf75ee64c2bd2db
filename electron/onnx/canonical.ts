/**
 * Older operators in the form of operator set 18: one form for shapes, folding and gradients. Source: the version
 * history of https://onnx.ai/onnx/operators/. Only what changed its meaning or its arguments is rewritten.
 */
import { type AttributeInputs, Attributes } from './attributes.ts';
import { type Node } from './graph.ts';
import { axisOf, type Known, unsupported } from './operators/operator.ts';
import { reach, windowOf } from './operators/window.ts';
import { fullTensor, ints, scalar, sizeOf, type Tensor } from './tensor.ts';

/** The oldest operator set that graphs are brought to. */
export const CANONICAL_OPSET = 18;

/** What a rewriting may ask of the graph around the node. */
export interface Surroundings {
  known(name: string): Known;
  constant(name: string): readonly number[] | undefined;
  /** Adds a constant and gives its name. */
  add(tensor: Tensor): string;
  /** A new name. */
  fresh(prefix: string): string;
}

type Rewrite = (node: Node, version: number, around: Surroundings) => Node[];

const change = (node: Node, inputs: readonly string[], attributes: AttributeInputs, op = node.op): Node => ({
  ...node,
  op,
  inputs,
  attributes: node.attributes.with(attributes),
});

/** An attribute of whole numbers becomes input `position`. */
const intsToInput =
  (attribute: string, position: number, since: number): Rewrite =>
  (node, version, around) => {
    const values = node.attributes.ints(attribute);
    if (version >= since || values === undefined) return [node];
    const inputs = [...node.inputs];
    while (inputs.length < position) inputs.push('');
    inputs[position] = around.add(ints(values));
    return [change(node, inputs, { [attribute]: undefined })];
  };

/** Pads of auto_pad: SAME gives ceil(dim / stride) windows, an odd place goes to the end (UPPER) or the beginning. */
function samePads(node: Node, dims: readonly number[], kernel: readonly number[], lower: boolean): number[] {
  const window = windowOf(node.attributes.with({ pads: undefined }), kernel);
  const totals = dims.map((dim, axis) => {
    const stride = window.strides[axis]!;
    return Math.max(0, (Math.ceil(dim / stride) - 1) * stride + reach(window, axis) - dim);
  });
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total) => Math.ceil(total / 2));
  return lower ? [...large, ...small] : [...small, ...large];
}

function explicitPads(node: Node, dims: readonly number[], kernel: readonly number[]): Node {
  const auto = node.attributes.string('auto_pad', 'NOTSET');
  if (auto === 'NOTSET') return change(node, node.inputs, { auto_pad: undefined });
  const pads = auto === 'VALID' ? undefined : samePads(node, dims, kernel, auto === 'SAME_LOWER');
  return change(node, node.inputs, { auto_pad: undefined, pads });
}

const conv: Rewrite = (node, _, around) => {
  const [x, w] = node.inputs as [string, string];
  const kernel = around.known(w).shape.slice(2);
  return [explicitPads(node, around.known(x).shape.slice(2), kernel)].map((n) =>
    change(n, n.inputs, { kernel_shape: kernel }),
  );
};

const pool: Rewrite = (node, _, around) => [
  explicitPads(node, around.known(node.inputs[0]!).shape.slice(2), node.attributes.ints('kernel_shape', [])),
];

/** auto_pad and output_shape of a transposed convolution as pads: an odd place goes to the beginning but for UPPER. */
const convTranspose: Rewrite = (node, _, around) => {
  const [x, w] = node.inputs as [string, string];
  const kernel = around.known(w).shape.slice(2);
  const auto = node.attributes.string('auto_pad', 'NOTSET');
  const dims = around.known(x).shape.slice(2);
  const window = windowOf(node.attributes, kernel);
  const extra = node.attributes.ints(
    'output_padding',
    kernel.map(() => 0),
  );
  const shape = node.attributes.ints('output_shape');
  const wanted =
    shape?.slice(-kernel.length) ??
    (auto.startsWith('SAME') ? dims.map((dim, axis) => dim * window.strides[axis]!) : undefined);
  let pads = auto === 'VALID' ? undefined : node.attributes.ints('pads');
  if (wanted !== undefined) {
    const totals = dims.map((dim, axis) =>
      Math.max(0, (dim - 1) * window.strides[axis]! + extra[axis]! + reach(window, axis) - wanted[axis]!),
    );
    const small = totals.map((total) => Math.floor(total / 2));
    const large = totals.map((total) => Math.ceil(total / 2));
    pads = auto === 'SAME_UPPER' ? [...small, ...large] : [...large, ...small];
  }
  return [change(node, node.inputs, { auto_pad: undefined, output_shape: undefined, pads, kernel_shape: kernel })];
};

/** Before set 13 softmax runs over all axes from `axis` (default 1) on at once. */
const softmax: Rewrite = (node, version, around) => {
  if (version >= 13) return [node];
  const { shape } = around.known(node.inputs[0]!);
  const axis = axisOf(node.attributes.int('axis', 1), shape.length);
  if (axis === shape.length - 1) return [change(node, node.inputs, { axis: -1 })];
  const [flat, result] = [around.fresh(`${node.outputs[0]}_flat`), around.fresh(`${node.outputs[0]}_rows`)];
  const rows = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))];
  return [
    reshape(node, node.inputs[0]!, flat, rows, around),
    { ...change(node, [flat], { axis: -1 }), outputs: [result] },
    reshape(node, result, node.outputs[0]!, shape, around),
  ];
};

function reshape(node: Node, from: string, to: string, shape: readonly number[], around: Surroundings): Node {
  const attributes = new Attributes();
  const name = around.fresh(`${node.name || node.op}_reshape`);
  return { op: 'Reshape', name, domain: '', inputs: [from, around.add(ints(shape))], outputs: [to], attributes };
}

const clip: Rewrite = (node, version, around) => {
  if (version >= 11) return [node];
  const [low, high] = [node.attributes.float('min'), node.attributes.float('max')];
  const { type } = around.known(node.inputs[0]!);
  const bound = (value: number | undefined): string => (value === undefined ? '' : around.add(scalar(value, type)));
  const inputs = [node.inputs[0]!, bound(low), bound(high)];
  while (inputs.at(-1) === '') inputs.pop();
  return [change(node, inputs, { min: undefined, max: undefined })];
};

const pad: Rewrite = (node, version, around) => {
  if (version >= 11) return [node];
  const pads = around.add(ints(node.attributes.ints('pads', [])));
  const value = around.add(scalar(node.attributes.float('value', 0), around.known(node.inputs[0]!).type));
  return [change(node, [node.inputs[0]!, pads, value], { pads: undefined, value: undefined })];
};

const slice: Rewrite = (node, version, around) => {
  if (version >= 10) return [node];
  const inputs = [node.inputs[0]!];
  for (const name of ['starts', 'ends', 'axes']) {
    const values = node.attributes.ints(name);
    if (values !== undefined) inputs.push(around.add(ints(values)));
  }
  return [change(node, inputs, { starts: undefined, ends: undefined, axes: undefined })];
};

const split: Rewrite = (node, version, around) => {
  const sizes = node.attributes.ints('split');
  if (version < 13 && sizes !== undefined)
    return [change(node, [node.inputs[0]!, around.add(ints(sizes))], { split: undefined })];
  if (node.inputs.length > 1 && node.inputs[1] !== '') return [node];
  // Equal parts must be counted by an attribute since set 18; sizes say it in every set.
  const { shape } = around.known(node.inputs[0]!);
  const [dim, parts] = [shape[axisOf(node.attributes.int('axis', 0), shape.length)]!, node.outputs.length];
  const each = Math.ceil(dim / parts);
  const equal = Array.from({ length: parts }, (_, i) => Math.min(each, dim - i * each));
  return [change(node, [node.inputs[0]!, around.add(ints(equal))], { num_outputs: undefined })];
};

const resize: Rewrite = (node, version, around) => {
  if (version >= 11) return [node];
  const mode = node.attributes.string('mode', 'nearest') === 'nearest' ? 'nearest' : 'linear';
  const values = node.attributes.floats('scales');
  const scales =
    values === undefined
      ? node.inputs[1]!
      : around.add({ type: 'float32', dims: [values.length], data: Float32Array.from(values) });
  const attributes = {
    mode,
    scales: undefined,
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: mode === 'nearest' ? 'floor' : undefined,
  };
  return [change(node, [node.inputs[0]!, '', scales], attributes, 'Resize')];
};

const topK: Rewrite = (node, version, around) => {
  if (version >= 10) return [node];
  return [change(node, [node.inputs[0]!, around.add(ints([node.attributes.int('k', 1)]))], { k: undefined })];
};

/** Inference: the value itself; a mask that somebody reads is all true. */
const dropout: Rewrite = (node, _, around) => {
  const identity = (to: string, from: string): Node => ({
    op: 'Identity',
    name: around.fresh(node.name || node.op),
    domain: '',
    inputs: [from],
    outputs: [to],
    attributes: new Attributes(),
  });
  const [y, mask] = node.outputs as [string, string | undefined];
  const nodes = [identity(y, node.inputs[0]!)];
  if (mask) nodes.push(identity(mask, around.add(fullTensor(around.known(node.inputs[0]!).shape, 1, 'bool'))));
  return nodes;
};

/** Only inference has a meaning here; batch statistics are a choice of the trainer, not of the file. */
const batchNorm: Rewrite = (node) => [
  {
    ...change(node, node.inputs, { spatial: undefined, training_mode: undefined, is_test: undefined }),
    outputs: node.outputs.slice(0, 1),
  },
];

const REWRITES: Readonly<Record<string, Rewrite>> = {
  AveragePool: pool,
  BatchNormalization: batchNorm,
  Clip: clip,
  Conv: conv,
  ConvTranspose: convTranspose,
  Dropout: dropout,
  Hardmax: softmax,
  LogSoftmax: softmax,
  LpPool: pool,
  MaxPool: pool,
  Pad: pad,
  Resize: resize,
  Scatter: (node) => [change(node, node.inputs, {}, 'ScatterElements')],
  Slice: slice,
  Softmax: softmax,
  Split: split,
  Squeeze: intsToInput('axes', 1, 13),
  TopK: topK,
  Unsqueeze: intsToInput('axes', 1, 13),
  Upsample: resize,
  ReduceSum: intsToInput('axes', 1, 13),
  ...Object.fromEntries(
    ['L1', 'L2', 'LogSum', 'LogSumExp', 'Max', 'Mean', 'Min', 'Prod', 'SumSquare'].map((name) => [
      `Reduce${name}`,
      intsToInput('axes', 1, 18),
    ]),
  ),
};

/** The node in the form of the canonical operator set: itself, or the nodes that replace it (the last makes its output). */
export function canonical(node: Node, version: number, around: Surroundings): Node[] {
  // Before set 7 elementwise operators stretched their operands by attributes.
  if (version < 7 && node.attributes.has('broadcast'))
    throw unsupported(node, `operator set ${version} is older than 7`);
  const rewrite = node.domain === '' && Object.hasOwn(REWRITES, node.op) ? REWRITES[node.op] : undefined;
  return rewrite === undefined ? [node] : rewrite(node, version, around);
}
