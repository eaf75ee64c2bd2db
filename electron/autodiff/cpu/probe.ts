import { encodeModel, graphBuilder } from '../../onnx/index.ts';

/**
 * A model that shows how many channels the runtime's convolutions take a block: dimension 1 of its output `blocked` for
 * an input `x` [1, 4, 4, 4]. A runtime without the blocked operators refuses it: then there is no block.
 */
export function blockProbe(): Uint8Array {
  const b = graphBuilder({ name: 'block' });
  const x = b.input('x', [1, 4, 4, 4]);
  const blocked = b.op('ReorderInput', [x], {}, { domain: 'com.microsoft.nchwc', outputs: ['blocked'] })[0]!;
  b.output(blocked, 'blocked', [1, null, 4, 4]);
  return encodeModel(b.model());
}
