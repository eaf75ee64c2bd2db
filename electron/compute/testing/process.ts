/** A compute process with tasks that behave and misbehave, for the launcher's tests. */
import { setTimeout as wait } from 'node:timers/promises';
import { AssayError } from '../../contract/index.ts';
import { forkedEndpoint, serveTasks } from '../host.ts';
import { type TaskContext } from '../protocol.ts';

export const testTasks = {
  double: (value: Float32Array) => Promise.resolve(value.map((x) => 2 * x)),
  /** Emits 0 … count − 1; the result is how many were emitted when the first was taken. */
  async count(count: number, { emit, progress }: TaskContext<number>) {
    for (let i = 0; i < count; i++) {
      await emit(i);
      progress(i + 1, count, 'count');
    }
    return count;
  },
  async forever(_: null, { signal }: TaskContext) {
    while (!signal.aborted) await wait(5);
    signal.throwIfAborted();
  },
  /** Blocks its thread, as a run of the runtime does: no message reaches it. */
  hang: async () => {
    await wait(1);
    for (;;);
  },
  refuse: () => Promise.reject(new AssayError('model/unknown', { subject: 'x', values: { known: 'photo, page' } })),
  async crash(_: null, { log }: TaskContext) {
    log('about to read image 7');
    await wait(20);
    process.abort();
  },
};
export type TestTasks = typeof testTasks;

if (process.send) serveTasks(testTasks, forkedEndpoint());
