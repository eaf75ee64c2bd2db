/**
 * Optimizers as loops over typed arrays: one tensor a call, weights and moments changed in place. g gradient, w weight,
 * l learning rate, d weight decay (0 for norms and biases), s = 1, 2, ... the step. Float32 storage and
 * arithmetic, rounded after every operation: `fit/optimizer-loops.ts` does the same four elements at a time. A weight moves
 * by one subtraction: w (1 - l d) would round 1 - l d to the digits of 1 first, and every step by the same error.
 */
export type OptimizerSpec =
  | { kind: 'sgd'; momentum: number; nesterov?: boolean }
  | { kind: 'adamw'; beta1: number; beta2: number; epsilon: number }
  | { kind: 'lion'; beta1: number; beta2: number };

/** How many arrays of the weights' size an optimizer keeps a tensor. */
export function momentsOf(spec: OptimizerSpec): number {
  return spec.kind === 'adamw' ? 2 : 1;
}

export interface OptimizerStep {
  rate: number;
  decay: number;
  /** Counts from 1. */
  number: number;
  /** On every gradient (clipping, accumulation); default 1. */
  gradientScale?: number;
}

/** What is the same for all elements of a tensor. */
export type Factors = Readonly<Record<string, number>>;

/** Computed in float64; the loops round them to float32. */
export function factorsOf(spec: OptimizerSpec, { rate, decay, number, gradientScale = 1 }: OptimizerStep): Factors {
  if (spec.kind === 'sgd') return { scale: gradientScale, momentum: spec.momentum, decay, rate };
  const { beta1, beta2 } = spec;
  const common = { scale: gradientScale, beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, shrink: rate * decay };
  if (spec.kind === 'lion') return { ...common, rate };
  const [first, second] = [rate / (1 - beta1 ** number), 1 / Math.sqrt(1 - beta2 ** number)];
  return { ...common, first, second, epsilon: spec.epsilon };
}

/**
 * One step on one tensor.
 *
 *     sgd:    g := g + d w;  m := momentum m + g;  w := w - l (nesterov ? g + momentum m : m)
 *     adamw:  w := w (1 - l d);  m, v: running means of g, g^2;  w := w - l m' / (sqrt(v') + epsilon), bias-corrected
 *     lion:   w := w (1 - l d) - l sign(beta1 m + (1 - beta1) g);  m := beta2 m + (1 - beta2) g
 *
 * Loshchilov and Hutter 2019 (AdamW), Chen and others 2023 (Lion).
 *
 * @param moments `momentsOf(spec)` arrays of the tensor's length, zeros before the first step
 */
export function optimize(
  spec: OptimizerSpec,
  weights: Float32Array,
  gradient: Float32Array,
  moments: readonly Float32Array[],
  step: OptimizerStep,
): void {
  const factors = factorsOf(spec, step);
  if (spec.kind === 'adamw') adamw(factors, weights, gradient, moments[0]!, moments[1]!);
  else if (spec.kind === 'lion') lion(factors, weights, gradient, moments[0]!);
  else sgd(factors, spec.nesterov === true, weights, gradient, moments[0]!);
}

const f = Math.fround;
const named = <T extends string>(factors: Factors, ...names: T[]): Record<T, number> =>
  Object.fromEntries(names.map((name) => [name, f(factors[name]!)])) as Record<T, number>;

function sgd(factors: Factors, nesterov: boolean, w: Float32Array, g: Float32Array, m: Float32Array): void {
  const { scale, momentum, decay, rate } = named(factors, 'scale', 'momentum', 'decay', 'rate');
  for (let i = 0; i < w.length; i++) {
    const slope = f(f(g[i]! * scale) + f(decay * w[i]!));
    const speed = f(f(momentum * m[i]!) + slope);
    m[i] = speed;
    w[i] = w[i]! - f(rate * (nesterov ? f(slope + f(momentum * speed)) : speed));
  }
}

function adamw(factors: Factors, w: Float32Array, g: Float32Array, m: Float32Array, v: Float32Array): void {
  const { scale, beta1, rest1, beta2, rest2 } = named(factors, 'scale', 'beta1', 'rest1', 'beta2', 'rest2');
  const { shrink, first, second, epsilon } = named(factors, 'shrink', 'first', 'second', 'epsilon');
  for (let i = 0; i < w.length; i++) {
    const slope = f(g[i]! * scale);
    const mean = f(f(beta1 * m[i]!) + f(rest1 * slope));
    const square = f(f(beta2 * v[i]!) + f(rest2 * f(slope * slope)));
    m[i] = mean;
    v[i] = square;
    const way = f(f(first * mean) / f(f(f(Math.sqrt(square)) * second) + epsilon));
    w[i] = w[i]! - f(f(shrink * w[i]!) + way);
  }
}

function lion(factors: Factors, w: Float32Array, g: Float32Array, m: Float32Array): void {
  const { scale, beta1, rest1, beta2, rest2 } = named(factors, 'scale', 'beta1', 'rest1', 'beta2', 'rest2');
  const { shrink, rate } = named(factors, 'shrink', 'rate');
  for (let i = 0; i < w.length; i++) {
    const slope = f(g[i]! * scale);
    const way = f(f(beta1 * m[i]!) + f(rest1 * slope));
    w[i] = w[i]! - f(f(shrink * w[i]!) + f(rate * ((way > 0 ? 1 : 0) - (way < 0 ? 1 : 0))));
    m[i] = f(beta2 * m[i]!) + f(rest2 * slope);
  }
}

/** Factor that brings the L2 norm n of all gradients together to at most `limit`: min(1, limit / (n + 1e-6)). */
export function clipFactor(gradients: Iterable<Float32Array>, limit: number): number {
  let squares = 0;
  for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) squares += gradient[i]! * gradient[i]!;
  return Math.min(1, limit / (Math.sqrt(squares) + 1e-6));
}

/** Exponential moving average of weights: e := decay e + (1 - decay) w, in place. */
export function average(ema: Float32Array, weights: Float32Array, decay: number): void {
  const [keep, rest] = [f(decay), f(1 - decay)];
  for (let i = 0; i < ema.length; i++) ema[i] = f(keep * ema[i]!) + f(rest * weights[i]!);
}

/**
 * Running statistics of a batch normalisation after a step, in place:
 * running := (1 - momentum) running + momentum batch * factor (PyTorch's sense of momentum).
 * @param factor count / (count - 1) for the variance where it is kept unbiased, else 1
 */
export function updateRunning(running: Float32Array, batch: Float32Array, momentum: number, factor = 1): void {
  for (let i = 0; i < running.length; i++) running[i] = (1 - momentum) * running[i]! + momentum * batch[i]! * factor;
}
