/**
 * Blocks of a network, found in its graph: what freezing, layer-wise rates and stochastic depth speak of. A block ends
 * where a single value carries everything (a cut of the graph) and that value starts branches or closes them.
 */
import { type Graph, type Node } from '../../onnx/index.ts';

export interface Blocks {
  /** Values between blocks, in the order of the graph: block i ends at `ends[i]`. The last one ends at the target. */
  readonly ends: readonly string[];
  /** Block of each node on the way from image to target, by the name of its first output. */
  readonly blockOf: ReadonlyMap<string, number>;
  /** Sums that close a residual branch, with the value that went round: `out = start + branch`. */
  readonly residuals: readonly { readonly node: Node; readonly start: string; readonly branch: string }[];
}

const WEIGHTED = new Set(['Conv', 'ConvTranspose', 'MatMul', 'Gemm', 'Einsum']);

/** @param image the graph's input @param target the deepest value that is used as features */
export function blocksOf(graph: Graph, image: string, target: string): Blocks {
  const way = nodesBetween(graph, image, target);
  const readers = new Map<string, number>();
  for (const { inputs } of way.nodes)
    for (const input of new Set(inputs)) if (way.values.has(input)) readers.set(input, (readers.get(input) ?? 0) + 1);
  const cuts = cutsOf(way.nodes, way.values, new Map(readers), image);
  const makers = new Map(way.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const joins = (name: string): boolean => {
    const node = makers.get(name);
    if (node?.op !== 'Add' && node?.op !== 'Concat') return false;
    return node.inputs.filter((input) => way.values.has(input)).length > 1;
  };
  let ends = cuts.filter((name) => (readers.get(name) ?? 0) > 1 || joins(name));
  // A chain without branches: a block is a layer with weights and what follows it.
  if (ends.length === 0) ends = cuts.filter((name) => nextIsWeighted(way.nodes, name));
  ends = [...ends.filter((name) => name !== target && name !== image), target];
  return number(way.nodes, ends, residualsOf(way.nodes, way.values));
}

function nodesBetween(graph: Graph, image: string, target: string): { nodes: Node[]; values: Set<string> } {
  const after = new Set([image]);
  const later = graph.nodes.filter((node) => {
    const depends = node.inputs.some((input) => after.has(input));
    if (depends) for (const output of node.outputs) after.add(output);
    return depends;
  });
  const needed = new Set([target]);
  const nodes = later
    .toReversed()
    .filter((node) => {
      const leads = node.outputs.some((output) => needed.has(output));
      if (leads) for (const input of node.inputs) if (after.has(input)) needed.add(input);
      return leads;
    })
    .reverse();
  return { nodes, values: needed };
}

/** Values that every way passes: when one is made, nothing else that was made before is still wanted. */
function cutsOf(nodes: readonly Node[], values: ReadonlySet<string>, left: Map<string, number>, image: string) {
  const live = new Set([image]);
  const cuts: string[] = [];
  for (const node of nodes) {
    for (const input of new Set(node.inputs)) {
      if (!values.has(input)) continue;
      const rest = (left.get(input) ?? 1) - 1;
      left.set(input, rest);
      if (rest === 0) live.delete(input);
    }
    for (const output of node.outputs) if (values.has(output)) live.add(output);
    if (live.size === 1) cuts.push([...live][0]!);
  }
  return cuts;
}

const nextIsWeighted = (nodes: readonly Node[], name: string): boolean =>
  nodes.some((node) => WEIGHTED.has(node.op) && node.inputs[0] === name);

function residualsOf(nodes: readonly Node[], values: ReadonlySet<string>): Blocks['residuals'] {
  const depth = new Map<string, number>();
  const deep = (name: string): number => depth.get(name) ?? 0;
  const found: { node: Node; start: string; branch: string }[] = [];
  for (const node of nodes) {
    const own = Math.max(0, ...node.inputs.map(deep)) + (WEIGHTED.has(node.op) ? 1 : 0);
    for (const output of node.outputs) depth.set(output, own);
    const [a, b] = node.inputs as [string, string];
    if (node.op !== 'Add' || !values.has(a) || !values.has(b) || deep(a) === deep(b)) continue;
    const [start, branch] = deep(a) < deep(b) ? [a, b] : [b, a];
    found.push({ node, start, branch });
  }
  return found;
}

/** Pieces without weights join the next block; the feed-forward half of a transformer block joins its attention. */
function number(nodes: readonly Node[], ends: readonly string[], residuals: Blocks['residuals']): Blocks {
  const last = new Set(ends);
  const pieces: { nodes: Node[]; end: string }[] = [{ nodes: [], end: '' }];
  for (const node of nodes) {
    const piece = pieces.at(-1)!;
    piece.nodes.push(node);
    const end = node.outputs.find((output) => last.has(output));
    if (end === undefined) continue;
    piece.end = end;
    pieces.push({ nodes: [], end: '' });
  }
  const has = (piece: { nodes: Node[] }, test: (node: Node) => boolean): boolean => piece.nodes.some(test);
  const attends = pieces.some((piece) => has(piece, (node) => node.op === 'Softmax'));
  const merged: typeof pieces = [];
  for (const piece of pieces.filter(({ nodes: own }) => own.length > 0)) {
    const before = merged.at(-1);
    const weightless = before !== undefined && !has(before, (node) => WEIGHTED.has(node.op));
    const half =
      attends &&
      before !== undefined &&
      has(before, (node) => node.op === 'Softmax') &&
      !has(piece, (node) => node.op === 'Softmax');
    if (before !== undefined && (weightless || half || !has(piece, (node) => WEIGHTED.has(node.op)))) {
      before.nodes.push(...piece.nodes);
      before.end = piece.end;
    } else merged.push({ nodes: [...piece.nodes], end: piece.end });
  }
  const blockOf = new Map(merged.flatMap(({ nodes: own }, i) => own.map((node) => [node.outputs[0]!, i] as const)));
  return { ends: merged.map(({ end }) => end), blockOf, residuals };
}
