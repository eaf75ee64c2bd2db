import { type Node, type Value } from '../onnx/index.ts';
import { type GradientBuilder } from './gradient-builder.ts';
import { fit } from './shapes.ts';

/** A step of the forward pass: what went in, what came out, and the way back. */
export interface Entry {
  readonly node: Node;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  /** Gradients of the inputs from those of the outputs; null where no rule exists. */
  readonly backward: ((gradients: readonly (Value | undefined)[]) => readonly (Value | undefined)[]) | null;
}

/**
 * The forward pass as a list, read backwards. A value is active when it depends on a watched one; steps without an
 * active input are not recorded, so nothing is emitted behind frozen weights.
 */
export class Tape {
  readonly #active = new Set<string>();
  readonly #entries: Entry[] = [];

  /** Gradients with respect to this value are wanted. */
  watch(value: Value): void {
    this.#active.add(value.name);
  }

  isActive(value: Value | undefined): boolean {
    return value !== undefined && this.#active.has(value.name);
  }

  /** Appends a step; its float outputs become active. */
  record(entry: Entry): void {
    this.#entries.push(entry);
    for (const output of entry.outputs)
      if (output.name !== '' && (output.type === undefined || output.type.includes('float')))
        this.#active.add(output.name);
  }

  /**
   * Walks the tape backwards from `seeds` (value and its gradient), emitting nodes into `b`.
   * @returns the gradient of every active value that the seeds depend on, by name
   * @throws AssayError `onnx/no-gradient` where the way leads through an operator without a rule
   */
  backward(b: GradientBuilder, seeds: Iterable<readonly [Value, Value]>): Map<string, Value> {
    const parts = new Map<string, Value[]>();
    const done = new Map<string, Value>();
    const contribute = (value: Value, gradient: Value): void => {
      if (!this.isActive(value)) return;
      const list = parts.get(value.name);
      const fitted = fit(b, gradient, value.shape as readonly number[]);
      if (list === undefined) parts.set(value.name, [fitted]);
      else list.push(fitted);
    };
    const collect = (name: string): Value | undefined => {
      const list = parts.get(name);
      if (list === undefined) return undefined;
      parts.delete(name);
      const sum = list.reduce((total, part) => b.add(total, part));
      done.set(name, sum);
      return sum;
    };
    for (const [value, gradient] of seeds) contribute(value, gradient);
    for (const { node, inputs, outputs, backward } of this.#entries.toReversed()) {
      const gradients = outputs.map((output) => collect(output.name));
      if (gradients.every((gradient) => gradient === undefined)) continue;
      if (backward === null) throw b.noGradient(node);
      // A rule may count on the gradient of its first output.
      gradients[0] ??= b.zeros(outputs[0]!.shape as readonly number[], outputs[0]!.type);
      backward(gradients).forEach((gradient, i) => {
        const input = inputs[i];
        if (gradient !== undefined && input !== undefined) contribute(input, gradient);
      });
    }
    for (const name of [...parts.keys()]) collect(name);
    return done;
  }
}
