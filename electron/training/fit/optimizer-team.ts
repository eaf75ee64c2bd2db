/**
 * The optimizer on several threads: everything it walks over lies in shared memory, every thread has its share of the
 * elements, and an element's arithmetic is its own, so any number of threads gives the same weights.
 */
import { Worker } from 'node:worker_threads';
import { AssayError } from '../../contract/errors.ts';
import { average, momentsOf, optimize, type OptimizerSpec } from '../optimizers.ts';

const script = new URL(
  import.meta.url.endsWith('.ts') ? './optimizer-worker.ts' : './optimizer-worker.mjs',
  import.meta.url,
);

/** Elements below which waking a thread costs more than it saves. */
const SMALL = 500_000;
const MOST_THREADS = 4;
/** A thread that does not answer within this has died. */
const PATIENCE_MS = 60_000;

/** Arrays of one tensor, in shared memory. */
export interface Tracked {
  weights: Float32Array;
  gradient: Float32Array;
  moments: readonly Float32Array[];
  ema: Float32Array | null;
}

/** A step of one tensor. */
export interface Move {
  rate: number;
  decay: number;
}

/** What is the same for all tensors of a step. */
export interface StepOf {
  /** Counts from 1. */
  number: number;
  gradientScale: number;
  /** Decay of the averaged weights. */
  average: number;
}

/** Elements [from, to) of a tensor. */
interface Span {
  tensor: number;
  from: number;
  to: number;
}

/** What a thread is given when it starts. */
export interface TeamSetup {
  spec: OptimizerSpec;
  tensors: readonly Tracked[];
  spans: readonly Span[];
  /** [step under way, threads that are done with it]; a negative step ends the thread. */
  control: Int32Array;
  /** number, gradientScale, average, then rate and decay of every tensor. */
  step: Float64Array;
}

export const shared = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length));

export function inSharedMemory(values: ArrayLike<number>): Float32Array {
  const copy = shared(values.length);
  copy.set(values);
  return copy;
}

const FIXED = 3;

/** One thread's part of a step. */
export function work({ spec, tensors, spans, step }: Omit<TeamSetup, 'control'>): void {
  const [number, gradientScale, kept] = step as unknown as [number, number, number];
  for (const { tensor, from, to } of spans) {
    const { weights, gradient, moments, ema } = tensors[tensor]!;
    const part = (values: Float32Array): Float32Array => values.subarray(from, to);
    const [rate, decay] = [step[FIXED + 2 * tensor]!, step[FIXED + 2 * tensor + 1]!];
    const own = part(weights);
    optimize(spec, own, part(gradient), moments.map(part), { rate, decay, number, gradientScale });
    if (ema) average(part(ema), own, kept);
  }
}

export class OptimizerTeam {
  readonly #setup: TeamSetup;
  readonly #helpers: Worker[] = [];

  /** @param threads with this one; the default is as many as the step itself has */
  constructor(spec: OptimizerSpec, tensors: readonly Tracked[], threads: number) {
    const total = tensors.reduce((sum, { weights }) => sum + weights.length, 0);
    const count = Math.max(1, Math.min(threads, MOST_THREADS, Math.floor(total / SMALL)));
    const [own, ...others] = shares(tensors, total, count);
    const control = new Int32Array(new SharedArrayBuffer(8));
    const step = new Float64Array(new SharedArrayBuffer(8 * (FIXED + 2 * tensors.length)));
    this.#setup = { spec, tensors, spans: own!, control, step };
    for (const spans of others) {
      const workerData: TeamSetup = { ...this.#setup, spans };
      const helper = new Worker(script, { workerData });
      // Nobody waits for it: it ends with the process at the latest.
      helper.unref();
      this.#helpers.push(helper);
    }
  }

  /** Moves all tensors. Blocks this thread until all are done, as the loop alone would. */
  step(moves: readonly Move[], { number, gradientScale, average }: StepOf): void {
    const { control, step } = this.#setup;
    step.set([number, gradientScale, average, ...moves.flatMap(({ rate, decay }) => [rate, decay])]);
    Atomics.store(control, 1, 0);
    Atomics.add(control, 0, 1);
    Atomics.notify(control, 0);
    work(this.#setup);
    for (let done = 0; (done = Atomics.load(control, 1)) < this.#helpers.length;)
      if (Atomics.wait(control, 1, done, PATIENCE_MS) === 'timed-out')
        throw new AssayError('internal/fault', { values: { reason: 'a thread of the optimizer does not answer' } });
  }

  close(): void {
    Atomics.store(this.#setup.control, 0, -1);
    Atomics.notify(this.#setup.control, 0);
  }
}

/** Zeros for a tensor of that many elements and its moments. */
export const momentsFor = (spec: OptimizerSpec, size: number): Float32Array[] =>
  Array.from({ length: momentsOf(spec) }, () => shared(size));

/** The elements of all tensors, one behind the other, in `count` shares of one size. */
function shares(tensors: readonly Tracked[], total: number, count: number): Span[][] {
  const spans: Span[][] = Array.from({ length: count }, () => []);
  let first = 0;
  tensors.forEach(({ weights }, tensor) => {
    for (let i = 0; i < count; i++) {
      const from = Math.max(0, Math.floor((i * total) / count) - first);
      const to = Math.min(weights.length, Math.floor(((i + 1) * total) / count) - first);
      if (to > from) spans[i]!.push({ tensor, from, to });
    }
    first += weights.length;
  });
  return spans;
}
