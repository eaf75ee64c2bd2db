/** Families of copies, and what is wrong with them: two labels for one picture, one picture on two sides of a split. */

/** Two pictures found to be copies. */
export interface CopyPair {
  first: number;
  second: number;
  /** 1 for equal bytes or pixels; otherwise the verified likeness, 0-1. */
  likeness: number;
}

export interface Family {
  /** Two or more pictures, ascending. */
  members: number[];
  /** The links that hold it together, strongest first: one fewer than members. */
  links: CopyPair[];
  /** Likeness of the weakest of them: what the family rests on. */
  weakest: number;
}

/**
 * Connected groups of the pairs. Links are those of the strongest spanning tree, so `weakest` is the least likeness
 * that any two members must be trusted across. Sorted by first member.
 */
export function familiesOf(count: number, pairs: readonly CopyPair[]): Family[] {
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const find = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!;
      i = parent[i]!;
    }
    return i;
  };
  const sorted = [...pairs].sort((a, b) => b.likeness - a.likeness || a.first - b.first || a.second - b.second);
  const links: CopyPair[] = [];
  for (const pair of sorted) {
    const a = find(pair.first);
    const b = find(pair.second);
    if (a === b) continue;
    parent[Math.max(a, b)] = Math.min(a, b);
    links.push(pair);
  }
  const families = new Map<number, Family>();
  for (const { first, second } of links)
    for (const member of [first, second]) {
      const root = find(member);
      const family = families.get(root) ?? { members: [], links: [], weakest: 1 };
      families.set(root, family);
      if (!family.members.includes(member)) family.members.push(member);
    }
  for (const link of links) families.get(find(link.first))!.links.push(link);
  const out = [...families.values()];
  for (const family of out) {
    family.members.sort((a, b) => a - b);
    family.weakest = family.links.at(-1)?.likeness ?? 1;
  }
  return out.sort((a, b) => a.members[0]! - b.members[0]!);
}

/** Group of each picture for folds and splits: the number of its family, −1 for the rest. */
export function groupsOf(count: number, families: readonly Family[]): Int32Array {
  const out = new Int32Array(count).fill(-1);
  families.forEach((family, group) => {
    for (const member of family.members) out[member] = group;
  });
  return out;
}

export interface Conflict {
  family: Family;
  /** Classes given to its members, most frequent first (equals: lowest class). */
  labels: number[];
  /** Members with each of those labels. */
  counts: number[];
}

/** Families whose members carry different labels (−1: none, not counted): the surest errors. Strongest link first. */
export function conflictsOf(families: readonly Family[], labels: Int32Array): Conflict[] {
  const out: Conflict[] = [];
  for (const family of families) {
    const counts = new Map<number, number>();
    for (const member of family.members) {
      const label = labels[member]!;
      if (label >= 0) counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    if (counts.size < 2) continue;
    const sorted = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    out.push({ family, labels: sorted.map(([label]) => label), counts: sorted.map(([, count]) => count) });
  }
  return out.sort((a, b) => b.family.weakest - a.family.weakest || a.family.members[0]! - b.family.members[0]!);
}

export interface Leak {
  family: Family;
  /** Members in the split that is measured on, and those the model learns from. */
  measured: number[];
  learned: number[];
}

/**
 * Families on both sides of a split. The learned copies are the ones to move or exclude; the test split is never
 * changed for it. Validation leaks count too, after those of the test split.
 * @param splits 0 training, 1 validation, 2 test; anything else: not used
 */
export function leaksOf(families: readonly Family[], splits: ArrayLike<number>): Leak[] {
  const out: (Leak & { test: boolean })[] = [];
  for (const family of families) {
    const inSplit = (split: number): number[] => family.members.filter((member) => splits[member] === split);
    const [train, validation, test] = [inSplit(0), inSplit(1), inSplit(2)];
    if (test.length > 0 && train.length + validation.length > 0)
      out.push({ family, measured: test, learned: [...train, ...validation].sort((a, b) => a - b), test: true });
    else if (validation.length > 0 && train.length > 0)
      out.push({ family, measured: validation, learned: train, test: false });
  }
  return out
    .sort((a, b) => Number(b.test) - Number(a.test) || b.family.weakest - a.family.weakest)
    .map(({ family, measured, learned }) => ({ family, measured, learned }));
}
