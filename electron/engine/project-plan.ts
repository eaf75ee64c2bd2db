/**
 * The augmentation plan of the project, as the Augment view edits it and `plan: 'project'` trains with it. Its classes
 * are kept by id as well as by name, so that renaming a class does not take it out of its group.
 */
import { z } from 'zod';
import { type ClassInfo, plan as planSchema, type Plan, policy as policySchema } from '../contract/index.ts';
import { checkPlan, planFor, PRESETS } from '../augment/catalogue.ts';
import { type EngineContext, projectOf } from './context.ts';

const KEY = 'plan';
/** Where older projects keep one policy for all classes. */
const POLICY_KEY = 'policy';

const storedPlan = z.object({ plan: planSchema, ids: z.record(z.string(), z.number()) });

/** A policy is a plan without groups: all classes take it, those that come later too. */
const planOf = (name: string, ops: Plan['rest']): Plan => ({ name, groups: [], rest: ops });

/** The plan with its classes called as they are called now; `planFor` then leaves out those that are gone. */
function renamed({ plan, ids }: z.infer<typeof storedPlan>, classes: readonly ClassInfo[]): Plan {
  const names = new Map(classes.map(({ id, name }) => [id, name]));
  const now = (name: string): string => names.get(ids[name] ?? -1) ?? name;
  return {
    ...plan,
    groups: plan.groups.map((group) => ({
      ...group,
      classes: group.classes.map(now),
      heavyByClass: Object.fromEntries(Object.entries(group.heavyByClass).map(([name, p]) => [now(name), p])),
    })),
  };
}

/** The plan of the open project; `light` for all until a person has chosen one. */
export function projectPlan(context: EngineContext): Plan {
  const { catalogue } = projectOf(context);
  const stored = storedPlan.safeParse(catalogue.settings.get(KEY));
  if (stored.success) {
    const classes = catalogue.classes.list();
    const names = classes.map(({ name }) => name);
    return checkPlan(planFor(renamed(stored.data, classes), names), names);
  }
  const policy = policySchema.safeParse(catalogue.settings.get(POLICY_KEY));
  const { name, ops } = policy.success ? policy.data : PRESETS.find((preset) => preset.name === 'light')!;
  return checkPlan(planOf(name, ops), null);
}

/** @throws AssayError `train/recipe-invalid` with the field */
export function keepProjectPlan(context: EngineContext, plan: Plan): Plan {
  const { catalogue } = projectOf(context);
  const classes = catalogue.classes.list();
  const checked = checkPlan(
    plan,
    classes.map(({ name }) => name),
  );
  const grouped = new Set(checked.groups.flatMap((group) => group.classes));
  const ids = Object.fromEntries(classes.filter(({ name }) => grouped.has(name)).map(({ id, name }) => [name, id]));
  catalogue.settings.set(KEY, { plan: checked, ids });
  return checked;
}
