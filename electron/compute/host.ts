/** The compute process's side: runs tasks of a table as they are asked for. */
import { AssayError, toAssayError } from '../contract/errors.ts';
import { type HostEndpoint, type Task, type TaskContext, type TaskTable, WINDOW } from './protocol.ts';

interface Run {
  controller: AbortController;
  /** Batches sent and not acknowledged. */
  open: number;
  wake: (() => void) | undefined;
}

/** Answers the endpoint's requests until its other side goes away. Several runs may be under way; they share the loop. */
export function serveTasks(table: TaskTable, endpoint: HostEndpoint): void {
  const runs = new Map<number, Run>();
  endpoint.onMessage((message) => {
    switch (message.type) {
      case 'run':
        void start(message.run, message.task, message.params);
        break;
      case 'cancel':
        runs.get(message.run)?.controller.abort(new AssayError('internal/cancelled'));
        runs.get(message.run)?.wake?.();
        break;
      case 'taken': {
        const run = runs.get(message.run);
        if (!run) break;
        run.open--;
        run.wake?.();
        break;
      }
    }
  });

  async function start(id: number, name: string, params: unknown): Promise<void> {
    const run: Run = { controller: new AbortController(), open: 0, wake: undefined };
    runs.set(id, run);
    try {
      const task = Object.hasOwn(table, name) ? (table[name] as Task<unknown, unknown, unknown>) : undefined;
      if (!task) throw new AssayError('internal/fault', { values: { reason: `there is no task ${name}` } });
      const result = await task(params, contextOf(id, run));
      endpoint.post({ type: 'done', run: id, result });
    } catch (thrown) {
      const error = run.controller.signal.aborted ? new AssayError('internal/cancelled') : toAssayError(thrown);
      endpoint.post({ type: 'failed', run: id, error: error.toWire() });
    } finally {
      runs.delete(id);
    }
  }

  function contextOf(id: number, run: Run): TaskContext<unknown> {
    const { signal } = run.controller;
    return {
      signal,
      progress: (done, total, phase) => endpoint.post({ type: 'progress', run: id, done, total, phase }),
      log: (line) => endpoint.post({ type: 'log', run: id, line }),
      async emit(batch) {
        signal.throwIfAborted();
        endpoint.post({ type: 'batch', run: id, batch });
        run.open++;
        while (run.open >= WINDOW) {
          await new Promise<void>((resolve) => (run.wake = resolve));
          run.wake = undefined;
          signal.throwIfAborted();
        }
      },
    };
  }
}

/** The endpoint of a process that was forked by `child_process.fork`. The process ends when its parent goes away. */
export function forkedEndpoint(): HostEndpoint {
  process.on('disconnect', () => process.exit(0));
  return {
    post: (message) => {
      if (process.connected) process.send?.(message);
    },
    onMessage: (listener) => process.on('message', (message) => listener(message as never)),
  };
}
