/**
 * Decisions about findings. One belongs to a content (its hash, or the hashes of a family) and the label that was
 * doubted; it is part of an action and goes back with its undo.
 */
import { type Decision, type FindingKind } from '../contract/index.ts';
import { type SlicedInverter } from './history.ts';
import { type Sliced } from './slices.ts';
import { type Store } from './store.ts';

/** A decision that stands. */
export interface Decided {
  kind: FindingKind;
  /** Class that was doubted; null where the finding was not about a label. */
  given: number | null;
  decision: Decision;
  class: number | null;
  score: number;
  likely: boolean;
  /** Whether the label was changed by it. */
  corrected: boolean;
  at: number;
}

export interface Decisions {
  /** Whether the same content with the same label was answered so that it is not asked again. */
  settled(kind: FindingKind | 'audit', subject: string, given: number | null): boolean;
  /** Remembers a decision as part of an action. `given` 0: the finding was not about a label. */
  remember(
    action: number,
    about: About,
    given: number,
    decision: { decision: Decision; class: number | null; corrected: boolean },
    author: string,
  ): void;
  /** Oldest first. */
  list(kind?: FindingKind): Decided[];
}

/** What a decision needs of its finding. Verdicts of an audit have none: id 0. */
export interface About {
  id: number;
  kind: FindingKind | 'audit';
  subject: string;
  score: number;
  likely: number;
}

type Key = readonly [kind: string, subject: string, given: number];

interface Stored {
  decision: string;
  class: number | null;
  score: number;
  likely: number;
  corrected: number;
  at: number;
  author: string;
  action: number;
}

const KEY = 'kind = ? AND subject = ? AND given = ?';
const VALUES = 'decision, class, score, likely, corrected, at, author, action';

function read(store: Store, key: Key): Stored | null {
  return store.get<Stored>(`SELECT ${VALUES} FROM decision WHERE ${KEY}`, ...key) ?? null;
}

function place(store: Store, key: Key, after: Stored | null): void {
  if (after === null) store.run(`DELETE FROM decision WHERE ${KEY}`, ...key);
  else
    store.run(
      `INSERT OR REPLACE INTO decision (kind, subject, given, ${VALUES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...key,
      after.decision,
      after.class,
      after.score,
      after.likely,
      after.corrected,
      after.at,
      after.author,
      after.action,
    );
}

/** Puts a decision in place and writes the event that undo inverts. */
function put(store: Store, action: number, finding: number, key: Key, after: Stored | null): void {
  const before = read(store, key);
  const text = (value: Stored | null): string | null => (value === null ? null : JSON.stringify(value));
  place(store, key, after);
  store.run(
    'INSERT INTO decision_event (action, finding, kind, subject, given, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)',
    action,
    finding,
    ...key,
    text(before),
    text(after),
  );
}

export function createDecisions(store: Store): Decisions {
  return {
    settled: (kind, subject, given) =>
      store.get(
        `SELECT 1 FROM decision WHERE kind = ? AND subject = ? AND decision IN ('keep', 'unsure', 'exclude', 'not-duplicate')
           AND (given = ? OR given IN (SELECT id FROM class WHERE merged_into = ?))`,
        kind,
        subject,
        given ?? 0,
        given,
      ) !== undefined,
    remember(action, { id, kind, subject, score, likely }, given, { decision, class: label, corrected }, author) {
      const value = {
        decision,
        class: label,
        score,
        likely,
        corrected: Number(corrected),
        at: store.now(),
        author,
        action,
      };
      put(store, action, id, [kind, subject, given], value);
    },
    list(kind) {
      // A class that was chosen over another is remembered too, as kept: it is not a decision of its own.
      const rows = store.all<Omit<Decided, 'likely' | 'corrected'> & { likely: number; corrected: number }>(
        `SELECT d.kind, nullif(d.given, 0) AS given, d.decision, d.class, d.score, d.likely, d.corrected, d.at
         FROM decision d WHERE (? IS NULL OR d.kind = ?) AND d.kind <> 'audit' AND NOT (d.decision = 'keep' AND d.class IS NOT NULL)
         ORDER BY d.at, d.action`,
        kind ?? null,
        kind ?? null,
      );
      return rows.map((r) => ({ ...r, likely: r.likely === 1, corrected: r.corrected === 1 }));
    },
  };
}

interface Event {
  id: number;
  finding: number;
  kind: string;
  subject: string;
  given: number;
  before: string | null;
}

/** Events that one transaction inverts: some 10 ms. */
const SLICE = 100;

/** Decision events of an action below `last`, newest first. */
const eventsOf = (store: Store, action: number, last: number): Event[] =>
  store.all<Event>(
    `SELECT id, finding, kind, subject, given, before FROM decision_event WHERE action = ? AND id < ?
     ORDER BY id DESC LIMIT ${SLICE}`,
    action,
    last,
  );

/** Marks the finding of an event as decided or open again, where the event is that of the label it doubts. */
function mark(store: Store, e: Event, before: Stored | null): void {
  const finding = store.get<{ given: number | null }>('SELECT given FROM finding WHERE id = ?', e.finding);
  if (!finding || (finding.given ?? 0) !== e.given) return;
  store.run('UPDATE finding SET decision = ? WHERE id = ?', before?.decision ?? null, e.finding);
  store.run('UPDATE finding_image SET open = ? WHERE finding = ?', before === null ? 1 : 0, e.finding);
}

const valueOf = (e: Event): Stored | null => (e.before === null ? null : (JSON.parse(e.before) as Stored));

/** Takes decisions back, for undo and redo: the finding is open again, and may be asked again. */
export const invertDecisions = (store: Store): SlicedInverter =>
  function* (action, under) {
    for (let last = Number.MAX_SAFE_INTEGER; ;) {
      const events = eventsOf(store, action, last);
      store.write(() => {
        for (const e of events) {
          put(store, under, e.finding, [e.kind, e.subject, e.given], valueOf(e));
          mark(store, e, valueOf(e));
        }
      });
      if (events.length < SLICE) return;
      last = events.at(-1)?.id ?? 0;
      yield;
    }
  };

/** Erases the decisions of an unfinished action, as a rolled-back transaction would. */
export function* eraseDecisions(store: Store, action: number): Sliced<void> {
  for (;;) {
    const events = eventsOf(store, action, Number.MAX_SAFE_INTEGER);
    if (events.length === 0) return;
    store.write(() => {
      for (const e of events) {
        place(store, [e.kind, e.subject, e.given], valueOf(e));
        mark(store, e, valueOf(e));
        store.run('DELETE FROM decision_event WHERE id = ?', e.id);
      }
    });
    yield;
  }
}
