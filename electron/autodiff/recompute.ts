/**
 * Gradient checkpointing (Chen and others 2016): values between blocks of the network are kept, those inside a block are
 * computed again when its backward part needs them. A forward pass more, a fraction of the memory. The same operators
 * run on the same values, so the gradients are the same bit for bit.
 */
import { type Graph, type Known, type Node, prune } from '../onnx/index.ts';
import { Apart } from './apart.ts';
import { type Cut, ForwardPass } from './cuts.ts';
import { liveBytes, type Stepped } from './memory.ts';
import { arrange } from './order.ts';

/** A plan that needs this much more than the best is taken for it where it computes less again. */
const NEAR = 1.02;
/** The search ends at a plan that needs this many times the least so far. */
const ENOUGH = 1.5;

interface Trial {
  readonly graph: Graph;
  /** Values that are computed again. */
  readonly copies: number;
  /** Bytes. */
  readonly working: number;
}

export interface RecomputeOptions {
  /** The nodes of the forward pass and of the loss; all others may read their values. */
  readonly forward: ReadonlySet<Node>;
  /** The gradient with which the way back begins. */
  readonly slope: string;
  readonly step: Stepped;
  /** The network's inputs. */
  readonly images: ReadonlySet<string>;
}

/**
 * Arranges, in place, the graph with the cuts that need the least memory. Where none need less than the graph as it is,
 * it stays as it is. Types and shapes of new values are added to `known`.
 *
 * Which cuts are best is found by trying: the bytes of a block say too little of what its backward part needs beside
 * them (windows laid out for the gradient of a filter can be the largest values of all).
 * @returns whether anything is computed again
 */
export function arrangeWithRecompute(graph: Graph, known: Map<string, Known>, options: RecomputeOptions): boolean {
  const pass = new ForwardPass(graph, options.forward, known);
  const plain = arranged(graph);
  const before = liveBytes(plain, options.step, known).working;
  const trials: Trial[] = [];
  let least = before;
  // From coarse to fine: where the crossings have outgrown the blocks, finer ways need ever more.
  for (const cuts of pass.ways()) {
    const { changed, copied } = rewritten(graph, pass, cuts, known, options);
    for (const [again, name] of copied) if (known.has(name)) known.set(again, known.get(name)!);
    const trial = arranged(changed);
    const { working } = liveBytes(trial, options.step, known);
    trials.push({ graph: trial, copies: copied.size, working });
    least = Math.min(least, working);
    if (working > ENOUGH * least) break;
  }
  const near = trials.filter(({ working }) => working <= NEAR * least && working < before);
  const chosen = near.sort((a, b) => a.copies - b.copies)[0];
  const { nodes, inputs, initializers } = chosen?.graph ?? graph;
  const made = new Set([...inputs.map(({ name }) => name), ...nodes.flatMap((node) => node.outputs)]);
  for (const name of [...known.keys()]) if (!made.has(name)) known.delete(name);
  Object.assign(graph, { nodes, inputs, initializers });
  return chosen !== undefined;
}

const AGAIN = '/again';

function arranged(graph: Graph): Graph {
  const trial = { ...graph, nodes: [...graph.nodes], initializers: new Map(graph.initializers) };
  // What only the backward pass read of the forward pass is made by its copy alone.
  prune(trial);
  arrange(trial);
  return trial;
}

/**
 * The backward nodes read copies of what lies inside a block. Copies, and nodes of the backward pass into which no
 * gradient goes, stand in front of all others: the runtime takes what a node needs from the back of the file (order.ts),
 * so it computes the gradient that comes into a block before it computes the block again.
 */
function rewritten(
  graph: Graph,
  pass: ForwardPass,
  cuts: readonly Cut[],
  known: Map<string, Known>,
  { forward, slope, images }: RecomputeOptions,
): { changed: Graph; copied: Map<string, string> } {
  const apart = new Apart(graph, pass.nodes, images, known);
  const crossing = new Set(cuts.flatMap((cut) => cut.values));
  const copies: Node[] = [];
  const views = new Map<string, Node>();
  /** Copied values by what they are named there. */
  const copied = new Map<string, string>();
  const copy = (name: string): string => {
    const node = pass.producerOf(name);
    if (node === undefined || pass.isKept(name, cuts, crossing)) return apart.seen(name, views);
    const again = name + AGAIN;
    if (copied.has(again)) return again;
    const inputs = node.inputs.map(copy);
    const outputs = node.outputs.map((output) => output && output + AGAIN);
    for (const output of node.outputs) if (output !== '') copied.set(output + AGAIN, output);
    copies.push({ ...node, name: node.name && node.name + AGAIN, inputs, outputs });
    return again;
  };
  const gradients: Node[] = [];
  const withGradient = new Set([slope]);
  for (const node of graph.nodes) {
    if (forward.has(node)) continue;
    const isGradient = node.inputs.some((name) => withGradient.has(name));
    if (isGradient) for (const name of node.outputs) withGradient.add(name);
    (isGradient ? gradients : copies).push({ ...node, inputs: node.inputs.map(copy) });
  }
  const nodes = [...apart.nodes, ...views.values(), ...copies, ...gradients];
  return { changed: { ...graph, nodes, inputs: apart.inputs, initializers: apart.initializers }, copied };
}
