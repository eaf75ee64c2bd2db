/** Classes as the side list shows them: by group in the order of their first class, those without a group first. */
import { type ClassInfo } from '../../../electron/contract/words.ts';

type Counts = ClassInfo['counts'];
export interface ClassGroup {
  group: string | null;
  classes: ClassInfo[];
  counts: Counts;
}

export function byGroup(classes: readonly ClassInfo[]): ClassGroup[] {
  const groups = new Map<string | null, ClassInfo[]>([[null, []]]);
  for (const one of [...classes].sort((a, b) => a.order - b.order || a.id - b.id)) {
    const list = groups.get(one.group) ?? [];
    list.push(one);
    groups.set(one.group, list);
  }
  return [...groups]
    .filter(([, list]) => list.length > 0)
    .map(([group, list]) => ({
      group,
      classes: list,
      counts: list.reduce<Counts>(
        (sum, { counts }) => ({
          train: sum.train + counts.train,
          validation: sum.validation + counts.validation,
          test: sum.test + counts.test,
          none: sum.none + counts.none,
          total: sum.total + counts.total,
        }),
        { train: 0, validation: 0, test: 0, none: 0, total: 0 },
      ),
    }));
}
