/**
 * Findings of the cleaner and what a person answered. Decisions belong to the content (hashes) and the label that was
 * doubted, not to a search: what was kept is never asked again, also after a move, a new import or a new search.
 */
import { type ActionInfo, AssayError, type Decision, type Finding, type FindingKind } from '../contract/index.ts';
import { type Actions } from './actions.ts';
import { type Assign } from './assign.ts';
import { type Classes } from './classes.ts';
import { type Answer, createDeciding } from './deciding.ts';
import { createDecisions, type Decided } from './decisions.ts';
import { type Sliced, type Turns, drive } from './slices.ts';
import { chunks, type Store } from './store.ts';
import { type Tiles } from './tiles.ts';

export interface NewFinding {
  /** The image it is about comes first; two or more for a family; examples where it speaks of a class. */
  images: readonly number[];
  /** What decisions about it are remembered by; left out: the contents of its images. */
  subject?: string;
  given: number | null;
  suggested: number | null;
  /** 0-1, higher = more suspicious. */
  score: number;
  likely: boolean;
  reasons: Finding['reasons'];
  /** Shown with the finding: any JSON value. */
  detail?: unknown;
}

export interface Findings {
  /**
   * The result of a search for one kind, most suspicious first. Findings that were open and are not found again go; those that were decided
   * stay, and what was kept, set aside or excluded before is not asked again. `snapshot` is the label event it saw.
   */
  replace(kind: FindingKind, found: readonly NewFinding[], snapshot: number): Promise<{ open: number; known: number }>;
  list(
    kind: FindingKind,
    decided: 'no' | 'yes' | 'all',
    from: number,
    count: number,
  ): { total: number; findings: Finding[] };
  /** Throws `clean/finding-unknown`. */
  get(id: number): Finding & { detail: unknown };
  /**
   * One gesture: the decision and the label it means, undone together. accept: the suggested class; change: `class`;
   * unsure, exclude: the state; keep, not-duplicate: nothing. It is of the finding's first image unless `images` are
   * named; those of `group` are put into one group.
   */
  decide(
    id: number,
    decision: Decision,
    options: { author: string; class?: number | null; images?: readonly number[]; group?: readonly number[] },
  ): { action: ActionInfo | null; revision: number };
  /** Many answers as one action, in slices; aborting takes back what was written. */
  decideAll(
    answers: readonly Answer[],
    options: { author: string; summary: string; signal?: AbortSignal },
  ): Promise<{ action: ActionInfo | null; revision: number }>;
  /** Undecided findings of a kind with a score of at least `above`, by falling score. */
  above(kind: FindingKind, above: number): OpenFinding[];
  /** Contents of families that were answered "not a duplicate": hashes of each. */
  refused(): string[][];
  /** Whether the label `given` of an image with this content was reviewed: kept, changed, set aside. */
  reviewed(): Set<string>;
  /** A verdict of the audit, as one gesture; `class`: the label that it gets (null: none). */
  verdict(verdict: {
    audit: number;
    image: number;
    hash: string | null;
    given: number;
    verdict: 'right' | 'wrong' | 'unsure';
    class: number | null;
    author: string;
  }): { action: ActionInfo | null; revision: number };
  /** Verdicts of an audit by image, and whether the label was mended by it. */
  verdicts(audit: number): Map<number, { verdict: 'right' | 'wrong' | 'unsure'; corrected: boolean }>;
  kinds(): { kind: FindingKind; open: number; decided: number; likely: number }[];
  /** Oldest first. */
  decisions(kind?: FindingKind): Decided[];
  /** When a kind (or any) was last searched for and what it saw; null before the first search. */
  searched(kind?: FindingKind): { at: number; snapshot: number } | null;
}

export interface OpenFinding {
  id: number;
  given: number | null;
  suggested: number | null;
  images: number[];
}

interface Row {
  id: number;
  kind: FindingKind;
  subject: string;
  given: number | null;
  suggested: number | null;
  score: number;
  likely: number;
  reasons: string;
  detail: string;
  decision: Decision | null;
}

const COLUMNS = `id, kind, subject, given, suggested, score, likely, reasons, '' AS detail, decision`;

const SLICE = 200;

/** Kinds of findings about families of copies: refusing one refuses the family for all. */
const COPIES = `'duplicate', 'conflict', 'leak'`;

/** Key of `reviewed`: a content and the label that was looked at. */
export const reviewKey = (content: string, given: number): string => `${content}:${given}`;

export interface FindingParts {
  store: Store;
  actions: Actions;
  assign: Assign;
  classes: Classes;
  tiles: Tiles;
  turns: Turns;
}

export function createFindings({ store, actions, assign, classes, tiles, turns }: FindingParts): Findings {
  const decisions = createDecisions(store);
  const deciding = createDeciding({ store, actions, assign, classes, turns, decisions, finding: row });

  /** What a finding is about: its contents, whatever their order; an image without a hash stands for itself. */
  function subjectOf(images: readonly number[]): string {
    const rows = store.all<{ id: number; hash: string | null }>(
      'SELECT i.id, i.hash FROM json_each(?) j CROSS JOIN image i ON i.id = j.value',
      JSON.stringify(images),
    );
    return rows
      .map((r) => r.hash ?? `#${r.id}`)
      .sort()
      .join(',');
  }

  function row(id: number): Row {
    const found = store.get<Row>('SELECT * FROM finding WHERE id = ?', id);
    if (!found) throw new AssayError('clean/finding-unknown', { subject: String(id) });
    return found;
  }
  const imagesOf = (id: number): number[] =>
    store.rows('SELECT image FROM finding_image WHERE finding = ? ORDER BY place', id).map((r) => r[0] as number);
  /** Rows as findings, with the tiles of all of them fetched together. */
  function toFindings(rows: Row[]): Finding[] {
    const list = JSON.stringify(rows.map((r) => r.id));
    const images = new Map<number, number[]>(rows.map((r) => [r.id, []]));
    for (const [id, image] of store.rows(
      `SELECT f.finding, f.image FROM json_each(?) j CROSS JOIN finding_image f ON f.finding = j.value
       ORDER BY f.finding, f.place`,
      list,
    ))
      images.get(id as number)?.push(image as number);
    const tileOf = new Map(tiles.tiles([...new Set([...images.values()].flat())]).map((t) => [t.id, t]));
    return rows.map(({ subject: _, detail: __, ...rest }) => ({
      ...rest,
      images: (images.get(rest.id) ?? []).flatMap((image) => tileOf.get(image) ?? []),
      likely: rest.likely === 1,
      reasons: JSON.parse(rest.reasons) as Finding['reasons'],
    }));
  }

  function insert(kind: FindingKind, subject: string, found: NewFinding): number {
    const { id } = store.run(
      `INSERT INTO finding (kind, subject, given, suggested, score, likely, reasons, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      kind,
      subject,
      found.given,
      found.suggested,
      found.score,
      Number(found.likely),
      JSON.stringify(found.reasons),
      JSON.stringify(found.detail ?? null),
    );
    found.images.forEach((image, place) =>
      store.run(
        'INSERT OR IGNORE INTO finding_image (finding, image, place, kind, open, score) VALUES (?, ?, ?, ?, 1, ?)',
        id,
        image,
        place,
        kind,
        found.score,
      ),
    );
    return id;
  }

  const setSetting = (key: string, value: unknown): void =>
    store.aside(
      () =>
        void store.run(
          'INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
          key,
          JSON.stringify(value),
        ),
    );

  function* replacing(
    kind: FindingKind,
    found: readonly NewFinding[],
    snapshot: number,
  ): Sliced<{ open: number; known: number }> {
    // New ones go in first: until the last slice the old queue is still there, and numbers above `old` are the new one.
    const old = store.get<{ n: number | null }>('SELECT max(id) AS n FROM finding')?.n ?? 0;
    let open = 0;
    let known = 0;
    // Says at the next open, should this not come to its end, which ones are half a search.
    setSetting(`replacing:${kind}`, { kind, old });
    // The most suspicious last: among scores that round to the same, the list shows the newest row first.
    for (const part of chunks([...found].reverse(), SLICE)) {
      store.write(() => {
        for (const one of part) {
          const subject = one.subject ?? subjectOf(one.images);
          const settled = decisions.settled(kind, subject, one.given);
          if (settled) {
            known++;
            continue;
          }
          open++;
          insert(kind, subject, one);
        }
      });
      yield;
    }
    store.write(() => {
      store.run('DELETE FROM finding WHERE kind = ? AND decision IS NULL AND id <= ?', kind, old);
      store.run('DELETE FROM setting WHERE key = ?', `replacing:${kind}`);
      setSetting(`searched:${kind}`, { at: store.now(), snapshot });
    });
    return { open, known };
  }

  return {
    replace: (kind, found, snapshot) => drive(replacing(kind, found, snapshot)),
    list(kind, decided, from, count) {
      const where = { no: 'AND decision IS NULL', yes: 'AND decision IS NOT NULL', all: '' }[decided];
      const total = store.get<{ n: number }>(`SELECT count(*) AS n FROM finding WHERE kind = ? ${where}`, kind)?.n ?? 0;
      const rows = store.all<Row>(
        `SELECT ${COLUMNS} FROM finding WHERE kind = ? ${where} ORDER BY score DESC, id DESC LIMIT ? OFFSET ?`,
        kind,
        count,
        from,
      );
      return { total, findings: toFindings(rows) };
    },
    get(id) {
      const found = row(id);
      const [finding] = toFindings([found]);
      if (!finding) throw new AssayError('clean/finding-unknown', { subject: String(id) });
      return { ...finding, detail: JSON.parse(found.detail) as unknown };
    },
    decide: (id, decision, { author, class: other, images, group }) =>
      deciding.one(
        {
          finding: id,
          decision,
          class: other,
          images: images ?? imagesOf(id).slice(0, 1),
          ...(group ? { group } : {}),
        },
        author,
      ),
    decideAll: deciding.all,
    above(kind, above) {
      const rows = store.all<Omit<OpenFinding, 'images'>>(
        `SELECT id, given, suggested FROM finding WHERE kind = ? AND decision IS NULL AND score >= ?
         ORDER BY score DESC, id DESC`,
        kind,
        above,
      );
      return rows.map((r) => ({ ...r, images: imagesOf(r.id) }));
    },
    refused: () =>
      store
        .rows(`SELECT subject FROM decision WHERE kind IN (${COPIES}) AND decision = 'not-duplicate'`)
        .map(([subject]) => (subject as string).split(',')),
    reviewed: () =>
      new Set(
        store
          .rows(`SELECT subject, given FROM decision WHERE kind = 'label-error'`)
          .map(([subject, given]) => reviewKey(subject as string, given as number)),
      ),
    verdict({ audit, image, hash, given, verdict, class: chosen, author }) {
      const action = store.write(() => {
        const made = actions.begin({ kind: 'audit', summary: verdict, author });
        const wanted = verdict === 'wrong' ? classes.live(chosen) : null;
        if (wanted !== null) {
          assign.constant([image], wanted, 'person');
          assign.write(made, 'class');
        }
        const decision = ({ right: 'keep', wrong: 'change', unsure: 'unsure' } as const)[verdict];
        const corrected = wanted !== null;
        const about = { id: 0, kind: 'audit', subject: `${audit}/${image}`, score: 0, likely: 0 } as const;
        decisions.remember(made, about, given, { decision, class: wanted, corrected }, author);
        // What a person looked at is not asked again by the queue, and does not count as one of its finds.
        const settled = wanted ?? (verdict === 'right' ? given : null);
        const queue = { ...about, kind: 'label-error', subject: hash ?? `#${image}` } as const;
        if (settled !== null && !decisions.settled(queue.kind, queue.subject, settled))
          decisions.remember(made, queue, settled, { decision: 'keep', class: settled, corrected: false }, author);
        return actions.finish(made);
      });
      return { action, revision: store.revision() };
    },
    verdicts(audit) {
      const rows = store.rows(
        `SELECT subject, decision, corrected FROM decision WHERE kind = 'audit' AND subject >= ? AND subject < ?`,
        `${audit}/`,
        `${audit}0`,
      );
      const words = { keep: 'right', change: 'wrong', unsure: 'unsure' } as const;
      return new Map(
        rows.map(([subject, decision, corrected]) => [
          Number((subject as string).slice(String(audit).length + 1)),
          { verdict: words[decision as keyof typeof words], corrected: corrected === 1 },
        ]),
      );
    },
    kinds() {
      return store.all<{ kind: FindingKind; open: number; decided: number; likely: number }>(
        `SELECT kind, sum(decision IS NULL) AS open, sum(decision IS NOT NULL) AS decided,
           sum(decision IS NULL AND likely) AS likely FROM finding GROUP BY kind`,
      );
    },
    decisions: decisions.list,
    searched(kind) {
      const rows = store.all<{ value: string }>(
        `SELECT value FROM setting WHERE key GLOB 'searched:' || ?`,
        kind ?? '*',
      );
      const all = rows.map((r) => JSON.parse(r.value) as { at: number; snapshot: number });
      return all.sort((a, b) => b.at - a.at)[0] ?? null;
    },
  };
}

/** Takes the findings of searches away that a crash cut off: the queue before them is still there. */
export function dropHalfSearches(store: Store): void {
  const left = store.all<{ key: string; value: string }>(`SELECT key, value FROM setting WHERE key GLOB 'replacing:*'`);
  for (const { key, value } of left)
    store.write(() => {
      const { kind, old } = JSON.parse(value) as { kind: string; old: number };
      store.run('DELETE FROM finding WHERE kind = ? AND id > ?', kind, old);
      store.run('DELETE FROM setting WHERE key = ?', key);
    });
}
