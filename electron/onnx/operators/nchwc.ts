/**
 * The runtime's own operators for the blocked layout [n, channels/b, h, w, b] (domain com.microsoft.nchwc), whose values
 * report the shape [n, channels, h, w] with channels padded to a multiple of b. Shapes only: they are never folded.
 */
import { need, type Operator, type OperatorTable, unsupported } from './operator.ts';
import { windowCount, windowOf } from './window.ts';

const conv: Operator = {
  infer: (call) => {
    const [x, w] = [need(call, 0), need(call, 1)];
    const window = windowOf(call.attributes, w.shape.slice(2));
    const spatial = x.shape.slice(2).map((dim, axis) => windowCount(window, axis, dim));
    return [{ type: x.type, shape: [x.shape[0]!, w.shape[0]!, ...spatial] }];
  },
};

const pool: Operator = {
  infer: (call) => {
    const x = need(call, 0);
    const window = windowOf(call.attributes, call.attributes.ints('kernel_shape', []));
    const spatial = x.shape.slice(2).map((dim, axis) => windowCount(window, axis, dim));
    return [{ type: x.type, shape: [...x.shape.slice(0, 2), ...spatial] }];
  },
};

const globalPool: Operator = {
  infer: (call) => {
    const { type, shape } = need(call, 0);
    return [{ type, shape: shape.map((dim, i) => (i < 2 ? dim : 1)) }];
  },
};

const reorderOutput: Operator = {
  infer: (call) => {
    const { type, shape } = need(call, 0);
    const channels = call.attributes.int('channels', shape[1]!);
    if (call.attributes.int('channels_last', 0) === 1)
      return [{ type, shape: [shape[0]!, ...shape.slice(2), channels] }];
    return [{ type, shape: [shape[0]!, channels, ...shape.slice(2)] }];
  },
};

/** The result's channels are padded to the machine's block, which the graph cannot tell: the builder says them. */
const reorderInput: Operator = {
  infer: (call) => {
    const { type, shape } = need(call, 0);
    const last = call.attributes.int('channels_last', 0) === 1;
    const [channels, spatial] = last ? [shape.at(-1)!, shape.slice(1, -1)] : [shape[1]!, shape.slice(2)];
    if (channels % 4 !== 0) throw unsupported(call.node, `${channels} channels cannot be blocked`);
    return [{ type, shape: [shape[0]!, channels, ...spatial] }];
  },
};

const domain = 'com.microsoft.nchwc';
export const NCHWC: OperatorTable = {
  [`${domain}.Conv`]: conv,
  [`${domain}.MaxPool`]: pool,
  [`${domain}.AveragePool`]: pool,
  [`${domain}.GlobalAveragePool`]: globalPool,
  [`${domain}.GlobalMaxPool`]: globalPool,
  [`${domain}.ReorderInput`]: reorderInput,
  [`${domain}.ReorderOutput`]: reorderOutput,
};
