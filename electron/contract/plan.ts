/** Augmentation by class group: an ordered list of ops a group, in a base tier and, by chance, a heavier one. */
import { z } from 'zod';

const share = z.number().min(0).max(1);

/** An op of a plan. Unknown fields are errors here, where a person may write the file by hand. */
const planOp = z.strictObject({
  op: z.string(),
  p: share,
  ranges: z.record(z.string(), z.tuple([z.number(), z.number()])).default({}),
  /** At most one op of a choice is applied; `p` stays the probability of this op. */
  choice: z.string().max(40).optional(),
});
const ops = z.array(planOp).max(100);

export const planGroup = z.strictObject({
  name: z.string().min(1).max(100),
  /** Names of classes. A class is in one group at most. */
  classes: z.array(z.string().min(1)).min(1, 'a group needs classes: name some, or take the group out'),
  base: ops,
  /** The heavier tier, taken instead of `base` by chance. */
  heavy: ops.optional(),
  heavyChance: share.default(0),
  /** Other chances, by class. */
  heavyByClass: z.record(z.string(), share).default({}),
});

export const plan = z.strictObject({
  name: z.string().min(1).max(100),
  /** None: `rest` is for all classes. */
  groups: z.array(planGroup).max(100),
  /** For classes in no group. */
  rest: ops.default([]),
});
export type Plan = z.output<typeof plan>;
export type PlanGroup = Plan['groups'][number];
