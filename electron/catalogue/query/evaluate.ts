/** Reads and combines the sets of a query in slices, and puts the result in order. */
import { type Sliced } from '../slices.ts';
import { type Store } from '../store.ts';
import { IdSet } from './bitset.ts';
import { type Query } from './compile.ts';
import { type Expression } from './fields.ts';
import { equal, type OrderedScan, ordered, type Scan, walk } from './scan.ts';

function* read(store: Store, scan: Scan, last: number): Sliced<IdSet> {
  const set = new IdSet(last);
  for (const ids of walk(store, scan)) {
    for (const id of ids) set.add(id);
    yield;
  }
  return set;
}

/** Every image, from the small index by split instead of the table. */
function* everything(store: Store, last: number): Sliced<IdSet> {
  const set = new IdSet(last);
  for (const split of ['train', 'validation', 'test', 'none'])
    set.unite(yield* read(store, equal('split = ?', split), last));
  return set;
}

/** The set of an expression. `last` is the highest id. */
export function* evaluate(store: Store, expression: Expression, last: number): Sliced<IdSet> {
  switch (expression.type) {
    case 'scan':
      return yield* read(store, expression.scan, last);
    case 'all':
      return yield* everything(store, last);
    case 'ids': {
      const set = new IdSet(last);
      for (let i = 0; i < expression.ids.length; i++) set.add(expression.ids[i] ?? 0);
      return set;
    }
    case 'or': {
      const set = new IdSet(last);
      for (const part of expression.parts) set.unite(yield* evaluate(store, part, last));
      return set;
    }
    case 'not':
      return (yield* everything(store, last)).subtract(yield* evaluate(store, expression.part, last));
    case 'and': {
      // What is said with "not" is taken away from the others, so that the whole is read only where nothing else is.
      let set: IdSet | null = null;
      for (const part of expression.parts)
        if (part.type !== 'not') {
          const next: IdSet = yield* evaluate(store, part, last);
          set = set === null ? next : set.intersect(next);
        }
      set ??= yield* everything(store, last);
      for (const part of expression.parts)
        if (part.type === 'not') set.subtract(yield* evaluate(store, part.part, last));
      return set;
    }
  }
}

/** The scan that yields a sort's order, ascending; null where the order does not come from the database. */
export function sortScan({ sort, scope }: Pick<Query, 'sort' | 'scope'>): OrderedScan | null {
  switch (sort.by) {
    case 'name':
      return ordered({ table: 'image', key: 'name_key', text: true });
    case 'p':
    case 'entropy':
    case 'margin':
      if (scope.run === null) return null;
      return ordered({ table: 'prediction', key: sort.by, id: 'image', where: 'run = ?', params: [scope.run] });
    case 'score':
      if (scope.kind === null) return ordered({ table: 'finding_image', key: 'score', id: 'image' });
      return ordered({ table: 'finding_image', key: 'score', id: 'image', where: 'kind = ?', params: [scope.kind] });
    case 'added':
    case 'random':
    case 'similarity':
      return null;
  }
}

/** A well-mixed 32-bit number of an id and a seed (the finalizer of MurmurHash3, public domain). */
export function mix(id: number, seed: number): number {
  let h = Math.imul(id, 0x9e3779b1) ^ Math.imul(seed | 0, 0x85ebca6b) ^ 0x27d4eb2f;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Seeded order: thrown into 256 buckets, then each bucket sorted, so that no step is long. */
function* shuffled(ids: Uint32Array, seed: number): Sliced<Uint32Array> {
  const buckets: number[][] = Array.from({ length: 256 }, () => []);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0;
    // Hash and id in one number: the hash's low 24 bits are left after the bucket, and ids stay below 2^29.
    const h = mix(id, seed);
    buckets[h >>> 24]?.push((h & 0xffffff) * 2 ** 29 + id);
    if (i % 20_000 === 0) yield;
  }
  const out = new Uint32Array(ids.length);
  let n = 0;
  for (const bucket of buckets) {
    const sorted = Float64Array.from(bucket).sort();
    for (const key of sorted) out[n++] = key % 2 ** 29;
    yield;
  }
  return out;
}

/** A set's ids in the query's order; images that the order says nothing of come last, in order of id. */
export function* arrange(
  store: Store,
  set: IdSet,
  query: Pick<Query, 'sort' | 'scope'>,
  similar: ArrayLike<number>,
): Sliced<Uint32Array> {
  const { by, reverse, seed } = query.sort;
  const all = set.toArray();
  if (by === 'added') return reverse ? all.reverse() : all;
  if (by === 'random') {
    const mixed = yield* shuffled(all, seed);
    return reverse ? mixed.reverse() : mixed;
  }
  const order: number[] = [];
  const scan = sortScan(query);
  if (scan) {
    for (const ids of walk(store, scan)) {
      for (const id of ids) if (set.has(id)) order.push(id);
      yield;
      if (by !== 'score' && order.length === all.length) break;
    }
  } else for (let i = 0; i < similar.length; i++) if (set.has(similar[i] ?? 0)) order.push(similar[i] ?? 0);
  // An image of several findings counts with its highest score: the first from the top.
  if (reverse || by === 'score') order.reverse();
  const rest = set.clone();
  const out = new Uint32Array(all.length);
  let n = 0;
  for (const id of order)
    if (rest.has(id)) {
      out[n++] = id;
      rest.words[id >>> 5] = (rest.words[id >>> 5] ?? 0) & ~(1 << (id & 31));
    }
  if (by === 'score' && !reverse) out.subarray(0, n).reverse();
  out.set(rest.toArray(), n);
  return out;
}
