/** Completion of a query while it is typed: fields, then values with how many images have them. */
import { type Output } from '../contract/index.ts';
import { type Classes } from './classes.ts';
import { type Counts } from './counts.ts';
import { FIELDS } from './query/fields.ts';
import { SORTS } from './query/compile.ts';
import { type Sources } from './sources.ts';
import { type Store } from './store.ts';

export type Completions = Output<'query.complete'>;
type Item = Completions['items'][number];

/** Most items offered. */
const MOST = 30;

interface Parts {
  store: Store;
  counts: Counts;
  classes: Classes;
  sources: Sources;
}

const quote = (value: string): string =>
  /^[^\s"(),]+$/.test(value) && !['none', 'any'].includes(value.toLowerCase())
    ? value
    : `"${value.replace(/["\\]/g, '\\$&')}"`;
const fold = (text: string): string => text.normalize('NFC').toLowerCase();

/** The term that the cursor stands in: its beginning, the field before the colon, and what is typed of the value. */
function wordAt(text: string, cursor: number): { start: number; end: number; field: string | null; typed: string } {
  let start = 0;
  let quoted = false;
  for (let i = 0; i < cursor; i++) {
    const c = text[i] ?? '';
    if (c === '"') quoted = !quoted;
    else if (!quoted && (/\s/.test(c) || c === '(')) start = i + 1;
  }
  while (text[start] === '-') start++;
  let end = cursor;
  while (end < text.length && !/[\s()]/.test(text[end] ?? '')) end++;
  const term = text.slice(start, cursor);
  const match = /^([A-Za-z][A-Za-z-]*)(?::|<=|>=|<|>|=)/.exec(term);
  if (!match) return { start, end, field: null, typed: term.replace(/^"/, '') };
  // Of a list only the value after the last comma is completed.
  const value = term.slice(match[0].length);
  const comma = value.lastIndexOf(',') + 1;
  return {
    start: start + match[0].length + comma,
    end,
    field: (match[1] ?? '').toLowerCase(),
    typed: value.slice(comma).replace(/^"/, ''),
  };
}

export function createComplete({
  store,
  counts,
  classes,
  sources,
}: Parts): (text: string, cursor: number) => Completions {
  const count = (sql: string, ...params: (string | number)[]): number =>
    store.get<{ n: number }>(`SELECT count(*) AS n FROM image WHERE ${sql}`, ...params)?.n ?? 0;
  const item = (value: string, n: number | null, detail = ''): Item => ({
    insert: quote(value),
    label: value,
    detail,
    count: n,
  });
  const plain = (value: string, n: number | null, detail = ''): Item => ({
    insert: value,
    label: value,
    detail,
    count: n,
  });

  function classItems(): Item[] {
    return classes.list().map((c) => item(c.name, c.counts.total, c.key ?? ''));
  }
  function runItems(): Item[] {
    const runs = store.all<{ id: number; name: string }>('SELECT id, name FROM run ORDER BY id DESC LIMIT 50');
    return runs.map((r) => plain(String(r.id), null, r.name));
  }

  function values(field: string): Item[] {
    const totals = counts.totals();
    switch (field) {
      case 'class':
        return [...classItems(), plain('none', totals.images - totals.labelled), plain('any', totals.labelled)];
      case 'predicted':
        return classItems().map((i) => ({ ...i, count: null }));
      case 'run':
      case 'wrong':
        return [...runItems(), plain('newest', null)];
      case 'split':
        return Object.entries(totals.splits).map(([split, n]) => plain(split, n));
      case 'is': {
        const states = {
          unsure: totals.unsure,
          excluded: totals.excluded,
          missing: totals.missing,
          unreadable: totals.unreadable,
        };
        return [
          ...Object.entries(states).map(([state, n]) => plain(state, n)),
          ...kinds().map(({ kind, open }) => plain(kind, open)),
        ];
      }
      case 'finding':
        return kinds().map(({ kind, all }) => plain(kind, all));
      case 'source':
        return sources.list().map((s) => item(s.name, count('source = ?', s.id), s.path));
      case 'label-by':
        return ['import', 'person', 'accepted'].map((by) => plain(by, count('label_by = ?', by)));
      case 'format':
        return store
          .all<{ format: string; n: number }>(
            'SELECT format, count(*) AS n FROM image WHERE format IS NOT NULL GROUP BY format ORDER BY n DESC',
          )
          .map((r) => plain(r.format, r.n));
      case 'sort':
        return SORTS.flatMap((by) =>
          by === 'random' ? [plain('random:1', null)] : [plain(by, null), plain(`-${by}`, null)],
        );
      default:
        return (FIELDS[field]?.values ?? []).map((value) => plain(value, null));
    }
  }
  const kinds = (): { kind: string; open: number; all: number }[] =>
    store.all('SELECT kind, sum(open) AS open, count(*) AS "all" FROM finding_image GROUP BY kind');

  return (text, cursor) => {
    const { start, end, field, typed } = wordAt(text, Math.min(cursor, text.length));
    const wanted = fold(typed);
    if (field !== null) {
      const items = values(field).filter((i) => fold(i.label).includes(wanted) || fold(i.detail).includes(wanted));
      return { start, end, items: items.slice(0, MOST) };
    }
    const fields = [...Object.keys(FIELDS), 'sort']
      .filter((name) => name.startsWith(wanted))
      .map((name): Item => ({
        insert: `${name}${FIELDS[name]?.compares ? '>' : ':'}`,
        label: name,
        detail: '',
        count: null,
      }));
    const named =
      wanted === ''
        ? []
        : classItems()
            .filter((i) => fold(i.label).includes(wanted))
            .map((i) => ({ ...i, insert: `class:${i.insert}` }));
    return { start, end, items: [...fields, ...named].slice(0, MOST) };
  };
}
