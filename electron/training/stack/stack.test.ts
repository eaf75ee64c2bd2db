import { expect, test } from 'vitest';
import { type TaskContext } from '../../compute/index.ts';
import { random } from '../../contract/index.ts';
import { combine, importanceOf, logLoss, stackInputs } from '../../evaluation/index.ts';
import { type StackParams, stackTask } from './task.ts';
import { fittedWeights } from './weights.ts';

const K = 3;
const context = (signal = new AbortController().signal): TaskContext => ({
  signal,
  progress: () => undefined,
  log: () => undefined,
  emit: () => Promise.resolve(),
});

/** Rows of a model that is right with a chance of its own class by class, and more or less sure of itself. */
function model(labels: Int32Array, seed: number, skill: readonly number[]): Float32Array {
  const draw = random(seed, 'stack-test');
  const out = new Float32Array(labels.length * K);
  labels.forEach((label, i) => {
    const hit = draw.next() < skill[label]!;
    const answer = hit ? label : (label + 1 + draw.int(K - 1)) % K;
    const p = 0.5 + 0.45 * draw.next();
    for (let k = 0; k < K; k++) out[i * K + k] = k === answer ? p : (1 - p) / (K - 1);
  });
  return out;
}

function params(rows: number, skills: readonly (readonly number[])[]): StackParams {
  const draw = random(9, 'stack-labels');
  const labels = Int32Array.from({ length: rows }, () => draw.int(K));
  return {
    ...{ models: skills.map((skill, m) => model(labels, m, skill)), labels, classes: K },
    ...{ keys: Array.from(labels, (_, i) => `image ${i}`), groups: new Int32Array(rows).fill(-1) },
    ...{ seed: 42, form: 'logproba', strengths: [0.01, 0.1, 1], others: [] },
  };
}

test('models that know different classes are better together, and the regression says whom to trust', async () => {
  const given = params(600, [
    [0.95, 0.55, 0.55],
    [0.55, 0.95, 0.55],
    [0.55, 0.55, 0.95],
  ]);
  const found = await stackTask(given, context());
  const logistic = found.methods.find((way) => way.method === 'logistic')!;
  expect(logistic.gain).toBeGreaterThan(0.05);
  expect(logistic.gainInterval[0]).toBeGreaterThan(0);
  expect(logistic.macroF1).toBe(Math.max(...found.methods.map((way) => way.macroF1)));
  expect(found.chosen).toBe('logistic');
  expect(found.trials.map(({ c }) => c)).toEqual(given.strengths);
  expect(found.outOfFold).toHaveLength(600 * K);
  for (const way of found.methods) expect(way.importance.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
}, 60_000);

test('a model that knows nothing gets no weight, and nothing is worse than the best by more than its interval', async () => {
  const given = params(500, [
    [0.85, 0.85, 0.85],
    [1 / 3, 1 / 3, 1 / 3],
  ]);
  const found = await stackTask(given, context());
  expect(found.best).toBe(0);
  const weighted = found.methods.find((way) => way.method === 'weighted-geometric')!;
  expect(weighted.importance[1]).toBeLessThan(0.15);
  const chosen = found.methods.find((way) => way.method === found.chosen)!;
  expect(chosen.gainInterval[1]).toBeGreaterThanOrEqual(0);
}, 60_000);

test('rows in another order get the same answers, and a second call the same digits', async () => {
  const given = params(240, [
    [0.8, 0.6, 0.7],
    [0.6, 0.8, 0.7],
  ]);
  const one = await stackTask(given, context());
  const order = Array.from(given.labels, (_, i) => i);
  random(3, 'order').shuffle(order);
  const rowsOf = (rows: Float32Array) => Float32Array.from(order.flatMap((i) => [...rows.subarray(i * K, i * K + K)]));
  const turned = await stackTask(
    {
      ...given,
      models: given.models.map(rowsOf),
      labels: Int32Array.from(order, (i) => given.labels[i]!),
      keys: order.map((i) => given.keys[i]!),
    },
    context(),
  );
  expect(turned.methods).toEqual(one.methods);
  expect(turned.outOfFold).toEqual(rowsOf(one.outOfFold));
}, 60_000);

test('it stops when it is asked to', async () => {
  const stopped = AbortSignal.abort();
  await expect(
    stackTask(
      params(60, [
        [0.8, 0.8, 0.8],
        [0.7, 0.7, 0.7],
      ]),
      context(stopped),
    ),
  ).rejects.toMatchObject({
    code: 'internal/cancelled',
  });
});

test('rules: a mean of one is itself, the geometric mean is of logarithms, inputs stand side by side', () => {
  const a = Float32Array.from([0.2, 0.3, 0.5]);
  const b = Float32Array.from([0.6, 0.3, 0.1]);
  expect([...combine([a], K, { method: 'mean', weights: [1] })]).toEqual([...a]);
  const geometric = combine([a, b], K, { method: 'geometric', weights: [0.5, 0.5] });
  const roots = [0.12, 0.09, 0.05].map(Math.sqrt);
  const sum = roots.reduce((x, y) => x + y);
  geometric.forEach((p, k) => expect(p).toBeCloseTo(roots[k]! / sum, 6));
  expect([...stackInputs([a, b], K, 'both')].slice(0, 3)).toEqual([...a]);
  expect(stackInputs([a, b], K, 'both')).toHaveLength(12);
  const weights = new Float32Array(18).fill(0.5);
  expect(importanceOf({ method: 'logistic', form: 'proba', weights, bias: new Float32Array(3) }, 2)).toEqual([
    0.5, 0.5,
  ]);
});

test('fitted weights are never worse than equal ones on the rows they were fitted on', () => {
  const { models, labels } = params(200, [
    [0.9, 0.6, 0.5],
    [0.5, 0.6, 0.9],
    [0.4, 0.4, 0.4],
  ]);
  for (const method of ['mean', 'geometric'] as const) {
    const weights = fittedWeights(models, labels, K, method);
    expect(weights.reduce((x, y) => x + y)).toBeCloseTo(1, 9);
    const loss = (of: number[]) => logLoss(combine(models, K, { method, weights: of }), labels, K);
    expect(loss(weights)).toBeLessThanOrEqual(loss([1 / 3, 1 / 3, 1 / 3]));
  }
});
