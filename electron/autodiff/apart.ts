/**
 * Keeps the buffers of the forward pass apart from those of the backward pass.
 *
 * The runtime plans before it runs: a value takes over the buffer of an earlier one of the same shape that nobody reads
 * any more (FindReusableTensor in its allocation planner), and the buffer is held in the meantime. Where values are freed
 * in the forward pass and computed again in the backward pass that would keep everything that was to be freed. Values
 * whose shapes the runtime cannot prove equal are not joined: here the forward pass gets a batch size of unknown number,
 * and the backward pass sees the same values under a view with the number.
 */
import { type Graph, ints, type Known, type Node, type Tensor, type ValueInfo } from '../onnx/index.ts';
import { noAttributes } from './gradient-builder.ts';

/** The name of the batch size in the forward pass. */
const BATCH = 'batch';
const SEEN = '/seen';

export class Apart {
  /** The graph's inputs, those that hold images (or masks for them) with a batch size without number. */
  readonly inputs: ValueInfo[];
  readonly initializers: Map<string, Tensor>;
  /** Nodes of the forward pass as they are to be. */
  readonly nodes: readonly Node[];
  readonly #known: Map<string, Known>;
  /** Values with the batch size in their shapes. */
  readonly #batched: Set<string>;

  /** @param images the network's inputs; the first axis of the first is the batch */
  constructor(graph: Graph, forward: readonly Node[], images: ReadonlySet<string>, known: Map<string, Known>) {
    this.#known = known;
    const own = graph.inputs.filter(({ name, shape }) => images.has(name) && shape !== undefined && shape.length > 0);
    // One name says that the sizes are equal: an input with another first axis keeps its number.
    const batch = own[0]?.shape?.[0];
    this.#batched = new Set(own.flatMap(({ name, shape }) => (shape![0] === batch ? [name] : [])));
    this.inputs = graph.inputs.map((port) =>
      this.#batched.has(port.name) ? { ...port, shape: [BATCH, ...port.shape!.slice(1)] } : port,
    );
    this.initializers = new Map(graph.initializers);
    const ports: ValueInfo[] = [];
    this.nodes = forward.map((node) => {
      const isBatched = node.inputs.some((name) => this.#batched.has(name));
      if (isBatched) for (const name of node.outputs) this.#batched.add(name);
      if (node.domain !== '') return node;
      if (node.op === 'Reshape' && isBatched) return this.#reshape(node);
      if (node.op === 'Expand') return this.#expand(node, ports);
      return node;
    });
    this.inputs.push(...ports);
  }

  /** The first axis stays what it is, or is what the others leave: no number in either case. */
  #reshape(node: Node): Node {
    const [data, target] = node.inputs as [string, string];
    const shape = this.initializers.get(target);
    const from = this.#known.get(data)?.shape;
    const to = this.#known.get(node.outputs[0]!)?.shape;
    if (shape === undefined || from === undefined || to === undefined || to.length === 0) return node;
    const open = [from[0] === to[0] ? 0 : -1, ...to.slice(1)];
    return { ...node, inputs: [data, this.#shape(open)], attributes: noAttributes };
  }

  /** An initializer that is an input too could be another at every run. */
  #expand(node: Node, ports: ValueInfo[]): Node {
    const [data, target] = node.inputs as [string, string];
    const shape = this.initializers.get(target);
    if (shape === undefined) return node;
    for (const name of node.outputs) this.#batched.add(name);
    const open = `${target}/open`;
    if (!this.initializers.has(open)) {
      this.initializers.set(open, shape);
      ports.push({ name: open, type: shape.type, shape: shape.dims });
    }
    return { ...node, inputs: [data, open] };
  }

  #shape(dims: readonly number[]): string {
    const name = `shape/${dims.join('x')}`;
    if (!this.initializers.has(name)) this.initializers.set(name, ints(dims));
    return name;
  }

  /**
   * The name under which the backward pass reads a value of the forward pass.
   * @param add takes the node that makes it, the first time
   */
  seen(name: string, views: Map<string, Node>): string {
    const known = this.#known.get(name);
    if (!this.#batched.has(name) || known === undefined || known.shape.length === 0) return name;
    const view = name + SEEN;
    if (!views.has(view)) {
      this.#known.set(view, known);
      const inputs = [name, this.#shape(known.shape)];
      views.set(view, { op: 'Reshape', domain: '', name: '', inputs, outputs: [view], attributes: noAttributes });
    }
    return view;
  }
}
