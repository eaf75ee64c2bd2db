/** Small grey pictures: what duplicates are compared on. */

/** 8-bit luma, row-major [height, width]. */
export interface Grey {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A signal over a picture's pixels, row-major. */
export interface Plane {
  data: Float32Array;
  width: number;
  height: number;
}

/**
 * The eight ways to lay a picture: bit 0 mirrors left-right, bit 1 mirrors top-bottom, bit 2 transposes (after the
 * mirrors). 0 is as it is; 3 a half turn; 5 and 6 the quarter turns.
 */
export const ORIENTATIONS = [0, 1, 2, 3, 4, 5, 6, 7] as const;
export type Orientation = (typeof ORIENTATIONS)[number];

export function orient({ data, width, height }: Grey, orientation: Orientation): Grey {
  if (orientation === 0) return { data, width, height };
  const transpose = (orientation & 4) !== 0;
  const outWidth = transpose ? height : width;
  const outHeight = transpose ? width : height;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < outHeight; y++)
    for (let x = 0; x < outWidth; x++) {
      const mx = transpose ? y : x;
      const my = transpose ? x : y;
      const sx = orientation & 1 ? width - 1 - mx : mx;
      const sy = orientation & 2 ? height - 1 - my : my;
      out[y * outWidth + x] = data[sy * width + sx]!;
    }
  return { data: out, width: outWidth, height: outHeight };
}

/** The orientation that undoes `orientation`. */
export function inverseOrientation(orientation: Orientation): Orientation {
  if ((orientation & 4) === 0) return orientation;
  // Transposing swaps the roles of the two mirrors.
  return (4 | ((orientation & 1) << 1) | ((orientation & 2) >> 1)) as Orientation;
}

/** Which source cells an averaged cell covers: wholly those between `first` and `last`, these two in part. */
interface Spans {
  first: Int32Array;
  last: Int32Array;
  /** Shares of the first and the last cell, 0-1; the last counts where it is not the first. */
  head: Float64Array;
  tail: Float64Array;
}

function spansOf(size: number, cells: number): Spans {
  const first = new Int32Array(cells);
  const last = new Int32Array(cells);
  const head = new Float64Array(cells);
  const tail = new Float64Array(cells);
  for (let i = 0; i < cells; i++) {
    const from = (i * size) / cells;
    const to = ((i + 1) * size) / cells;
    first[i] = Math.floor(from);
    last[i] = Math.min(size, Math.ceil(to)) - 1;
    head[i] = Math.min(to, first[i]! + 1) - from;
    tail[i] = to - last[i]!;
  }
  return { first, last, head, tail };
}

/** Working memory that is used again: a search does the same to a hundred thousand pictures. Grows, never shrinks. */
function scratch<T extends Float32Array | Float64Array>(make: (length: number) => T): (length: number) => T {
  let kept = make(0);
  return (length) => {
    if (kept.length < length) kept = make(length);
    return kept;
  };
}

const floats = scratch((length) => new Float32Array(length));
const columnSums = scratch((length) => new Float64Array(length));

/** Area average to exactly width × height (any ratio; enlarging repeats pixels). One pass over the source's rows. */
export function shrink(source: Grey | Plane, width: number, height: number): Plane {
  const { width: w, height: h } = source;
  // One element type in the loops below: they are compiled for it.
  let data: Float32Array;
  if (source.data instanceof Float32Array) data = source.data;
  else {
    data = floats(w * h);
    data.set(source.data);
  }
  const across = spansOf(w, width);
  const down = spansOf(h, height);
  const sums = columnSums(w);
  const out = new Float32Array(width * height);
  const area = (width * height) / (w * h);
  for (let y = 0; y < height; y++) {
    const top = down.first[y]!;
    const bottom = down.last[y]!;
    // Down first: sums of different columns do not wait for each other.
    setRow(sums, data, top * w, w, down.head[y]!);
    for (let sy = top + 1; sy < bottom; sy++) addRow(sums, data, sy * w, w);
    if (bottom > top) addShare(sums, data, bottom * w, w, down.tail[y]!);
    averageAcross(sums, across, area, out, y * width);
  }
  return { data: out, width, height };
}

function setRow(sums: Float64Array, data: Float32Array, at: number, width: number, share: number): void {
  for (let x = 0; x < width; x++) sums[x] = share * data[at + x]!;
}

function addRow(sums: Float64Array, data: Float32Array, at: number, width: number): void {
  for (let x = 0; x < width; x++) sums[x]! += data[at + x]!;
}

function addShare(sums: Float64Array, data: Float32Array, at: number, width: number, share: number): void {
  for (let x = 0; x < width; x++) sums[x]! += share * data[at + x]!;
}

function averageAcross(sums: Float64Array, spans: Spans, area: number, out: Float32Array, at: number): void {
  const { first, last, head, tail } = spans;
  for (let x = 0; x < first.length; x++) {
    const from = first[x]!;
    const to = last[x]!;
    let sum = head[x]! * sums[from]!;
    for (let i = from + 1; i < to; i++) sum += sums[i]!;
    if (to > from) sum += tail[x]! * sums[to]!;
    out[at + x] = area * sum;
  }
}

/**
 * Mean over the (2 r + 1)² square about each pixel, cut at the border: running sums of columns, and of those along the
 * row, so that the cost does not depend on r.
 * @param into where the means go; not the plane's own data
 */
export function boxMean({ data, width, height }: Plane, radius: number, into = new Float32Array(data.length)): Plane {
  const sums = columnSums(width);
  sums.fill(0, 0, width);
  for (let y = 0; y < Math.min(height, radius); y++) addRow(sums, data, y * width, width);
  for (let y = 0; y < height; y++) {
    const below = y + radius;
    const above = y - radius - 1;
    if (below < height && above >= 0) {
      const enter = below * width;
      const leave = above * width;
      for (let x = 0; x < width; x++) sums[x]! += data[enter + x]! - data[leave + x]!;
    } else if (below < height) addRow(sums, data, below * width, width);
    else if (above >= 0) addShare(sums, data, above * width, width, -1);
    const rows = Math.min(height - 1, below) - Math.max(0, y - radius) + 1;
    meansAlong(sums, width, radius, rows, into, y * width);
  }
  return { data: into, width, height };
}

function meansAlong(sums: Float64Array, width: number, r: number, rows: number, out: Float32Array, at: number): void {
  let sum = 0;
  for (let x = 0; x < Math.min(width, r); x++) sum += sums[x]!;
  const whole = 1 / (rows * (2 * r + 1));
  for (let x = 0; x < width; x++) {
    const enters = x + r < width ? sums[x + r]! : 0;
    const leaves = x > r ? sums[x - r - 1]! : 0;
    // The difference does not wait for the sum of the pixel before.
    sum += enters - leaves;
    const inside = x >= r && x + r < width;
    out[at + x] = inside ? whole * sum : sum / (rows * (Math.min(width - 1, x + r) - Math.max(0, x - r) + 1));
  }
}
