/**
 * Scans: how a filter reads its ids. Each is served by one index, from the place where the last slice ended, so that
 * a slice costs the same wherever it begins and however many keys are equal.
 */
import { type Store, type Value } from '../store.ts';

/** Ids where an index entry equals something: ordered by id. `sql` ends in "… AND ID > ? ORDER BY ID LIMIT ?". */
export interface EqualScan {
  type: 'equal';
  sql: string;
  params: Value[];
}

/** Ids in the order of a key. Rows are [key, id, …more]. */
export interface OrderedScan {
  type: 'ordered';
  /** Rows with key > ? (and below the upper bound), ordered by key and id. */
  next: string;
  /** Rows with key = ? and id > ?, ordered by id. */
  tie: string;
  params: Value[];
  from: { key: Value; inclusive: boolean };
  to: Value[];
  test?: (row: Value[]) => boolean;
}

export type Scan = EqualScan | OrderedScan;

export interface Range {
  low: number | null;
  lowInclusive: boolean;
  high: number | null;
  highInclusive: boolean;
}

export const ANYTHING: Range = { low: null, lowInclusive: false, high: null, highInclusive: false };

/** Rows of `image` where `where` holds; what it compares must lead an index. */
export function equal(where: string, ...params: Value[]): EqualScan {
  return { type: 'equal', sql: `SELECT id FROM image WHERE ${where} AND id > ? ORDER BY id LIMIT ?`, params };
}

/** The same over another table, where the image's id is the column `image`. */
export function equalIn(table: string, where: string, ...params: Value[]): EqualScan {
  return {
    type: 'equal',
    sql: `SELECT image FROM ${table} WHERE ${where} AND image > ? ORDER BY image LIMIT ?`,
    params,
  };
}

export function ordered(options: {
  table: string;
  key: string;
  id?: string;
  /** Further columns for `test`. */
  more?: string[];
  /** Equality that comes before the key in the index. */
  where?: string;
  params?: Value[];
  range?: Range;
  text?: boolean;
  test?: (row: Value[]) => boolean;
}): OrderedScan {
  const { table, key, id = 'id', more = [], where, params = [], range = ANYTHING, text = false, test } = options;
  const head = `SELECT ${[key, id, ...more].join(', ')} FROM ${table} WHERE ${where === undefined ? '' : `${where} AND `}`;
  const upper = range.high === null ? '' : ` AND ${key} ${range.highInclusive ? '<=' : '<'} ?`;
  return {
    type: 'ordered',
    next: `${head}${key} > ?${upper} ORDER BY ${key}, ${id} LIMIT ?`,
    tie: `${head}${key} = ? AND ${id} > ? ORDER BY ${id} LIMIT ?`,
    params,
    from: { key: range.low ?? (text ? '' : -Infinity), inclusive: text || (range.low !== null && range.lowInclusive) },
    to: range.high === null ? [] : [range.high],
    test,
  };
}

/** Statements of a scan, for the test of their plans. */
export const statements = (scan: Scan): string[] => (scan.type === 'equal' ? [scan.sql] : [scan.next, scan.tie]);

/** Rows a slice: about 2 ms. */
const SLICE = 10_000;

/** Blocks of ids in the scan's order. */
export function* walk(store: Store, scan: Scan): Generator<number[], void> {
  if (scan.type === 'equal') {
    for (let last = 0; ;) {
      const ids = store.rows(scan.sql, ...scan.params, last, SLICE).map((row) => row[0] as number);
      yield ids;
      if (ids.length < SLICE) return;
      last = ids.at(-1) ?? last;
    }
  }
  const pick = (rows: Value[][]): number[] =>
    (scan.test ? rows.filter(scan.test) : rows).map((row) => row[1] as number);
  let { key } = scan.from;
  let id = scan.from.inclusive ? 0 : null;
  for (;;) {
    // First the rest of the rows that share the last key, then those with greater keys.
    while (id !== null) {
      const rows = store.rows(scan.tie, ...scan.params, key, id, SLICE);
      yield pick(rows);
      id = rows.length < SLICE ? null : ((rows.at(-1)?.[1] as number | undefined) ?? null);
    }
    const rows = store.rows(scan.next, ...scan.params, key, ...scan.to, SLICE);
    yield pick(rows);
    const last = rows.at(-1);
    if (rows.length < SLICE || !last) return;
    key = last[0] ?? null;
    id = last[1] as number;
  }
}
