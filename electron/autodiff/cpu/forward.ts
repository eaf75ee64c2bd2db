/** The forward pass in the formulation for the CPU: layouts chosen by operator and shape, passes joined. */
import { type Concrete, type Node, operatorName, type Value } from '../../onnx/index.ts';
import { type Statistics } from '../batch-norm.ts';
import { type Forward, type ForwardOptions } from '../forward.ts';
import { GradientBuilder } from '../gradient-builder.ts';
import { ruleOf } from '../rules/index.ts';
import { batchNorm } from './batch-norm.ts';
import { conv } from './conv.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { Kit } from './kit.ts';
import { type Layered } from './layered.ts';
import { type Lowering, type LoweringCall, record, wrapped } from './lowering.ts';
import { maxPool } from './max-pool.ts';
import { SHAPE } from './shape.ts';
import { LayeredTape } from './tape.ts';

const LOWERINGS: Readonly<Record<string, Lowering>> = {
  ...ELEMENTWISE,
  ...SHAPE,
  BatchNormalization: batchNorm,
  Conv: conv,
  MaxPool: maxPool,
};

/** What has no formulation of its own runs in the plain layout by the plain rule. */
function plainly(call: LoweringCall): Layered[] {
  const { b, kit, node, inputs, tape } = call;
  const values = inputs.map((input) => input?.in('plain'));
  const active = inputs.some((input) => tape.isActive(input));
  const rule = active ? ruleOf(node) : undefined;
  const named = { ...node, inputs: values.map((value) => value?.name ?? '') };
  const prepared = rule?.prepare?.(named, (prefix) => b.fresh(prefix), b.formulation) ?? named;
  const outputs = b.append(prepared);
  const layered = outputs.map((output) => kit.layered(output));
  const { attributes } = prepared;
  const backward = (gradients: readonly (Layered | undefined)[]): (Layered | undefined)[] =>
    rule!
      .backward({
        b,
        node: prepared,
        attributes,
        inputs: values,
        outputs,
        gradients: gradients.map((gradient) => gradient?.in('plain')),
      })
      .map((gradient, i) => wrapped(call, gradient, i));
  record(call, layered, rule ? backward : null);
  return layered;
}

/** Emits a concrete network in the CPU's formulation. `block`: channels a block of the runtime's convolutions. */
export function emitLayered(network: Concrete, options: ForwardOptions, block: number): Forward {
  const { opset, domains, known, constants } = network;
  const b = new GradientBuilder({
    name: 'training',
    opset,
    domains: Object.fromEntries(domains),
    rules: ruleOf,
    formulation: 'cpu',
  });
  b.reserve(known.keys());
  const kit = new Kit(b, block);
  const tape = new LayeredTape(kit);
  const statistics: Statistics[] = [];
  const values = new Map<string, Layered>();
  const readers = countReaders(network);
  for (const name of [...network.inputs, ...options.trainable]) {
    const { type, shape } = known.get(name)!;
    const value = kit.layered(b.input(name, shape, type));
    values.set(name, value);
    if (!network.inputs.includes(name) || options.watched?.includes(name)) tape.watch(value);
  }
  const bring = (name: string): Layered | undefined => {
    if (name === '') return undefined;
    let value = values.get(name);
    if (value === undefined) {
      value = kit.layered(b.initializer(name, constants.get(name)!));
      values.set(name, value);
    }
    return value;
  };
  for (const node of network.nodes) {
    const call: LoweringCall = {
      kit,
      b,
      node,
      inputs: node.inputs.map(bring),
      tape,
      single: readers.get(node.outputs[0]!) === 1,
      batchNorm: options.batchNorm ?? 'frozen',
      statistics,
    };
    const outputs = LOWERINGS[operatorName(node)]?.(call) ?? plainly(call);
    node.outputs.forEach((name, i) => name !== '' && values.set(name, outputs[i]!));
  }
  return {
    b,
    statistics,
    value: (name) => bring(name)!.in('plain'),
    backward(seeds) {
      const pairs = seeds.map(([name, gradient]) => [bring(name)!, kit.layered(gradient)] as const);
      const found = tape.backward(pairs);
      const gradients = new Map<string, Value>();
      for (const [name, value] of values) {
        const gradient = found.get(value);
        if (gradient !== undefined && (options.trainable.includes(name) || network.inputs.includes(name)))
          gradients.set(name, gradient.in('plain'));
      }
      return gradients;
    },
  };
}

function countReaders(network: Concrete): Map<string, number> {
  const counts = new Map<string, number>();
  const read = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  network.nodes.forEach((node: Node) => node.inputs.forEach(read));
  // An output of the network is read twice: it must exist as it is.
  for (const output of network.outputs) {
    read(output);
    read(output);
  }
  return counts;
}
