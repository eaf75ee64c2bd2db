/**
 * Nearest images in feature space, exact: cosine similarity by blocked matrix products. Columns are standardised first
 * (features behind a ReLU are all positive: without that everything is alike), so that no backbone outweighs another.
 */
import { createSession } from '../compute/index.ts';
import { encodeModel, graphBuilder } from '../onnx/index.ts';

export interface NearestRows {
  k: number;
  /** [n, k], nearest first; equal similarities by row; −1 where there are fewer rows. */
  indices: Int32Array;
  /** [n, k] cosine similarity, −1 to 1. */
  similarities: Float32Array;
}

export interface NearestOptions {
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
}

/** Rows compared at once with all others. */
const BLOCK = 256;
/** The loop is left free this often, in milliseconds' worth of compared pairs. */
const PAIRS_A_SLICE = 1_000_000;

/**
 * The k nearest other rows of every row of `values` [n, columns], which is changed in place (standardised and scaled
 * to length one). @throws the signal's reason when it is aborted
 */
export async function nearestRows(
  values: Float32Array,
  columns: number,
  k: number,
  { signal, onProgress }: NearestOptions,
): Promise<NearestRows> {
  const n = columns > 0 ? values.length / columns : 0;
  const found: NearestRows = {
    k,
    indices: new Int32Array(n * k).fill(-1),
    similarities: new Float32Array(n * k),
  };
  if (n === 0 || k === 0) return found;
  toUnitRows(values, columns);
  const session = await createSession(productModel(), { subject: 'neighbours' });
  try {
    const scores = new Float32Array(Math.min(BLOCK, n) * n);
    const all = { type: 'float32' as const, dims: [n, columns], data: values };
    const slice = Math.max(1, Math.floor(PAIRS_A_SLICE / n));
    for (let first = 0; first < n; first += BLOCK) {
      const rows = Math.min(BLOCK, n - first);
      const block = values.subarray(first * columns, (first + rows) * columns);
      const out = { type: 'float32' as const, dims: [rows, n], data: scores.subarray(0, rows * n) };
      await session.run({ a: { type: 'float32', dims: [rows, columns], data: block }, b: all }, { y: out });
      for (let row = 0; row < rows; row++) {
        signal.throwIfAborted();
        keepNearest(scores.subarray(row * n, (row + 1) * n), first + row, found);
        if (row % slice === slice - 1) await new Promise(setImmediate);
      }
      onProgress(first + rows, n);
    }
  } finally {
    await session.release();
  }
  return found;
}

/** Insertion into k sorted places: nearly all rows fail the first comparison. */
function keepNearest(scores: Float32Array, own: number, { k, indices, similarities }: NearestRows): void {
  const base = own * k;
  let filled = 0;
  for (let other = 0; other < scores.length; other++) {
    const score = scores[other]!;
    if (other === own || (filled === k && score <= similarities[base + k - 1]!)) continue;
    let place = filled < k ? filled++ : k - 1;
    for (; place > 0 && similarities[base + place - 1]! < score; place--) {
      similarities[base + place] = similarities[base + place - 1]!;
      indices[base + place] = indices[base + place - 1]!;
    }
    similarities[base + place] = score;
    indices[base + place] = other;
  }
}

/** Columns to mean 0 and deviation 1 (a constant column to 0), then rows to length 1. */
export function toUnitRows(values: Float32Array, columns: number): void {
  const n = values.length / columns;
  const mean = new Float64Array(columns);
  const square = new Float64Array(columns);
  for (let i = 0, c = 0; i < values.length; i++) {
    mean[c]! += values[i]! / n;
    if (++c === columns) c = 0;
  }
  for (let i = 0, c = 0; i < values.length; i++) {
    square[c]! += (values[i]! - mean[c]!) ** 2 / n;
    if (++c === columns) c = 0;
  }
  const scale = square.map((s) => (s > 1e-12 ? 1 / Math.sqrt(s) : 0));
  for (let row = 0; row < n; row++) {
    const at = row * columns;
    let length = 0;
    for (let c = 0; c < columns; c++) {
      const value = (values[at + c]! - mean[c]!) * scale[c]!;
      values[at + c] = value;
      length += value * value;
    }
    const unit = length > 0 ? 1 / Math.sqrt(length) : 0;
    for (let c = 0; c < columns; c++) values[at + c]! *= unit;
  }
}

function productModel(): Uint8Array {
  const b = graphBuilder({ name: 'neighbours' });
  const y = b.gemm(b.input('a', ['R', 'C']), b.input('b', ['N', 'C']), undefined, { transB: true });
  b.output(y, 'y', ['R', 'N']);
  return encodeModel(b.model());
}
