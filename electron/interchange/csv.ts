/** Labels from a table beside the images: one column names files, another the class, a third table may name the classes. */
import { access } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AssayError, type TableGuess } from '../contract/index.ts';
import { fitColumns, NameTable } from './match.ts';
import { inSlices } from './slices.ts';
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
  /** Share of the sampled ids that are files of the folder. */
  match: number;
  /** Leading folders of the ids that the folder does not have. */
  folders: number;
}

const cellsOf = (table: Table, column: string, most = Infinity): string[] => {
  const at = table.columns.indexOf(column);
  return table.rows.slice(0, most).map((row) => row[at] ?? '');
};

/** Guesses by what the cells are, then by what the column is called. */
export async function guessColumns(table: Table, relatives: readonly string[]): Promise<Columns> {
  const found = await fitColumns(
    table.columns.map((column) => cellsOf(table, column)),
    relatives,
  );
  const fits = found.map((fit, i) => ({ column: table.columns[i] ?? '', ...fit }));
  const best = fits.reduce<(typeof fits)[number] | null>((b, f) => (b === null || f.share > b.share ? f : b), null);
  const id = best && best.share > 0 ? best.column : (table.columns.find((name) => ID_NAMES.test(name)) ?? null);
  const rest = table.columns.filter((column) => column !== id);
  const repeats = (column: string) => {
    const values = cellsOf(table, column, SAMPLE).filter((value) => value !== '');
    return values.length > 0 && new Set(values).size <= Math.max(2, MOST_DISTINCT * values.length);
  };
  const label = rest.find((name) => LABEL_NAMES.test(name)) ?? rest.find(repeats) ?? null;
  return { id, label, match: best?.share ?? 0, folders: best?.folders ?? 0 };
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
      values: { reason: 'It needs a column with values and one with names.' },
    });
  }
  const names = cellsOf(table, name);
  return new Map(cellsOf(table, key).map((value, i) => [value, names[i] ?? '']));
}

/** The table of class names beside a label table whose labels are numbers: meta.csv, classes.csv. */
async function classNamesBeside(path: string, table: Table, label: string): Promise<string | null> {
  if (!cellsOf(table, label, SAMPLE).every((value) => /^\d+$/.test(value))) return null;
  for (const name of ['meta.csv', 'classes.csv', 'class_names.csv']) {
    const candidate = join(dirname(path), name);
    const exists = await access(candidate).then(
      () => true,
      () => false,
    );
    if (exists) return candidate;
  }
  return null;
}

/**
 * Reads a label table for the files of a source. Columns that the choice leaves out are guessed.
 * Throws `import/csv-unreadable`, `import/csv-columns`.
 * @param relatives files of the source, '/' separated
 */
export async function readLabelTable(
  _source: string,
  choice: TableChoice,
  relatives: readonly string[],
): Promise<LabelTable> {
  const table = await readTable(choice.path);
  const guess = await guessColumns(table, relatives);
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
  const folders =
    id === guess.id ? guess.folders : ((await fitColumns([cellsOf(table, id)], relatives))[0]?.folders ?? 0);
  const [idAt, labelAt] = [table.columns.indexOf(id), table.columns.indexOf(label)];
  const values = new NameTable<string>(folders);
  await inSlices(table.rows, (row) => {
    const value = row[labelAt] ?? '';
    // Old Korean files decompose their Hangul; a class has one name.
    if (value !== '') values.set(row[idAt] ?? '', (classes?.get(value) || value).normalize('NFC'));
  });
  return { labelOf: (relative) => values.get(relative) ?? null, rows: table.rows.length };
}

/** What a table offers as labels, for the one choice of an import; null where it is no label table. */
export async function guessTable(path: string, relatives: readonly string[]): Promise<TableGuess | null> {
  const table = await readTable(path, SAMPLE).catch(() => null);
  if (!table || table.columns.length < 2 || table.rows.length === 0) return null;
  const { id, label, match } = await guessColumns(table, relatives);
  if (match < LEAST_MATCH || !label) return null;
  const classNames = await classNamesBeside(path, table, label);
  return {
    path,
    name: basename(path),
    rows: table.total,
    columns: table.columns,
    idColumn: id,
    labelColumn: label,
    classNames,
    match,
  };
}
