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
