/** What every label-error function is handed. */
export interface Rows {
  /** [n, K] row-major, out of fold: no row's model saw its label. Rows sum to 1. */
  probabilities: Float32Array | Float64Array;
  /** n given labels in [0, K). */
  labels: Int32Array;
  classes: number;
}

/** Slack in "at least the threshold" and in "is the most probable": float32 noise must not decide. */
export const TOLERANCE = 1e-6;

/** Divisors are floored here. */
export const TINY = 1e-100;

export function checkRows({ probabilities, labels, classes }: Rows): void {
  if (!(classes >= 1) || probabilities.length !== labels.length * classes)
    throw new RangeError(`expected ${labels.length} x ${classes} probabilities, got ${probabilities.length} values`);
  for (let i = 0; i < labels.length; i++)
    if (labels[i]! < 0 || labels[i]! >= classes)
      throw new RangeError(`label ${labels[i]} of row ${i} is not in [0, ${classes})`);
}

export function countLabels({ labels, classes }: Rows): Int32Array {
  const counts = new Int32Array(classes);
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]! += 1;
  return counts;
}

/** Row numbers by class, each class ascending: rows of class k are `order[start[k] .. start[k + 1])`. */
export function rowsByClass(rows: Rows): { order: Int32Array; start: Int32Array } {
  const counts = countLabels(rows);
  const start = new Int32Array(rows.classes + 1);
  for (let k = 0; k < rows.classes; k++) start[k + 1] = start[k]! + counts[k]!;
  const next = start.slice();
  const order = new Int32Array(rows.labels.length);
  for (let i = 0; i < rows.labels.length; i++) order[next[rows.labels[i]!]!++] = i;
  return { order, start };
}

/** The most probable class of row i; equals go to the lowest index. */
export function top({ probabilities, classes }: Rows, i: number): number {
  const at = i * classes;
  let best = 0;
  let bestValue = probabilities[at]!;
  for (let k = 1; k < classes; k++) {
    const value = probabilities[at + k]!;
    if (value > bestValue) {
      bestValue = value;
      best = k;
    }
  }
  return best;
}
