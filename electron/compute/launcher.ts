/**
 * The engine's side of the compute process: starts it when it is first needed, again after it ended, and turns its end
 * in mid-work into an error of the work, not of the program.
 */
import { AssayError } from '../contract/errors.ts';
import {
  type BatchOf,
  type FromCompute,
  type ParamsOf,
  type ProcessEndpoint,
  type ResultOf,
  type TaskTable,
} from './protocol.ts';

export interface RunOptions<Batch> {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number, phase: string) => void;
  /** Batches come in order, one at a time; the next waits until the promise is kept. A rejection cancels the run. */
  onBatch?: (batch: Batch) => void | Promise<void>;
  onLog?: (line: string) => void;
  /** How long this run may take to end after it was cancelled, instead of the launcher's own grace. */
  graceMs?: number;
}

export interface Compute<Table extends TaskTable> {
  /**
   * Runs a task in the compute process and resolves with its result after its last batch was taken.
   * @throws AssayError of the task; `internal/cancelled`; `compute/crashed` where the process ended before the task.
   */
  run<Name extends keyof Table & string>(
    task: Name,
    params: ParamsOf<Table[Name]>,
    options?: RunOptions<BatchOf<Table[Name]>>,
  ): Promise<ResultOf<Table[Name]>>;
  /** Process id while it runs; undefined otherwise. */
  readonly pid: number | undefined;
  /** Ends the process. Work under way fails with `internal/cancelled`. A later run starts a new one. */
  close(): void;
}

export interface LauncherOptions {
  /** A run that was cancelled and does not end within this time takes the process with it. Default 5,000. */
  graceMs?: number;
  /** The process is ended when it had nothing to do for this long: its memory goes back. Default 300,000. */
  idleMs?: number;
}

interface Pending {
  task: string;
  finish: (outcome: () => unknown) => void;
  options: RunOptions<unknown>;
  /** Ends of the batches taken so far, in order. */
  taking: Promise<void>;
  grace: NodeJS.Timeout | undefined;
}

interface Running {
  endpoint: ProcessEndpoint;
  pending: Map<number, Pending>;
  lines: string[];
  closed: boolean;
}

const LINES_KEPT = 20;

/** `spawn` starts a process that serves the table (host.ts): fork.ts in plain Node, the shell's own under Electron. */
export function createCompute<Table extends TaskTable>(
  spawn: () => ProcessEndpoint,
  { graceMs = 5_000, idleMs = 300_000 }: LauncherOptions = {},
): Compute<Table> {
  let current: Running | undefined;
  let counter = 0;
  let idle: NodeJS.Timeout | undefined;

  function ensure(): Running {
    if (current) return current;
    const running: Running = { endpoint: spawn(), pending: new Map(), lines: [], closed: false };
    running.endpoint.onMessage((message) => receive(running, message));
    running.endpoint.onLine((line) => keepLine(running, line));
    running.endpoint.onExit(({ reason }) => {
      if (current === running) current = undefined;
      for (const pending of running.pending.values()) pending.finish(() => crash(running, pending, reason));
      running.pending.clear();
    });
    current = running;
    return running;
  }

  function end(running: Running): void {
    if (current === running) current = undefined;
    running.closed = true;
    running.endpoint.kill();
  }

  function run(task: string, params: unknown, options: RunOptions<unknown>): Promise<unknown> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(new AssayError('internal/cancelled'));
    clearTimeout(idle);
    const running = ensure();
    const id = ++counter;
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        running.endpoint.post({ type: 'cancel', run: id });
        pending.grace ??= setTimeout(() => end(running), options.graceMs ?? graceMs);
      };
      const pending: Pending = {
        task,
        options,
        taking: Promise.resolve(),
        grace: undefined,
        finish(outcome) {
          running.pending.delete(id);
          signal?.removeEventListener('abort', cancel);
          clearTimeout(pending.grace);
          if (running.pending.size === 0 && current === running) {
            idle = setTimeout(() => end(running), idleMs);
            idle.unref();
          }
          try {
            resolve(outcome());
          } catch (thrown) {
            reject(thrown as Error);
          }
        },
      };
      running.pending.set(id, pending);
      signal?.addEventListener('abort', cancel, { once: true });
      running.endpoint.post({ type: 'run', run: id, task, params });
    });
  }

  function receive(running: Running, message: FromCompute): void {
    const pending = running.pending.get(message.run);
    if (!pending) return;
    const { options } = pending;
    switch (message.type) {
      case 'progress':
        options.onProgress?.(message.done, message.total, message.phase);
        break;
      case 'log':
        keepLine(running, message.line);
        options.onLog?.(message.line);
        break;
      case 'batch':
        pending.taking = pending.taking.then(async () => {
          await options.onBatch?.(message.batch);
          running.endpoint.post({ type: 'taken', run: message.run });
        });
        // The taker failed (a full disk): nothing more is wanted, and its error is the run's.
        pending.taking.catch((thrown: unknown) => {
          running.endpoint.post({ type: 'cancel', run: message.run });
          pending.finish(() => {
            throw thrown;
          });
        });
        break;
      case 'done':
        pending.taking.then(
          () => pending.finish(() => message.result),
          () => undefined,
        );
        break;
      case 'failed':
        pending.taking.then(
          () =>
            pending.finish(() => {
              throw AssayError.fromWire(message.error);
            }),
          () => undefined,
        );
        break;
    }
  }

  return {
    run: (task, params, options = {}) =>
      // The table's types hold by construction: the process serves the same table.
      run(task, params, options as RunOptions<unknown>) as Promise<ResultOf<Table[typeof task]>>,
    get pid() {
      return current?.endpoint.pid;
    },
    close() {
      clearTimeout(idle);
      if (current) end(current);
    },
  };
}

function keepLine(running: Running, line: string): void {
  running.lines.push(line);
  if (running.lines.length > LINES_KEPT) running.lines.shift();
}

function crash(running: Running, pending: Pending, reason: string): never {
  // Ended on purpose: the project was closed, or a cancelled run did not let go in time.
  if (running.closed) throw new AssayError('internal/cancelled');
  throw new AssayError('compute/crashed', {
    values: { reason: `${pending.task}: ${reason}` },
    cause: new Error(running.lines.length > 0 ? running.lines.join('\n') : 'it printed nothing'),
  });
}
