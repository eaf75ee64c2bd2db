import { describe, expect, test } from 'vitest';
import { lossForm, lossRows } from './losses.ts';
import { average, clipFactor, momentsOf, optimize, type OptimizerSpec, updateRunning } from './optimizers.ts';
import { learningRate } from './schedules.ts';

const close = (values: ArrayLike<number>, expected: readonly number[], digits = 6): void =>
  expect(Array.from(values)).toEqual(expected.map((value) => expect.closeTo(value, digits)));

describe('optimizers, one step by hand', () => {
  const run = (spec: OptimizerSpec, decay: number, steps: number): Float32Array => {
    const w = Float32Array.of(1, -2);
    const moments = Array.from({ length: momentsOf(spec) }, () => new Float32Array(2));
    for (let number = 1; number <= steps; number++)
      optimize(spec, w, Float32Array.of(0.5, 0.1), moments, { rate: 0.1, decay, number });
    return w;
  };

  test('SGD: momentum adds up, decay joins the gradient', () => {
    close(run({ kind: 'sgd', momentum: 0.9 }, 0, 2), [1 - 0.1 * 0.5 - 0.1 * 0.95, -2 - 0.1 * 0.1 - 0.1 * 0.19]);
    close(run({ kind: 'sgd', momentum: 0 }, 0.1, 1), [1 - 0.1 * 0.6, -2 - 0.1 * (0.1 - 0.2)]);
  });

  test('Nesterov looks one momentum ahead', () => {
    close(run({ kind: 'sgd', momentum: 0.9, nesterov: true }, 0, 1), [1 - 0.1 * 0.5 * 1.9, -2 - 0.1 * 0.1 * 1.9]);
  });

  test('AdamW: the first step has the size of the rate, decay is apart from it', () => {
    const spec = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
    close(run(spec, 0, 1), [0.9, -2.1]);
    close(run(spec, 0.5, 1), [0.95 - 0.1, -1.9 - 0.1]);
  });

  test('Lion: every step has the size of the rate', () => {
    close(run({ kind: 'lion', beta1: 0.9, beta2: 0.99 }, 0, 3), [0.7, -2.3]);
  });
});

test('clipping scales all gradients together', () => {
  const gradients = [Float32Array.of(3), Float32Array.of(0, 4)];
  expect(clipFactor(gradients, 1)).toBeCloseTo(0.2, 6);
  expect(clipFactor(gradients, 10)).toBe(1);
});

test('averages: weights by EMA, statistics by momentum, the variance made unbiased', () => {
  const ema = Float32Array.of(1);
  average(ema, Float32Array.of(2), 0.9);
  expect(ema[0]).toBeCloseTo(1.1, 6);
  const running = Float32Array.of(1);
  updateRunning(running, Float32Array.of(3), 0.1, 4 / 3);
  expect(running[0]).toBeCloseTo(0.9 + 0.4, 6);
});

describe('rows of a loss', () => {
  const targets = Float32Array.of(1, 0, 0, 0, 1, 0);

  test('are the smoothed targets over the number of images', () => {
    close(lossRows({ kind: 'cross-entropy', labelSmoothing: 0.3 }, targets, 3, 2), [0.4, 0.05, 0.05, 0.05, 0.4, 0.05]);
  });

  test('a weighted mean divides by the weights of the targets', () => {
    const spec = { kind: 'cross-entropy', classWeights: [1, 3, 5], reduction: 'weighted-mean' } as const;
    close(lossRows(spec, targets, 3, 2), [0.25, 0, 0, 0, 0.75, 0]);
  });

  test('focal weights are those of the image, sample weights count in both', () => {
    close(lossRows({ kind: 'focal', alpha: [2, 4, 8] }, targets, 3, 2, [1, 0.5]), [1, 0, 0, 0, 1, 0]);
  });

  test('rows of zeros are filling: they get no smoothing', () => {
    close(lossRows({ kind: 'cross-entropy', labelSmoothing: 0.3 }, new Float32Array(3), 3, 1), [0, 0, 0]);
  });

  test('logit adjustment is tau ln(prior) in the graph', () => {
    const form = lossForm({ kind: 'cross-entropy', logitAdjustment: { tau: 2, prior: [0.5, 0.25] } });
    close(form.logitOffset!, [2 * Math.log(0.5), 2 * Math.log(0.25)]);
  });
});

describe('schedules', () => {
  test('warm-up rises to the base, the cosine ends at the minimum', () => {
    const spec = { kind: 'warmup-cosine', warmup: 4, minimum: 0.01 } as const;
    expect([0, 1, 3, 4].map((t) => learningRate(spec, 1, t, 20))).toEqual([0.25, 0.5, 1, 1]);
    expect(learningRate(spec, 1, 20, 20)).toBeCloseTo(0.01, 9);
    expect(learningRate(spec, 1, 12, 20)).toBeCloseTo(0.505, 9);
  });

  test('restarts begin at the base again', () => {
    const spec = { kind: 'warmup-cosine', warmup: 0, minimum: 0, restarts: 1 } as const;
    expect(learningRate(spec, 1, 10, 20)).toBe(1);
    expect(learningRate(spec, 1, 5, 20)).toBeCloseTo(0.5, 9);
  });

  test('steps fall by their factor, one cycle peaks at the base', () => {
    expect(learningRate({ kind: 'step', every: 10, factor: 0.1 }, 1, 25, 40)).toBeCloseTo(0.01, 12);
    const cycle = Array.from({ length: 40 }, (_, t) => learningRate({ kind: 'one-cycle' }, 1, t, 40));
    expect(Math.max(...cycle)).toBe(1);
    expect(cycle[0]).toBeCloseTo(0.04, 9);
    expect(cycle.at(-1)).toBeCloseTo(1e-4, 9);
  });
});
