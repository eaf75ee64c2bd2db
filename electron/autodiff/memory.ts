/** What a training graph needs of the memory, found by walking its nodes as the runtime does. */
import { byteSize, type Graph, type Known, type Node, sizeOf, type Tensor } from '../onnx/index.ts';
import { executionOrder } from './order.ts';
import { type TrainingGraph } from './graphs.ts';

/** Bytes. */
export interface Memory {
  /** Trained initializers; the optimizer keeps `momentsOf` times as much again, the average of weights once. */
  readonly weights: number;
  readonly gradients: number;
  /** Frozen weights, tables of indices, constants. */
  readonly constants: number;
  /** What the forward pass leaves for the backward pass. */
  readonly activations: number;
  /** Largest sum of all values that exist at one time beside those above, activations among them. */
  readonly working: number;
  /** By how much a process grows: all of these, the gaps of the allocator and what the runtime takes for itself. */
  readonly peak: number;
}

/**
 * Gaps that the runtime's arena leaves between values, and its pages, threads and scratch memory: measured on the five
 * networks of the bench (LOG.md, where the estimate stands beside what was used).
 */
const GAPS = 1.15;
/**
 * The same where parts are computed again: buffers of one size that the backward pass uses in several blocks are held
 * in between (apart.ts), and values of many sizes that come and go leave more gaps.
 */
const GAPS_AGAIN = 1.6;
const RUNTIME = 64e6;

/** The output is the input under another shape: no memory of its own. */
export const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);

/** The runtime may write the result over an input of the same size that nobody reads afterwards. */
const IN_PLACE = new Set(
  (
    'Abs Add Cast Ceil Clip Cos Div Elu Erf Exp Floor HardSigmoid HardSwish LeakyRelu Log Max Min Mul Neg Pow Reciprocal ' +
    'Relu Selu Sigmoid Sin Softplus Softsign Sqrt Sub Sum Tanh ThresholdedRelu'
  ).split(' '),
);

/**
 * Bytes of one step. The walk follows the runtime: a value lives from the node that makes it to the last that reads it,
 * reshaping is free, elementwise operators write over what nobody needs any more. Sessions must run at optimization
 * `disabled`: other levels join nodes into new ones and lose the order that keeps the memory small (see order.ts).
 */
export function memoryOf(training: TrainingGraph): Memory {
  const { model, values } = training;
  const { graph } = model;
  const weights = [...training.gradients.keys()].reduce((sum, name) => sum + bytesOf(values.get(name)), 0);
  const constants = [...graph.initializers.values()].reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  const { working, activations } = liveBytes(graph, training, values);
  const peak = Math.round(2 * weights + constants + (training.recomputed ? GAPS_AGAIN : GAPS) * working + RUNTIME);
  return { weights, gradients: weights, constants, activations, working, peak };
}

/** The names in a training graph that the walk must know. */
export type Stepped = Pick<TrainingGraph, 'loss' | 'gradients'>;

/**
 * What exists at one time beside weights, gradients and constants; see `Memory`.
 * @param each told the bytes that exist while each node runs, in the order in which they run
 */
export function liveBytes(
  graph: Graph,
  step: Stepped,
  values: ReadonlyMap<string, Known>,
  each?: (node: Node, live: number) => void,
): Pick<Memory, 'working' | 'activations'> {
  return new Walk(graph, step, (name) => bytesOf(values.get(name))).run(each);
}

function bytesOf(known: Known | Tensor | undefined): number {
  if (known === undefined || known.type === 'string') return 0;
  const dims = 'dims' in known ? known.dims : known.shape;
  return byteSize(known.type, sizeOf(dims));
}

class Walk {
  readonly #graph: Graph;
  readonly #order: readonly Node[];
  readonly #step: Stepped;
  readonly #bytes: (name: string) => number;
  /** The buffer in which each value lies, named by the value that got it first. */
  readonly #buffers = new Map<string, string>();
  /** Nodes yet to read each buffer. */
  readonly #readers = new Map<string, number>();
  readonly #sizes = new Map<string, number>();

  constructor(graph: Graph, step: Stepped, bytes: (name: string) => number) {
    this.#graph = graph;
    this.#order = executionOrder(graph);
    this.#step = step;
    this.#bytes = bytes;
  }

  run(each?: (node: Node, live: number) => void): { working: number; activations: number } {
    const { loss, gradients } = this.#step;
    const { inputs, outputs, initializers } = this.#graph;
    const outside = new Set([...inputs.map((input) => input.name), ...initializers.keys(), ...gradients.values()]);
    const readersOf = new Map<string, number>();
    for (const node of this.#order) for (const name of node.inputs) readersOf.set(name, (readersOf.get(name) ?? 0) + 1);
    for (const { name } of outputs) readersOf.set(name, (readersOf.get(name) ?? 0) + 1);
    let live = 0;
    let working = 0;
    let activations = 0;
    for (const node of this.#order) {
      for (const [i, name] of node.outputs.entries()) {
        if (name === '' || outside.has(name)) continue;
        const readers = readersOf.get(name) ?? 0;
        const shared = i === 0 ? this.#shared(node, name) : undefined;
        const buffer = shared ?? name;
        this.#buffers.set(name, buffer);
        this.#readers.set(buffer, (this.#readers.get(buffer) ?? 0) + readers);
        if (shared !== undefined) continue;
        this.#sizes.set(name, this.#bytes(name));
        live += this.#bytes(name);
      }
      working = Math.max(working, live);
      each?.(node, live);
      for (const name of [...node.inputs, ...node.outputs.filter((output) => !readersOf.has(output))]) {
        const buffer = this.#buffers.get(name);
        if (buffer === undefined) continue;
        const left = this.#readers.get(buffer)! - (readersOf.has(name) ? 1 : 0);
        this.#readers.set(buffer, left);
        if (left > 0) continue;
        live -= this.#sizes.get(buffer) ?? 0;
        this.#sizes.delete(buffer);
      }
      if (node.outputs.includes(loss)) activations = live;
    }
    return { working, activations };
  }

  /** The buffer of an input that the node's first output takes over. */
  #shared({ op, domain, inputs, outputs }: Node, name: string): string | undefined {
    if (domain !== '') return undefined;
    if (VIEWS.has(op)) return this.#buffers.get(inputs[0]!);
    if (!IN_PLACE.has(op) || outputs.length > 1) return undefined;
    return inputs
      .map((input) => this.#buffers.get(input))
      .find(
        (buffer) =>
          buffer !== undefined &&
          this.#readers.get(buffer) === inputs.filter((input) => this.#buffers.get(input) === buffer).length &&
          this.#sizes.get(buffer) === this.#bytes(name),
      );
  }
}
