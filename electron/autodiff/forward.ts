import { type Concrete, type Node, recognise, type Value } from '../onnx/index.ts';
import { batchStatistics, type Statistics } from './batch-norm.ts';
import { emitLayered } from './cpu/forward.ts';
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
  /** Channels a block of the runtime's blocked convolutions, where it has them (see blockProbe). Only for `cpu`. */
  block?: number;
  /** Products and convolutions in float16, for devices that have it. Not with `block`. */
  half?: boolean;
}

export interface Forward {
  readonly b: GradientBuilder;
  readonly statistics: readonly Statistics[];
  /** A value of the network. */
  value(name: string): Value;
  /** Gradients of trainable initializers and watched inputs, from those of other values, by name. */
  backward(seeds: readonly (readonly [name: string, gradient: Value])[]): ReadonlyMap<string, Value>;
}

/** Emits a concrete network into a fresh builder, with everything that depends on trainable weights on the tape. */
export function emitForward(network: Concrete, options: ForwardOptions): Forward {
  if ((options.formulation ?? 'plain') === 'plain') return emitPlain(network, options);
  const recognised = recognise(network);
  const { block } = options;
  return block === undefined || options.formulation !== 'cpu'
    ? emitPlain(recognised, options)
    : emitLayered(recognised, options, block);
}

function emitPlain(network: Concrete, options: ForwardOptions): Forward {
  const { opset, domains, known, constants } = network;
  const { formulation = 'plain', batchNorm = 'frozen', half } = options;
  const b = new GradientBuilder({
    name: 'training',
    opset,
    domains: Object.fromEntries(domains),
    rules: ruleOf,
    formulation,
    half,
  });
  b.reserve(known.keys());
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
  return {
    b,
    statistics,
    value: (name) => b.named(name),
    backward: (seeds) =>
      tape.backward(
        b,
        seeds.map(([name, gradient]) => [b.named(name), gradient] as const),
      ),
  };
}
