/** Reading an out-of-fold table strictly: every cell that cannot be meant is named by its row and column. Pure. */
import { AssayError } from '../../contract/index.ts';

export interface OofRow {
  image: number;
  /** Column of the given label. */
  target: number;
  fold: number | null;
}

export interface OofTable {
  rows: OofRow[];
  /** [rows, classes] */
  probabilities: Float32Array;
}

/** How far a row's probabilities may sum from 1: tables are written with few digits. */
const SUM_TOLERANCE = 1e-2;
const SLICE = 2000;

/**
 * @param columns the header, `rows` the cells
 * @param classes names in the order of the probability columns
 * @param imagesOf images of the project that are called so
 * @throws AssayError `oof/invalid`
 */
export async function readOof(
  { columns, rows: lines }: { columns: readonly string[]; rows: readonly (readonly string[])[] },
  classes: readonly string[],
  imagesOf: (name: string) => readonly number[],
  subject: string,
): Promise<OofTable> {
  const refuse = (reason: string): never => {
    throw new AssayError('oof/invalid', { subject, values: { reason } });
  };
  const placeOf = (name: string): number => columns.findIndex((column) => column.toLowerCase() === name.toLowerCase());
  const need = (name: string): number => {
    const place = placeOf(name);
    return place >= 0 ? place : refuse(`the column "${name}" is missing`);
  };
  const places = { id: need('ID'), target: need('target'), fold: placeOf('fold') };
  const wide = columns.filter((column) => /^prob_\d+$/i.test(column)).length;
  if (wide !== classes.length)
    refuse(
      `it has ${wide} probability columns, and there are ${classes.length} classes (${classes.slice(0, 5).join(', ')} …)`,
    );
  const probs = classes.map((_, k) => need(`prob_${k}`));
  const probabilities = new Float32Array(lines.length * classes.length);
  const seen = new Map<number, number>();
  const rows: OofRow[] = [];
  for (const [at, cells] of lines.entries()) {
    if (at % SLICE === SLICE - 1) await new Promise(setImmediate);
    // As an editor counts: the header is line 1.
    const line = `row ${at + 2}`;
    const cell = (place: number): string => cells[place] ?? '';
    const name = cell(places.id);
    const found = imagesOf(name);
    if (found.length === 0) refuse(`${line}, ID: the project has no image "${name}"`);
    if (found.length > 1) refuse(`${line}, ID: ${found.length} images are called "${name}"; give more of the path`);
    const [image] = found as [number];
    const before = seen.get(image);
    if (before !== undefined) refuse(`${line}, ID: "${name}" stands in row ${before} already`);
    seen.set(image, at + 2);
    const target = targetOf(cell(places.target), classes);
    if (target < 0)
      refuse(`${line}, target: "${cell(places.target)}" is neither a class nor a number below ${classes.length}`);
    let sum = 0;
    probs.forEach((place, k) => {
      const p = cell(place) === '' ? NaN : Number(cell(place));
      if (!(p >= 0 && p <= 1)) refuse(`${line}, prob_${k}: "${cell(place)}" is not a probability`);
      probabilities[at * classes.length + k] = p;
      sum += p;
    });
    if (Math.abs(sum - 1) > SUM_TOLERANCE) refuse(`${line}: its probabilities sum to ${sum.toPrecision(4)}, not to 1`);
    const fold = places.fold < 0 || cell(places.fold) === '' ? null : Number(cell(places.fold));
    if (fold !== null && !(Number.isInteger(fold) && fold >= 0))
      refuse(`${line}, fold: "${cell(places.fold)}" is not a whole number`);
    rows.push({ image, target, fold });
  }
  if (rows.length === 0) refuse('it has no rows');
  return { rows, probabilities };
}

/** A column by its number or its class's name; −1 for neither. */
function targetOf(cell: string, classes: readonly string[]): number {
  const named = classes.indexOf(cell.normalize('NFC'));
  if (named >= 0) return named;
  return /^\d+$/.test(cell) && Number(cell) < classes.length ? Number(cell) : -1;
}
