/** Distances and files shared by the two kinds of gradient cases. */
import { readFileSync } from 'node:fs';
import { createSession, type Session } from '../../electron/compute/session.ts';
import { type Formulation } from '../../electron/autodiff/index.ts';
import { encodeModel, type Model } from '../../electron/onnx/index.ts';

export interface Setting {
  device: string;
  formulation: Formulation;
  /** Channels a block of the blocked convolutions; undefined: without them. */
  block: number | undefined;
}

export interface Result {
  name: string;
  kind: 'network' | 'operator';
  ok: boolean;
  /** Largest ‖ours - reference‖ / ‖reference‖ over the tensors. */
  gradientError: number;
  /** Where it is. */
  worstGradient?: string;
  /** Largest relative deviation over the losses (networks) or outputs (operators). */
  lossDeviation?: number;
  outputError?: number;
  /** Largest absolute deviation of the logits after training. */
  logitsDeviation?: number;
  /** Largest relative deviation of the length of a running mean or variance after training. */
  runningDeviation?: number;
  operators: Record<string, number>;
  /** What is outside the tolerances, or the error that stopped the case. */
  problems: string[];
}

export function floatsOf(file: string): Float32Array {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

export function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum);
}

/** ‖a - b‖ / ‖b‖; the length itself where b is 0. */
export function relative(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i]! - b[i]!) ** 2;
  const length = norm(b);
  return length === 0 ? Math.sqrt(sum) : Math.sqrt(sum) / length;
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= most)) most = difference;
  }
  return most;
}

export function open(model: Model, { device }: Setting, subject: string): Promise<Session> {
  return createSession(encodeModel(model), { device, threads: 1, optimization: 'basic', subject });
}
