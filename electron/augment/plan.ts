/** Plans: which policy an image of a class is changed by in an epoch. Pure; the engine takes it through catalogue.ts. */
import { AssayError, type Plan, type PlanGroup, type Policy, random } from '../contract/index.ts';
import { checkPolicy } from './check.ts';
import { type DrawKey } from './sampler.ts';

const refuse = (field: string, reason: string) =>
  new AssayError('train/recipe-invalid', { subject: field, values: { reason } });

/** A policy's error names its place in the plan. */
function checkedOps(field: string, ops: PlanGroup['base']): PlanGroup['base'] {
  try {
    return checkPolicy({ name: field, ops }).ops;
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    throw refuse(thrown.subject!.replace(/^ops/, field), String(thrown.values.reason));
  }
}

/**
 * The plan with every range filled in.
 * @param known names of the project's classes; null where none is open
 * @throws AssayError `train/recipe-invalid` with the field: two groups of one name, a class in two groups or in none of the
 * project's, a heavy chance without a heavier tier, an op that `checkPolicy` refuses
 */
export function checkPlan(plan: Plan, known: readonly string[] | null): Plan {
  const placed = new Map<string, string>();
  const groups = plan.groups.map((group, g) => {
    const field = `groups[${g}]`;
    if (plan.groups.findIndex(({ name }) => name === group.name) < g)
      throw refuse(`${field}.name`, `another group is called "${group.name}" already; give one another name.`);
    group.classes.forEach((name, c) => {
      const other = placed.get(name);
      if (other !== undefined)
        throw refuse(`${field}.classes[${c}]`, `"${name}" is in the group "${other}" already; leave it in one.`);
      if (known && !known.includes(name))
        throw refuse(
          `${field}.classes[${c}]`,
          `the project has no class "${name}"; its classes are ${known.slice(0, 10).join(', ')}.`,
        );
      placed.set(name, group.name);
    });
    const chances = Object.entries(group.heavyByClass);
    const odd = chances.find(([name]) => !group.classes.includes(name));
    if (odd) throw refuse(`${field}.heavyByClass.${odd[0]}`, `"${odd[0]}" is not a class of this group.`);
    if (!group.heavy && (group.heavyChance > 0 || chances.some(([, p]) => p > 0)))
      throw refuse(
        `${field}.heavy`,
        'there is a chance of a heavier tier, and no such tier; add one or set the chance to 0.',
      );
    return {
      ...group,
      base: checkedOps(`${field}.base`, group.base),
      ...(group.heavy && { heavy: checkedOps(`${field}.heavy`, group.heavy) }),
    };
  });
  return { ...plan, groups, rest: checkedOps('rest', plan.rest) };
}

/** A preset for a project: classes that it does not have are left out, and groups that are then empty. */
export function planFor(preset: Plan, known: readonly string[]): Plan {
  const groups = preset.groups.flatMap((group) => {
    const classes = group.classes.filter((name) => known.includes(name));
    const heavyByClass = Object.fromEntries(
      Object.entries(group.heavyByClass).filter(([name]) => known.includes(name)),
    );
    return classes.length > 0 ? [{ ...group, classes, heavyByClass }] : [];
  });
  return { ...preset, groups };
}

export const groupOf = (plan: Plan, name: string): PlanGroup | undefined =>
  plan.groups.find((group) => group.classes.includes(name));

/** What an image of a class is changed by: the tier is drawn from (seed, epoch, content), its ops by themselves. */
export function policyFor(plan: Plan, name: string, { seed, epoch, hash }: DrawKey): Policy {
  const group = groupOf(plan, name);
  if (!group) return { name: plan.name, ops: plan.rest };
  const chance = group.heavyByClass[name] ?? group.heavyChance;
  const heavy = group.heavy !== undefined && random(seed, 'augment-tier', epoch, hash).next() < chance;
  return { name: `${group.name}, ${heavy ? 'heavy' : 'base'}`, ops: heavy ? group.heavy! : group.base };
}

export interface PoolImage {
  hash: string;
  /** Name of its class. */
  class: string;
  /** Held out: never shines through another one. */
  held: boolean;
}

/**
 * Places of the images that may shine through one of a class: those of the training fold in its group (in a plan; else
 * all), ordered by content, so that the order of import does not enter.
 */
export function poolOf(images: readonly PoolImage[], plan: Plan | null, name: string): number[] {
  const group = plan && groupOf(plan, name);
  return images
    .flatMap((image, i) => (!image.held && (!group || group.classes.includes(image.class)) ? [i] : []))
    .sort((a, b) => (images[a]!.hash < images[b]!.hash ? -1 : images[a]!.hash > images[b]!.hash ? 1 : a - b));
}
