/** Predictions, the confusion matrix, and what follows from it alone. */

/** A confusion matrix of K classes, row-major: `cells[given * K + predicted]` images. */
export interface Confusion {
  classes: number;
  cells: Float64Array;
}

export interface ClassMetrics {
  /** 0 where nothing was predicted as this class. */
  precision: number;
  /** 0 where no row has this class. */
  recall: number;
  /** 0 for a class without rows and without predictions: a class the model cannot show must not be left out. */
  f1: number;
  /** Rows with this given label. */
  support: number;
  predicted: number;
}

/** Refuses shapes that do not fit: a fault of the caller, not of the user. */
export function checkShapes(probabilities: Float32Array, labels: Int32Array, classes: number): void {
  if (!(classes >= 1) || probabilities.length !== labels.length * classes)
    throw new RangeError(`expected ${labels.length} x ${classes} probabilities, got ${probabilities.length} values`);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label < 0 || label >= classes) throw new RangeError(`label ${label} of row ${i} is not in [0, ${classes})`);
  }
}

/** The most probable class of each row; equals go to the lowest index. `probabilities`: [n, K] row-major. */
export function argmax(probabilities: Float32Array, classes: number): Int32Array {
  const rows = probabilities.length / classes;
  const out = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const at = i * classes;
    let best = 0;
    for (let k = 1; k < classes; k++) if (probabilities[at + k]! > probabilities[at + best]!) best = k;
    out[i] = best;
  }
  return out;
}

export function confusionOf(labels: Int32Array, predicted: Int32Array, classes: number): Confusion {
  const cells = new Float64Array(classes * classes);
  for (let i = 0; i < labels.length; i++) cells[labels[i]! * classes + predicted[i]!]! += 1;
  return { classes, cells };
}

export function classMetrics({ classes, cells }: Confusion): ClassMetrics[] {
  const support = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  for (let given = 0; given < classes; given++)
    for (let guess = 0; guess < classes; guess++) {
      const count = cells[given * classes + guess]!;
      support[given]! += count;
      predicted[guess]! += count;
    }
  return Array.from({ length: classes }, (_, k) => {
    const hits = cells[k * classes + k]!;
    const both = support[k]! + predicted[k]!;
    return {
      precision: predicted[k]! > 0 ? hits / predicted[k]! : 0,
      recall: support[k]! > 0 ? hits / support[k]! : 0,
      f1: both > 0 ? (2 * hits) / both : 0,
      support: support[k]!,
      predicted: predicted[k]!,
    };
  });
}

/** Share of rows on the diagonal; 0 for no rows. */
export function accuracyOf({ classes, cells }: Confusion): number {
  let hits = 0;
  let total = 0;
  for (let i = 0; i < cells.length; i++) total += cells[i]!;
  for (let k = 0; k < classes; k++) hits += cells[k * classes + k]!;
  return total > 0 ? hits / total : 0;
}

/** Mean F1 over ALL classes; an empty class counts 0. */
export function macroF1Of(confusion: Confusion): number {
  const metrics = classMetrics(confusion);
  return metrics.reduce((sum, m) => sum + m.f1, 0) / Math.max(1, metrics.length);
}

/**
 * Row order that puts confusable classes side by side: average-linkage clustering on the symmetric share of mistakes
 * (confused rows / rows of both classes), leaves read from left to right, each merge turned so that its nearest ends
 * meet. K² log K in space and time K³ at worst, K up to some hundreds.
 */
export function clusterOrder({ classes, cells }: Confusion): number[] {
  const support = new Float64Array(classes);
  for (let a = 0; a < classes; a++) for (let b = 0; b < classes; b++) support[a]! += cells[a * classes + b]!;
  const likeness = (a: number, b: number): number =>
    (cells[a * classes + b]! + cells[b * classes + a]!) / Math.max(1, support[a]! + support[b]!);

  let groups = Array.from({ length: classes }, (_, k) => [k]);
  while (groups.length > 1) {
    let best = { x: 0, y: 1, mean: -1 };
    for (let x = 0; x < groups.length; x++)
      for (let y = x + 1; y < groups.length; y++) {
        let sum = 0;
        for (const a of groups[x]!) for (const b of groups[y]!) sum += likeness(a, b);
        const mean = sum / (groups[x]!.length * groups[y]!.length);
        if (mean > best.mean) best = { x, y, mean };
      }
    if (best.mean <= 0) break; // nothing else is ever confused: keep the given order
    const left = groups[best.x]!;
    const right = groups[best.y]!;
    let joined = [...left, ...right];
    let join = -1;
    for (const l of [left, [...left].reverse()])
      for (const r of [right, [...right].reverse()]) {
        const value = likeness(l.at(-1)!, r[0]!);
        if (value > join) {
          join = value;
          joined = [...l, ...r];
        }
      }
    groups = groups.filter((_, index) => index !== best.y).map((group) => (group === left ? joined : group));
  }
  return groups.flat();
}
