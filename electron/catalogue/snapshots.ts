/** Snapshots: a position in the event log. What the labels were then, and what changed since. */
import { type Sliced, drive } from './slices.ts';
import { type Store } from './store.ts';

export interface Snapshots {
  /** The position now. */
  now(): number;
  /** Images whose label differs from what it was at `snapshot`. */
  changedSince(snapshot: number): number;
  /** Those images, ascending. */
  changedImages(snapshot: number): number[];
  /** Label of every image as it was at `snapshot`: image → class, null where it had none. */
  labels(snapshot: number): Promise<Map<number, number | null>>;
}

/** Above this many later events their number is told instead of the net change, which would take too long. */
const NET = 50_000;

/** For each image with a later event the label that it had: the `before` of the first event after the snapshot. */
const BEFORE = `SELECT e.image, e.before, min(e.id) FROM label_event e WHERE e.field = 'class' AND e.id > ? GROUP BY e.image`;

export function createSnapshots(store: Store): Snapshots {
  // Asked for every run of a list: remembered until the log grows.
  let remembered = { position: -1, counts: new Map<number, number>() };
  const now = (): number => store.get<{ n: number | null }>('SELECT max(id) AS n FROM label_event')?.n ?? 0;

  function* reading(snapshot: number): Sliced<Map<number, number | null>> {
    const labels = new Map<number, number | null>();
    for (let last = 0; ;) {
      const rows = store.rows('SELECT id, class FROM image WHERE id > ? ORDER BY id LIMIT 5000', last);
      for (const [id, label] of rows) labels.set(id as number, label as number | null);
      if (rows.length < 5000) break;
      last = rows.at(-1)?.[0] as number;
      yield;
    }
    // Newest first: what an earlier event says of "before" overrules what a later one says.
    for (let below = now() + 1; ;) {
      const rows = store.rows(
        `SELECT id, image, before FROM label_event WHERE field = 'class' AND id > ? AND id < ? ORDER BY id DESC LIMIT 5000`,
        snapshot,
        below,
      );
      for (const [, image, before] of rows) labels.set(image as number, before as number | null);
      if (rows.length < 5000) return labels;
      below = rows.at(-1)?.[0] as number;
      yield;
    }
  }

  function changedImages(snapshot: number): number[] {
    return store
      .rows(
        `SELECT b.image FROM (${BEFORE}) b JOIN image i ON i.id = b.image WHERE i.class IS NOT b.before ORDER BY b.image`,
        snapshot,
      )
      .map((row) => row[0] as number);
  }

  return {
    now,
    changedSince(snapshot) {
      const position = now();
      if (position <= snapshot) return 0;
      if (remembered.position !== position) remembered = { position, counts: new Map() };
      const known = remembered.counts.get(snapshot);
      if (known !== undefined) return known;
      const later =
        store.get<{ n: number }>(`SELECT count(*) AS n FROM label_event WHERE field = 'class' AND id > ?`, snapshot)
          ?.n ?? 0;
      const changed = later > NET ? later : changedImages(snapshot).length;
      remembered.counts.set(snapshot, changed);
      return changed;
    },
    changedImages,
    labels: (snapshot) => drive(reading(snapshot)),
  };
}
