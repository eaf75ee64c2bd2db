/**
 * Where every tile of a result lies, for a result of any length. Groups are cut into blocks; a block's height is
 * estimated until its pictures' shapes are known, so a million images cost ten thousand numbers. Pure geometry, pixels.
 */

export type Mode = 'justified' | 'square';

/** Padding of a tile, its caption, gaps between tiles, a group's header, and the grid's edge. */
export const PAD = 4;
export const CAPTION = 24;
export const GAP_X = 4;
export const GAP_Y = 6;
export const HEADER = 34;
export const EDGE = 10;
const BLOCK = 96;
const BOTTOM = 16;

/** A tile's place. `width` and `height` include padding and caption; the picture's box is `picture` high. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
  picture: number;
}

export interface GroupOfRows {
  from: number;
  count: number;
  folded: boolean;
}

interface Block {
  group: number;
  from: number;
  count: number;
  last: boolean;
}

export interface LayoutOptions {
  groups: readonly GroupOfRows[];
  /** Inner width of the grid. */
  width: number;
  /** Height of a picture. */
  side: number;
  mode: Mode;
  /** Whether groups have headers. */
  headers: boolean;
  /** Width / height that unknown pictures are taken to have. */
  aspect?: number;
}

const frame = CAPTION + 2 * PAD;
const shape = (aspect: number): number => Math.min(4, Math.max(0.25, aspect));

/** How many pictures of one shape fit a row at `side`, and the height at which they fill it. */
export function uniform(width: number, side: number, aspect: number): { perRow: number; picture: number } {
  const perRow = Math.max(1, Math.floor((width + GAP_X) / (shape(aspect) * side + 2 * PAD + GAP_X)));
  const picture = (width - perRow * 2 * PAD - (perRow - 1) * GAP_X) / (perRow * shape(aspect));
  return { perRow, picture: Math.min(picture, side * 1.35) };
}

/** Cuts widths into rows: a group's end fills row by row, other blocks share evenly so that no row is left short. */
function cut(widths: readonly number[], room: number, last: boolean): [number, number][] {
  const total = widths.reduce((sum, w) => sum + w, 0);
  const share = total / Math.max(1, Math.ceil(total / room - 1e-6));
  const rows: [number, number][] = [];
  let start = 0;
  let inRow = 0;
  let passed = 0;
  widths.forEach((w, i) => {
    const full = last ? inRow + w > room + 1e-6 : passed + w / 2 >= (rows.length + 1) * share;
    if (full && i > start) {
      rows.push([start, i]);
      start = i;
      inRow = 0;
    }
    inRow += w;
    passed += w;
  });
  if (widths.length > 0) rows.push([start, widths.length]);
  return rows;
}

/** Rows of tiles filling the width. `base`: the height of a row that is only begun, at a group's end. */
export function justify(
  aspects: readonly number[],
  { width, side, base, last }: { width: number; side: number; base: number; last: boolean },
): { rects: Rect[]; height: number } {
  const widths = aspects.map((aspect) => shape(aspect) * side + 2 * PAD + GAP_X);
  const rects: Rect[] = [];
  let y = 0;
  for (const [start, end] of cut(widths, width + GAP_X, last)) {
    const count = end - start;
    const shapes = aspects.slice(start, end).reduce((sum, a) => sum + shape(a), 0);
    const fitting = (width - count * 2 * PAD - (count - 1) * GAP_X) / shapes;
    const begun = last && end === aspects.length;
    const picture = Math.max(24, Math.min(fitting, begun ? base : side * 1.35));
    let x = EDGE;
    for (let k = start; k < end; k++) {
      const w = shape(aspects[k] ?? 1) * picture + 2 * PAD;
      rects.push({ x, y, width: w, height: picture + frame, picture });
      x += w + GAP_X;
    }
    y += picture + frame + GAP_Y;
  }
  return { rects, height: y };
}

/** Columns of equal cells that fill the width. */
export function squares(width: number, side: number): { columns: number; cell: number } {
  const columns = Math.max(1, Math.floor((width + GAP_X) / (side + 2 * PAD + GAP_X)));
  return { columns, cell: (width - (columns - 1) * GAP_X) / columns };
}

export class GridLayout {
  readonly options: Required<LayoutOptions>;
  readonly #blocks: Block[] = [];
  readonly #heights: Float64Array;
  /** Top of each block; one more for the end. */
  readonly #tops: Float64Array;
  readonly #headerTops: number[] = [];
  readonly #rects = new Map<number, Rect[]>();
  readonly #exact = new Set<number>();
  readonly #estimates = new Map<string, number>();
  readonly #square: { columns: number; cell: number };
  /** Height of a row of common pictures that fills the width. */
  readonly #base: number;

  constructor(options: LayoutOptions) {
    this.options = { aspect: 0.75, ...options };
    const { width, side, mode, groups, aspect } = this.options;
    this.#square = squares(width, side);
    const { perRow, picture } = uniform(width, side, aspect);
    this.#base = picture;
    // Whole rows of common pictures: a block of them ends without a gap.
    const columns = mode === 'square' ? this.#square.columns : perRow;
    const size = Math.ceil(BLOCK / columns) * columns;
    groups.forEach((group, g) => {
      const end = group.from + (group.folded ? 0 : group.count);
      for (let from = group.from; from < end; from += size)
        this.#blocks.push({ group: g, from, count: Math.min(size, end - from), last: from + size >= end });
    });
    this.#heights = Float64Array.from(this.#blocks, (block) => this.#estimate(block));
    this.#tops = new Float64Array(this.#blocks.length + 1);
    this.#stack();
  }

  /** Height of everything. */
  get height(): number {
    return (this.#tops.at(-1) ?? 0) + BOTTOM;
  }

  get blocks(): readonly { from: number; count: number }[] {
    return this.#blocks;
  }

  /** Top of a group's header. */
  headerTop(group: number): number {
    return this.#headerTops[group] ?? 0;
  }

  /** Whether a block still stands on an estimate. */
  needs(block: number): boolean {
    return this.options.mode === 'justified' && !this.#exact.has(block);
  }

  /** Gives a block its pictures' shapes (width / height). */
  know(block: number, aspects: readonly number[]): void {
    const b = this.#blocks[block];
    if (!b || !this.needs(block)) return;
    const { rects, height } = this.#justify(aspects, b.last);
    this.#exact.add(block);
    this.#rects.set(block, rects);
    if (height === this.#heights[block]) return;
    this.#heights[block] = height;
    this.#stack();
  }

  /** Blocks that reach into [top, bottom). */
  within(top: number, bottom: number): number[] {
    const found: number[] = [];
    for (let i = this.#blockAt(top); i < this.#blocks.length && (this.#tops[i] ?? 0) < bottom; i++) found.push(i);
    return found;
  }

  /** The block that a row of the result is in; -1 where its group is folded. */
  blockOf(row: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const block = this.#blocks[middle];
      if (!block) break;
      if (row < block.from) high = middle - 1;
      else if (row >= block.from + block.count) low = middle + 1;
      else return middle;
    }
    return -1;
  }

  /** Where a row of the result lies; null where its group is folded. */
  rect(row: number): Rect | null {
    const i = this.blockOf(row);
    const block = this.#blocks[i];
    if (!block) return null;
    const inside = this.#inside(i, block)[row - block.from];
    return inside ? { ...inside, y: inside.y + (this.#tops[i] ?? 0) } : null;
  }

  /** Rows of the result with their places in [top, bottom). */
  visible(top: number, bottom: number): { row: number; rect: Rect }[] {
    return this.within(top, bottom).flatMap((i) => {
      const block = this.#blocks[i];
      const at = this.#tops[i] ?? 0;
      if (!block) return [];
      return this.#inside(i, block)
        .map((rect, k) => ({ row: block.from + k, rect: { ...rect, y: rect.y + at } }))
        .filter(({ rect }) => rect.y + rect.height > top && rect.y < bottom);
    });
  }

  /** Rows whose tiles a rectangle touches: the rubber band. */
  touching(left: number, top: number, right: number, bottom: number): number[] {
    return this.visible(top, bottom)
      .filter(({ rect }) => rect.x < right && rect.x + rect.width > left)
      .map(({ row }) => row);
  }

  /** The row above (-1) or below (1) that lies nearest; the row itself at the end. */
  vertical(row: number, direction: -1 | 1): number {
    const here = this.rect(row);
    if (!here) return row;
    const middle = here.x + here.width / 2;
    const centre = (rect: Rect): number => Math.abs(rect.x + rect.width / 2 - middle);
    // Far enough for the next row and a header between.
    const reach = 3 * (this.options.side * 1.35 + frame) + HEADER;
    const rows =
      direction < 0
        ? this.visible(here.y - reach, here.y - 0.5)
        : this.visible(here.y + here.height, here.y + here.height + reach);
    const candidates = rows.filter(({ rect }) => (direction < 0 ? rect.y < here.y - 0.5 : rect.y > here.y + 0.5));
    const first = candidates.reduce<number | null>(
      (best, { rect }) => (best === null || (direction < 0 ? rect.y > best : rect.y < best) ? rect.y : best),
      null,
    );
    if (first === null) return row;
    return candidates
      .filter(({ rect }) => Math.abs(rect.y - first) < 0.5)
      .reduce((best, c) => (centre(c.rect) < centre(best.rect) ? c : best)).row;
  }

  /** The group under `y`, and the top of the next one. */
  groupAt(y: number): { group: number; next: number } | null {
    if (!this.options.headers || this.#headerTops.length === 0) return null;
    let group = 0;
    while (group + 1 < this.#headerTops.length && (this.#headerTops[group + 1] ?? 0) <= y) group++;
    return { group, next: this.#headerTops[group + 1] ?? Infinity };
  }

  #justify(aspects: readonly number[], last: boolean): { rects: Rect[]; height: number } {
    const { width, side } = this.options;
    return justify(aspects, { width, side, base: this.#base, last });
  }

  #inside(i: number, block: Block): Rect[] {
    let rects = this.#rects.get(i);
    if (rects) return rects;
    const { mode, aspect } = this.options;
    if (mode === 'square') {
      const { columns, cell } = this.#square;
      const picture = cell - 2 * PAD;
      rects = Array.from({ length: block.count }, (_, k) => ({
        x: EDGE + (k % columns) * (cell + GAP_X),
        y: Math.floor(k / columns) * (picture + frame + GAP_Y),
        width: cell,
        height: picture + frame,
        picture,
      }));
    } else rects = this.#justify(new Array<number>(block.count).fill(aspect), block.last).rects;
    this.#rects.set(i, rects);
    return rects;
  }

  #estimate(block: Block): number {
    const key = `${block.count} ${block.last}`;
    let height = this.#estimates.get(key);
    if (height === undefined) {
      const { mode, aspect } = this.options;
      height =
        mode === 'square'
          ? Math.ceil(block.count / this.#square.columns) * (this.#square.cell - 2 * PAD + frame + GAP_Y)
          : this.#justify(new Array<number>(block.count).fill(aspect), block.last).height;
      this.#estimates.set(key, height);
    }
    return height;
  }

  #stack(): void {
    let y = this.options.headers ? 0 : GAP_Y;
    let b = 0;
    this.options.groups.forEach((_, g) => {
      this.#headerTops[g] = y;
      if (this.options.headers) y += HEADER;
      for (; this.#blocks[b]?.group === g; b++) {
        this.#tops[b] = y;
        y += this.#heights[b] ?? 0;
      }
    });
    this.#tops[this.#blocks.length] = y;
  }

  #blockAt(y: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#tops[middle] ?? 0) + (this.#heights[middle] ?? 0) > y) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
