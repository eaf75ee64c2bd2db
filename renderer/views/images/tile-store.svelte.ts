/**
 * Tiles of an open view, page by page. What is wanted is asked for, what is no longer wanted is cancelled. A change is
 * shown at once and corrected if it is refused.
 */
import { type Client } from '../../../electron/contract/client.ts';
import { toAssayError } from '../../../electron/contract/errors.ts';
import { type Tile } from '../../../electron/contract/words.ts';
import { type RowSet } from './row-set.ts';

export const PAGE = 96;
/** Pages kept that are not wanted: some 12,000 tiles. */
const KEPT = 128;

export class TileStore {
  /** Grows with every change of what `get` returns. */
  version = $state(0);
  readonly #client: Client;
  readonly #view: number;
  readonly #total: number;
  readonly #failed: (error: unknown) => void;

  readonly #pages = new Map<number, Tile[]>();

  readonly #asking = new Map<number, AbortController>();
  #wanted: readonly number[] = [];
  /** Writes not yet answered: what is read meanwhile may be older than what is shown. */
  #writing = 0;
  #stale = false;

  constructor(client: Client, view: number, total: number, first: readonly Tile[], failed: (error: unknown) => void) {
    this.#client = client;
    this.#view = view;
    this.#total = total;
    this.#failed = failed;
    for (
      let page = 0;
      (page + 1) * PAGE <= first.length || (page * PAGE < first.length && first.length >= total);
      page++
    )
      this.#pages.set(page, first.slice(page * PAGE, (page + 1) * PAGE));
  }

  get(row: number): Tile | undefined {
    void this.version;
    return this.#pages.get(Math.floor(row / PAGE))?.[row % PAGE];
  }

  /** Tiles of [from, to) shall be there soon; what is asked outside is cancelled. */
  want(from: number, to: number): void {
    const first = Math.floor(Math.max(0, from) / PAGE);
    const last = Math.floor(Math.min(this.#total - 1, Math.max(0, to - 1)) / PAGE);
    this.#wanted = this.#total === 0 ? [] : Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
    for (const [page, controller] of this.#asking) if (!this.#wanted.includes(page)) controller.abort();
    for (const page of this.#wanted) if (!this.#pages.has(page) && !this.#asking.has(page)) void this.#ask(page);
    this.#forget();
  }

  /** Shows a change at once. */
  patch(rows: RowSet, change: (tile: Tile) => Tile): void {
    for (const [page, tiles] of this.#pages) {
      const at = page * PAGE;
      if (rows.countWithin(at, at + tiles.length) === 0) continue;
      this.#pages.set(
        page,
        tiles.map((tile, i) => (rows.has(at + i) ? change(tile) : tile)),
      );
    }
    this.version++;
  }

  patchImages(ids: ReadonlySet<number>, change: (tile: Tile) => Tile): void {
    for (const [page, tiles] of this.#pages)
      if (tiles.some((tile) => ids.has(tile.id)))
        this.#pages.set(
          page,
          tiles.map((tile) => (ids.has(tile.id) ? change(tile) : tile)),
        );
    this.version++;
  }

  /** A write around which nothing older is shown; where it is refused, what was is read again. */
  async write<T>(work: () => Promise<T>): Promise<T> {
    this.#writing++;
    try {
      return await work();
    } catch (thrown) {
      this.#stale = true;
      throw thrown;
    } finally {
      this.#writing--;
      if (this.#writing === 0 && this.#stale) this.refresh();
    }
  }

  /** What is shown is read again; the rest is forgotten. */
  refresh(): void {
    if (this.#writing > 0) {
      this.#stale = true;
      return;
    }
    this.#stale = false;
    for (const page of [...this.#pages.keys()]) if (!this.#wanted.includes(page)) this.#pages.delete(page);
    for (const page of this.#wanted) {
      this.#asking.get(page)?.abort();
      void this.#ask(page);
    }
  }

  /** Image ids of loaded rows, for what must be named by id. */
  idOf(row: number): number | null {
    return this.#pages.get(Math.floor(row / PAGE))?.[row % PAGE]?.id ?? null;
  }

  close(): void {
    for (const controller of this.#asking.values()) controller.abort();
    void this.#client.call('view.close', { view: this.#view }).catch(() => undefined);
  }

  async #ask(page: number): Promise<void> {
    const controller = new AbortController();
    this.#asking.set(page, controller);
    try {
      const { tiles } = await this.#client.call(
        'view.tiles',
        { view: this.#view, from: page * PAGE, count: PAGE },
        { signal: controller.signal },
      );
      if (controller.signal.aborted) return;
      if (this.#writing > 0 && this.#pages.has(page)) this.#stale = true;
      else {
        this.#pages.set(page, tiles);
        this.version++;
      }
    } catch (thrown) {
      if (!controller.signal.aborted && toAssayError(thrown).code !== 'internal/cancelled') this.#failed(thrown);
    } finally {
      if (this.#asking.get(page) === controller) this.#asking.delete(page);
    }
  }

  #forget(): void {
    const spare = [...this.#pages.keys()].filter((page) => !this.#wanted.includes(page));
    for (const page of spare.slice(0, Math.max(0, spare.length - KEPT))) this.#pages.delete(page);
  }
}
