/** What one picture shows and its supposed copy does not, after everything that copying may do. */
import { type Plane } from './grey.ts';

/** Blocks in which shift, contrast and sharpness are fitted: large enough that a changed word cannot bend the fit. */
const FIT = 48;
/** Half of the blocks in which the rest is counted, in pixels. */
const HALF = 8;
/** Grey levels (of 255, mean of 5 × 5 pixels) that count as different … */
const CUT = 12;
/** … more where the block is busy: this deviation of the structure doubles nothing yet, twice it doubles the cut. */
const BUSY = 30;
/** A block holds something where its structure deviates by this. */
const STRUCTURE = 4;
/** Longest shift, pixels. */
const REACH = 1.5;

export interface Unexplained {
  /** Pixels above the cut in the worst 16 × 16 block, 0-256. */
  worst: number;
  /** Fitted blocks with structure in either picture. */
  structured: number;
}

/**
 * @param own relative structure of the first picture
 * @param other the second drawn into its frame, NaN where there is nothing to compare
 * @param border pixels of the first to leave out on each side, at least 1
 *
 * Per block: other ≈ own + u ∂x own + v ∂y own + g own + k ∇² own, by least squares in which large differences pull
 * less (Huber): shift, gain, blur or sharpening. What is left is |other − that|.
 */
export function unexplained(own: Plane, other: Float32Array, border: number): Unexplained {
  const { data, width, height } = own;
  const columns = Math.ceil(width / HALF) + 1;
  const rows = Math.ceil(height / HALF) + 1;
  const counts = new Uint16Array(columns * rows);
  let structured = 0;
  for (let top = border; top < height - border; top += FIT)
    for (let left = border; left < width - border; left += FIT) {
      const right = Math.min(width - border, left + FIT);
      const bottom = Math.min(height - border, top + FIT);
      const fit = fitBlock(data, other, width, left, top, right, bottom);
      if (!fit) continue;
      if (fit.deviation >= STRUCTURE) structured++;
      const cut = CUT * Math.max(1, fit.deviation / BUSY);
      for (let y = top; y < bottom; y++) {
        const line = Math.floor(y / HALF) * columns;
        for (let x = left; x < right; x++) {
          const i = y * width + x;
          const value = data[i]!;
          const w = data[i - 1]!;
          const e = data[i + 1]!;
          const n = data[i - width]!;
          const s = data[i + width]!;
          const rest =
            other[i]! -
            value -
            (fit.u * (e - w)) / 2 -
            (fit.v * (s - n)) / 2 -
            fit.gain * value -
            fit.blur * (w + e + n + s - 4 * value);
          // NaN fails the comparison.
          if (Math.abs(rest) > cut) counts[line + Math.floor(x / HALF)]! += 1;
        }
      }
    }
  let worst = 0;
  for (let y = 0; y + 1 < rows; y++)
    for (let x = 0; x + 1 < columns; x++) {
      const at = y * columns + x;
      worst = Math.max(worst, counts[at]! + counts[at + 1]! + counts[at + columns]! + counts[at + columns + 1]!);
    }
  return { worst, structured };
}

interface BlockFit {
  u: number;
  v: number;
  gain: number;
  blur: number;
  /** Root mean square of the larger of the two structures. */
  deviation: number;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

function fitBlock(
  data: Float32Array,
  other: Float32Array,
  width: number,
  left: number,
  top: number,
  right: number,
  bottom: number,
): BlockFit | null {
  // Normal equations of four unknowns, written out: this runs for every pixel.
  let xx = 0;
  let xy = 0;
  let xg = 0;
  let xk = 0;
  let yy = 0;
  let yg = 0;
  let yk = 0;
  let gg = 0;
  let gk = 0;
  let kk = 0;
  let dx = 0;
  let dy = 0;
  let dg = 0;
  let dk = 0;
  let squares = 0;
  let count = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const i = y * width + x;
      const theirs = other[i]!;
      if (theirs !== theirs) continue;
      const value = data[i]!;
      const w = data[i - 1]!;
      const e = data[i + 1]!;
      const n = data[i - width]!;
      const s = data[i + width]!;
      const gx = (e - w) / 2;
      const gy = (s - n) / 2;
      const laplacian = w + e + n + s - 4 * value;
      const difference = theirs - value;
      const size = Math.abs(difference);
      const weight = size > 8 ? 8 / size : 1;
      count++;
      squares += Math.max(value * value, theirs * theirs);
      xx += weight * gx * gx;
      xy += weight * gx * gy;
      xg += weight * gx * value;
      xk += weight * gx * laplacian;
      yy += weight * gy * gy;
      yg += weight * gy * value;
      yk += weight * gy * laplacian;
      gg += weight * value * value;
      gk += weight * value * laplacian;
      kk += weight * laplacian * laplacian;
      dx += weight * gx * difference;
      dy += weight * gy * difference;
      dg += weight * value * difference;
      dk += weight * laplacian * difference;
    }
  if (count === 0) return null;
  const h = [
    [xx * 1.02 + 100, xy, xg, xk, dx],
    [xy, yy * 1.02 + 100, yg, yk, dy],
    [xg, yg, gg * 1.02 + 1000, gk, dg],
    [xk, yk, gk, kk * 1.02 + 1000, dk],
  ];
  for (let i = 0; i < 4; i++)
    for (let r = i + 1; r < 4; r++) {
      const factor = h[r]![i]! / h[i]![i]!;
      for (let c = i; c < 5; c++) h[r]![c]! -= factor * h[i]![c]!;
    }
  const solved = [0, 0, 0, 0];
  for (let i = 3; i >= 0; i--) {
    let value = h[i]![4]!;
    for (let c = i + 1; c < 4; c++) value -= h[i]![c]! * solved[c]!;
    solved[i] = value / h[i]![i]!;
  }
  const length = Math.hypot(solved[0]!, solved[1]!);
  const short = length > REACH ? REACH / length : 1;
  return {
    u: short * solved[0]!,
    v: short * solved[1]!,
    gain: clamp(solved[2]!, -0.5, 0.8),
    blur: clamp(solved[3]!, -0.3, 0.5),
    deviation: Math.sqrt(squares / count),
  };
}
