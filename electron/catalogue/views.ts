/** Views: a query's result as an ordered array of ids, from which pages are cut. They live as long as the process. */
import { AssayError, type Chip, type Tile, type ViewGroup } from '../contract/index.ts';
import { type IdSet } from './query/bitset.ts';
import { compile, type Query, similarOf } from './query/compile.ts';
import { arrange, evaluate } from './query/evaluate.ts';
import { similarTo, type World } from './query/fields.ts';
import { drive, type Sliced } from './slices.ts';
import { type Grouping, grouping } from './groups.ts';
import { type Store } from './store.ts';
import { type Tiles } from './tiles.ts';

/** Neighbours of an image by falling similarity, itself first; null where there are no features yet. */
export type SimilarResolver = (image: number, signal?: AbortSignal) => Promise<ArrayLike<number> | null>;

export interface OpenView {
  view: number;
  revision: number;
  total: number;
  groups: ViewGroup[];
  chips: Chip[];
  tiles: Tile[];
}

export interface Views {
  /** Builds the array in slices. Throws `query/invalid`. */
  open(
    query: string,
    options?: { group?: Grouping; first?: number; similar?: SimilarResolver; signal?: AbortSignal },
  ): Promise<OpenView>;
  /** Throws `view/closed` (as do the next three). Rows past the end are left out. */
  tiles(view: number, from: number, count: number): { from: number; tiles: Tile[] };
  /** Row of each image; null where it is not in the view. */
  rows(view: number, ids: readonly number[]): (number | null)[];
  /** Ids of row ranges [first, past the last), in row order, each once. */
  ids(view: number, ranges: readonly (readonly [number, number])[]): Uint32Array;
  close(view: number): void;
  /** The result of a query without keeping a view. `run` takes the place of the newest one: p>0.9 is then about it. */
  select(
    query: string,
    options?: { similar?: SimilarResolver; signal?: AbortSignal; run?: number },
  ): Promise<Uint32Array>;
  /** The images that a selection of the contract means, in slices. */
  selected(
    selection: { ids: number[] } | { query: string } | { view: number; ranges: [number, number][] },
    options?: { similar?: SimilarResolver; signal?: AbortSignal },
  ): Promise<Uint32Array>;
  /** The statements that a query reads with: for the test of their plans. */
  compile(query: string): Query;
}

/** Views kept open, and ids in them all: a client that vanished leaves its own behind. */
const KEPT = 64;
const KEPT_IDS = 16_000_000;

interface View {
  ids: Uint32Array;
  /** Row + 1 of each id; made when it is first asked for. */
  rowOf: Uint32Array | null;
}

export interface ViewParts {
  store: Store;
  tiles: Tiles;
  world(): World;
  last(): number;
}

export function createViews({ store, tiles, world, last }: ViewParts): Views {
  const views = new Map<number, View>();
  let next = 1;

  function get(id: number): View {
    const view = views.get(id);
    if (!view) throw new AssayError('view/closed');
    // The map's order is the order of use.
    views.delete(id);
    views.set(id, view);
    return view;
  }

  async function prepare(
    text: string,
    similar?: SimilarResolver,
    signal?: AbortSignal,
    run?: number,
  ): Promise<[Query, World]> {
    const neighbours = new Map<number, ArrayLike<number>>();
    for (const word of similarOf(text)) {
      const id = similarTo(word);
      const found = (await similar?.(id, signal)) ?? null;
      if (found === null)
        throw new AssayError('query/invalid', {
          values: {
            position: word.start + 1,
            start: word.start,
            end: word.end,
            reason: 'similarity needs features: train or clean once',
          },
        });
      neighbours.set(id, found);
    }
    const full: World = { ...world(), similar: neighbours, ...(run !== undefined && { newestRun: run }) };
    return [compile(text, full), full];
  }

  function* build(query: Query, known: World): Sliced<Uint32Array> {
    const set: IdSet = yield* evaluate(store, query.expression, last());
    const similar = query.similar === null ? [] : (known.similar.get(query.similar) ?? []);
    return yield* arrange(store, set, query, similar);
  }

  async function select(
    text: string,
    { similar, signal, run }: { similar?: SimilarResolver; signal?: AbortSignal; run?: number } = {},
  ): Promise<Uint32Array> {
    const [query, known] = await prepare(text, similar, signal, run);
    return drive(build(query, known), signal);
  }

  function ids(id: number, ranges: readonly (readonly [number, number])[]): Uint32Array {
    const view = get(id);
    const wanted = [...ranges].sort((a, b) => a[0] - b[0]);
    const parts: Uint32Array[] = [];
    let done = 0;
    for (const [from, to] of wanted) {
      const part = view.ids.subarray(Math.max(from, done), Math.max(to, done));
      parts.push(part);
      done = Math.max(done, to);
    }
    const out = new Uint32Array(parts.reduce((n, part) => n + part.length, 0));
    let n = 0;
    for (const part of parts) {
      out.set(part, n);
      n += part.length;
    }
    return out;
  }

  return {
    async open(text, { group = 'none', first = 120, similar, signal } = {}) {
      const [query, known] = await prepare(text, similar, signal);
      const revision = store.revision();
      const flat = await drive(build(query, known), signal);
      const { ids, groups } = await drive(grouping(store, flat, group, query.scope, known, last()), signal);
      const view = next++;
      views.set(view, { ids, rowOf: null });
      let held = 0;
      for (const { ids: some } of views.values()) held += some.length;
      // Those that were longest out of use go first.
      for (const [old, { ids: some }] of views) {
        if (old === view || (views.size <= KEPT && held <= KEPT_IDS)) break;
        views.delete(old);
        held -= some.length;
      }
      const page = tiles.tiles(ids.subarray(0, first));
      return { view, revision, total: ids.length, groups, chips: query.chips, tiles: page };
    },
    tiles(view, from, count) {
      return { from, tiles: tiles.tiles(get(view).ids.subarray(from, from + count)) };
    },
    rows(id, wanted) {
      const view = get(id);
      if (!view.rowOf) {
        view.rowOf = new Uint32Array(view.ids.reduce((max, i) => Math.max(max, i), 0) + 1);
        for (let row = 0; row < view.ids.length; row++) view.rowOf[view.ids[row] ?? 0] = row + 1;
      }
      const { rowOf } = view;
      return wanted.map((image) => ((rowOf[image] ?? 0) === 0 ? null : (rowOf[image] ?? 0) - 1));
    },
    ids,
    close: (view) => void views.delete(view),
    select,
    async selected(selection, options) {
      if ('ids' in selection) return Uint32Array.from(new Set(selection.ids));
      if ('query' in selection) return select(selection.query, options);
      return ids(selection.view, selection.ranges);
    },
    compile: (text) => compile(text, world()),
  };
}
