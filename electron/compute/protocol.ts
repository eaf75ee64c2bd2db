/**
 * What engine and compute process say to each other, whatever carries it. A task streams its results in batches; each
 * batch is acknowledged when the engine has taken it, and no more than WINDOW are under way: a slow taker slows the
 * task instead of filling memory.
 */
import type { WireError } from '../contract/errors.ts';

/** Batches of one run that may be under way without being acknowledged. */
export const WINDOW = 4;

/** A line to the other side. Messages are copied by structured clone, typed arrays included. */
export interface Endpoint<Out, In> {
  post(message: Out): void;
  onMessage(listener: (message: In) => void): void;
}

/** The engine's end: it also sees the process itself. */
export interface ProcessEndpoint extends Endpoint<ToCompute, FromCompute> {
  readonly pid: number | undefined;
  /** Called once, when the process has ended, by itself or not. */
  onExit(listener: (end: ProcessEnd) => void): void;
  /** A line that the process printed: the runtime's last words before a crash. */
  onLine(listener: (line: string) => void): void;
  /** Ends it at once. */
  kill(): void;
}

/** `reason` in words: "signal SIGSEGV", "exit code 134". */
export interface ProcessEnd {
  reason: string;
}

export type HostEndpoint = Endpoint<FromCompute, ToCompute>;

export type ToCompute =
  | { type: 'run'; run: number; task: string; params: unknown }
  | { type: 'cancel'; run: number }
  /** The oldest unacknowledged batch of this run was taken. */
  | { type: 'taken'; run: number };

export type FromCompute =
  | { type: 'progress'; run: number; done: number; total: number; phase: string }
  | { type: 'batch'; run: number; batch: unknown }
  | { type: 'log'; run: number; line: string }
  | { type: 'done'; run: number; result: unknown }
  | { type: 'failed'; run: number; error: WireError };

export interface TaskContext<Batch = never> {
  /** Aborted when the run was cancelled: look at it between batches. */
  readonly signal: AbortSignal;
  /** `phase` is a key of the message catalogue: decode, embed, fit, classify. `total` 0: not known. */
  progress(done: number, total: number, phase: string): void;
  /** Streams a part of the result. Resolves when there is room for the next. Rejects when the run was cancelled. */
  emit(batch: Batch): Promise<void>;
  /** A line for the job's log. */
  log(line: string): void;
}

/** Long work in the compute process. Parameters and results are plain data: structured clone copies them. */
export type Task<Params, Result, Batch = never> = (params: Params, context: TaskContext<Batch>) => Promise<Result>;

/** Tasks by name. */
export type TaskTable = Readonly<Record<string, Task<never, unknown, never>>>;

export type ParamsOf<T> = T extends (params: infer P, context: never) => unknown ? P : never;
export type ResultOf<T> = T extends (params: never, context: never) => Promise<infer R> ? R : never;
export type BatchOf<T> = T extends (params: never, context: TaskContext<infer B>) => unknown ? B : never;
