/**
 * Sessions of one model, one a worker thread and one thread each: no thread of the runtime waits for another, decoding
 * goes on in between, and the loop that hands out the work stays free.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { AssayError, type WireError } from '../contract/errors.ts';
import type { Tensor } from '../onnx/index.ts';
import type { Feeds, SessionOptions } from './session.ts';

export interface PoolOptions extends SessionOptions {
  /** Worker threads; default: every core. More than one only on `cpu`. */
  workers?: number;
}

export interface WorkerOptions {
  model: Uint8Array;
  session: SessionOptions;
}

export type ToWorker = { type: 'run'; run: number; feeds: Feeds } | { type: 'close' };
export type FromWorker = { run: number; outputs: Record<string, Tensor> } | { run: number; error: WireError };

export interface SessionPool {
  /** Sessions side by side: this many runs at once make sense, one more keeps them busy. */
  readonly size: number;
  /**
   * Runs on the next free session. The feeds' buffers are handed over: they are empty afterwards.
   * @throws AssayError `model/not-onnx`, `model/external-data`, `model/run-failed`
   */
  run(feeds: Feeds): Promise<Record<string, Tensor>>;
  /** Waits for the runs under way and frees everything. */
  close(): Promise<void>;
}

interface Job {
  feeds: Feeds;
  resolve: (outputs: Record<string, Tensor>) => void;
  reject: (error: Error) => void;
}

interface Seat {
  worker: Worker;
  job: Job | undefined;
  ended: Promise<void>;
}

const script = new URL(
  import.meta.url.endsWith('.ts') ? './session-worker.ts' : './session-worker.mjs',
  import.meta.url,
);

export function createSessionPool(model: Uint8Array, { workers, ...session }: PoolOptions = {}): SessionPool {
  const size = Math.max(1, workers ?? availableParallelism());
  const waiting: Job[] = [];
  const data: WorkerOptions = { model, session: { threads: 1, ...session } };
  // The last seats are not even started where the work ends before they are needed.
  const seats: Seat[] = [];
  let counter = 0;
  let closed = false;

  function open(): Seat {
    const worker = new Worker(script, { workerData: data });
    const seat: Seat = { worker, job: undefined, ended: new Promise((resolve) => worker.on('exit', () => resolve())) };
    const finish = (settle: (job: Job) => void): void => {
      const { job } = seat;
      seat.job = undefined;
      if (job) settle(job);
      const next = waiting.shift();
      if (next) give(seat, next);
    };
    worker.on('message', (message: FromWorker) =>
      finish((job) =>
        'error' in message ? job.reject(AssayError.fromWire(message.error)) : job.resolve(message.outputs),
      ),
    );
    worker.on('error', (error) => finish((job) => job.reject(error)));
    seats.push(seat);
    return seat;
  }

  function give(seat: Seat, job: Job): void {
    seat.job = job;
    const buffers = Object.values(job.feeds).flatMap(({ data: values }) =>
      ArrayBuffer.isView(values) && values.buffer instanceof ArrayBuffer ? [values.buffer] : [],
    );
    const message: ToWorker = { type: 'run', run: ++counter, feeds: job.feeds };
    seat.worker.postMessage(message, [...new Set(buffers)]);
  }

  return {
    size,
    run(feeds) {
      if (closed) return Promise.reject(new Error('the pool is closed'));
      return new Promise((resolve, reject) => {
        const job: Job = { feeds, resolve, reject };
        const seat = seats.find((s) => !s.job) ?? (seats.length < size ? open() : undefined);
        if (seat) give(seat, job);
        else waiting.push(job);
      });
    },
    async close() {
      closed = true;
      for (const { worker } of seats) worker.postMessage({ type: 'close' } satisfies ToWorker);
      await Promise.all(seats.map((seat) => seat.ended));
    },
  };
}
