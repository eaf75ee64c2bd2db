/**
 * Limited-memory BFGS (Nocedal and Wright, "Numerical Optimization", 2006, algorithms 7.4 and 7.5) for smooth convex
 * functions. Deterministic: no random start, no clock.
 */

/** Writes the gradient at `x` into `gradient` and returns the value. May be asynchronous: the loop stays free. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number | Promise<number>;

export interface LbfgsOptions {
  /** Pairs kept. Default 10. */
  memory?: number;
  /** Converged when no entry of the gradient is larger. */
  tolerance: number;
  mostIterations?: number;
  /** Called after every step with the value reached. */
  onStep?: (iteration: number, value: number) => void;
  signal?: AbortSignal;
}

export interface LbfgsResult {
  value: number;
  iterations: number;
  converged: boolean;
}

const ARMIJO = 1e-4;
const CURVATURE = 0.9;
const MOST_TRIALS = 20;
/** Products in float32 leave the value uncertain by about this share: near the end it must not veto a good step. */
const VALUE_NOISE = 1e-6;

/** Minimises from `x`, in place. */
export async function lbfgs(objective: Objective, x: Float64Array, options: LbfgsOptions): Promise<LbfgsResult> {
  const { memory = 10, tolerance, mostIterations = 500, onStep, signal } = options;
  const n = x.length;
  let gradient = new Float64Array(n);
  let nextGradient = new Float64Array(n);
  const next = new Float64Array(n);
  const direction = new Float64Array(n);
  const pairs: Pair[] = [];
  let value = await objective(x, gradient);

  for (let iteration = 1; iteration <= mostIterations; iteration++) {
    if (largest(gradient) <= tolerance) return { value, iterations: iteration - 1, converged: true };
    twoLoop(gradient, pairs, direction);
    let slope = dot(gradient, direction);
    if (!(slope < 0)) {
      // Rounding spoiled the memory: begin again with the gradient.
      pairs.length = 0;
      for (let i = 0; i < n; i++) direction[i] = -gradient[i]!;
      slope = dot(gradient, direction);
    }
    const slack = VALUE_NOISE * Math.abs(value);
    // Bracketing for the weak Wolfe conditions: halves what is too long, doubles what is too short.
    let [low, high] = [0, Infinity];
    let step = pairs.length === 0 ? Math.min(1, 1 / norm(gradient)) : 1;
    let nextValue = value;
    let found = false;
    for (let trial = 0; trial < MOST_TRIALS; trial++) {
      signal?.throwIfAborted();
      for (let i = 0; i < n; i++) next[i] = x[i]! + step * direction[i]!;
      nextValue = await objective(next, nextGradient);
      if (!(nextValue <= value + ARMIJO * step * slope + slack)) high = step;
      else if (dot(nextGradient, direction) < CURVATURE * slope) low = step;
      else {
        found = true;
        break;
      }
      step = high === Infinity ? 2 * low : (low + high) / 2;
    }
    // No step makes the value smaller: float32 has no more to give.
    if (!found && !(nextValue < value)) return { value, iterations: iteration - 1, converged: true };

    remember(pairs, memory, x, next, gradient, nextGradient);
    x.set(next);
    [gradient, nextGradient] = [nextGradient, gradient];
    value = nextValue;
    onStep?.(iteration, value);
  }
  return { value, iterations: mostIterations, converged: false };
}

interface Pair {
  s: Float64Array;
  y: Float64Array;
  /** 1 / (y · s) */
  rho: number;
}

function remember(
  pairs: Pair[],
  memory: number,
  x: Float64Array,
  next: Float64Array,
  gradient: Float64Array,
  nextGradient: Float64Array,
): void {
  const reused = pairs.length >= memory ? pairs.shift() : undefined;
  const s = reused?.s ?? new Float64Array(x.length);
  const y = reused?.y ?? new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    s[i] = next[i]! - x[i]!;
    y[i] = nextGradient[i]! - gradient[i]!;
  }
  const curvature = dot(y, s);
  // Only curvature that is there beyond rounding keeps the matrix positive definite.
  if (curvature > 1e-10 * dot(y, y)) pairs.push({ s, y, rho: 1 / curvature });
}

/** direction = −H · gradient */
function twoLoop(gradient: Float64Array, pairs: readonly Pair[], direction: Float64Array): void {
  direction.set(gradient);
  const alphas: number[] = [];
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y, rho } = pairs[k]!;
    const alpha = rho * dot(s, direction);
    alphas[k] = alpha;
    addScaled(direction, y, -alpha);
  }
  const newest = pairs.at(-1);
  const scale = newest ? 1 / (newest.rho * dot(newest.y, newest.y)) : 1;
  for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  pairs.forEach(({ s, y, rho }, k) => addScaled(direction, s, alphas[k]! - rho * dot(y, direction)));
  for (let i = 0; i < direction.length; i++) direction[i] = -direction[i]!;
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * source[i]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));

function largest(a: Float64Array): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]!));
  return most;
}
