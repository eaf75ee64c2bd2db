/** Long work in small pieces: interchange runs in the engine, whose loop is never held for long. */

const SLICE = 2000;

/** The next turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** `work` on every item, with a turn of the loop after each 2,000; ends early where it returns false. */
export async function inSlices<T>(items: readonly T[], work: (item: T) => unknown): Promise<void> {
  for (let from = 0; from < items.length; from += SLICE) {
    if (from > 0) await nextTurn();
    const end = Math.min(items.length, from + SLICE);
    for (let i = from; i < end; i++) if (work(items[i] as T) === false) return;
  }
}
