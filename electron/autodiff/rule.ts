/**
 * What a gradient rule is. A rule says how the gradient of the outputs becomes that of the inputs; stretching and
 * summing over broadcast dimensions, adding up gradients of values used twice and leaving out what nobody needs
 * belong to the tape.
 */
import { type Attributes, type Node, type Value } from '../onnx/index.ts';
import { type Formulation, type GradientBuilder } from './gradient-builder.ts';

/** What every rule is handed. */
export interface RuleCall {
  readonly b: GradientBuilder;
  readonly node: Node;
  readonly attributes: Attributes;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  /** Gradient of each output; undefined where the loss does not depend on it. */
  readonly gradients: readonly (Value | undefined)[];
}

export interface Rule {
  readonly op: string;
  /** Values that must live until the backward pass, by position: inputs, outputs. */
  readonly keeps: { readonly inputs: readonly number[]; readonly outputs: readonly number[] };
  /** The node as the forward pass runs it, where the gradient needs more outputs of it. */
  readonly prepare?: (node: Node, fresh: (prefix: string) => string, formulation: Formulation) => Node;
  /** Gradient of each input, undefined where there is none; its shape may be broadcastable to or from the input's. */
  readonly backward: (call: RuleCall) => readonly (Value | undefined)[];
}

/** 'B?' names an input or output that may be missing. */
type Bare<Name extends string> = Name extends `${infer Known}?` ? Known : Name;
type Required<Name extends string> = Name extends `${string}?` ? never : Name;
type Optional<Name extends string> = Name extends `${infer Known}?` ? Known : never;
type Values<Name extends string> = { readonly [K in Required<Name>]: Value } & {
  readonly [K in Optional<Name>]?: Value;
};
type Gradients<Name extends string> = { readonly [K in Required<Name> as `d${K}`]: Value } & {
  readonly [K in Optional<Name> as `d${K}`]?: Value;
};

interface RuleText<I extends string, O extends string> {
  /** Names of the inputs in the operator's order, default X. */
  inputs?: readonly I[];
  /** Names of the outputs, default Y. */
  outputs?: readonly O[];
  /** Values that must live until the backward pass. */
  keeps: readonly NoInfer<Bare<I> | Bare<O>>[];
  prepare?: (node: Node, fresh: (prefix: string) => string, formulation: Formulation) => Node;
  backward(call: RuleCall & Values<I> & Values<O> & Gradients<O>): Partial<Record<Bare<I>, Value>>;
}

const bare = (name: string): string => name.replace('?', '');

/**
 * A rule with named inputs and outputs. In `backward` every input and output stands under its name, the gradient of
 * output Y under dY; what is returned under the name of an input is its gradient.
 */
export function rule<const I extends string = 'X', const O extends string = 'Y'>(
  op: string,
  text: RuleText<I, O>,
): Rule {
  const inputs = (text.inputs ?? ['X']).map(bare);
  const outputs = (text.outputs ?? ['Y']).map(bare);
  const positions = (names: readonly string[]): number[] =>
    text.keeps.map((name) => names.indexOf(name)).filter((at) => at >= 0);
  return {
    op,
    keeps: { inputs: positions(inputs), outputs: positions(outputs) },
    prepare: text.prepare,
    backward(call) {
      const named: Record<string, unknown> = { ...call };
      inputs.forEach((name, i) => (named[name] = call.inputs[i]));
      outputs.forEach((name, i) => {
        named[name] = call.outputs[i];
        named[`d${name}`] = call.gradients[i];
      });
      // The names were checked against the rule's text where it is written.
      const result = text.backward(named as never) as Record<string, Value | undefined>;
      return inputs.map((name) => result[name]);
    },
  };
}

/** A rule for operators with any number of inputs; gradients are returned in their order. */
export function variadicRule(
  op: string,
  text: {
    keeps: 'inputs' | 'all' | 'nothing';
    backward(call: RuleCall & { Y: Value; dY: Value }): readonly (Value | undefined)[];
  },
): Rule {
  const all = Array.from({ length: 64 }, (_, i) => i);
  return {
    op,
    keeps: { inputs: text.keeps === 'nothing' ? [] : all, outputs: text.keeps === 'all' ? [0] : [] },
    backward: (call) => text.backward({ ...call, Y: call.outputs[0]!, dY: call.gradients[0]! }),
  };
}

/** Operators whose outputs do not change with their inputs, almost everywhere: nothing flows back. */
export const constantRules = (...ops: string[]): Rule[] =>
  ops.map((op) => ({ op, keeps: { inputs: [], outputs: [] }, backward: () => [] }));

/**
 * Gradient by composition: `f` computes the operator's output from others, and their rules do the work. The forward
 * pass runs the operator itself; `f` is run again in the backward pass.
 */
export function composedRule<const I extends string = 'X'>(
  op: string,
  text: { inputs?: readonly I[]; compose(call: RuleCall & Values<I>): Value },
): Rule {
  const names = (text.inputs ?? ['X']).map(bare);
  return {
    op,
    keeps: { inputs: names.map((_, i) => i), outputs: [] },
    backward: (call) =>
      call.b.pullBack(call.inputs, call.gradients[0]!, () => {
        const named: Record<string, unknown> = { ...call };
        names.forEach((name, i) => (named[name] = call.inputs[i]));
        return text.compose(named as never);
      }),
  };
}
