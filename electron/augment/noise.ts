/** Normal noise by the hundred thousand: looked up, because Box and Muller would take longer than the picture. */
import { type Random } from '../contract/index.ts';

const SIZE = 4096;

/** The normal quantile function (Acklam 2003; relative error below 1.2e-9). */
function quantile(p: number): number {
  const A = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ];
  const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  const C = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const polynomial = (c: readonly number[], x: number) => c.reduce((sum, k) => sum * x + k, 0);
  const tail = (t: number) => {
    const q = Math.sqrt(-2 * Math.log(t));
    return polynomial(C, q) / polynomial(D, q);
  };
  if (p < 0.02425) return tail(p);
  if (p > 1 - 0.02425) return -tail(1 - p);
  const q = p - 0.5;
  return (q * polynomial(A, q * q)) / polynomial(B, q * q);
}

/** Quantiles at the centres of 4,096 equal shares: mean 0, deviation 1, at most ±3.7. */
const TABLE = ((): Float64Array => {
  const table = Float64Array.from({ length: SIZE }, (_, i) => quantile((i + 0.5) / SIZE));
  const deviation = Math.sqrt(table.reduce((sum, z) => sum + z * z, 0) / SIZE);
  return table.map((z) => z / deviation);
})();

/** Standard normal values from a stream, two from each of its draws. */
export function normals(random: Random): () => number {
  let held = -1;
  return () => {
    if (held >= 0) {
      const value = TABLE[held] as number;
      held = -1;
      return value;
    }
    const bits = random.uint32();
    held = (bits >>> 12) & (SIZE - 1);
    return TABLE[bits & (SIZE - 1)] as number;
  };
}
