/**
 * Where a forward pass can be cut into blocks whose inner values need not be kept (Chen and others, "Training deep nets
 * with sublinear memory cost", 2016, section 4).
 */
import { byteSize, type Graph, type Known, type Node, sizeOf } from '../onnx/index.ts';
import { VIEWS } from './memory.ts';

/** Values up to this share of all are kept wherever they lie: statistics of a batch normalisation, vectors, scales. */
const SMALL = 1 / 1000;
/** Budgets that are tried: each this share of the one before, until there is no way. */
const STEP = 0.93;

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

  /**
   * For each of many budgets of memory, the cuts with the fewest bytes crossing them; each way once.
   * @param beside bytes that exist beside the kept values while the backward pass is at each node of the forward pass
   * @param most bytes of the largest budget
   */
  ways(beside: readonly number[], most: number): Cut[][] {
    const stops = [...this.places(), { at: this.nodes.length, values: [], bytes: 0 }];
    const ways = new Map<string, Cut[]>();
    for (let budget = most * STEP; ; budget *= STEP) {
      const cuts = this.#within(stops, beside, budget);
      if (cuts === undefined) return [...ways.values()];
      if (cuts.length > 0) ways.set(cuts.map((cut) => cut.at).join(), cuts);
    }
  }

  /**
   * While the backward pass is in a block there exist the values that cross its beginning and all cuts before, those of
   * the block, and what its backward part makes. Each way to reach a cut is judged by the crossings so far: the fewer the
   * better for all that follows, so only the best need be remembered.
   * @returns undefined where the budget is too small
   */
  #within(stops: readonly Cut[], beside: readonly number[], budget: number): Cut[] | undefined {
    const peaks = stops.map(({ at }, i) => Math.max(0, ...beside.slice(stops[i - 1]?.at ?? 0, at)));
    const best: { crossing: number; from: number }[] = [];
    for (const [j, { at, bytes }] of stops.entries()) {
      let found = { crossing: Infinity, from: -1 };
      let peak = 0;
      for (let i = j - 1; i >= -1; i--) {
        peak = Math.max(peak, peaks[i + 1]!);
        const block = this.#read[at]! - this.#read[stops[i]?.at ?? 0]!;
        if (block + peak > budget) break;
        const before = best[i]?.crossing ?? 0;
        if (before + block + peak <= budget && before + bytes < found.crossing)
          found = { crossing: before + bytes, from: i };
      }
      best.push(found);
    }
    if (best.at(-1)!.crossing === Infinity) return undefined;
    const cuts: Cut[] = [];
    for (let i = best.at(-1)!.from; i >= 0; i = best[i]!.from) cuts.unshift(stops[i]!);
    return cuts;
  }

  /**
   * The bytes that `ways` wants, of a graph that computes nothing again.
   * @param order its nodes as they run, each with the bytes that exist then
   * @param slope the gradient with which the backward pass begins
   */
  beside(order: readonly (readonly [node: Node, live: number])[], slope: string): number[] {
    const last = new Map<string, number>();
    order.forEach(([node], t) => {
      for (const name of node.inputs) if (this.#made.has(name)) last.set(this.#base.get(name)!, t);
    });
    const begin = order.findIndex(([node]) => node.inputs.includes(slope));
    const beside = new Array<number>(this.nodes.length).fill(0);
    const alive = new Set<string>();
    let bytes = 0;
    let at = this.nodes.length - 1;
    order.forEach(([node, live], t) => {
      for (const name of node.outputs)
        if (this.#base.get(name) === name && last.has(name)) {
          alive.add(name);
          bytes += this.#bytes.get(name)!;
        }
      const read = node.inputs.flatMap((name) => this.#made.get(this.#base.get(name) ?? '') ?? []);
      if (t >= begin && read.length > 0) at = Math.min(at, Math.max(...read));
      if (t >= begin) beside[at] = Math.max(beside[at]!, live - bytes);
      for (const name of node.inputs) {
        const base = this.#base.get(name) ?? '';
        if (last.get(base) === t && alive.delete(base)) bytes -= this.#bytes.get(base)!;
      }
    });
    return beside;
  }
}
