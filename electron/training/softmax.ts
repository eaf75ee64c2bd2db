/** Softmax over each row of [n, classes], in place. */
export function softmaxRows(values: Float32Array, classes: number): void {
  for (let from = 0; from < values.length; from += classes) {
    let top = -Infinity;
    for (let k = from; k < from + classes; k++) top = Math.max(top, values[k]!);
    let sum = 0;
    for (let k = from; k < from + classes; k++) sum += values[k] = Math.exp(values[k]! - top);
    for (let k = from; k < from + classes; k++) values[k] = values[k]! / sum;
  }
}
