/** A plan by class group as it is edited: every function gives a new one. A group may be empty only until it is saved. */
import { type Plan, type PlanGroup } from '../../../electron/contract/plan.ts';
import { type Policy } from '../../../electron/contract/words.ts';
import { differentOps, freshName, type Ops, overfull } from './ops.ts';

/** A group by its index; null: the classes in no group. */
export type Place = number | null;
export type Tier = 'base' | 'heavy';

/** A policy as a plan: one list of ops for all classes. */
export const planOf = (policy: Policy): Plan => ({ name: policy.name, groups: [], rest: policy.ops });

export function opsAt(plan: Plan, place: Place, tier: Tier): Ops {
  if (place === null) return plan.rest;
  const group = plan.groups[place];
  return (tier === 'heavy' ? group?.heavy : group?.base) ?? [];
}

export function withOps(plan: Plan, place: Place, tier: Tier, ops: Ops): Plan {
  return place === null ? { ...plan, rest: ops } : setGroup(plan, place, { [tier]: ops });
}

export const setGroup = (plan: Plan, at: number, patch: Partial<PlanGroup>): Plan => ({
  ...plan,
  groups: plan.groups.map((group, i) => (i === at ? { ...group, ...patch } : group)),
});

export function placeOf(plan: Plan, name: string): Place {
  const at = plan.groups.findIndex((group) => group.classes.includes(name));
  return at < 0 ? null : at;
}

/** Classes at a place, in the project's order. */
export const classesAt = (plan: Plan, place: Place, known: readonly string[]): string[] =>
  known.filter((name) => placeOf(plan, name) === place);

/** A class is in one group at most; its own chance of the heavier tier stays behind with the group it had it in. */
export function moveClass(plan: Plan, name: string, to: Place): Plan {
  if (placeOf(plan, name) === to) return plan;
  const groups = plan.groups.map((group, i) => {
    if (i === to) return { ...group, classes: [...group.classes, name] };
    if (!group.classes.includes(name)) return group;
    const { [name]: _chance, ...heavyByClass } = group.heavyByClass;
    return { ...group, classes: group.classes.filter((one) => one !== name), heavyByClass };
  });
  return { ...plan, groups };
}

/** A new, empty group that begins with the ops of the classes in none. */
export function addGroup(plan: Plan, title: (n: number) => string): Plan {
  const name = freshName(
    plan.groups.map((group) => group.name),
    title,
  );
  const group: PlanGroup = { name, classes: [], base: plan.rest, heavyChance: 0, heavyByClass: {} };
  return { ...plan, groups: [...plan.groups, group] };
}

/** Its classes are in no group then. */
export const removeGroup = (plan: Plan, at: number): Plan => ({
  ...plan,
  groups: plan.groups.filter((_, i) => i !== at),
});

/** The heavier tier begins as the base one. */
export function addHeavy(plan: Plan, at: number): Plan {
  const group = plan.groups[at];
  return group && !group.heavy ? setGroup(plan, at, { heavy: group.base, heavyChance: 0.5 }) : plan;
}

export const removeHeavy = (plan: Plan, at: number): Plan => ({
  ...plan,
  groups: plan.groups.map((group, i) => {
    if (i !== at) return group;
    const { heavy: _ops, ...rest } = group;
    return { ...rest, heavyChance: 0, heavyByClass: {} };
  }),
});

/** A class's own chance of the heavier tier; null: that of its group. */
export function setChance(plan: Plan, name: string, chance: number | null): Plan {
  const at = placeOf(plan, name);
  const group = at === null ? undefined : plan.groups[at];
  if (at === null || !group) return plan;
  const { [name]: _before, ...others } = group.heavyByClass;
  return setGroup(plan, at, { heavyByClass: chance === null ? others : { ...others, [name]: chance } });
}

/** One list for all: the base ops of the first group, or what there is for classes in none. */
export const oneForAll = (plan: Plan): Plan => ({ ...plan, groups: [], rest: plan.groups[0]?.base ?? plan.rest });

/** All classes in one group, to be divided. */
export const byGroup = (plan: Plan, known: readonly string[], title: (n: number) => string): Plan =>
  plan.groups.length > 0 ? plan : setGroup(addGroup(plan, title), 0, { classes: [...known] });

/** Without what the project has no more. */
export function fitted(plan: Plan, known: readonly string[]): Plan {
  const gone = plan.groups.flatMap((group) => group.classes).filter((name) => !known.includes(name));
  return gone.reduce((now, name) => moveClass(now, name, null), plan);
}

/** What can be drawn: groups that are still empty do not count. */
export const drawable = (plan: Plan): Plan => ({
  ...plan,
  groups: plan.groups.filter((group) => group.classes.length > 0),
});

/** Where a group stands in the drawable plan; undefined for one without classes. */
export function drawablePlace(plan: Plan, place: Place): Place | undefined {
  if (place === null) return null;
  if (!plan.groups[place]?.classes.length) return undefined;
  return plan.groups.slice(0, place).filter((group) => group.classes.length > 0).length;
}

/** How many things differ: ops, groups, names, chances, and the classes that changed places. */
export function changeCount(now: Plan, saved: Plan): number {
  let count = differentOps(now.rest, saved.rest);
  for (let i = 0; i < Math.max(now.groups.length, saved.groups.length); i++) {
    const [a, b] = [now.groups[i], saved.groups[i]];
    if (!a || !b) count++;
    else count += differentOps(a.base, b.base) + differentOps(a.heavy ?? [], b.heavy ?? []) + differentTraits(a, b);
  }
  const names = [...now.groups, ...saved.groups].flatMap((group) => group.classes);
  return count + new Set(names.filter((name) => placeOf(now, name) !== placeOf(saved, name))).size;
}

function differentTraits(a: PlanGroup, b: PlanGroup): number {
  const chances = Object.keys({ ...a.heavyByClass, ...b.heavyByClass });
  const moved = chances.filter((name) => a.heavyByClass[name] !== b.heavyByClass[name]).length;
  return [a.name !== b.name, !a.heavy !== !b.heavy, a.heavyChance !== b.heavyChance].filter(Boolean).length + moved;
}

/** Whether two plans draw the same: their own names do not count. */
export const samePlan = (a: Plan, b: Plan): boolean => changeCount(a, b) === 0;

export type Problem =
  | { kind: 'empty' | 'nameless'; group: string }
  | { kind: 'twice'; group: string }
  | { kind: 'overfull'; group: string; choice: string };

/** What keeps a plan from being saved, with the group it is about. */
export function problemsOf(plan: Plan): Problem[] {
  const problems = plan.groups.flatMap((group, i): Problem[] => {
    const found: Problem[] = [];
    if (group.name.trim() === '') found.push({ kind: 'nameless', group: String(i + 1) });
    if (plan.groups.findIndex((other) => other.name === group.name) < i)
      found.push({ kind: 'twice', group: group.name });
    if (group.classes.length === 0) found.push({ kind: 'empty', group: group.name });
    for (const ops of [group.base, group.heavy ?? []]) {
      const choice = overfull(ops);
      if (choice) found.push({ kind: 'overfull', group: group.name, choice });
    }
    return found;
  });
  const choice = overfull(plan.rest);
  return choice ? [...problems, { kind: 'overfull', group: '', choice }] : problems;
}
