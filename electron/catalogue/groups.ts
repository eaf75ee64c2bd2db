/** Groups of a view: rows are put together by class, split, source or prediction; inside a group the order stays. */
import { SPLITS, type ViewGroup } from '../contract/index.ts';
import { IdSet } from './query/bitset.ts';
import { type Scope, type World } from './query/fields.ts';
import { equal, equalIn, type Scan, walk } from './query/scan.ts';
import { type Sliced } from './slices.ts';
import { type Store } from './store.ts';

export type Grouping = 'none' | 'class' | 'split' | 'source' | 'prediction';

interface Bucket {
  key: string;
  title: string;
  class: number | null;
  predicted: number | null;
  /** Images of the group; what several scans give is joined. */
  scans: Scan[];
}

const bucket = (key: string, title: string, scans: Scan[], rest: Partial<Bucket> = {}): Bucket => ({
  class: null,
  predicted: null,
  key,
  title,
  scans,
  ...rest,
});

function predictedBuckets(scope: Scope, world: World, prefix: string): Bucket[] {
  const { run } = scope;
  if (run === null) return [];
  return world.classes
    .filter((c) => c.mergedInto === null)
    .map((c) => {
      const family = world.classes.filter((o) => o.id === c.id || o.mergedInto === c.id);
      const scans = family.map((o) => equalIn('prediction', 'run = ? AND class = ?', run, o.id));
      return bucket(`${prefix}${c.id}`, c.name, scans, { predicted: c.id });
    });
}

/** In the order shown. An image belongs to the first group that has it; those that none has form the last one. */
function buckets(group: Grouping, scope: Scope, world: World): Bucket[] {
  switch (group) {
    case 'none':
      return [];
    case 'class':
      return [
        ...world.classes
          .filter((c) => c.mergedInto === null)
          .map((c) => bucket(`class:${c.id}`, c.name, [equal('class = ?', c.id)], { class: c.id })),
        // Without a label: by what the run thinks.
        ...predictedBuckets(scope, world, 'none:'),
      ];
    case 'split':
      return SPLITS.map((split) => bucket(`split:${split}`, split, [equal('split = ?', split)]));
    case 'source':
      return world.sources.map((s) => bucket(`source:${s.id}`, s.name, [equal('source = ?', s.id)]));
    case 'prediction':
      return predictedBuckets(scope, world, 'predicted:');
  }
}

export function* grouping(
  store: Store,
  ids: Uint32Array,
  group: Grouping,
  scope: Scope,
  world: World,
  last: number,
): Sliced<{ ids: Uint32Array; groups: ViewGroup[] }> {
  const all = buckets(group, scope, world);
  if (group === 'none') return { ids, groups: [] };
  const of = new Uint16Array(last + 1).fill(all.length);
  const free = new IdSet(last);
  for (let row = 0; row < ids.length; row++) free.add(ids[row] ?? 0);
  for (const [index, { scans }] of all.entries())
    for (const scan of scans)
      for (const found of walk(store, scan)) {
        for (const id of found) if (free.has(id) && of[id] === all.length) of[id] = index;
        yield;
      }
  const from = new Uint32Array(all.length + 2);
  for (let row = 0; row < ids.length; row++) {
    const place = (of[ids[row] ?? 0] ?? all.length) + 1;
    from[place] = (from[place] ?? 0) + 1;
  }
  const counts = from.slice(1);
  for (let i = 1; i < from.length; i++) from[i] = (from[i] ?? 0) + (from[i - 1] ?? 0);
  const next = from.slice();
  const out = new Uint32Array(ids.length);
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] ?? 0;
    const place = of[id] ?? all.length;
    const at = next[place] ?? 0;
    out[at] = id;
    next[place] = at + 1;
    if (row % 50_000 === 0) yield;
  }
  const groups = [...all, bucket(`${group}:none`, '', [])]
    .map(({ key, title, class: label, predicted }, i) => ({
      key,
      title,
      class: label,
      predicted,
      from: from[i] ?? 0,
      count: counts[i] ?? 0,
    }))
    .filter((g) => g.count > 0);
  return { ids: out, groups };
}
