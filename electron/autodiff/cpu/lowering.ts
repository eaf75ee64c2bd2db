import { type Node, type Value } from '../../onnx/index.ts';
import { type Statistics } from '../batch-norm.ts';
import { type GradientBuilder } from '../gradient-builder.ts';
import { fit } from '../shapes.ts';
import { type Kit } from './kit.ts';
import { Layered, type Layout, type Pending } from './layered.ts';
import { type LayeredEntry, type LayeredTape } from './tape.ts';

/** One node on its way into the graph. */
export interface LoweringCall {
  readonly kit: Kit;
  readonly b: GradientBuilder;
  readonly node: Node;
  readonly inputs: readonly (Layered | undefined)[];
  readonly tape: LayeredTape;
  /** Has the node's first output exactly one reader, and is it no output of the network? */
  readonly single: boolean;
  readonly batchNorm: 'frozen' | 'batch';
  readonly statistics: Statistics[];
}

/** The node in a better formulation, or undefined where it has none for these inputs. */
export type Lowering = (call: LoweringCall) => readonly Layered[] | undefined;

/** Records the way back, where there is anything to go back to. */
export function record(call: LoweringCall, outputs: readonly Layered[], backward: LayeredEntry['backward']): void {
  const { node, inputs, tape } = call;
  if (inputs.some((input) => tape.isActive(input))) tape.record({ node, inputs, outputs, backward });
}

/** A blocked output: left for its only reader to join, computed now where there are more. */
export function deferred({ kit, single }: LoweringCall, shape: readonly number[], pending: Pending): Layered {
  if (single) return new Layered(kit, shape, 'float32').deferring(pending);
  return kit.layered(pending.run({ sum: pending.sum }), shape, 'blocked');
}

/** A gradient from plain rules as a layered value of the input's shape. */
export function wrapped(
  call: LoweringCall,
  gradient: Value | undefined,
  i: number,
  layout: Layout = 'plain',
): Layered | undefined {
  const input = call.inputs[i];
  if (gradient === undefined || input === undefined) return undefined;
  if (layout !== 'plain') return call.kit.layered(gradient, input.shape, layout);
  return call.kit.layered(fit(call.b, gradient, input.shape), input.shape);
}
