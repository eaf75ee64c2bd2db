/** One op of a policy by itself, as its strip shows it. */
import { type Policy } from '../contract/index.ts';

/**
 * The policy with the op at `at` always applied and no other: its values are those that the whole policy draws for it
 * with the same key, because every op has a stream of its own. The others stay in the list, so that of two ops of one
 * kind each keeps its stream.
 */
export const aloneOf = ({ name, ops }: Policy, at: number): Policy => ({
  name,
  ops: ops.map(({ op, ranges }, i) => ({ op, ranges, p: i === at ? 1 : 0 })),
});
