/** Classes: names, keys, colours. A merged class stays as a row that points to where it went, so a merge can be undone. */
import { AssayError, CLASS_KEYS, type ClassInfo, classKeyProblem } from '../contract/index.ts';
import { type Counts } from './counts.ts';
import { type Store } from './store.ts';

/** Colours of the palette: given out in turn. */
const COLOURS = 20;

export interface ClassRow {
  id: number;
  name: string;
  shortName: string | null;
  key: string | null;
  colour: number;
  group: string | null;
  order: number;
  /** Where it went when it was merged; null while it lives. */
  mergedInto: number | null;
}

export interface ClassChange {
  name?: string;
  shortName?: string | null;
  key?: string | null;
  colour?: number;
  group?: string | null;
  order?: number;
}

export interface Classes {
  /** Living classes in their order, with counts by split. */
  list(): ClassInfo[];
  /** Every class that ever was, merged ones too. */
  all(): ClassRow[];
  /** Throws `label/class-unknown`. A merged class answers as the one it went into. */
  get(id: number): ClassInfo;
  /** By name (NFC); null where no living class has it. */
  find(name: string): ClassInfo | null;
  /** The living class of every id: itself or what it was merged into. For loops over many. */
  heirs(): Map<number, number>;
  /** The living class of an id: itself or what it was merged into; null for an unknown id. */
  live(id: number | null): number | null;
  /** Takes the next free key and colour. Throws `label/class-invalid`. */
  create(wanted: { name: string; group?: string | null; key?: string | null }): ClassInfo;
  /** Finds each name or creates it, in this order: what an import needs. Name as given → id. */
  ensure(names: Iterable<string>): Map<string, number>;
  update(id: number, change: ClassChange): ClassInfo;
}

const COLUMNS =
  'id, name, short_name AS shortName, key, colour, grp AS "group", position AS "order", merged_into AS mergedInto';

export function createClasses(store: Store, counts: Counts): Classes {
  const invalid = (subject: string, reason: string): AssayError =>
    new AssayError('label/class-invalid', { subject, values: { reason } });
  const all = (): ClassRow[] => store.all<ClassRow>(`SELECT ${COLUMNS} FROM class ORDER BY position, id`);
  const living = (): ClassRow[] => all().filter((c) => c.mergedInto === null);

  function cleanName(name: string): string {
    const clean = name.normalize('NFC').trim();
    if (clean === '') throw invalid(name, 'the name is empty');
    if (/[\p{Cc}]/u.test(clean)) throw invalid(name, 'the name holds control characters');
    return clean;
  }
  function checkKey(name: string, key: string | null, self: number | null): void {
    if (key === null) return;
    const problem = classKeyProblem(key);
    if (problem !== null) throw invalid(name, problem);
    const holder = living().find((c) => c.key === key && c.id !== self);
    if (holder) throw invalid(name, `the key ${key} belongs to ${holder.name}`);
  }
  /** A dead class gives its name up, so that names stay unique. */
  function freeName(name: string): void {
    const dead = all().find((c) => c.name === name && c.mergedInto !== null);
    if (!dead) return;
    const taken = new Set(all().map((c) => c.name));
    let n = 2;
    while (taken.has(`${name} (${n})`)) n++;
    store.run('UPDATE class SET name = ? WHERE id = ?', `${name} (${n})`, dead.id);
  }
  function info(row: ClassRow): ClassInfo {
    const { mergedInto: _, ...rest } = row;
    return { ...rest, counts: counts.ofClass(row.id) };
  }
  function get(id: number): ClassInfo {
    const rows = all();
    let row = rows.find((c) => c.id === id);
    if (row && row.mergedInto !== null) row = rows.find((c) => c.id === row?.mergedInto);
    if (row) return info(row);
    const known = living().map((c) => c.name);
    throw new AssayError('label/class-unknown', { subject: String(id), values: { known: known.join(', ') || '—' } });
  }
  function find(name: string): ClassInfo | null {
    const wanted = name.normalize('NFC').trim();
    const row = living().find((c) => c.name === wanted);
    return row ? info(row) : null;
  }
  function create({ name, group, key }: { name: string; group?: string | null; key?: string | null }): ClassInfo {
    const clean = cleanName(name);
    return store.write(() => {
      const rows = living();
      if (rows.some((c) => c.name === clean)) throw invalid(name, 'a class has this name already');
      checkKey(name, key ?? null, null);
      const taken = new Set(rows.map((c) => c.key));
      const given = key ?? CLASS_KEYS.find((k) => !taken.has(k)) ?? null;
      const used = new Set(rows.map((c) => c.colour));
      const free = Array.from({ length: COLOURS }, (_, i) => i).find((i) => !used.has(i));
      freeName(clean);
      const position = Math.max(0, ...rows.map((c) => c.order)) + 1;
      const { id } = store.run(
        'INSERT INTO class (name, key, colour, grp, position) VALUES (?, ?, ?, ?, ?)',
        clean,
        given,
        free ?? rows.length % COLOURS,
        group ?? null,
        position,
      );
      return get(id);
    });
  }

  return {
    list: () => living().map(info),
    all,
    get,
    find,
    live(id) {
      if (id === null) return null;
      const row = all().find((c) => c.id === id);
      return row ? (row.mergedInto ?? row.id) : null;
    },
    heirs: () => new Map(all().map((c) => [c.id, c.mergedInto ?? c.id])),
    create,
    ensure: (names) =>
      store.write(() => {
        const known = new Map(living().map((c) => [c.name, c.id]));
        const ids = new Map<string, number>();
        for (const name of names) {
          if (ids.has(name)) continue;
          const clean = cleanName(name);
          const id = known.get(clean) ?? create({ name }).id;
          known.set(clean, id);
          ids.set(name, id);
        }
        return ids;
      }),
    update: (id, change) =>
      store.write(() => {
        const row = living().find((c) => c.id === id);
        if (!row) throw invalid(String(id), 'there is no such class');
        const next = { ...row, ...change };
        if (change.name !== undefined) {
          next.name = cleanName(change.name);
          if (living().some((c) => c.name === next.name && c.id !== id))
            throw invalid(change.name, 'a class has this name already');
          if (next.name !== row.name) freeName(next.name);
        }
        checkKey(next.name, next.key, id);
        store.run(
          'UPDATE class SET name = ?, short_name = ?, key = ?, colour = ?, grp = ?, position = ? WHERE id = ?',
          next.name,
          next.shortName,
          next.key,
          next.colour,
          next.group,
          next.order,
          id,
        );
        return get(id);
      }),
  };
}
