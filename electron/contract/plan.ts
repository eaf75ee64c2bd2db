/** Augmentation by class group: an ordered list of ops a group, in a base tier and, by chance, a heavier one. */
import { z } from 'zod';

const WITHIN = 'a probability lies within 0 and 1: write 0.3 for three of ten';
const share = z.number().min(0, WITHIN).max(1, WITHIN);

/** An op of a plan. Unknown fields are errors here, where a person may write the file by hand. */
const planOp = z.strictObject({
  op: z.string(),
  p: share,
  /** Low and high end by parameter; the ones left out are the op's own. */
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

/** A place in a document as errors name it: `groups[0].base[1].p`. */
export const fieldName = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
