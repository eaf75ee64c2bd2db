/**
 * One graph from pixels to one feature vector, out of one or several backbones: each gets its own colour order and
 * normalisation inside the graph, its taps are pooled, and everything is concatenated. Backbones of one size share an
 * input.
 */
import { AssayError } from '../../contract/index.ts';
import {
  type Attribute,
  type AttributeInputs,
  Attributes,
  floats,
  type Graph,
  ints,
  type Model,
  type Node,
  type Tensor,
  typeNumber,
} from '../../onnx/index.ts';
import { cutAt } from './cut.ts';
import { type BackboneSpec, type Tap } from './spec.ts';

export interface Part {
  /** Is taken apart: hand in a model of its own (decode it anew). */
  model: Model;
  spec: BackboneSpec;
  taps: readonly Tap[];
  /** Side at which it is run. */
  size: number;
}

/**
 * `pixels`: uint8 [N, size, size, 3], red, green, blue, as a decoder gives them: for runs inside Assay.
 * `image`: float32 [N, 3, size, size], red, green, blue, 0 to 255: for models that other programs shall run.
 */
export type InputForm = 'pixels' | 'image';

export interface GraphInput {
  name: string;
  size: number;
}

export interface Assembled {
  /** Has inputs and nodes, and no outputs yet. */
  model: Model;
  add: NodeAdder;
  inputs: GraphInput[];
  /** Name of the value [N, features] float32. */
  features: string;
  length: number;
  /** The only batch size that it takes; null where any serves. */
  batch: number | null;
}

/** @throws AssayError `onnx/unsupported` where backbones of different operator sets cannot stand in one graph */
export function assemble(parts: readonly Part[], form: InputForm): Assembled {
  const opsets = mergedOpsets(parts.map((part) => part.model));
  const graph: Graph = { name: 'assay', nodes: [], initializers: new Map(), inputs: [], outputs: [], values: [] };
  const add = nodeAdder(graph, opsets.get('') ?? 17);
  const sizes = [...new Set(parts.map((part) => part.size))];
  const batches = parts.flatMap((part) => part.spec.input.batch ?? []);
  const batch = batches.length === 0 ? null : Math.min(...batches);

  const inputs: GraphInput[] = [];
  const images = new Map<number, string>();
  for (const size of sizes) {
    const name = sizes.length === 1 ? form : `${form}_${size}`;
    inputs.push({ name, size });
    images.set(size, addInput(graph, add, form, name, size, batch));
  }
  const features = parts.flatMap((part, i) => addPart(graph, add, part, images.get(part.size)!, `backbone${i + 1}/`));
  return {
    model: {
      ...parts[0]!.model,
      producerName: 'Assay',
      producerVersion: '',
      opsets,
      metadata: new Map(),
      graph,
      extra: undefined,
    },
    add,
    inputs,
    features: features.length === 1 ? features[0]! : add('Concat', features, { axis: 1 }, 'features'),
    length: parts.flatMap((part) => part.taps).reduce((sum, tap) => sum + tap.channels, 0),
    batch,
  };
}

export type NodeAdder = (
  op: string,
  inputs: readonly (string | Tensor)[],
  attributes?: AttributeInputs,
  output?: string,
) => string;

/** Appends nodes with one output each; tensors among the inputs become initializers. Returns the output's name. */
export function nodeAdder(graph: Graph, opset: number): NodeAdder {
  let counter = 0;
  return (op, inputs, attributes = {}, output = `assay/${op}_${++counter}`) => {
    const named = inputs.map((input, i) => {
      if (typeof input === 'string') return input;
      graph.initializers.set(`${output}/constant${i}`, input);
      return `${output}/constant${i}`;
    });
    // Axes of ReduceMean became an input with operator set 18.
    const { axes, ...rest } = attributes;
    const asInput = op === 'ReduceMean' && opset >= 18 && Array.isArray(axes);
    if (asInput) {
      graph.initializers.set(`${output}/axes`, ints(axes as number[]));
      named.push(`${output}/axes`);
    }
    const given = Attributes.from(asInput ? rest : attributes);
    graph.nodes.push({ op, name: output, domain: '', inputs: named, outputs: [output], attributes: given });
    return output;
  };
}

/** Adds the input and what turns it into float32 NCHW RGB of 0 to 255. */
function addInput(
  graph: Graph,
  add: NodeAdder,
  form: InputForm,
  name: string,
  size: number,
  batch: number | null,
): string {
  const n = batch ?? 'N';
  if (form === 'image') {
    graph.inputs.push({ name, type: 'float32', shape: [n, 3, size, size] });
    return name;
  }
  graph.inputs.push({ name, type: 'uint8', shape: [n, size, size, 3] });
  // Transposed as bytes: a quarter of the memory to walk through.
  return add('Cast', [add('Transpose', [name], { perm: [0, 3, 1, 2] })], { to: typeNumber('float32') });
}

/** Adds a backbone behind `image`; returns its pooled taps. */
function addPart(graph: Graph, add: NodeAdder, part: Part, image: string, prefix: string): string[] {
  const { spec, taps } = part;
  const inner = part.model.graph;
  cutAt(inner, taps);
  const input = prefixed(inner, prefix, spec.input.name, normalise(add, spec, image, prefix));
  graph.nodes.push(...input.nodes);
  for (const [name, tensor] of input.initializers) graph.initializers.set(name, tensor);
  return taps.map((tap) => pool(add, tap, prefix + tap.name, spec));
}

function normalise(add: NodeAdder, { input, preprocessing }: BackboneSpec, image: string, prefix: string): string {
  const { colour, mean, std } = preprocessing;
  let x = colour === 'BGR' ? add('Gather', [image, ints([2, 1, 0])], { axis: 1 }, `${prefix}bgr`) : image;
  if (input.type === 'uint8') x = add('Cast', [x], { to: typeNumber('uint8') });
  else {
    // (x / 255 − mean) / std, as one product and one sum.
    const scale = floats(
      std.map((s) => 1 / (255 * s)),
      [1, 3, 1, 1],
    );
    const shift = floats(
      std.map((s, c) => -mean[c]! / s),
      [1, 3, 1, 1],
    );
    if (std.some((s) => Math.abs(255 * s - 1) > 1e-6)) x = add('Mul', [x, scale], {}, `${prefix}scaled`);
    if (mean.some((m) => m !== 0)) x = add('Add', [x, shift], {}, `${prefix}normalised`);
    if (input.type === 'float16') x = add('Cast', [x], { to: typeNumber('float16') });
  }
  return input.layout === 'NHWC' ? add('Transpose', [x], { perm: [0, 2, 3, 1] }) : x;
}

/** A tap as [N, C] float32. */
function pool(add: NodeAdder, tap: Tap, value: string, spec: BackboneSpec): string {
  const x = spec.input.type === 'float16' ? add('Cast', [value], { to: typeNumber('float32') }) : value;
  switch (tap.kind) {
    case 'map':
      return add('Flatten', [add('GlobalAveragePool', [x])], { axis: 1 });
    case 'map-last':
      return add('ReduceMean', [x], { axes: [1, 2], keepdims: 0 });
    case 'tokens':
      return add('ReduceMean', [x], { axes: [1], keepdims: 0 });
    case 'class-token':
      return add('Gather', [x, { type: 'int64', dims: [], data: new BigInt64Array(1) }], { axis: 1 });
    case 'vector':
      return add('Flatten', [x], { axis: 1 });
  }
}

/** A copy of the graph whose names carry a prefix, reading `replacement` where it read its input. */
function prefixed(graph: Graph, prefix: string, input: string, replacement: string): Graph {
  const rename = (name: string): string => (name === '' ? '' : name === input ? replacement : prefix + name);
  const renameAttributes = (attributes: Attributes): Attributes => {
    if (![...attributes.map.values()].some((attribute) => attribute.kind === 'graph')) return attributes;
    return new Attributes(
      [...attributes.map].map(([key, attribute]): [string, Attribute] => [
        key,
        attribute.kind === 'graph' ? { kind: 'graph', value: renameGraph(attribute.value) } : attribute,
      ]),
    );
  };
  const renameGraph = (inner: Graph): Graph => ({
    ...inner,
    nodes: inner.nodes.map((node): Node => ({
      ...node,
      name: node.name === '' ? '' : prefix + node.name,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
      attributes: renameAttributes(node.attributes),
    })),
    initializers: new Map([...inner.initializers].map(([name, tensor]) => [rename(name), tensor])),
    inputs: inner.inputs.map((info) => ({ ...info, name: rename(info.name) })),
    outputs: inner.outputs.map((info) => ({ ...info, name: rename(info.name) })),
    values: [],
  });
  return renameGraph(graph);
}

/**
 * Operator sets (from 7 on) in which an operator changed its arguments or its meaning for inference. Source: the
 * version history of https://onnx.ai/onnx/operators/.
 */
const CHANGED: Readonly<Record<string, readonly number[]>> = {
  ...{ BatchNormalization: [9], Clip: [11], Dropout: [12], GroupNormalization: [21], Hardmax: [13], LogSoftmax: [13] },
  ...{ Pad: [11], ReduceL1: [18], ReduceL2: [18], ReduceLogSum: [18], ReduceLogSumExp: [18], ReduceMax: [18] },
  ...{ ReduceMean: [18], ReduceMin: [18], ReduceProd: [18], ReduceSum: [13], ReduceSumSquare: [18], Resize: [11] },
  ...{ Scatter: [11], Slice: [10], Softmax: [13], Split: [13, 18], Squeeze: [13], TopK: [10], Unsqueeze: [13] },
  ...{ Upsample: [10] },
};

/** One operator set for all; refused where a network of an older one holds an operator that changed since. */
export function mergedOpsets(models: readonly Model[]): Map<string, number> {
  const merged = new Map<string, number>();
  for (const model of models)
    for (const [domain, version] of model.opsets) merged.set(domain, Math.max(version, merged.get(domain) ?? 0));
  for (const model of models)
    for (const { op, domain, name } of model.graph.nodes) {
      const [own, other] = [model.opsets.get(domain) ?? 0, merged.get(domain) ?? 0];
      const changed = domain === '' ? (CHANGED[op] ?? []) : [other];
      if (own !== other && changed.some((version) => own < version && version <= other))
        throw new AssayError('onnx/unsupported', {
          subject: name,
          values: { operator: op, reason: `it changed between operator sets ${own} and ${other}` },
          remedy: 'Use backbones of one operator set together, or one of them alone.',
        });
    }
  return merged;
}
