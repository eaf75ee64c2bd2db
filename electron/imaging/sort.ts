/** Sorting names without holding the event loop: runs of 5,000 are sorted, then merged, with turns in between. */

const RUN = 5000;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Keyed<T> {
  key: string;
  item: T;
}

const byKey = (a: Keyed<unknown>, b: Keyed<unknown>): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

async function merge<T>(a: Keyed<T>[], b: Keyed<T>[]): Promise<Keyed<T>[]> {
  const merged: Keyed<T>[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    // The earlier list first where keys are equal: the sort is stable.
    if (x && (!y || byKey(x, y) <= 0)) {
      merged.push(x);
      i++;
    } else if (y) {
      merged.push(y);
      j++;
    }
    if (merged.length % (4 * RUN) === 0) await nextTurn();
  }
  return merged;
}

/** The same order on every system: by code unit of the composed name. */
export async function sortByName<T extends { name: string }>(items: readonly T[]): Promise<T[]> {
  let runs: Keyed<T>[][] = [];
  for (let from = 0; from < items.length; from += RUN) {
    if (from > 0) await nextTurn();
    const run = items.slice(from, from + RUN).map((item) => ({ key: item.name.normalize('NFC'), item }));
    runs.push(run.sort(byKey));
  }
  while (runs.length > 1) {
    const next: Keyed<T>[][] = [];
    for (let i = 0; i < runs.length; i += 2) next.push(await merge(runs[i] ?? [], runs[i + 1] ?? []));
    runs = next;
  }
  return (runs[0] ?? []).map(({ item }) => item);
}
