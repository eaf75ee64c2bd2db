/**
 * The augmentation plan of the project, as the Augment view edits it and `plan: 'project'` trains with it. Its classes
 * are kept by id as well as by name, so that renaming a class does not take it out of its group.
 */
import { z } from 'zod';
import {
  AssayError,
  type ClassInfo,
  fieldName,
  plan as planSchema,
  type Plan,
  policy as policySchema,
} from '../contract/index.ts';
import { checkPlan, PRESETS } from '../augment/catalogue.ts';
import { type EngineContext, projectOf } from './context.ts';

const KEY = 'plan';
/** Where older projects keep one policy for all classes. */
const POLICY_KEY = 'policy';

const storedPlan = z.object({ plan: planSchema, ids: z.record(z.string(), z.number()) });

/** The plan with its classes called as they are called now, without those that are gone. */
function renamed({ plan, ids }: z.infer<typeof storedPlan>, classes: readonly ClassInfo[]): Plan {
  const names = new Map(classes.map(({ id, name }) => [id, name]));
  const now = (name: string): string[] => {
    const known = names.get(ids[name] ?? -1);
    return known === undefined ? [] : [known];
  };
  const groups = plan.groups.map((group) => ({
    ...group,
    classes: group.classes.flatMap(now),
    heavyByClass: Object.fromEntries(
      Object.entries(group.heavyByClass).flatMap(([name, p]) => now(name).map((known) => [known, p])),
    ),
  }));
  return { ...plan, groups: groups.filter((group) => group.classes.length > 0) };
}

/**
 * The plan of the open project; `light` for all until a person has chosen one.
 * @throws AssayError `train/recipe-invalid` where what is stored cannot be read: nothing else is trained with in its place
 */
export function projectPlan(context: EngineContext): Plan {
  const { catalogue } = projectOf(context);
  const kept = catalogue.settings.get(KEY);
  if (kept === undefined || kept === null) return olderPlan(catalogue.settings.get(POLICY_KEY));
  const { plan, ids } = readKept(storedPlan, kept);
  return checkPlan(renamed({ plan, ids }, catalogue.classes.list()), null);
}

/** One policy for all classes, as older projects keep it, is a plan without groups. */
function olderPlan(kept: unknown): Plan {
  const policy =
    kept === undefined || kept === null
      ? PRESETS.find((preset) => preset.name === 'light')!
      : readKept(policySchema, kept);
  return checkPlan({ name: policy.name, groups: [], rest: policy.ops }, null);
}

function readKept<T>(schema: z.ZodType<T>, kept: unknown): T {
  const read = schema.safeParse(kept);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const reason = `${issue!.message} (in what the project keeps: choose a preset or set a plan again).`;
  throw new AssayError('train/recipe-invalid', { subject: fieldName(issue!.path), values: { reason } });
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
