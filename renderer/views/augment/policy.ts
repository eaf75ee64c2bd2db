/** A policy as it is edited: every function gives a new one. */
import { type OpInfo, type Policy } from '../../../electron/contract/words.ts';

export type PolicyOp = Policy['ops'][number];

/** An op with its defaults, applied half of the time. */
export const newOp = (info: OpInfo): PolicyOp => ({
  op: info.op,
  p: 0.5,
  ranges: Object.fromEntries(info.parameters.map((p) => [p.name, [...p.default]])) as PolicyOp['ranges'],
});

export const addOp = (policy: Policy, info: OpInfo): Policy => ({ ...policy, ops: [...policy.ops, newOp(info)] });

export const removeOp = (policy: Policy, at: number): Policy => ({
  ...policy,
  ops: policy.ops.filter((_, i) => i !== at),
});

/** Moves an op; places outside the list change nothing. */
export function moveOp(policy: Policy, from: number, to: number): Policy {
  if (from < 0 || to < 0 || from >= policy.ops.length || to >= policy.ops.length) return policy;
  const ops = [...policy.ops];
  ops.splice(to, 0, ...ops.splice(from, 1));
  return { ...policy, ops };
}

export const setOp = (policy: Policy, at: number, patch: Partial<PolicyOp>): Policy => ({
  ...policy,
  ops: policy.ops.map((op, i) => (i === at ? { ...op, ...patch } : op)),
});

/** Sets one range; a low end above the high end pushes it along. */
export function setRange(policy: Policy, at: number, name: string, range: readonly [number, number]): Policy {
  const op = policy.ops[at];
  if (!op) return policy;
  const [low, high] = range;
  return setOp(policy, at, { ranges: { ...op.ranges, [name]: [Math.min(low, high), Math.max(low, high)] } });
}

/** Whether two policies draw the same: the name does not count. */
export const samePolicy = (a: Policy, b: Policy): boolean =>
  JSON.stringify(a.ops.map(plain)) === JSON.stringify(b.ops.map(plain));

const plain = (op: PolicyOp): unknown => [
  op.op,
  op.p,
  op.choice ?? '',
  Object.entries(op.ranges).sort(([x], [y]) => (x < y ? -1 : 1)),
];

/** How many ops differ from the saved policy: changed, added, removed or moved. */
export function changeCount(now: Policy, saved: Policy): number {
  let count = 0;
  for (let i = 0; i < Math.max(now.ops.length, saved.ops.length); i++) {
    const [a, b] = [now.ops[i], saved.ops[i]];
    if (!a || !b || JSON.stringify(plain(a)) !== JSON.stringify(plain(b))) count++;
  }
  return count;
}
