/**
 * ONNX models as plain values. Names are the graph's wiring: a node's inputs name graph inputs, initializers or outputs
 * of earlier nodes; '' is an input or output left out. `extra` holds fields that Assay does not model, as bytes.
 */
import { type Attributes } from './attributes.ts';
import { type DataType, type Tensor } from './tensor.ts';

/** A dimension: a length, a symbol ('N'), or null where the file says nothing. */
export type Dim = number | string | null;

export interface Node {
  readonly op: string;
  readonly name: string;
  /** '' is the standard, ai.onnx. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
  readonly extra?: Uint8Array;
}

/** Name, element type and shape of a value. `otherType`: bytes of a TypeProto that is no tensor (sequence, map). */
export interface ValueInfo {
  readonly name: string;
  readonly type: DataType | undefined;
  readonly shape: readonly Dim[] | undefined;
  readonly otherType?: Uint8Array;
  readonly extra?: Uint8Array;
}

export interface Graph {
  name: string;
  nodes: Node[];
  initializers: Map<string, Tensor>;
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  /** Types and shapes of inner values, where the file tells them. */
  values: ValueInfo[];
  extra?: Uint8Array;
}

export interface Model {
  irVersion: number;
  producerName: string;
  producerVersion: string;
  domain: string;
  modelVersion: number;
  documentation: string;
  /** Operator set version a domain; '' is ai.onnx. */
  opsets: Map<string, number>;
  metadata: Map<string, string>;
  graph: Graph;
  /** Fields that Assay does not model (functions, training information). */
  extra?: Uint8Array;
}

/** Inputs that must be fed: in old files initializers are listed among the inputs too. */
export function feedsOf(graph: Graph): ValueInfo[] {
  return graph.inputs.filter((input) => !graph.initializers.has(input.name));
}

/** The node that makes each value. */
export function producersOf(graph: Graph): Map<string, Node> {
  const producers = new Map<string, Node>();
  for (const node of graph.nodes) for (const output of node.outputs) if (output !== '') producers.set(output, node);
  return producers;
}

/** How often every operator occurs, sorted by name. */
export function operatorsOf(graph: Graph): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { op, domain } of graph.nodes) {
    const name = domain === '' || domain === 'ai.onnx' ? op : `${domain}.${op}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Takes out, in place, nodes and initializers on which no output depends. Inputs stay. */
export function prune(graph: Graph): void {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) needed.add(input);
    for (const { kind, value } of node.attributes.map.values()) if (kind === 'graph') captured(value, needed);
  }
  graph.nodes.splice(0, Infinity, ...kept.reverse());
  for (const name of graph.initializers.keys()) if (!needed.has(name)) graph.initializers.delete(name);
}

/** Names that an inner graph may take from outside. */
function captured(graph: Graph, names: Set<string>): void {
  for (const output of graph.outputs) names.add(output.name);
  for (const node of graph.nodes) {
    for (const input of node.inputs) names.add(input);
    for (const { kind, value } of node.attributes.map.values()) if (kind === 'graph') captured(value, names);
  }
}

/**
 * Exporters store equal initializers once and hand them out through Identity: trained as they are they would stay equal.
 * Every such Identity becomes an initializer of its own, under the name of its output, with a copy of the values.
 */
export function untied(model: Model): Model {
  const { graph } = model;
  const initializers = new Map(graph.initializers);
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const nodes = graph.nodes.filter((node) => {
    const tensor = initializers.get(node.inputs[0] ?? '');
    const [name] = node.outputs as [string];
    if (node.op !== 'Identity' || node.domain !== '' || tensor === undefined || outputs.has(name)) return true;
    initializers.set(name, { ...tensor, data: tensor.data.slice() });
    return false;
  });
  return { ...model, graph: { ...graph, nodes, initializers } };
}
