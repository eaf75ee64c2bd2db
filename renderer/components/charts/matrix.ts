/**
 * The confusion matrix as it is looked at: order, shades, borders of clusters, the keyboard's walk.
 * Rows are given labels, columns predictions; indices are positions on screen unless said otherwise.
 */
export type MatrixMode = 'counts' | 'row' | 'column';
export type MatrixOrder = 'class' | 'cluster';

/** One level of a ramp of the tokens: `--wrong-N`, `--right-N`; 0 is an empty cell. */
export type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export interface MatrixCell {
  row: number;
  column: number;
  count: number;
  /** What is written: the count, or the share as 0.12. */
  text: string;
  right: boolean;
  level: Level;
}

export interface MatrixView {
  mode: MatrixMode;
  /** Class index (of the evaluation) at each position. */
  order: number[];
  /** Cells that hold anything, and the whole diagonal; row by row. */
  cells: MatrixCell[];
  /** Recall of each row; null where the class has no image. */
  recall: (number | null)[];
  /** Positions before which a cluster's border runs. */
  borders: number[];
  /** What the highest wrong level starts at, in the words of the legend. */
  legendTop: string;
}

const LEVELS = 6;
/** The counts ramp reaches its last level here, or at the largest error where that is more. */
const LEAST_TOP = 16;
/** Shares below this are the first level of the share ramps, above the other the last. */
const SHARE: [number, number] = [0.005, 0.5];

const level = (value: number, low: number, high: number): Level => {
  // The steps begin a third early, so that 3, 5 and 9 errors look worse than 2, 4 and 8.
  const step = Math.floor(((LEVELS - 1) * Math.log(value / low)) / Math.log(high / low) + 0.3);
  return (1 + Math.min(LEVELS - 1, Math.max(0, step))) as Level;
};

/** Level of a wrong cell by its count, logarithmic: one error is seen, sixteen glow. */
export const wrongLevel = (count: number, largest: number): Level =>
  count === 0 ? 0 : level(count, 1, Math.max(LEAST_TOP, largest));

export const wrongShareLevel = (share: number): Level => (share === 0 ? 0 : level(share, ...SHARE));

/** Level of a right cell by the recall of its row: the steps lie where classifiers differ. */
export function rightLevel(recall: number | null): Level {
  if (recall === null) return 0;
  const steps = [0.6, 0.8, 0.9, 0.97, 1];
  return (1 + steps.filter((s) => recall >= s).length) as Level;
}

/**
 * Positions before which a new cluster begins, where either neighbour has more than one class. A class stays in the
 * cluster of those above while the images that go back and forth between them are at least `share` of the smaller side.
 */
export function clusterBorders(confusion: readonly (readonly number[])[], order: readonly number[], share = 0.03) {
  const at = (r: number, c: number): number => confusion[r]?.[c] ?? 0;
  const support = (r: number): number => (confusion[r] ?? []).reduce((sum, n) => sum + n, 0);
  const clusters: number[][] = [];
  for (const index of order) {
    const current = clusters.at(-1);
    const between = current?.reduce((sum, other) => sum + at(index, other) + at(other, index), 0) ?? 0;
    const least = Math.max(1, Math.min(support(index), ...(current ?? []).map(support)));
    const tied = between / least >= share;
    if (current && tied) current.push(index);
    else clusters.push([index]);
  }
  const borders: number[] = [];
  let position = 0;
  clusters.forEach((cluster, i) => {
    if (i > 0 && (cluster.length > 1 || (clusters[i - 1]?.length ?? 0) > 1)) borders.push(position);
    position += cluster.length;
  });
  return borders;
}

/**
 * @param confusion [given][predicted] images
 * @param order class index at each position
 */
export function matrixView(
  confusion: readonly (readonly number[])[],
  order: readonly number[],
  mode: MatrixMode,
  clustered: boolean,
): MatrixView {
  const at = (r: number, c: number): number => confusion[r]?.[c] ?? 0;
  const rowSum = order.map((r) => order.reduce((sum, c) => sum + at(r, c), 0));
  const columnSum = order.map((c) => order.reduce((sum, r) => sum + at(r, c), 0));
  let largest = 0;
  for (const r of order) for (const c of order) if (r !== c) largest = Math.max(largest, at(r, c));
  const recall = order.map((r, i) => (rowSum[i] ? at(r, r) / rowSum[i] : null));
  const cells: MatrixCell[] = [];
  order.forEach((r, row) =>
    order.forEach((c, column) => {
      const count = at(r, c);
      if (count === 0 && r !== c) return;
      const whole = mode === 'row' ? rowSum[row] : mode === 'column' ? columnSum[column] : 0;
      const share = whole ? count / whole : 0;
      const right = r === c;
      cells.push({
        row,
        column,
        count,
        text: count === 0 ? '' : mode === 'counts' ? String(count) : share.toFixed(2),
        right,
        level: right
          ? count === 0
            ? 0
            : rightLevel(mode === 'column' ? share : (recall[row] ?? null))
          : mode === 'counts'
            ? wrongLevel(count, largest)
            : wrongShareLevel(share),
      });
    }),
  );
  return {
    mode,
    order: [...order],
    cells,
    recall,
    borders: clustered ? clusterBorders(confusion, order) : [],
    legendTop: mode === 'counts' ? `${Math.max(LEAST_TOP, largest)}+` : `${SHARE[1]}+`,
  };
}

export interface Place {
  row: number;
  column: number;
}

/** Where a key takes the walk; null for keys that do not walk. Ctrl jumps to the next cell that holds an error. */
export function walk(view: MatrixView, from: Place, key: string, jump: boolean): Place | null {
  const last = view.order.length - 1;
  const clamp = (v: number): number => Math.min(last, Math.max(0, v));
  const { row, column } = from;
  if (key === 'Home') return jump ? { row: 0, column: 0 } : { row, column: 0 };
  if (key === 'End') return jump ? { row: last, column: last } : { row, column: last };
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (!step) return null;
  const [down = 0, right = 0] = step;
  if (!jump) return { row: clamp(row + down), column: clamp(column + right) };
  const ahead = view.cells
    .filter((c) => !c.right && (down ? c.column === column : c.row === row))
    .map((c) => (down ? c.row - row : c.column - column))
    .filter((distance) => distance * (down || right) > 0)
    .sort((a, b) => Math.abs(a) - Math.abs(b))[0];
  if (ahead === undefined) return from;
  return down ? { row: row + ahead, column } : { row, column: column + ahead };
}

/** The next wrong cell in reading order after (or before) a place, going round; null where nothing is wrong. */
export function nextWrong(view: MatrixView, from: Place, direction: 1 | -1): Place | null {
  const n = view.order.length;
  const rank = (p: Place): number => p.row * n + p.column;
  const wrong = view.cells.filter((c) => !c.right).sort((a, b) => direction * (rank(a) - rank(b)));
  const found = wrong.find((c) => direction * (rank(c) - rank(from)) > 0) ?? wrong[0];
  return found ? { row: found.row, column: found.column } : null;
}

/** Pairs of classes most often taken for each other, both ways together, most first. Indices of the evaluation. */
export function mostConfused(confusion: readonly (readonly number[])[], most: number) {
  const pairs: { a: number; b: number; count: number }[] = [];
  for (let a = 0; a < confusion.length; a++)
    for (let b = a + 1; b < confusion.length; b++) {
      const count = (confusion[a]?.[b] ?? 0) + (confusion[b]?.[a] ?? 0);
      if (count > 0) pairs.push({ a, b, count });
    }
  return pairs.sort((x, y) => y.count - x.count).slice(0, most);
}

/** Whether a name is written in Hangul (or another script whose letters stand upright in a column). */
export const standsUpright = (name: string): boolean => /[ᄀ-ᇿ぀-ヿ㐀-鿿가-힣]/.test(name);
