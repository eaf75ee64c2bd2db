/**
 * Where a forward pass can be cut into blocks whose inner values need not be kept (Chen and others, "Training deep nets
 * with sublinear memory cost", 2016, section 4).
 */
import { byteSize, type Graph, type Known, type Node, sizeOf } from '../onnx/index.ts';
import { VIEWS } from './memory.ts';

/** Values up to this share of all are kept wherever they lie: statistics of a batch normalisation, vectors, scales. */
const SMALL = 1 / 1000;
/** Sizes of the largest block that are tried, from all in one block downwards, each this much smaller. */
const TRIALS = 32;
const STEP = 0.85;

/** A place between two nodes of the forward pass. */
export interface Cut {
  /** Nodes of the forward pass before it. */
  readonly at: number;
  /** Values that cross it and their bytes. */
  readonly values: readonly string[];
  readonly bytes: number;
}

/** What the forward pass makes, what of it the backward pass reads, and what crosses each place in between. */
export class ForwardPass {
  readonly nodes: readonly Node[];
  readonly #producer = new Map<string, Node>();
  /** Position of the node that makes each value. */
  readonly #made = new Map<string, number>();
  /** The value whose memory each value shares. */
  readonly #base = new Map<string, string>();
  readonly #bytes = new Map<string, number>();
  /** Bytes that the backward pass reads of what the first i nodes made. */
  readonly #read: number[] = [0];
  readonly #total: number;

  /** @param graph its nodes in the order in which they were built */
  constructor(graph: Graph, forward: ReadonlySet<Node>, known: ReadonlyMap<string, Known>) {
    this.nodes = graph.nodes.filter((node) => forward.has(node));
    for (const [i, node] of this.nodes.entries()) this.#place(node, i, known);
    const read = new Set<string | undefined>();
    for (const node of graph.nodes)
      if (!forward.has(node)) for (const name of node.inputs) read.add(this.#base.get(name));
    for (const node of this.nodes) {
      const own = node.outputs.filter((name) => read.has(name));
      this.#read.push(this.#read.at(-1)! + own.reduce((sum, name) => sum + this.#bytes.get(name)!, 0));
    }
    this.#total = this.#read.at(-1)!;
  }

  #place(node: Node, i: number, known: ReadonlyMap<string, Known>): void {
    for (const name of node.outputs) {
      if (name === '') continue;
      const from = VIEWS.has(node.op) && node.domain === '' ? node.inputs[0]! : name;
      const info = known.get(name);
      this.#producer.set(name, node);
      this.#made.set(name, i);
      this.#base.set(name, this.#base.get(from) ?? from);
      this.#bytes.set(name, info ? byteSize(info.type, sizeOf(info.shape)) : 0);
    }
  }

  /** The node that makes the value; undefined for what is none of the forward pass's. */
  producerOf(name: string): Node | undefined {
    return this.#producer.get(name);
  }

  /** Whether the value outlives the forward pass where it is cut like this. */
  isKept(name: string, cuts: readonly Cut[], crossing: ReadonlySet<string>): boolean {
    const base = this.#base.get(name)!;
    // What is behind the last cut is needed at once: to compute it again would save nothing.
    return crossing.has(base) || this.#isSmall(base) || this.#made.get(name)! >= cuts.at(-1)!.at;
  }

  #isSmall(name: string): boolean {
    return (this.#bytes.get(name) ?? 0) <= SMALL * this.#total;
  }

  /** Places where less crosses than after the node behind them. */
  places(): Cut[] {
    const last = new Map<string, number>();
    this.nodes.forEach((node, i) => {
      for (const name of node.inputs) if (this.#made.has(name)) last.set(this.#base.get(name)!, i);
    });
    const ends = new Map<number, string[]>();
    for (const [name, i] of last) ends.set(i, [...(ends.get(i) ?? []), name]);
    const open = new Set<string>();
    let bytes = 0;
    const places: Cut[] = [];
    this.nodes.forEach((node, i) => {
      const begun = node.outputs.filter(
        (name) => this.#base.get(name) === name && last.has(name) && !this.#isSmall(name),
      );
      if (begun.length > 0 && open.size > 0) places.push({ at: i, values: [...open], bytes });
      for (const name of begun) {
        open.add(name);
        bytes += this.#bytes.get(name)!;
      }
      for (const name of ends.get(i) ?? []) if (open.delete(name)) bytes -= this.#bytes.get(name)!;
    });
    // Of neighbours with the same crossing one is enough.
    return places.filter(({ values }, i) => values.join() !== places[i - 1]?.values.join());
  }

  /** For each of many sizes of the largest block, the cuts with the fewest bytes crossing them; each way once. */
  ways(): Cut[][] {
    const stops = [...this.places(), { at: this.nodes.length, values: [], bytes: 0 }];
    const ways = new Map<string, Cut[]>();
    for (let trial = 1; trial <= TRIALS; trial++) {
      const cuts = this.#within(stops, this.#total * STEP ** trial);
      if (cuts.length > 0) ways.set(cuts.map((cut) => cut.at).join(), cuts);
    }
    return [...ways.values()];
  }

  /** The cuts with the fewest bytes crossing that leave no block larger than `most` bytes, but where none can be made. */
  #within(stops: readonly Cut[], most: number): Cut[] {
    const best: { crossing: number; from: number }[] = [];
    for (const [j, { at, bytes }] of stops.entries()) {
      let found = { crossing: Infinity, from: -1 };
      for (let i = j - 1; i >= -1; i--) {
        const block = this.#read[at]! - this.#read[stops[i]?.at ?? 0]!;
        if (block > most && i < j - 1) break;
        const crossing = (best[i]?.crossing ?? 0) + bytes;
        if (crossing < found.crossing) found = { crossing, from: i };
      }
      best.push(found);
    }
    const cuts: Cut[] = [];
    for (let i = best.at(-1)!.from; i >= 0; i = best[i]!.from) cuts.unshift(stops[i]!);
    return cuts;
  }
}
