/** Two lines of linear algebra: symmetric positive definite systems of some hundred unknowns at most. */

/** Lower factor L of A = L L', row-major [n, n]. A pivot that vanishes by rounding is raised to a tiny one. */
export function cholesky(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= out[i * n + k]! * out[j * n + k]!;
      out[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / out[j * n + j]!;
    }
  return out;
}

/** x with L L' x = b. */
export function solveCholesky(factor: Float64Array, b: ArrayLike<number>, n: number): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * n + k]! * x[k]!;
    x[i]! /= factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= factor[k * n + i]! * x[k]!;
    x[i]! /= factor[i * n + i]!;
  }
  return x;
}
