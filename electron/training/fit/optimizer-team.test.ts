import { expect, test } from 'vitest';
import { average, momentsOf, optimize, type OptimizerSpec } from '../optimizers.ts';
import { momentsFor, OptimizerTeam, type Tracked } from './optimizer-team.ts';
import { roomFor, SharedFloats } from './shared-floats.ts';

const OPTIMIZERS: readonly OptimizerSpec[] = [
  { kind: 'adamw', beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
  { kind: 'lion', beta1: 0.9, beta2: 0.99 },
  { kind: 'sgd', momentum: 0.9 },
  { kind: 'sgd', momentum: 0.9, nesterov: true },
];
// Shares end within a tensor, one tensor is smaller than a share, and none is a whole number of vectors.
const SIZES = [500_001, 3, 600_002];
const MOVES = [
  { rate: 0.01, decay: 0.1 },
  { rate: 0.02, decay: 0 },
  { rate: 0.005, decay: 0.05 },
];

/** @param together in one memory, as a training has them; else the loops are JavaScript's */
function tensors(spec: OptimizerSpec, together: boolean): { tracked: Tracked[]; floats: SharedFloats } {
  let state = 7;
  const next = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) / 2 ** 32 - 0.5;
  const room = SIZES.reduce((sum, size) => sum + roomFor(size), 0);
  const floats = new SharedFloats(together ? (3 + momentsOf(spec)) * room : Infinity);
  const drawn = (size: number): Float32Array => floats.copy(Float32Array.from({ length: size }, next));
  const tracked = SIZES.map((size) => {
    const [weights, gradient, ema] = [drawn(size), drawn(size), drawn(size)];
    // Gradients of nothing are common: a class that does not occur, a unit that never answers.
    gradient.fill(0, 1, 3);
    return { weights, gradient, moments: momentsFor(spec, size, floats), ema };
  });
  return { tracked, floats };
}

const same = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.from(a.slice().buffer).equals(Buffer.from(b.slice().buffer));

test.each(OPTIMIZERS)(
  '$kind, nesterov $nesterov: vectors and threads move all as the plain loop does, to the last bit',
  (spec) => {
    const { tracked: expected } = tensors(spec, false);
    for (let number = 1; number <= 3; number++)
      expected.forEach(({ weights, gradient, moments, ema }, i) => {
        optimize(spec, weights, gradient, moments, { ...MOVES[i]!, number, gradientScale: 0.7 });
        average(ema!, weights, 0.9);
      });
    for (const [threads, together] of [
      [2, true],
      [2, false],
    ] as const) {
      const { tracked, floats } = tensors(spec, together);
      expect(floats.memory !== undefined).toBe(together);
      const team = new OptimizerTeam(spec, tracked, floats, threads);
      try {
        for (let number = 1; number <= 3; number++) team.step(MOVES, { number, gradientScale: 0.7, average: 0.9 });
      } finally {
        team.close();
      }
      tracked.forEach((found, i) => {
        const wanted = expected[i]!;
        expect(same(found.weights, wanted.weights), `${threads} threads, weights ${i}`).toBe(true);
        expect(same(found.ema!, wanted.ema!), `${threads} threads, average ${i}`).toBe(true);
        found.moments.forEach((moment, m) => expect(same(moment, wanted.moments[m]!)).toBe(true));
      });
    }
  },
);
