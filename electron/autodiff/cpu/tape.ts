import { type Node } from '../../onnx/index.ts';
import { type Kit } from './kit.ts';
import { type Layered } from './layered.ts';

/** Gradients that have come together so far at a value, for a step that can add them in its own pass. */
export type Take = (input: number) => Layered | undefined;

export interface LayeredEntry {
  readonly node: Node;
  readonly inputs: readonly (Layered | undefined)[];
  readonly outputs: readonly Layered[];
  /** Null where no rule exists. */
  readonly backward:
    ((gradients: readonly (Layered | undefined)[], take: Take) => readonly (Layered | undefined)[]) | null;
}

/** The tape of plain formulas (../tape.ts) for values that have several layouts. */
export class LayeredTape {
  readonly #kit: Kit;
  readonly #active = new Set<Layered>();
  readonly #entries: LayeredEntry[] = [];

  constructor(kit: Kit) {
    this.#kit = kit;
  }

  watch(value: Layered): void {
    this.#active.add(value);
  }

  isActive(value: Layered | undefined): boolean {
    return value !== undefined && this.#active.has(value);
  }

  record(entry: LayeredEntry): void {
    this.#entries.push(entry);
    for (const output of entry.outputs) if (output.type.includes('float')) this.#active.add(output);
  }

  /** Gradients of all active values that the seeds depend on. */
  backward(seeds: Iterable<readonly [Layered, Layered]>): Map<Layered, Layered> {
    const parts = new Map<Layered, Layered[]>();
    const done = new Map<Layered, Layered>();
    const contribute = (value: Layered, gradient: Layered): void => {
      if (!this.isActive(value)) return;
      const list = parts.get(value);
      if (list === undefined) parts.set(value, [gradient]);
      else list.push(gradient);
    };
    const collect = (value: Layered): Layered | undefined => {
      const list = parts.get(value);
      parts.delete(value);
      return list?.reduce((sum, part) => this.#add(sum, part));
    };
    for (const [value, gradient] of seeds) contribute(value, gradient);
    for (const { node, inputs, outputs, backward } of this.#entries.toReversed()) {
      const gradients = outputs.map((output) => {
        const gradient = collect(output);
        if (gradient !== undefined) done.set(output, gradient);
        return gradient;
      });
      if (gradients.every((gradient) => gradient === undefined)) continue;
      if (backward === null) throw this.#kit.b.noGradient(node);
      gradients[0] ??= this.#kit.layered(this.#kit.b.zeros(outputs[0]!.shape, outputs[0]!.type));
      const take: Take = (i) => (inputs[i] === undefined ? undefined : collect(inputs[i]));
      backward(gradients, take).forEach((gradient, i) => {
        const input = inputs[i];
        if (gradient !== undefined && input !== undefined) contribute(input, gradient);
      });
    }
    for (const value of [...parts.keys()]) done.set(value, collect(value)!);
    return done;
  }

  #add(a: Layered, b: Layered): Layered {
    const layout = a.has(b.layout) ? b.layout : a.layout;
    return this.#kit.layered(this.#kit.b.add(a.in(layout), b.in(layout)), a.shape, layout);
  }
}
