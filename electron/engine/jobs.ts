/**
 * Long work: one mechanism for import, training, cleaning, batch and demo. A job has a kind, parameters that are kept,
 * progress with time left, a log, and an end that is always said. What a killed program left running is found as
 * `interrupted` and can go on: every kind repeats nothing that was finished.
 */
import { AssayError, type JobInfo, type JobKind, type StudioEvent, toAssayError } from '../contract/index.ts';
import { RateMeter } from './progress.ts';

export interface JobRecord {
  kind: JobKind;
  title: string;
  params: unknown;
}

/** What the runner needs of the catalogue. */
export interface JobStore {
  create(record: JobRecord): number;
  update(id: number, change: Partial<Omit<JobInfo, 'id' | 'kind' | 'title' | 'createdAt'>>): void;
  get(id: number): JobInfo | null;
  params(id: number): unknown;
  appendLog(id: number, line: string): void;
}

export interface JobContext {
  id: number;
  signal: AbortSignal;
  log(line: string): void;
  progress(phase: string, done: number, total: number): void;
  /** A file that made trouble: written to the log and counted, never fatal. */
  trouble(subject: string, reason: string): void;
}

export type JobBody = (params: unknown, context: JobContext) => Promise<Record<string, unknown>>;

const EVENT_INTERVAL_MS = 100;
const STORE_INTERVAL_MS = 1_000;

interface Running {
  controller: AbortController;
  info: JobInfo;
  meter: RateMeter;
  lastEvent: number;
  lastStored: number;
  finished: Promise<JobInfo>;
}

export class JobRunner {
  readonly #running = new Map<number, Running>();
  readonly #store: JobStore;
  readonly #bodies: Record<JobKind, JobBody>;
  readonly #emit: (event: StudioEvent) => void;
  readonly #clock: () => number;
  /** One compute job at a time: the tail of the queue. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: {
    store: JobStore;
    bodies: Record<JobKind, JobBody>;
    emit: (event: StudioEvent) => void;
    clock: () => number;
  }) {
    this.#store = options.store;
    this.#bodies = options.bodies;
    this.#emit = options.emit;
    this.#clock = options.clock;
  }

  /** Queues a job and returns its id at once. */
  start(record: JobRecord): number {
    const id = this.#store.create(record);
    this.#launch(id, record.kind, record.params);
    return id;
  }

  /** Runs a failed, cancelled or interrupted job again under the same id. */
  resume(id: number): void {
    const info = this.#store.get(id);
    if (!info) throw new AssayError('job/unknown', { subject: String(id) });
    if (this.#running.has(id)) return;
    this.#store.update(id, { state: 'queued', error: null, finishedAt: null, troubles: 0 });
    this.#launch(id, info.kind, this.#store.params(id));
  }

  cancel(id: number): void {
    const running = this.#running.get(id);
    if (running) running.controller.abort();
    else if (!this.#store.get(id)) throw new AssayError('job/unknown', { subject: String(id) });
  }

  /** The live state of a running job, the stored one otherwise. */
  get(id: number): JobInfo | null {
    return this.#running.get(id)?.info ?? this.#store.get(id);
  }

  /** Resolves when the job has ended, whatever its end. */
  async finished(id: number): Promise<JobInfo> {
    const running = this.#running.get(id);
    if (running) return running.finished;
    const info = this.#store.get(id);
    if (!info) throw new AssayError('job/unknown', { subject: String(id) });
    return info;
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  /** Cancels everything and waits for it: before a project is closed. */
  async stopAll(): Promise<void> {
    for (const running of this.#running.values()) running.controller.abort();
    await Promise.allSettled([...this.#running.values()].map((r) => r.finished));
  }

  #launch(id: number, kind: JobKind, params: unknown): void {
    const info = this.#store.get(id);
    if (!info) throw new AssayError('job/unknown', { subject: String(id) });
    const running: Running = {
      controller: new AbortController(),
      info: { ...info, state: 'queued' },
      meter: new RateMeter(),
      lastEvent: 0,
      lastStored: 0,
      finished: Promise.resolve(info),
    };
    this.#running.set(id, running);
    this.#emit({ type: 'job', job: running.info });
    running.finished = this.#queue.then(() => this.#run(running, kind, params));
    // An end that could not be written (a full disk) is told to who waits for it, and the next job still starts.
    this.#queue = running.finished.catch(() => undefined);
  }

  async #run(running: Running, kind: JobKind, params: unknown): Promise<JobInfo> {
    const { id } = running.info;
    try {
      if (running.controller.signal.aborted) throw new AssayError('internal/cancelled');
      this.#change(running, { state: 'running' });
      const result = await this.#bodies[kind](params, this.#context(running));
      this.#end(running, { state: 'done', result, error: null });
    } catch (thrown) {
      const error = toAssayError(thrown);
      if (error.code === 'internal/cancelled' || running.controller.signal.aborted)
        this.#end(running, { state: 'cancelled' });
      else {
        this.#store.appendLog(id, `${error.code}: ${error.message}`);
        this.#end(running, { state: 'failed', error: error.toWire() });
      }
    } finally {
      this.#running.delete(id);
    }
    return running.info;
  }

  #context(running: Running): JobContext {
    const { id } = running.info;
    return {
      id,
      signal: running.controller.signal,
      log: (line) => this.#store.appendLog(id, line),
      trouble: (subject, reason) => {
        this.#store.appendLog(id, `${subject}: ${reason}`);
        running.info = { ...running.info, troubles: running.info.troubles + 1 };
      },
      progress: (phase, done, total) => this.#progress(running, phase, done, total),
    };
  }

  #progress(running: Running, phase: string, done: number, total: number): void {
    const now = this.#clock();
    const { info, meter } = running;
    const changed = phase !== info.phase;
    if (changed) meter.restart();
    meter.add(now, done);
    running.info = { ...info, phase, done, total, ...meter.estimate(total) };
    // Thinned: the newest state wins, and a slow client is never flooded.
    if (changed || now - running.lastEvent >= EVENT_INTERVAL_MS || done === total) {
      running.lastEvent = now;
      this.#emit({ type: 'job', job: running.info });
    }
    if (now - running.lastStored >= STORE_INTERVAL_MS) {
      running.lastStored = now;
      this.#store.update(running.info.id, { phase, done, total, troubles: running.info.troubles });
    }
  }

  #change(running: Running, change: Partial<JobInfo>): void {
    running.info = { ...running.info, ...change };
    this.#store.update(running.info.id, change);
    this.#emit({ type: 'job', job: running.info });
  }

  #end(running: Running, change: Partial<JobInfo>): void {
    const { phase, done, total, troubles } = running.info;
    this.#change(running, { phase, done, total, troubles, ...change, finishedAt: this.#clock(), secondsLeft: null });
  }
}
