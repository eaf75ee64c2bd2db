/**
 * Confident learning once more, as slowly and plainly as its definition reads: arrays of rows, comparator sorts.
 * Only tests use it, as the oracle of the fast one.
 */
export interface SlowRow {
  p: number[];
  given: number;
}

const roundHalfEven = (v: number): number => (v - Math.floor(v) === 0.5 ? 2 * Math.round(v / 2) : Math.round(v));

const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
const topOf = (p: number[]): number => p.indexOf(Math.max(...p));

export function slowThresholds(rows: SlowRow[], K: number): number[] {
  return Array.from({ length: K }, (_, k) => {
    const own = rows.filter((row) => row.given === k).map((row) => row.p[k]!);
    return own.length === 0 ? 2 : Math.max(2e-6, sum(own) / own.length);
  });
}

export function slowJoint(rows: SlowRow[], K: number): { counts: number[][]; offDiagonal: number[] } {
  const t = slowThresholds(rows, K);
  const counts = Array.from({ length: K }, () => new Array<number>(K).fill(0));
  const offDiagonal: number[] = [];
  rows.forEach((row, i) => {
    const confident = row.p.flatMap((p, k) => (p >= t[k]! - 1e-6 ? [k] : []));
    if (confident.length === 0) return;
    const guess = confident.length === 1 ? confident[0]! : topOf(row.p);
    counts[row.given]![guess]! += 1;
    if (guess !== row.given) offDiagonal.push(i);
  });
  counts.forEach((line, k) => (line[k] = Math.max(1, line[k]!)));
  return { counts, offDiagonal };
}

export function slowRound(row: number[]): number[] {
  const out = row.map(roundHalfEven);
  const target = roundHalfEven(sum(row));
  while (sum(out) !== target) {
    const rest = row.map((v, i) => ({ i, rest: v - out[i]! }));
    const short = target - sum(out);
    if (short > 0) for (const { i } of rest.sort((a, b) => b.rest - a.rest || b.i - a.i).slice(0, short)) out[i]! += 1;
    else for (const { i } of rest.sort((a, b) => a.rest - b.rest || a.i - b.i).slice(0, -short)) out[i]! -= 1;
  }
  return out;
}

export function slowCalibrate(counts: number[][], rows: SlowRow[]): number[][] {
  const scaled = counts.map((line, s) => {
    const n = rows.filter((row) => row.given === s).length;
    return line.map((c) => (c / sum(line)) * n);
  });
  const all = sum(scaled.flat());
  return scaled.map((line) => slowRound(line.map((c) => (c / all) * rows.length)));
}

export function slowPrune(calibrated: number[][], minimum: number, fraction: number): number[][] {
  const K = calibrated.length;
  const q = Array.from({ length: K }, () => new Array<number>(K).fill(0)); // q[true][given]
  for (let s = 0; s < K; s++) {
    const column = calibrated[s]!;
    const diagonal = Math.max(minimum, column[s]!);
    const others = column.filter((c) => c !== 0).length - 1;
    const lowered = column.map((c) => Math.max(0, c - (diagonal - column[s]!) / Math.max(1, others)));
    lowered[s] = diagonal;
    const kept = lowered.map((c, y) => (y === s ? c : c * fraction));
    // Differences first, then their sum: the truncation below would see another order.
    kept[s] = diagonal + sum(lowered.map((c, y) => c - kept[y]!));
    kept.forEach((c, y) => (q[y]![s] = Math.trunc(c)));
  }
  return q;
}

export function slowFilters(rows: SlowRow[], K: number, minimum = 1, fraction = 1): Record<string, number[]> {
  const { counts, offDiagonal } = slowJoint(rows, K);
  const q = slowPrune(slowCalibrate(counts, rows), minimum, fraction);
  const byClass = new Set<number>();
  const byRate = new Set<number>();
  for (let s = 0; s < K; s++) {
    const own = rows.flatMap((row, i) => (row.given === s ? [{ i, p: row.p }] : []));
    if (own.length <= minimum) continue;
    const lowest = [...own].sort((a, b) => a.p[s]! - b.p[s]! || a.i - b.i);
    for (const { i } of lowest.slice(0, Math.max(0, own.length - q[s]![s]!))) byClass.add(i);
    for (let y = 0; y < K; y++) {
      if (y === s) continue;
      const widest = [...own].sort((a, b) => b.p[y]! - b.p[s]! - (a.p[y]! - a.p[s]!) || a.i - b.i);
      for (const { i } of widest.slice(0, q[y]![s]!)) byRate.add(i);
    }
  }
  const disagrees = (i: number): boolean => {
    const favoured = rows[i]!.p.map((p, k) => (k === rows[i]!.given ? p + 1e-6 : p));
    return topOf(favoured) !== rows[i]!.given;
  };
  const all = rows.map((_, i) => i);
  return {
    prune_by_class: all.filter((i) => byClass.has(i) && disagrees(i)),
    prune_by_noise_rate: all.filter((i) => byRate.has(i) && disagrees(i)),
    both: all.filter((i) => byClass.has(i) && byRate.has(i) && disagrees(i)),
    confident_learning: offDiagonal.filter(disagrees),
    predicted_neq_given: all.filter((i) => topOf(rows[i]!.p) !== rows[i]!.given && disagrees(i)),
  };
}
