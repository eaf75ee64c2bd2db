import { type Concrete, type Node, type Value } from '../onnx/index.ts';
import { batchStatistics, type Statistics } from './batch-norm.ts';
import { type Formulation, GradientBuilder } from './gradient-builder.ts';
import { ruleOf } from './rules/index.ts';
import { Tape } from './tape.ts';

export interface ForwardOptions {
  /** Initializers that become graph inputs, their gradients wanted. */
  trainable: readonly string[];
  /** Network inputs whose gradients are wanted. */
  watched?: readonly string[];
  /** `batch`: batch normalisation takes the statistics of the batch, where anything before it is trained. */
  batchNorm?: 'frozen' | 'batch';
  formulation?: Formulation;
}

export interface Forward {
  readonly b: GradientBuilder;
  readonly tape: Tape;
  readonly statistics: readonly Statistics[];
}

/** Emits a concrete network into a fresh builder, with everything that depends on trainable weights on the tape. */
export function emitForward(network: Concrete, options: ForwardOptions): Forward {
  const { opset, domains, known, constants } = network;
  const { formulation = 'plain', batchNorm = 'frozen' } = options;
  const b = new GradientBuilder({
    name: 'training',
    opset,
    domains: Object.fromEntries(domains),
    rules: ruleOf,
    formulation,
  });
  const tape = new Tape();
  const statistics: Statistics[] = [];
  const watched = new Set(options.watched);
  for (const name of network.inputs) {
    const { type, shape } = known.get(name)!;
    const value = b.input(name, shape, type);
    if (watched.has(name)) tape.watch(value);
  }
  for (const name of options.trainable) {
    const { type, shape } = known.get(name)!;
    tape.watch(b.input(name, shape, type));
  }
  const bring = (node: Node): (Value | undefined)[] =>
    node.inputs.map((name) => {
      if (name === '') return undefined;
      return b.has(name) ? b.named(name) : b.initializer(name, constants.get(name)!);
    });
  b.recording(tape, () => {
    for (const node of network.nodes) {
      const inputs = bring(node);
      const normalises = node.op === 'BatchNormalization' && node.domain === '';
      if (normalises && batchNorm === 'batch' && inputs.some((input) => tape.isActive(input)))
        statistics.push(batchStatistics(b, tape, node, inputs as Value[]));
      else b.append(node);
    }
    for (const name of network.outputs)
      if (!b.has(name) && constants.has(name)) b.initializer(name, constants.get(name)!);
  });
  return { b, tape, statistics };
}
