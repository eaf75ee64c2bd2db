/**
 * Long work in slices. A task is a generator that yields wherever it may pause; the driver lets the event loop run
 * after `SLICE_MS`. What fits one slice is done before the call returns: no turn of the loop is lost on small work.
 */
import { AssayError } from '../contract/index.ts';

export type Sliced<T> = Generator<undefined, T>;

/** Longest time that a slice holds the loop, in milliseconds (plus its last step). */
export const SLICE_MS = 8;

/** Drives a task to its end. Aborting throws `internal/cancelled` into it at the next pause: it may tidy up in slices. */
export async function drive<T>(task: Sliced<T>, signal?: AbortSignal): Promise<T> {
  let told = false;
  for (;;) {
    const until = performance.now() + SLICE_MS;
    do {
      const stop = !told && signal?.aborted === true;
      if (stop) told = true;
      const step = stop ? task.throw(new AssayError('internal/cancelled')) : task.next();
      if (step.done) return step.value;
    } while (performance.now() < until);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Drives a task without a pause: for tests and small work. */
export function drain<T>(task: Sliced<T>): T {
  for (;;) {
    const step = task.next();
    if (step.done) return step.value;
  }
}

/** Runs one task after another; a task that nobody is before starts at once, in the caller's turn. */
export class Turns {
  #last: Promise<unknown> | null = null;

  run<T>(start: () => Promise<T>): Promise<T> {
    const result = this.#last === null ? start() : this.#last.then(start, start);
    this.#last = result;
    const done = (): void => {
      if (this.#last === result) this.#last = null;
    };
    result.then(done, done);
    return result;
  }
}
