/** A set of rows of a result as sorted ranges [first, past the last): a million selected rows are one pair. Immutable. */
export type Range = readonly [number, number];

export class RowSet {
  static readonly empty = new RowSet([]);
  readonly ranges: readonly Range[];

  private constructor(ranges: readonly Range[]) {
    this.ranges = ranges;
  }

  static of(ranges: readonly Range[]): RowSet {
    const sorted = ranges.filter(([from, to]) => to > from).sort((a, b) => a[0] - b[0]);
    const merged: [number, number][] = [];
    for (const [from, to] of sorted) {
      const last = merged.at(-1);
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else merged.push([from, to]);
    }
    return merged.length === 0 ? RowSet.empty : new RowSet(merged);
  }

  static rows(rows: readonly number[]): RowSet {
    return RowSet.of(rows.map((row) => [row, row + 1]));
  }

  get count(): number {
    return this.ranges.reduce((sum, [from, to]) => sum + to - from, 0);
  }

  get first(): number | null {
    return this.ranges[0]?.[0] ?? null;
  }

  get last(): number | null {
    const end = this.ranges.at(-1)?.[1];
    return end === undefined ? null : end - 1;
  }

  has(row: number): boolean {
    let low = 0;
    let high = this.ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const [from, to] = this.ranges[middle] ?? [0, 0];
      if (row < from) high = middle - 1;
      else if (row >= to) low = middle + 1;
      else return true;
    }
    return false;
  }

  /** How many of [from, to) are in the set. */
  countWithin(from: number, to: number): number {
    return this.ranges.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);
  }

  add(from: number, to: number): RowSet {
    return RowSet.of([...this.ranges, [from, to]]);
  }

  remove(from: number, to: number): RowSet {
    return RowSet.of(
      this.ranges.flatMap(([a, b]): Range[] => [
        [a, Math.min(b, from)],
        [Math.max(a, to), b],
      ]),
    );
  }

  toggle(row: number): RowSet {
    return this.has(row) ? this.remove(row, row + 1) : this.add(row, row + 1);
  }

  union(other: RowSet): RowSet {
    return RowSet.of([...this.ranges, ...other.ranges]);
  }
}
