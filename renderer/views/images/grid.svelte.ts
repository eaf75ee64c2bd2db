/** Geometry of the grid on screen: layout of the open result, where it is scrolled to, which tiles are shown. */
import { GridLayout, type Rect } from './layout.ts';
import { type ImagesState } from './images.svelte.ts';
import { ScaledScroll } from './scaled-scroll.ts';

/** Drawn beyond the edge: what a flick of the wheel uncovers. */
const AHEAD = 500;

export class GridState {
  readonly #state: ImagesState;
  readonly #scroll = new ScaledScroll();
  width = $state(0);
  height = $state(0);
  /** Height of the spacer. */
  spacer = $state(0);
  top = $state(0);
  /** Added to a content y to place it in the spacer. */
  shift = $state(0);
  layout = $state.raw<GridLayout | null>(null);
  /** Grows when a block's height became known. */
  learned = $state(0);
  /** Where the scroller shall be put; set by the component. */
  scrollTo: (physical: number) => void = () => undefined;
  #view: unknown = null;

  constructor(state: ImagesState) {
    this.#state = state;
  }

  /** A new layout for what is open. The same images stay in sight where only size or folding changed. */
  rebuild(side: number, pixelRatio: number): void {
    const { view, mode, group, folded } = this.#state;
    if (!view || this.width === 0) return;
    const headers = group !== 'none' && view.groups.length > 0;
    const anchor = this.#view === view ? this.#anchor() : null;
    const groups = headers
      ? view.groups.map((g) => ({ from: g.from, count: g.count, folded: folded.includes(g.key) }))
      : [{ from: 0, count: view.total, folded: false }];
    this.layout = new GridLayout({ groups, width: this.width, side, mode, headers, aspect: this.#meanAspect() });
    this.#learn();
    const restored = this.#view === view ? this.#place(anchor) : this.#state.top;
    this.#view = view;
    this.#resize(restored, pixelRatio);
  }

  resized(pixelRatio: number): void {
    this.#resize(this.top, pixelRatio);
  }

  readonly visible = $derived.by((): { row: number; rect: Rect }[] => {
    void this.learned;
    return this.layout?.visible(this.top - AHEAD, this.top + this.height + AHEAD) ?? [];
  });

  /** Headers in sight. */
  readonly headers = $derived.by((): { index: number; y: number }[] => {
    void this.learned;
    const layout = this.layout;
    const view = this.#state.view;
    if (!layout?.options.headers || !view) return [];
    return view.groups
      .map((_, index) => ({ index, y: layout.headerTop(index) }))
      .filter(({ y }) => y > this.top - 100 && y < this.top + this.height + AHEAD);
  });

  /** The header that stays at the top, moved up by the next one. */
  readonly sticky = $derived.by((): { index: number; offset: number } | null => {
    void this.learned;
    const at = this.layout?.groupAt(this.top);
    return at ? { index: at.group, offset: Math.min(0, at.next - this.top - 34) } : null;
  });

  /** The scroller moved. */
  moved(physical: number): void {
    this.#scroll.moved(physical);
    this.#read();
    this.want();
  }

  /** The scroller came to rest. */
  settled(): void {
    const physical = this.#scroll.settle();
    if (physical === null) return;
    this.#read();
    this.scrollTo(physical);
  }

  /** Asks for the tiles in sight. */
  want(): void {
    const layout = this.layout;
    if (!layout) return;
    const blocks = layout.within(this.top - AHEAD, this.top + this.height + AHEAD);
    const first = layout.blocks[blocks[0] ?? -1];
    const last = layout.blocks[blocks.at(-1) ?? -1];
    if (first && last) this.#state.store?.want(first.from, last.from + last.count);
  }

  /** Tiles arrived: blocks take their true heights, and what is looked at stays where it is. */
  arrived(): void {
    const anchor = this.#anchor();
    if (this.#learn()) this.#go(this.#place(anchor));
  }

  /** Brings a row into sight. */
  reveal(row: number): void {
    const rect = this.layout?.rect(row);
    if (!rect) return;
    const above = this.layout?.options.headers ? 40 : 6;
    if (rect.y - above < this.top) this.#go(rect.y - above);
    else if (rect.y + rect.height + 6 > this.top + this.height) this.#go(rect.y + rect.height + 6 - this.height);
    this.want();
  }

  toGroup(index: number): void {
    this.#go(this.layout?.headerTop(index) ?? 0);
  }

  by(pixels: number): void {
    this.#go(this.top + pixels);
  }

  /** How many rows down a page is, for PageUp and PageDown. */
  page(row: number, direction: -1 | 1): number {
    const rect = this.layout?.rect(row);
    if (!rect || !this.layout) return row;
    const y = rect.y + direction * Math.max(rect.height, this.height - rect.height);
    const found = this.layout.touching(rect.x, y, rect.x + rect.width, y + rect.height + 12);
    return found[0] ?? (direction < 0 ? 0 : this.#state.total - 1);
  }

  #go(top: number): void {
    const physical = this.#scroll.to(top);
    this.#read();
    this.scrollTo(physical);
  }

  #resize(top: number, pixelRatio: number): void {
    this.#scroll.top = top;
    const physical = this.#scroll.resize(this.layout?.height ?? 0, this.height, pixelRatio);
    this.spacer = this.#scroll.spacer;
    this.#read();
    // The spacer must have its height before the scroller can be put there.
    queueMicrotask(() => this.scrollTo(physical));
    this.want();
  }

  #read(): void {
    this.top = this.#scroll.top;
    this.shift = this.#scroll.shift;
    this.#state.top = this.top;
  }

  /** The cursor where it is in sight, else the first row that is. */
  #anchor(): { row: number; offset: number } | null {
    const layout = this.layout;
    if (!layout) return null;
    const { cursor } = this.#state.selection;
    const own = cursor === null ? null : layout.rect(cursor);
    if (own && cursor !== null && own.y >= this.top && own.y < this.top + this.height)
      return { row: cursor, offset: own.y - this.top };
    const first = layout.visible(this.top, this.top + this.height)[0];
    return first && this.top > 0 ? { row: first.row, offset: first.rect.y - this.top } : null;
  }

  #place(anchor: { row: number; offset: number } | null): number {
    const rect = anchor ? this.layout?.rect(anchor.row) : null;
    return rect && anchor ? rect.y - anchor.offset : this.top;
  }

  #learn(): boolean {
    const { layout } = this;
    const store = this.#state.store;
    if (!layout || !store || layout.options.mode === 'square') return false;
    const before = layout.height;
    let any = false;
    for (const index of layout.within(this.top - 2 * AHEAD, this.top + this.height + 2 * AHEAD)) {
      const block = layout.blocks[index];
      if (!block || !layout.needs(index)) continue;
      const tiles = Array.from({ length: block.count }, (_, i) => store.get(block.from + i));
      if (tiles.some((tile) => tile === undefined)) continue;
      layout.know(
        index,
        tiles.map((tile) => (tile && tile.height > 0 ? tile.width / tile.height : 0.75)),
      );
      any = true;
    }
    if (any) this.learned++;
    if (layout.height !== before) this.spacer = this.#sized();
    return any;
  }

  #sized(): number {
    this.#scroll.resize(this.layout?.height ?? 0, this.height, globalThis.devicePixelRatio ?? 1);
    return this.#scroll.spacer;
  }

  #meanAspect(): number {
    const { store, total } = this.#state;
    const shapes: number[] = [];
    for (let row = 0; row < Math.min(total, 96); row++) {
      const tile = store?.get(row);
      if (tile && tile.height > 0) shapes.push(tile.width / tile.height);
    }
    return shapes.length === 0 ? 0.75 : shapes.reduce((a, b) => a + b, 0) / shapes.length;
  }
}
