/**
 * What runs say of images. Full probabilities are kept by part of the data (in sample, held out, out of fold); of
 * those the most honest one of each image is the run's prediction, which tiles show and the query language asks.
 */
import { AssayError, type Ghost, type Prediction, type Split } from '../contract/index.ts';
import { type Classes } from './classes.ts';
import { type Sliced, drive } from './slices.ts';
import { type Store } from './store.ts';

/** Parts in order of honesty: a later one replaces an earlier one as the run's prediction of an image. */
export const PARTS = ['train', 'none', 'validation', 'test', 'out-of-fold'] as const;
export type Part = (typeof PARTS)[number];

/** Classes shown of a prediction. */
const TOP = 5;
const SLICE = 250;

/** A class of a run, in the order of its outputs; `id` is null where the project has no such class. */
export interface RunClass {
  id: number | null;
  name: string;
}

export interface Stored {
  /** Ascending. */
  imageIds: Uint32Array;
  /** [n, K] float32, rows sum to 1, columns in the order of `classes`. */
  probabilities: Float32Array;
  /** Present label of each image as a column index; -1 where it has none or the run does not know the class. */
  given: Int32Array;
  /** Present split of each image. */
  splits: Split[];
  excluded: Uint8Array;
  /** K classes of the run; `id` is the living class (after merges), null where it is gone. */
  classes: RunClass[];
}

export interface Predictions {
  /**
   * Stores probabilities [n, K] (float32, row i belongs to imageIds[i], columns in the order of the run's classes).
   * Rows that were stored before for this part are replaced.
   */
  add(run: number, part: Part, imageIds: ArrayLike<number>, probabilities: Float32Array): Promise<void>;
  /** Parts that a run has probabilities of. */
  parts(run: number): Part[];
  /** Probabilities with today's labels, so that metrics follow relabelling. Throws `run/unknown`. */
  stored(run: number, part: Part): Promise<Stored>;
  /** The newest finished run that has predictions; null before the first. */
  newest(): number | null;
  /** Predictions of the newest run by image; `list` is a JSON array of ids. */
  ghosts(list: string): Map<number, Ghost>;
  /** Predictions of every run about one image, newest run first. */
  ofImage(image: number): Prediction[];
  /** Prediction rows of a run for images: class (living) and p. */
  ofRun(run: number, ids: ArrayLike<number>): Map<number, { class: number | null; p: number }>;
}

/** The row's most probable column, its p, the distance to the second, entropy in nats. */
export function summarize(row: Float32Array): { best: number; p: number; margin: number; entropy: number } {
  let best = 0;
  let second = -1;
  let entropy = 0;
  for (let k = 0; k < row.length; k++) {
    const p = row[k] ?? 0;
    if (p > 0) entropy -= p * Math.log(p);
    if (k === 0) continue;
    if (p > (row[best] ?? 0)) {
      second = best;
      best = k;
    } else if (second < 0 || p > (row[second] ?? 0)) second = k;
  }
  const p = row[best] ?? 0;
  return { best, p, margin: second < 0 ? p : p - (row[second] ?? 0), entropy };
}

const toRow = (blob: Buffer): Float32Array => {
  // A Buffer of SQLite need not start at a multiple of four.
  const copy = new Uint8Array(blob);
  return new Float32Array(copy.buffer, 0, copy.byteLength / 4);
};

export function createPredictions(store: Store, classes: Classes): Predictions {
  function runClasses(run: number): RunClass[] {
    const row = store.get<{ classes: string }>('SELECT classes FROM run WHERE id = ?', run);
    if (row) return JSON.parse(row.classes) as RunClass[];
    const known = store.all<{ id: number }>('SELECT id FROM run ORDER BY id').map((r) => r.id);
    throw new AssayError('run/unknown', { subject: String(run), values: { known: known.join(', ') || '—' } });
  }

  function* adding(run: number, part: Part, ids: ArrayLike<number>, probabilities: Float32Array): Sliced<void> {
    const known = runClasses(run);
    const width = known.length;
    if (probabilities.length !== ids.length * width)
      throw new Error(`${probabilities.length} probabilities for ${ids.length} images of ${width} classes`);
    const rank = PARTS.indexOf(part);
    const exists = new Set(classes.all().map((c) => c.id));
    for (let from = 0; from < ids.length; from += SLICE) {
      store.write(() => {
        for (let i = from; i < Math.min(ids.length, from + SLICE); i++) {
          const image = ids[i] ?? 0;
          const row = probabilities.slice(i * width, (i + 1) * width);
          store.run(
            'INSERT OR REPLACE INTO probability (run, part, image, p) VALUES (?, ?, ?, ?)',
            run,
            part,
            image,
            Buffer.from(row.buffer),
          );
          const { best, p, margin, entropy } = summarize(row);
          const id = known[best]?.id ?? null;
          store.run(
            `INSERT INTO prediction (run, image, rank, class, p, margin, entropy) VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET rank = excluded.rank, class = excluded.class, p = excluded.p,
               margin = excluded.margin, entropy = excluded.entropy WHERE excluded.rank >= prediction.rank`,
            run,
            image,
            rank,
            id !== null && exists.has(id) ? id : null,
            p,
            margin,
            entropy,
          );
        }
      });
      yield;
    }
  }

  function* reading(run: number, part: Part): Sliced<Stored> {
    const heirs = classes.heirs();
    const known = runClasses(run).map((c) => ({ id: heirs.get(c.id ?? 0) ?? null, name: c.name }));
    const column = new Map<number, number>();
    known.forEach((c, k) => {
      if (c.id !== null && !column.has(c.id)) column.set(c.id, k);
    });
    const n =
      store.get<{ n: number }>('SELECT count(*) AS n FROM probability WHERE run = ? AND part = ?', run, part)?.n ?? 0;
    const width = known.length;
    const out: Stored = {
      imageIds: new Uint32Array(n),
      probabilities: new Float32Array(n * width),
      given: new Int32Array(n),
      splits: [],
      excluded: new Uint8Array(n),
      classes: known,
    };
    for (let i = 0, last = 0; ;) {
      const rows = store.all<{ image: number; p: Buffer; class: number | null; split: Split; excluded: number }>(
        `SELECT q.image, q.p, i.class, i.split, i.excluded FROM probability q CROSS JOIN image i ON i.id = q.image
         WHERE q.run = ? AND q.part = ? AND q.image > ? ORDER BY q.image LIMIT 1000`,
        run,
        part,
        last,
      );
      for (const row of rows) {
        out.imageIds[i] = row.image;
        out.probabilities.set(toRow(row.p), i * width);
        out.given[i] = row.class === null ? -1 : (column.get(row.class) ?? -1);
        out.splits.push(row.split);
        out.excluded[i] = row.excluded;
        i++;
        last = row.image;
      }
      if (rows.length < 1000) return out;
      yield;
    }
  }

  function newest(): number | null {
    const row = store.get<{ id: number }>(
      `SELECT id FROM run r WHERE state = 'done' AND EXISTS (SELECT 1 FROM prediction p WHERE p.run = r.id)
       ORDER BY id DESC LIMIT 1`,
    );
    return row?.id ?? null;
  }

  return {
    add: (run, part, ids, probabilities) => drive(adding(run, part, ids, probabilities)),
    parts(run) {
      const has = (part: Part): boolean =>
        store.get('SELECT 1 FROM probability WHERE run = ? AND part = ? LIMIT 1', run, part) !== undefined;
      return PARTS.filter(has);
    },
    stored: async (run, part) => drive(reading(run, part)),
    newest,
    ghosts(list) {
      const run = newest();
      if (run === null) return new Map();
      const rows = store.all<{ image: number; class: number; p: number }>(
        `SELECT p.image, coalesce(c.merged_into, c.id) AS class, p.p FROM json_each(?) j
         CROSS JOIN prediction p ON p.run = ? AND p.image = j.value CROSS JOIN class c ON c.id = p.class`,
        list,
        run,
      );
      return new Map(rows.map((r) => [r.image, { run, class: r.class, p: r.p }]));
    },
    ofImage(image) {
      const rows = store.all<{ run: number; name: string; rank: number; margin: number; entropy: number }>(
        `SELECT p.run, r.name, p.rank, p.margin, p.entropy FROM prediction p JOIN run r ON r.id = p.run
         WHERE p.image = ? ORDER BY p.run DESC`,
        image,
      );
      const heirs = classes.heirs();
      return rows.map(({ run, name, rank, margin, entropy }) => {
        const blob = store.get<{ p: Buffer }>(
          'SELECT p FROM probability WHERE run = ? AND part = ? AND image = ?',
          run,
          PARTS[rank] ?? 'none',
          image,
        );
        const row = blob ? toRow(blob.p) : new Float32Array();
        const known = runClasses(run);
        const top = Array.from(row, (p, k) => ({
          class: heirs.get(known[k]?.id ?? 0) ?? null,
          name: known[k]?.name ?? String(k),
          p: Math.min(1, Math.max(0, p)),
        }))
          .sort((a, b) => b.p - a.p)
          .slice(0, TOP);
        return { run, runName: name, top, entropy, margin };
      });
    },
    ofRun(run, ids) {
      const rows = store.all<{ image: number; class: number | null; p: number }>(
        `SELECT p.image, coalesce(c.merged_into, c.id) AS class, p.p FROM json_each(?) j
         CROSS JOIN prediction p ON p.run = ? AND p.image = j.value LEFT JOIN class c ON c.id = p.class`,
        JSON.stringify(Array.from(ids)),
        run,
      );
      return new Map(rows.map((r) => [r.image, { class: r.class, p: r.p }]));
    },
  };
}
