/** The nearest rows of every row by cosine similarity, exact, in slices that leave the loop free. */
import { AssayError } from '../../contract/index.ts';

export interface NearestRows {
  k: number;
  /** [n, k], nearest first, −1 where there are fewer. */
  indices: Int32Array;
  /** [n, k] cosine similarity. */
  similarities: Float32Array;
}

/** Columns after projection: cosines of thousands of columns are kept to about 1/sqrt(this). */
const PROJECTED = 256;
const SLICE_MS = 30;

/**
 * Random projection (Johnson and Lindenstrauss 1984, signs as in Achlioptas 2003) with a fixed generator: the same
 * columns give the same projection. Features are standardised first, so that no backbone outweighs another.
 */
function project(values: Float32Array, n: number, columns: number): Float32Array {
  const mean = new Float64Array(columns);
  const scale = new Float64Array(columns);
  for (let i = 0; i < n; i++) for (let c = 0; c < columns; c++) mean[c]! += values[i * columns + c]! / n;
  for (let i = 0; i < n; i++)
    for (let c = 0; c < columns; c++) scale[c]! += (values[i * columns + c]! - mean[c]!) ** 2 / n;
  for (let c = 0; c < columns; c++) scale[c] = scale[c]! > 1e-12 ? 1 / Math.sqrt(scale[c]!) : 0;
  const width = Math.min(PROJECTED, columns);
  const out = new Float32Array(n * width);
  // Each column goes, with a sign, to a few places of the projection (feature hashing, Weinberger et al. 2009).
  const PLACES = 4;
  let state = 0x9e3779b9;
  const next = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x85ebca6b) + 0x6d2b79f5) | 0;
    return (state ^ (state >>> 13)) >>> 0;
  };
  for (let c = 0; c < columns; c++) {
    for (let place = 0; place < PLACES; place++) {
      const draw = next();
      const target = columns <= width ? c : draw % width;
      const sign = columns <= width ? (place === 0 ? 1 : 0) : draw & 0x40000000 ? 1 : -1;
      if (sign === 0) continue;
      for (let i = 0; i < n; i++) out[i * width + target]! += sign * (values[i * columns + c]! - mean[c]!) * scale[c]!;
    }
  }
  for (let i = 0; i < n; i++) {
    const row = out.subarray(i * width, (i + 1) * width);
    const length = Math.hypot(...row);
    if (length > 0) for (let c = 0; c < width; c++) row[c]! /= length;
  }
  return out;
}

export async function nearestRows(
  values: Float32Array,
  columns: number,
  k: number,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (done: number, total: number) => void },
): Promise<NearestRows> {
  const n = columns > 0 ? values.length / columns : 0;
  const rows = project(values, n, columns);
  const width = Math.min(PROJECTED, columns);
  const indices = new Int32Array(n * k).fill(-1);
  const similarities = new Float32Array(n * k);
  const scores = new Float32Array(n);
  let slice = performance.now();
  for (let i = 0; i < n; i++) {
    const own = rows.subarray(i * width, (i + 1) * width);
    for (let j = 0; j < n; j++) {
      let dot = 0;
      const at = j * width;
      for (let c = 0; c < width; c++) dot += own[c]! * rows[at + c]!;
      scores[j] = j === i ? -Infinity : dot;
    }
    // Insertion into k sorted places: most rows fail the first comparison.
    let filled = 0;
    for (let j = 0; j < n; j++) {
      const score = scores[j]!;
      if (j === i || (filled === k && score <= similarities[i * k + k - 1]!)) continue;
      let place = filled < k ? filled++ : k - 1;
      while (place > 0 && similarities[i * k + place - 1]! < score) {
        similarities[i * k + place] = similarities[i * k + place - 1]!;
        indices[i * k + place] = indices[i * k + place - 1]!;
        place--;
      }
      similarities[i * k + place] = score;
      indices[i * k + place] = j;
    }
    if (performance.now() - slice > SLICE_MS) {
      if (signal.aborted) throw new AssayError('internal/cancelled');
      onProgress(i + 1, n);
      await new Promise(setImmediate);
      slice = performance.now();
    }
  }
  return { k, indices, similarities };
}
