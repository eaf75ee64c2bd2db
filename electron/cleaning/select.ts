/**
 * The m largest of many, without sorting them: Hoare's quick-select on a typed array, then one pass.
 * A comparator sort of 10,000 numbers per cell of a 100 x 100 matrix was 25 s for a million images; this is under 2.
 */

/** Scratch that grows and is kept: one allocation for a whole matrix of selections. */
export interface Scratch {
  values: Float64Array;
}

/** The value of rank m (1 = largest) among `values[0 .. n)`; reorders `values`. */
function largest(values: Float64Array, n: number, m: number): number {
  let low = 0;
  let high = n - 1;
  const wanted = m - 1;
  while (low < high) {
    // Median of three: sorted and constant input stay linear.
    const middle = (low + high) >>> 1;
    const a = values[low]!;
    const b = values[middle]!;
    const c = values[high]!;
    const pivot = a > b ? (b > c ? b : a > c ? c : a) : a > c ? a : b > c ? c : b;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! > pivot) i++;
      while (values[j]! < pivot) j--;
      if (i <= j) {
        const held = values[i]!;
        values[i] = values[j]!;
        values[j] = held;
        i++;
        j--;
      }
    }
    if (wanted <= j) high = j;
    else if (wanted >= i) low = i;
    else break;
  }
  return values[wanted]!;
}

/**
 * Calls `take(i)` for the m positions of `keys[0 .. n)` with the largest keys, in ascending position; among equal
 * keys the lowest positions are taken, which is what a stable sort would do.
 */
export function takeLargest(
  keys: Float64Array,
  n: number,
  m: number,
  scratch: Scratch,
  take: (position: number) => void,
): void {
  if (m <= 0) return;
  if (m >= n) {
    for (let i = 0; i < n; i++) take(i);
    return;
  }
  if (scratch.values.length < n) scratch.values = new Float64Array(n);
  scratch.values.set(keys.subarray(0, n));
  const cut = largest(scratch.values, n, m);
  let above = 0;
  for (let i = 0; i < n; i++) if (keys[i]! > cut) above++;
  let equal = m - above;
  for (let i = 0; i < n; i++) {
    if (keys[i]! > cut) take(i);
    else if (equal > 0 && keys[i] === cut) {
      take(i);
      equal--;
    }
  }
}
