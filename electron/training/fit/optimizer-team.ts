/**
 * The optimizer on several threads: everything it walks over lies in shared memory, every thread has its share of the
 * elements, and an element's arithmetic is its own, so any number of threads gives the same weights.
 */
import { Worker } from 'node:worker_threads';
import { AssayError } from '../../contract/errors.ts';
import { momentsOf, type OptimizerSpec } from '../optimizers.ts';
import { type Walker, walkerOver } from './optimizer-loops.ts';
import { roomFor, type SharedFloats } from './shared-floats.ts';

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
  /** Where they lie. */
  memory: WebAssembly.Memory | undefined;
  spans: readonly Span[];
  /** [step under way, threads that are done with it]; a negative step ends the thread. */
  control: Int32Array;
  /** number, gradientScale, average, then rate and decay of every tensor. */
  step: Float64Array;
}

const FIXED = 3;

/** One thread's part of a step. */
export function work({ spec, tensors, spans, step }: TeamSetup, walker: Walker): void {
  const [number, gradientScale, kept] = step as unknown as [number, number, number];
  for (const { tensor, from, to } of spans) {
    const { weights, gradient, moments, ema } = tensors[tensor]!;
    const part = (values: Float32Array): Float32Array => values.subarray(from, to);
    const [rate, decay] = [step[FIXED + 2 * tensor]!, step[FIXED + 2 * tensor + 1]!];
    const own = part(weights);
    walker.optimize(spec, own, part(gradient), moments.map(part), { rate, decay, number, gradientScale });
    if (ema) walker.average(part(ema), own, kept);
  }
}

export class OptimizerTeam {
  readonly #setup: TeamSetup;
  readonly #walker: Walker;
  readonly #helpers: Worker[] = [];

  /**
   * @param floats where all arrays of `tensors` were taken from
   * @param threads with this one
   */
  constructor(spec: OptimizerSpec, tensors: readonly Tracked[], { memory }: SharedFloats, threads: number) {
    const total = tensors.reduce((sum, { weights }) => sum + weights.length, 0);
    const count = Math.max(1, Math.min(threads, MOST_THREADS, Math.floor(total / SMALL)));
    const [own, ...others] = shares(tensors, total, count);
    const control = new Int32Array(new SharedArrayBuffer(8));
    const step = new Float64Array(new SharedArrayBuffer(8 * (FIXED + 2 * tensors.length)));
    this.#setup = { spec, tensors, memory, spans: own!, control, step };
    this.#walker = walkerOver(memory);
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
    work(this.#setup, this.#walker);
    for (let done = 0; (done = Atomics.load(control, 1)) < this.#helpers.length;)
      if (Atomics.wait(control, 1, done, PATIENCE_MS) === 'timed-out')
        throw new AssayError('internal/fault', { values: { reason: 'a thread of the optimizer does not answer' } });
  }

  close(): void {
    Atomics.store(this.#setup.control, 0, -1);
    Atomics.notify(this.#setup.control, 0);
  }
}

/** Zeros for the moments of a tensor of that many elements. */
export const momentsFor = (spec: OptimizerSpec, size: number, floats: SharedFloats): Float32Array[] =>
  Array.from({ length: momentsOf(spec) }, () => floats.take(size));

/** The elements of all tensors, one behind the other, in `count` shares of about one size: whole vectors. */
function shares(tensors: readonly Tracked[], total: number, count: number): Span[][] {
  const spans: Span[][] = Array.from({ length: count }, () => []);
  let first = 0;
  tensors.forEach(({ weights }, tensor) => {
    for (let i = 0; i < count; i++) {
      const border = (share: number): number => roomFor(Math.max(0, Math.floor((share * total) / count) - first));
      const from = border(i);
      const to = Math.min(weights.length, border(i + 1));
      if (to > from) spans[i]!.push({ tensor, from, to });
    }
    first += weights.length;
  });
  return spans;
}
