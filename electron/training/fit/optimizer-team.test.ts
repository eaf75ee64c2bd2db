import { expect, test } from 'vitest';
import { average, optimize, type OptimizerSpec } from '../optimizers.ts';
import { inSharedMemory, momentsFor, OptimizerTeam, type Tracked } from './optimizer-team.ts';

const ADAMW: OptimizerSpec = { kind: 'adamw', beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
// Shares end within a tensor, and one tensor is smaller than a share.
const SIZES = [500_001, 3, 600_000];
const MOVES = [
  { rate: 0.01, decay: 0.1 },
  { rate: 0.02, decay: 0 },
  { rate: 0.005, decay: 0.05 },
];

function tensors(): Tracked[] {
  let state = 7;
  const next = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) / 2 ** 32 - 0.5;
  const drawn = (size: number): Float32Array => inSharedMemory(Float32Array.from({ length: size }, next));
  return SIZES.map((size) => {
    const [weights, gradient, ema] = [drawn(size), drawn(size), drawn(size)];
    return { weights, gradient, moments: momentsFor(ADAMW, size), ema };
  });
}

test('any number of threads moves weights, moments and averages as the loop does, to the last bit', () => {
  const expected = tensors();
  for (let number = 1; number <= 3; number++)
    expected.forEach(({ weights, gradient, moments, ema }, i) => {
      optimize(ADAMW, weights, gradient, moments, { ...MOVES[i]!, number, gradientScale: 0.7 });
      average(ema!, weights, 0.9);
    });
  for (const threads of [1, 2]) {
    const own = tensors();
    const team = new OptimizerTeam(ADAMW, own, threads);
    try {
      for (let number = 1; number <= 3; number++) team.step(MOVES, { number, gradientScale: 0.7, average: 0.9 });
    } finally {
      team.close();
    }
    own.forEach((found, i) => {
      const wanted = expected[i]!;
      const same = (a: Float32Array, b: Float32Array): boolean => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));
      expect(same(found.weights, wanted.weights), `${threads} threads, weights ${i}`).toBe(true);
      expect(same(found.ema!, wanted.ema!)).toBe(true);
      found.moments.forEach((moment, m) => expect(same(moment, wanted.moments[m]!)).toBe(true));
    });
  }
});
