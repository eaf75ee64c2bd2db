/** Labels from a table beside the images: one column names files, another the class, a third table may name the classes. */
import { access } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AssayError, type TableGuess } from '../contract/index.ts';
import { NameTable, nameSet, names } from './match.ts';
import { type Table, readTable } from './table.ts';

export interface LabelTable {
  /** Class name of a file, null where the table does not name it. */
  labelOf(relative: string): string | null;
  rows: number;
}

export interface TableChoice {
  path: string;
  idColumn?: string | null;
  labelColumn?: string | null;
  classNames?: string | null;
}

const LABEL_NAMES = /^(target|label|labels|class|class_?name|category|y|라벨|분류|클래스|종류)$/i;
const ID_NAMES = /^(id|file|file_?name|image|image_?id|image_?path|path|name|파일|파일명|이미지)$/i;
/** A class column repeats itself: at most this share of its values may be different. */
const MOST_DISTINCT = 0.5;
const SAMPLE = 500;
const LEAST_MATCH = 0.5;

interface Columns {
  id: string | null;
  label: string | null;
  match: number;
}

/** Guesses by what the cells are, then by what the column is called. */
export function guessColumns(table: Table, files: ReadonlySet<string>): Columns {
  const sample = table.rows.slice(0, SAMPLE);
  const share = (column: string) =>
    sample.length === 0 ? 0 : sample.filter((row) => names(files, row[column] ?? '')).length / sample.length;
  const byMatch = table.columns.map((column) => ({ column, match: share(column) })).sort((a, b) => b.match - a.match);
  const best = byMatch[0];
  const id = best && best.match > 0 ? best.column : (table.columns.find((name) => ID_NAMES.test(name)) ?? null);
  const rest = table.columns.filter((column) => column !== id);
  const repeats = (column: string) => {
    const values = sample.map((row) => row[column] ?? '').filter((value) => value !== '');
    return values.length > 0 && new Set(values).size <= Math.max(2, MOST_DISTINCT * values.length);
  };
  const label = rest.find((name) => LABEL_NAMES.test(name)) ?? rest.find(repeats) ?? null;
  return { id, label, match: best?.match ?? 0 };
}

/** A table that gives names to numbers: two columns, one of them the values of the label column. */
async function classNamesOf(path: string): Promise<Map<string, string>> {
  const table = await readTable(path);
  const key = table.columns.find((name) => /^(target|label|id|class|class_?id|index)$/i.test(name)) ?? table.columns[0];
  const name =
    table.columns.find((column) => column !== key && /name|이름|명$/i.test(column)) ??
    table.columns.find((column) => column !== key);
  if (key === undefined || name === undefined) {
    throw new AssayError('import/csv-columns', {
      subject: path,
      values: { reason: 'it needs a column with values and one with names' },
    });
  }
  return new Map(table.rows.map((row) => [row[key] ?? '', row[name] ?? '']));
}

/** The table of class names beside a label table whose labels are numbers: meta.csv, classes.csv. */
async function classNamesBeside(path: string, table: Table, label: string): Promise<string | null> {
  if (!table.rows.slice(0, SAMPLE).every((row) => /^\d+$/.test(row[label] ?? ''))) return null;
  for (const name of ['meta.csv', 'classes.csv', 'class_names.csv']) {
    const candidate = join(dirname(path), name);
    if (
      await access(candidate).then(
        () => true,
        () => false,
      )
    )
      return candidate;
  }
  return null;
}

/** Reads a label table for the files of a source. Throws `import/csv-unreadable`, `import/csv-columns`. */
export async function readLabelTable(
  _source: string,
  choice: TableChoice,
  relatives: readonly string[],
): Promise<LabelTable> {
  const table = await readTable(choice.path);
  const guess = guessColumns(table, nameSet(relatives));
  const fail = (reason: string) =>
    new AssayError('import/csv-columns', {
      subject: choice.path,
      values: { reason: `${reason} Its columns are ${table.columns.join(', ')}.` },
    });
  const pick = (given: string | null | undefined, guessed: string | null, what: string): string => {
    if (given && !table.columns.includes(given)) throw fail(`There is no column "${given}".`);
    const column = given ?? guessed;
    if (!column) throw fail(`No column looks like ${what}.`);
    return column;
  };
  const id = pick(choice.idColumn, guess.id, 'file names');
  if (!choice.idColumn && guess.match === 0 && table.rows.length > 0)
    throw fail('No column names files of the folder.');
  const label = pick(choice.labelColumn, guess.label, 'labels');
  const namesFile = choice.classNames ?? (await classNamesBeside(choice.path, table, label));
  const classes = namesFile ? await classNamesOf(namesFile) : null;
  const values = new NameTable<string>();
  for (const row of table.rows) {
    const value = row[label] ?? '';
    if (value !== '') values.set(row[id] ?? '', (classes?.get(value) || value).normalize('NFC'));
  }
  return { labelOf: (relative) => values.get(relative) ?? null, rows: table.rows.length };
}

/** What a table offers as labels, for the one choice of an import; null where it is no label table. */
export async function guessTable(path: string, relatives: readonly string[]): Promise<TableGuess | null> {
  const table = await readTable(path, SAMPLE).catch(() => null);
  if (!table || table.columns.length < 2 || table.rows.length === 0) return null;
  const { id, label, match } = guessColumns(table, nameSet(relatives));
  if (match < LEAST_MATCH || !label) return null;
  const classNames = await classNamesBeside(path, table, label);
  return {
    path,
    name: basename(path),
    rows: table.rows.length,
    columns: table.columns,
    idColumn: id,
    labelColumn: label,
    classNames,
    match,
  };
}
