/** Folding batch normalisation into the convolution before it: the same function, fewer nodes and numbers. */
import { type Graph, type Model, type Node, prune } from './graph.ts';
import { floats, type Tensor } from './tensor.ts';

/**
 * A model in which every BatchNormalization (inference form) that follows a Conv and nothing else reads is part of that
 * Conv: W' = a W, B' = a (B - mean) + bias, a = scale / sqrt(variance + epsilon). Computed in float64.
 */
export function foldBatchNorm(model: Model): Model {
  const graph: Graph = { ...model.graph, nodes: [], initializers: new Map(model.graph.initializers) };
  const readers = new Map<string, number>();
  const read = (name: string): void => void readers.set(name, (readers.get(name) ?? 0) + 1);
  for (const node of model.graph.nodes) node.inputs.forEach(read);
  for (const output of model.graph.outputs) read(output.name);
  const convs = new Map<string, Node>();
  const replaced = new Map<string, Node>();
  const dropped = new Set<Node>();
  for (const node of model.graph.nodes) {
    if (node.op === 'Conv' && node.domain === '') convs.set(node.outputs[0]!, node);
    const conv = node.op === 'BatchNormalization' ? convs.get(node.inputs[0]!) : undefined;
    if (conv === undefined || readers.get(node.inputs[0]!) !== 1) continue;
    const folded = foldInto(conv, node, graph.initializers);
    if (folded === undefined) continue;
    replaced.set(conv.outputs[0]!, folded);
    dropped.add(node);
  }
  for (const node of model.graph.nodes)
    if (!dropped.has(node)) graph.nodes.push(replaced.get(node.outputs[0]!) ?? node);
  prune(graph);
  return { ...model, graph };
}

function foldInto(conv: Node, norm: Node, initializers: Map<string, Tensor>): Node | undefined {
  const numbers = (name: string | undefined): Float32Array | undefined => {
    const tensor = name ? initializers.get(name) : undefined;
    return tensor?.type === 'float32' ? (tensor.data as Float32Array) : undefined;
  };
  const filter = initializers.get(conv.inputs[1]!);
  const w = numbers(conv.inputs[1]);
  const own = conv.inputs[2] ? numbers(conv.inputs[2]) : undefined;
  const [scale, bias, mean, variance] = norm.inputs.slice(1, 5).map(numbers);
  if (!filter || !w || !scale || !bias || !mean || !variance || (conv.inputs[2] && !own)) return undefined;
  if (norm.attributes.int('training_mode', 0) === 1) return undefined;
  const epsilon = norm.attributes.float('epsilon', 1e-5);
  const outputs = filter.dims[0]!;
  const each = w.length / outputs;
  const weights = new Float32Array(w.length);
  const shift = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    const a = scale[o]! / Math.sqrt(variance[o]! + epsilon);
    for (let i = o * each; i < (o + 1) * each; i++) weights[i] = w[i]! * a;
    shift[o] = ((own?.[o] ?? 0) - mean[o]!) * a + bias[o]!;
  }
  const [name] = norm.outputs as [string];
  initializers.set(`${name}/weights`, floats(weights, filter.dims));
  initializers.set(`${name}/bias`, floats(shift));
  return { ...conv, inputs: [conv.inputs[0]!, `${name}/weights`, `${name}/bias`], outputs: [name] };
}
