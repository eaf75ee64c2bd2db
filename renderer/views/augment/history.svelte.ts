/** Edits that were not saved yet, to be taken back one by one. What a slider passes through is one edit. */
export class EditHistory<T> {
  #now = $state.raw() as T;
  #past = $state.raw<readonly T[]>([]);
  #future = $state.raw<readonly T[]>([]);
  #last: string | null = null;

  constructor(first: T) {
    this.#now = first;
  }

  get now(): T {
    return this.#now;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Forgets everything before. */
  begin(value: T): void {
    this.#now = value;
    this.#past = [];
    this.#future = [];
    this.#last = null;
  }

  /** @param of what is being set; edits of the same thing that follow each other are one */
  edit(value: T, of: string | null = null): void {
    if (value === this.#now) return;
    if (of === null || of !== this.#last) this.#past = [...this.#past, this.#now];
    this.#last = of;
    this.#future = [];
    this.#now = value;
  }

  /** Another form of the same value, which is no edit. */
  replace(value: T): void {
    this.#now = value;
  }

  undo(): void {
    const before = this.#past.at(-1);
    if (before === undefined) return;
    this.#future = [...this.#future, this.#now];
    this.#past = this.#past.slice(0, -1);
    this.#now = before;
    this.#last = null;
  }

  redo(): void {
    const after = this.#future.at(-1);
    if (after === undefined) return;
    this.#past = [...this.#past, this.#now];
    this.#future = this.#future.slice(0, -1);
    this.#now = after;
    this.#last = null;
  }
}
