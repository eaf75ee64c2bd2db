/** What is selected in a result, and where one is: click, Shift, Ctrl, arrows, rubber band, everything. */
import { RowSet } from './row-set.ts';

export class Selection {
  rows = $state.raw<RowSet>(RowSet.empty);
  /** The row that keys start from and that the inspector shows. */
  cursor = $state<number | null>(null);
  /** Where a range began. */
  #anchor: number | null = null;
  /** What was selected before the rubber band. */
  #before = RowSet.empty;

  get count(): number {
    return this.rows.count;
  }

  clear(): void {
    this.rows = RowSet.empty;
    this.#anchor = this.cursor;
  }

  reset(): void {
    this.rows = RowSet.empty;
    this.cursor = null;
    this.#anchor = null;
  }

  /** One row and no other. */
  only(row: number): void {
    this.rows = RowSet.of([[row, row + 1]]);
    this.cursor = row;
    this.#anchor = row;
  }

  /** Ctrl+click. */
  toggle(row: number): void {
    this.rows = this.rows.toggle(row);
    this.cursor = row;
    this.#anchor = row;
  }

  /** Shift+click and Shift+arrows: from the anchor to here; with `add`, beside what is selected. */
  extend(row: number, add = false): void {
    const from = this.#anchor ?? this.cursor ?? row;
    const range: [number, number] = [Math.min(from, row), Math.max(from, row) + 1];
    this.rows = add ? this.rows.add(...range) : RowSet.of([range]);
    this.cursor = row;
    this.#anchor = from;
  }

  /** The whole result, or a group of it, beside what is selected. */
  all(from: number, count: number, add = false): void {
    this.rows = add ? this.rows.add(from, from + count) : RowSet.of([[from, from + count]]);
    this.cursor ??= count > 0 ? from : null;
  }

  startBand(keep: boolean): void {
    this.#before = keep ? this.rows : RowSet.empty;
  }

  band(rows: readonly number[]): void {
    this.rows = this.#before.union(RowSet.rows(rows));
    const last = rows.at(-1);
    if (last !== undefined) this.cursor = last;
    this.#anchor = rows[0] ?? this.#anchor;
  }
}
