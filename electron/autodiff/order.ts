/**
 * The order in which nodes run. The runtime's default (GraphViewer, ReverseDFSFrom in its source) starts at the nodes
 * that nobody reads, the last of the file first, and takes what each needs depth first, later nodes of the file before
 * earlier ones. A gradient whose node stands early in the file is thus computed late, and everything that it reads is
 * kept until then: the order of the file decides the memory.
 */
import { type Graph, type Node, producersOf } from '../onnx/index.ts';

/** Nodes in the order in which the runtime executes them. */
export function executionOrder(graph: Graph): Node[] {
  const { nodes } = graph;
  const position = new Map(nodes.map((node, i) => [node, i]));
  const producers = producersOf(graph);
  const visited = new Set<Node>();
  const order: Node[] = [];
  const stack: (Node | { leave: Node })[] = leavesOf(nodes);
  while (stack.length > 0) {
    const top = stack.pop()!;
    if ('leave' in top) {
      order.push(top.leave);
      continue;
    }
    if (visited.has(top)) continue;
    visited.add(top);
    stack.push({ leave: top });
    const needed = new Set(top.inputs.flatMap((name) => producers.get(name) ?? []));
    stack.push(...[...needed].sort((a, b) => position.get(a)! - position.get(b)!).filter((node) => !visited.has(node)));
  }
  return order;
}

/** Nodes whose outputs no node reads, in the order of the file. */
function leavesOf(nodes: readonly Node[]): Node[] {
  const read = new Set(nodes.flatMap((node) => node.inputs));
  return nodes.filter((node) => !node.outputs.some((name) => read.has(name)));
}

/**
 * Moves, in place, the nodes that make the outputs to the end of the file, the output that is ready first to the very
 * end: then the runtime runs everything in about the order in which it was built, and a gradient is finished (and what
 * it alone needs is freed) before the next is begun.
 */
export function arrange(graph: Graph): void {
  joinOutputs(graph);
  const producers = producersOf(graph);
  const position = new Map(graph.nodes.map((node, i) => [node, i]));
  // An Identity stands where it was declared; what it hands on tells when it is ready.
  const ready = (node: Node): number =>
    position.get((node.op === 'Identity' && producers.get(node.inputs[0]!)) || node)!;
  const leaves = leavesOf(graph.nodes).sort((a, b) => ready(b) - ready(a));
  const moved = new Set(leaves);
  graph.nodes.splice(0, Infinity, ...graph.nodes.filter((node) => !moved.has(node)), ...leaves);
}

/** An Identity that only gives an output its name: the node before it makes the output. */
function joinOutputs(graph: Graph): void {
  const producers = producersOf(graph);
  const readers = new Map<string, number>();
  for (const node of graph.nodes) for (const name of node.inputs) readers.set(name, (readers.get(name) ?? 0) + 1);
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const renamed = new Map<Node, Map<string, string>>();
  const gone = new Set<Node>();
  for (const node of graph.nodes) {
    const [from, to] = [node.inputs[0]!, node.outputs[0]!];
    const producer = producers.get(from);
    if (node.op !== 'Identity' || !outputs.has(to) || outputs.has(from) || producer === undefined) continue;
    if (readers.get(from) !== 1) continue;
    renamed.set(producer, (renamed.get(producer) ?? new Map<string, string>()).set(from, to));
    gone.add(node);
  }
  const named = (node: Node): Node => {
    const names = renamed.get(node);
    return names ? { ...node, outputs: node.outputs.map((name) => names.get(name) ?? name) } : node;
  };
  graph.nodes.splice(0, Infinity, ...graph.nodes.filter((node) => !gone.has(node)).map(named));
}
