/** Pictures of text and shapes that come back from page to page; the longest unused is dropped when full. */
export class Kept<T> {
  private readonly entries = new Map<string, Promise<T>>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.entries.get(key);
    const entry = known ?? make();
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size > this.limit) {
      const oldest = this.entries.keys().next();
      if (!oldest.done) this.entries.delete(oldest.value);
    }
    return entry;
  }
}
