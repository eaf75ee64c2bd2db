/** Whether a policy is valid. */
import { AssayError, type Policy } from '../contract/index.ts';
import { type Parameter } from './op.ts';
import { OPS } from './ops/index.ts';

const refuse = (field: string, reason: string) =>
  new AssayError('train/recipe-invalid', { subject: field, values: { reason } });

function checkRange(field: string, range: readonly [number, number], { minimum, maximum }: Parameter): void {
  const [low, high] = range;
  if (!(low <= high)) throw refuse(field, `its low end ${low} lies above its high end ${high}.`);
  if (low < minimum || high > maximum) throw refuse(field, `it must lie within ${minimum} and ${maximum}.`);
}

/**
 * The policy with every range filled in. Throws `train/recipe-invalid` with the field: an unknown op or parameter, a
 * range outside its limits, a probability outside 0-1, ops of one choice whose probabilities sum to more than 1.
 */
export function checkPolicy(policy: Policy): Policy {
  const choices = new Map<string, number>();
  const ops = policy.ops.map((entry, i) => {
    const field = `ops[${i}]`;
    const op = OPS.get(entry.op);
    if (!op) throw refuse(`${field}.op`, `there is no op "${entry.op}"; known are ${[...OPS.keys()].join(', ')}.`);
    if (!(entry.p >= 0 && entry.p <= 1)) throw refuse(`${field}.p`, 'a probability lies within 0 and 1.');
    for (const name of Object.keys(entry.ranges))
      if (!(name in op.parameters)) throw refuse(`${field}.ranges.${name}`, `${op.name} has no such parameter.`);
    const ranges: typeof entry.ranges = {};
    for (const [name, parameter] of Object.entries(op.parameters)) {
      const [low, high] = entry.ranges[name] ?? parameter.default;
      checkRange(`${field}.ranges.${name}`, [low, high], parameter);
      ranges[name] = [low, high];
    }
    if (entry.choice !== undefined) {
      const sum = (choices.get(entry.choice) ?? 0) + entry.p;
      // Sums like 0.45 + 0.55 may miss 1 by the last bit.
      if (sum > 1 + 1e-9) throw refuse(`${field}.choice`, `the ops of "${entry.choice}" have more than 1 together.`);
      choices.set(entry.choice, sum);
    }
    return { ...entry, ranges };
  });
  return { ...policy, ops };
}
