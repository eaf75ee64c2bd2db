import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { random } from '../../contract/index.ts';
import { type TaskContext } from '../../compute/index.ts';
import { FeatureFile } from '../../embeddings/index.ts';
import { lbfgs } from './lbfgs.ts';
import { balancedWeights, fitLogistic, probabilities } from './logistic.ts';
import { plainProducts, runtimeProducts } from './products.ts';
import { standardise, standardOf, unstandardise } from './standardise.ts';
import { headTask, type HeadParams } from './task.ts';
import { ORIGIN } from './words.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'assay-head-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const context: TaskContext = {
  signal: new AbortController().signal,
  progress: () => undefined,
  log: () => undefined,
  emit: () => Promise.resolve(),
};

/** Rows around a centre a class, [n, columns], and their classes. */
function clouds(n: number, columns: number, classes: number, spread: number) {
  const draw = random(5, 'clouds');
  const centres = Array.from({ length: classes * columns }, () => draw.normal());
  const labels = Int32Array.from({ length: n }, (_, i) => i % classes);
  const values = new Float32Array(n * columns).map((_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return 10 * column + (centres[labels[row]! * columns + column]! + spread * draw.normal()) * (1 + column);
  });
  return { values, labels };
}

test('the optimizer finds the minimum of a badly scaled function', async () => {
  const x = Float64Array.from([-1.2, 1]);
  const rosenbrock = ([a, b]: Float64Array, g: Float64Array): number => {
    g[0] = -400 * a! * (b! - a! * a!) - 2 * (1 - a!);
    g[1] = 200 * (b! - a! * a!);
    return 100 * (b! - a! * a!) ** 2 + (1 - a!) ** 2;
  };
  const { converged } = await lbfgs(rosenbrock, x, { tolerance: 1e-8 });
  expect(converged).toBe(true);
  expect(x[0]).toBeCloseTo(1, 6);
  expect(x[1]).toBeCloseTo(1, 6);
});

test("the runtime's products equal plain loops over any range of rows", async () => {
  const [rows, columns, classes] = [37, 19, 4];
  const { values } = clouds(rows, columns, classes, 1);
  const plain = plainProducts({ values, columns }, classes);
  const fast = await runtimeProducts({ values, columns }, classes);
  const weights = new Float32Array(columns * classes).map((_, i) => Math.sin(i));
  for (const [first, end] of [
    [0, 37],
    [5, 30],
  ] as const) {
    const results: number[][] = [];
    for (const products of [plain, fast]) {
      const logits = new Float32Array((end - first) * classes);
      const gradient = new Float32Array(columns * classes);
      await products.forward(first, end, weights, logits);
      await products.backward(first, end, logits, gradient);
      results.push([...logits, ...gradient]);
    }
    const scale = Math.max(...results[0]!.map(Math.abs));
    results[0]!.forEach((value, i) => expect(results[1]![i]! / scale).toBeCloseTo(value / scale, 5));
  }
  await fast.release();
});

test('at the minimum the gradient of the written-down objective is zero', async () => {
  const [rows, columns, classes, c] = [60, 6, 3, 0.1];
  const { values, labels } = clouds(rows, columns, classes, 1.5);
  standardise(values, columns, standardOf(values, columns));
  const weights = Float32Array.from(labels, (label) => 1 + label);
  const start = new Float64Array((columns + 1) * classes);
  const products = plainProducts({ values, columns }, classes);
  await fitLogistic({ products, columns, classes, labels, weights, ranges: [[0, rows]], c, start, tolerance: 1e-6 });
  const objective = (x: Float64Array): number => {
    let [loss, total, punished] = [0, 0, 0];
    for (let i = 0; i < rows; i++) {
      const z = Array.from({ length: classes }, (_, k) => {
        let sum = x[columns * classes + k]!;
        for (let j = 0; j < columns; j++) sum += values[i * columns + j]! * x[j * classes + k]!;
        return sum;
      });
      const log = Math.log(z.reduce((sum, value) => sum + Math.exp(value), 0));
      loss += weights[i]! * (log - z[labels[i]!]!);
      total += weights[i]!;
    }
    for (let i = 0; i < columns * classes; i++) punished += x[i]! ** 2;
    return loss / total + punished / (2 * c * total);
  };
  for (let i = 0; i < start.length; i++) {
    const moved = (by: number): number => objective(start.map((value, at) => (at === i ? value + by : value)));
    expect((moved(1e-4) - moved(-1e-4)) / 2e-4).toBeCloseTo(0, 4);
  }
});

test('the fold-in of standardisation changes no probability', async () => {
  const [rows, columns, classes] = [40, 5, 3];
  const { values } = clouds(rows, columns, classes, 1);
  const raw = values.slice();
  const standard = standardOf(values, columns);
  standardise(values, columns, standard);
  const parameters = Float64Array.from({ length: (columns + 1) * classes }, (_, i) => Math.cos(3 * i));
  const { weights, bias } = unstandardise(parameters, classes, standard);
  const direct = new Float32Array(rows * classes);
  await probabilities(plainProducts({ values, columns }, classes), parameters, [0, rows], classes, direct);
  const folded = new Float32Array(rows * classes);
  const both = Float64Array.from([...weights, ...bias]);
  await probabilities(plainProducts({ values: raw, columns }, classes), both, [0, rows], classes, folded);
  direct.forEach((p, i) => expect(folded[i]).toBeCloseTo(p, 4));
});

test('balanced weights let every class count the same', () => {
  const weights = balancedWeights(Int32Array.from([0, 0, 0, 1]), 3);
  expect(weights[0]! * 3).toBeCloseTo(weights[3]!, 6);
  expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(4, 6);
});

/** 90 rows in three classes in two files; the last 30 are the test split, ten of them without a label. */
async function aProblem(name: string): Promise<HeadParams> {
  const { values, labels } = clouds(90, 8, 3, 1);
  const hashes = Array.from({ length: 90 }, (_, i) => random(i, 'hash').uint32().toString(16).padStart(32, '0'));
  const features = [];
  for (const half of [0, 1]) {
    const path = join(folder, `${name}-${half}`);
    const file = await FeatureFile.open(path, 4);
    const rows = Float32Array.from({ length: 90 * 4 }, (_, i) => values[Math.floor(i / 4) * 8 + half * 4 + (i % 4)]!);
    await file.append(hashes, rows);
    await file.close();
    features.push({ path, length: 4 });
  }
  const held = Uint8Array.from({ length: 90 }, (_, i) => (i >= 60 ? 1 : 0));
  return {
    features,
    hashes,
    labels: labels.map((label, i) => (i >= 80 ? -1 : label)),
    held,
    classes: ['a', 'b', 'c'],
    seed: 1,
  };
}

test('every image gets probabilities: out of fold where it was learned from, the model otherwise', async () => {
  const problem = await aProblem('all');
  const result = await headTask(problem, context);
  expect([...result.origin]).toEqual(Array.from({ length: 90 }, (_, i) => (i < 60 ? ORIGIN.outOfFold : ORIGIN.model)));
  expect(result).toMatchObject({ trained: 60, converged: true, missing: [] });
  let right = 0;
  for (let i = 0; i < 90; i++) {
    const row = result.probabilities.subarray(3 * i, 3 * i + 3);
    expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    if (row.indexOf(Math.max(...row)) === i % 3) right++;
  }
  expect(right).toBeGreaterThan(75);
});

test('the same problem gives the same digits, in whatever order the images come', async () => {
  const problem = await aProblem('order');
  const once = await headTask(problem, context);
  const again = await headTask(problem, context);
  expect(again).toEqual(once);
  const back = [...problem.hashes.keys()].reverse();
  const turned = await headTask(
    {
      ...problem,
      hashes: back.map((i) => problem.hashes[i]!),
      labels: Int32Array.from(back, (i) => problem.labels[i]!),
      held: Uint8Array.from(back, (i) => problem.held[i]!),
    },
    context,
  );
  expect(turned.weights).toEqual(once.weights);
  back.forEach((i, at) => expect(turned.probabilities[3 * at]).toBe(once.probabilities[3 * i]));
});

test("the test split's labels change nothing", async () => {
  const problem = await aProblem('held');
  const labels = problem.labels.map((label, i) => (i >= 60 ? (label + 1) % 3 : label));
  expect((await headTask({ ...problem, labels }, context)).weights).toEqual((await headTask(problem, context)).weights);
});

test('images of one group are in one fold', async () => {
  const problem = await aProblem('groups');
  const groups = Int32Array.from({ length: 90 }, (_, i) => Math.floor(i / 6));
  const { folds } = await headTask({ ...problem, groups }, context);
  for (let i = 0; i < 60; i++) expect(folds[i]).toBe(folds[6 * Math.floor(i / 6)]);
});

test('images without features are told and left out', async () => {
  const problem = await aProblem('missing');
  const hashes = problem.hashes.map((hash, i) => (i === 4 || i === 70 ? 'f'.repeat(32) : hash));
  const result = await headTask({ ...problem, hashes }, context);
  expect(result.missing).toEqual([4, 70]);
  expect([result.origin[4], result.origin[70], result.trained]).toEqual([ORIGIN.none, ORIGIN.none, 59]);
});

test('too little to learn from is refused', async () => {
  const problem = await aProblem('few');
  await expect(headTask({ ...problem, labels: problem.labels.map(() => 0) }, context)).rejects.toMatchObject({
    code: 'train/too-few-classes',
  });
  const lonely = problem.labels.map((label, i) => (label === 2 && i !== 2 ? -1 : label));
  await expect(headTask({ ...problem, labels: lonely }, context)).rejects.toMatchObject({
    code: 'train/too-few-images',
    subject: 'c',
    values: { found: 1, needed: 2 },
  });
});
