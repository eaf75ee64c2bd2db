/** Union of pictures, for the question whether two are together already. */
export class Joined {
  // Only who was joined is kept: most pictures are alone.
  readonly #parent = new Map<number, number>();

  #root(i: number): number {
    let root = i;
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up;
    // The way is shortened for the next question.
    while (i !== root) {
      const up = this.#parent.get(i)!;
      this.#parent.set(i, root);
      i = up;
    }
    return root;
  }

  together(a: number, b: number): boolean {
    return this.#root(a) === this.#root(b);
  }

  join(a: number, b: number): void {
    const from = this.#root(a);
    const to = this.#root(b);
    if (from !== to) this.#parent.set(from, to);
  }
}
