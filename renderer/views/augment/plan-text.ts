/** A plan as a text: what is copied, kept as a file, pasted and opened. The document that `assay augment` knows. */
import { fieldName, plan, type Plan } from '../../../electron/contract/plan.ts';
import { type OpInfo } from '../../../electron/contract/words.ts';

/** Characters; a plan is a few thousand. */
export const LARGEST_PLAN = 1_000_000;

export const planText = (of: Plan): string => `${JSON.stringify(of, null, 2)}\n`;

export type ReadPlan =
  | { plan: Plan }
  | { wrong: 'notJson' | 'tooLarge' }
  /** The first field that is refused; `op`: there is no such op. */
  | { wrong: 'field' | 'op'; field: string };

/** Read whole or not at all. Classes that the project lacks are not looked at: `fitted` leaves them out. */
export function readPlan(text: string, ops: readonly OpInfo[]): ReadPlan {
  if (text.length > LARGEST_PLAN) return { wrong: 'tooLarge' };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { wrong: 'notJson' };
  }
  const checked = plan.safeParse(document);
  if (!checked.success) {
    const issue = checked.error.issues[0]!;
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
    return { wrong: 'field', field: fieldName(path) || '—' };
  }
  const { groups, rest } = checked.data;
  const lists = [
    ...groups.flatMap(({ base, heavy = [] }, g) => [
      [`groups[${g}].base`, base] as const,
      [`groups[${g}].heavy`, heavy] as const,
    ]),
    ['rest', rest] as const,
  ];
  for (const [name, list] of lists) {
    const at = list.findIndex(({ op }) => !ops.some((known) => known.op === op));
    if (at >= 0) return { wrong: 'op', field: `${name}[${at}].op: ${list[at]!.op}` };
  }
  return { plan: checked.data };
}
