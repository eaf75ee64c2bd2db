/**
 * Softmax over each row of [n, classes], in place; float64 between.
 * @param bias [classes], added first; left out: zeros
 */
export function softmaxInPlace(rows: Float32Array, classes: number, bias?: ArrayLike<number>): void {
  const p = new Float64Array(classes);
  for (let at = 0; at < rows.length; at += classes) {
    let top = -Infinity;
    for (let k = 0; k < classes; k++) {
      p[k] = rows[at + k]! + (bias?.[k] ?? 0);
      top = Math.max(top, p[k]!);
    }
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      p[k] = Math.exp(p[k]! - top);
      sum += p[k]!;
    }
    for (let k = 0; k < classes; k++) rows[at + k] = p[k]! / sum;
  }
}
