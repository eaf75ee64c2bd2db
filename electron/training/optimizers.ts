/**
 * Optimizers as loops over typed arrays: one tensor a call, weights and moments changed in place. g gradient, w weight,
 * l learning rate, d weight decay (0 for norms and biases), s = 1, 2, ... the step. Float32 storage, float64 arithmetic.
 */
export type OptimizerSpec =
  | { kind: 'sgd'; momentum: number; nesterov?: boolean }
  | { kind: 'adamw'; beta1: number; beta2: number; epsilon: number }
  | { kind: 'lion'; beta1: number; beta2: number };

/** How many arrays of the weights' size an optimizer keeps a tensor. */
export function momentsOf(spec: OptimizerSpec): number {
  return spec.kind === 'adamw' ? 2 : 1;
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
 * @param gradientScale factor on every gradient (clipping, accumulation)
 */
export function optimize(
  spec: OptimizerSpec,
  weights: Float32Array,
  gradient: Float32Array,
  moments: readonly Float32Array[],
  step: { rate: number; decay: number; number: number; gradientScale?: number },
): void {
  if (spec.kind === 'adamw') adamw(spec, weights, gradient, moments[0]!, moments[1]!, step);
  else if (spec.kind === 'lion') lion(spec, weights, gradient, moments[0]!, step);
  else sgd(spec, weights, gradient, moments[0]!, step);
}

type Step = Parameters<typeof optimize>[4];

function sgd(
  spec: OptimizerSpec & { kind: 'sgd' },
  w: Float32Array,
  g: Float32Array,
  m: Float32Array,
  { rate, decay, gradientScale = 1 }: Step,
): void {
  const { momentum } = spec;
  const nesterov = spec.nesterov === true;
  for (let i = 0; i < w.length; i++) {
    const slope = g[i]! * gradientScale + decay * w[i]!;
    const speed = momentum * m[i]! + slope;
    m[i] = speed;
    w[i] = w[i]! - rate * (nesterov ? slope + momentum * speed : speed);
  }
}

function adamw(
  spec: OptimizerSpec & { kind: 'adamw' },
  w: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  { rate, decay, number, gradientScale = 1 }: Step,
): void {
  const { beta1, beta2, epsilon } = spec;
  const keep = 1 - rate * decay;
  const first = rate / (1 - beta1 ** number);
  const second = 1 / Math.sqrt(1 - beta2 ** number);
  for (let i = 0; i < w.length; i++) {
    const slope = g[i]! * gradientScale;
    const mean = beta1 * m[i]! + (1 - beta1) * slope;
    const square = beta2 * v[i]! + (1 - beta2) * slope * slope;
    m[i] = mean;
    v[i] = square;
    w[i] = w[i]! * keep - (first * mean) / (Math.sqrt(square) * second + epsilon);
  }
}

function lion(
  spec: OptimizerSpec & { kind: 'lion' },
  w: Float32Array,
  g: Float32Array,
  m: Float32Array,
  { rate, decay, gradientScale = 1 }: Step,
): void {
  const { beta1, beta2 } = spec;
  const keep = 1 - rate * decay;
  for (let i = 0; i < w.length; i++) {
    const slope = g[i]! * gradientScale;
    w[i] = w[i]! * keep - rate * Math.sign(beta1 * m[i]! + (1 - beta1) * slope);
    m[i] = beta2 * m[i]! + (1 - beta2) * slope;
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
  for (let i = 0; i < ema.length; i++) ema[i] = decay * ema[i]! + (1 - decay) * weights[i]!;
}

/**
 * Running statistics of a batch normalisation after a step, in place:
 * running := (1 - momentum) running + momentum batch * factor (PyTorch's sense of momentum).
 * @param factor count / (count - 1) for the variance where it is kept unbiased, else 1
 */
export function updateRunning(running: Float32Array, batch: Float32Array, momentum: number, factor = 1): void {
  for (let i = 0; i < running.length; i++) running[i] = (1 - momentum) * running[i]! + momentum * batch[i]! * factor;
}
