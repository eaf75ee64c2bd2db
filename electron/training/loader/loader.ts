/**
 * Batches of pixels from worker threads, in the order asked for, a bounded number ahead. What a batch holds is a function
 * of the request and the seed alone: any number of workers gives the same bytes.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { AssayError } from '../../contract/index.ts';
import type { BatchRequest, FromLoader, LoadedBatch, LoaderSetup, PixelCache, ToLoader } from './protocol.ts';

export interface LoaderOptions extends Omit<LoaderSetup, 'cache'> {
  /** Worker threads; default: every core, four at most. */
  workers?: number;
  /** Bytes of decoded pictures that may be kept; default 1.5 GB. Without room for all, none are kept. */
  cacheBytes?: number;
}

const script = new URL(import.meta.url.endsWith('.ts') ? './loader-worker.ts' : './loader-worker.mjs', import.meta.url);

const CACHE_BYTES = 1.5e9;

/** Bytes of batches that lie ready or under way, and how many a thread at most: some draws take ten times as long as others. */
const QUEUE_BYTES = 64e6;
const QUEUE_BATCHES = 4;

/** What a batch holds is a function of this. */
const nameOf = ({ rows, mode, draw, number }: BatchRequest): string => `${mode} ${draw} ${number ?? ''} ${rows.join()}`;

interface Seat {
  worker: Worker;
  open: number;
}

interface Waiting {
  resolve(batch: LoadedBatch): void;
  reject(error: Error): void;
  seat: Seat;
}

export class BatchLoader {
  readonly #seats: Seat[];
  /** Bytes of one image. */
  readonly #imageBytes: number;
  readonly #waiting = new Map<number, Waiting>();
  /** Asked for before their turn, by `nameOf`. */
  readonly #early = new Map<string, Promise<LoadedBatch>>();
  #counter = 0;
  #broken: Error | undefined;

  constructor({ workers = Math.min(4, availableParallelism()), cacheBytes = CACHE_BYTES, ...setup }: LoaderOptions) {
    this.#imageBytes = setup.size * setup.size * 3;
    const cache = pixelCache(setup.images.length, setup.size, cacheBytes);
    this.#seats = Array.from({ length: Math.max(1, workers) }, () => this.#open({ ...setup, cache }));
  }

  /** How many batches like this one are under way at once: one a thread and one that lies ready, or more if they are small. */
  #depthFor({ rows }: BatchRequest): number {
    const seats = this.#seats.length;
    const fitting = Math.floor(QUEUE_BYTES / (rows.length * this.#imageBytes));
    return Math.max(seats + 1, Math.min(QUEUE_BATCHES * seats, fitting));
  }

  /**
   * Begins with the first of these while nobody waits for them: a later `run` that asks for the same takes them. Batches
   * that were begun earlier and not asked for since are forgotten.
   * @param beside batches that are under way already, so that no more are than `run` itself would have
   */
  ahead(requests: Iterable<BatchRequest>, beside = 0): void {
    const earlier = new Map(this.#early);
    this.#early.clear();
    let begun = beside;
    for (const request of requests) {
      if (begun++ >= this.#depthFor(request)) return;
      const name = nameOf(request);
      this.#early.set(name, earlier.get(name) ?? this.#begin(request));
    }
  }

  /**
   * The batches of some requests, in their order. The next ones are under way while the taker works on one, and when
   * these come to an end, those of `then`: the loader does not stand still between an epoch and the next.
   * @throws AssayError `internal/cancelled`
   */
  async *run(
    requests: Iterable<BatchRequest>,
    signal: AbortSignal,
    then: Iterable<BatchRequest> = [],
  ): AsyncGenerator<LoadedBatch> {
    const queue: Promise<LoadedBatch>[] = [];
    const source = requests[Symbol.iterator]();
    let next = source.next();
    const fill = (): void => {
      for (; !next.done; next = source.next()) {
        if (queue.length >= this.#depthFor(next.value)) return;
        queue.push(this.#take(next.value));
      }
      this.ahead(then, queue.length);
    };
    fill();
    for (let batch = queue.shift(); batch; batch = queue.shift()) {
      if (signal.aborted) throw new AssayError('internal/cancelled');
      const loaded = await batch;
      fill();
      yield loaded;
    }
  }

  /** Waits for the batch that each thread is at, and ends the threads; what was not begun is never answered. */
  async close(): Promise<void> {
    const ended = this.#seats.map((seat) => new Promise<void>((resolve) => seat.worker.on('exit', () => resolve())));
    for (const { worker } of this.#seats) worker.postMessage({ close: true } satisfies ToLoader);
    if (this.#broken === undefined) await Promise.all(ended);
  }

  /** What was begun early, or begun now. */
  #take(request: BatchRequest): Promise<LoadedBatch> {
    const name = nameOf(request);
    const early = this.#early.get(name);
    this.#early.delete(name);
    return early ?? this.#begin(request);
  }

  #begin(request: BatchRequest): Promise<LoadedBatch> {
    const batch = this.load(request);
    // Looked at when its turn comes.
    batch.catch(() => undefined);
    return batch;
  }

  protected load(request: BatchRequest): Promise<LoadedBatch> {
    if (this.#broken) return Promise.reject(this.#broken);
    const id = ++this.#counter;
    const seat = this.#seats.reduce((least, other) => (other.open < least.open ? other : least));
    seat.open++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, seat });
      seat.worker.postMessage({ id, request } satisfies ToLoader);
    });
  }

  #open(setup: LoaderSetup): Seat {
    const seat: Seat = { worker: new Worker(script, { workerData: setup }), open: 0 };
    seat.worker.on('message', (message: FromLoader) => {
      const waiting = this.#waiting.get(message.id);
      if (!waiting) return;
      this.#waiting.delete(message.id);
      waiting.seat.open--;
      if ('batch' in message) waiting.resolve(message.batch);
      else waiting.reject(new AssayError('internal/fault', { values: { reason: message.error } }));
    });
    seat.worker.on('error', (error) => {
      this.#broken = error;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
    return seat;
  }
}

function pixelCache(images: number, size: number, budget: number): PixelCache | null {
  const bytes = images * size * size * 3;
  if (bytes > budget) return null;
  return { pixels: new SharedArrayBuffer(bytes), known: new SharedArrayBuffer(images * 5 * 4) };
}
