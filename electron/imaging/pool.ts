/** Keeps a number of decodes in flight: sharp works on libuv's threads, so waiting for one at a time leaves cores idle. */
import { availableParallelism } from 'node:os';
import { AssayError } from '../contract/index.ts';

/** Threads that decode: libuv has four unless the environment gave it more. */
const THREADS = Math.max(1, Number(process.env.UV_THREADPOOL_SIZE) || 4);

/** As many as can be decoded at once, and one to read ahead from the disk. */
export const IN_FLIGHT = Math.min(THREADS, availableParallelism()) + 1;

/**
 * Results of `work` in the order of `items`, with at most `limit` under way: a slow taker slows the work.
 * Cancelling throws `internal/cancelled`; what is under way then is left to end by itself.
 */
export async function* mapOrdered<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  options: { limit?: number; signal?: AbortSignal } = {},
): AsyncGenerator<R> {
  const limit = options.limit ?? IN_FLIGHT;
  const queue: Promise<R>[] = [];
  let next = 0;
  const fill = () => {
    while (next < items.length && queue.length < limit) {
      const index = next++;
      const started = work(items[index] as T, index);
      // Its rejection is seen when its turn comes; until then it must not count as unhandled.
      started.catch(() => undefined);
      queue.push(started);
    }
  };
  fill();
  for (let head = queue.shift(); head; head = queue.shift()) {
    if (options.signal?.aborted) throw new AssayError('internal/cancelled');
    const result = await head;
    fill();
    yield result;
  }
}
