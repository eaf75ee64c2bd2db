/** Cutting a network at its taps: everything that they do not need goes away. */
import { type Graph, type Node, producersOf } from '../../onnx/index.ts';
import { type Tap } from './spec.ts';

/** Constant nodes as initializers, so that weights are where every other tool looks for them. */
export function constantsToInitializers(graph: Graph): void {
  graph.nodes = graph.nodes.filter((node) => {
    const value = node.op === 'Constant' ? node.attributes.tensor('value') : undefined;
    if (value) graph.initializers.set(node.outputs[0]!, value);
    return !value;
  });
}

const RANK = { map: 4, 'map-last': 4, tokens: 3, 'class-token': 3, vector: 2 } as const;

/** Makes the taps the graph's outputs and drops nodes, weights and inputs that lead to none of them. */
export function cutAt(graph: Graph, taps: readonly Tap[]): void {
  keepOnly(graph, new Set(taps.map((tap) => tap.name)));
  const names = [...new Set(taps.map((tap) => tap.name))];
  graph.outputs = names.map((name) => {
    const { kind, channels } = taps.find((tap) => tap.name === name)!;
    const shape = Array<number | null>(RANK[kind]).fill(null);
    shape[kind === 'map' ? 1 : RANK[kind] - 1] = channels;
    return { name, type: 'float32', shape };
  });
}

/** Drops nodes, initializers, inputs and notes on shapes that lead to none of the values. Keeps the order. */
export function keepOnly(graph: Graph, values: ReadonlySet<string>): void {
  const producers = producersOf(graph);
  const needed = new Set<string>();
  const kept = new Set<Node>();
  const open = [...values];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === '' || needed.has(name)) continue;
    needed.add(name);
    const node = producers.get(name);
    if (!node || kept.has(node)) continue;
    kept.add(node);
    open.push(...node.inputs, ...capturedBy(node));
  }
  graph.nodes = graph.nodes.filter((node) => kept.has(node));
  graph.initializers = new Map([...graph.initializers].filter(([name]) => needed.has(name)));
  graph.inputs = graph.inputs.filter((input) => needed.has(input.name));
  graph.values = graph.values.filter((value) => needed.has(value.name));
}

/** Values of the outer graph that the bodies of If, Loop and Scan read. */
function* capturedBy(node: Node): Generator<string> {
  for (const attribute of node.attributes.map.values()) {
    if (attribute.kind !== 'graph') continue;
    for (const inner of attribute.value.nodes) yield* [...inner.inputs, ...capturedBy(inner)];
    for (const output of attribute.value.outputs) yield output.name;
  }
}
