import { describe, expect, test } from 'vitest';
import { random } from '../../contract/index.ts';
import { evaluateGraph, floats, toDense } from '../../onnx/index.ts';
import { clipFactor, momentsOf, optimize, type OptimizerSpec } from '../optimizers.ts';
import { updateGraph } from './update-graph.ts';

const SPECS: OptimizerSpec[] = [
  { kind: 'sgd', momentum: 0.9, nesterov: true },
  { kind: 'adamw', beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
  { kind: 'lion', beta1: 0.9, beta2: 0.99 },
];

describe.each(SPECS)('$kind', (spec) => {
  test('as a graph moves weights and moments as the loop does', () => {
    const stream = random(7, spec.kind);
    const draw = (n: number): Float32Array => Float32Array.from({ length: n }, () => stream.normal());
    const [rate, number, decay, share, factor] = [0.01, 3, 0.1, 0.5, 0.7];
    const tensors = [
      { name: 'a', dims: [2, 3], decay, rate: factor },
      { name: 'b', dims: [4], decay: 0, rate: 1 },
    ];
    const weights = new Map(tensors.map(({ name, dims }) => [name, draw(dims.reduce((x, y) => x * y))] as const));
    const gradients = new Map([...weights].map(([name, w]) => [name, draw(w.length)] as const));
    const moments = new Map(
      [...weights].map(([name, w]) => [
        name,
        Array.from({ length: momentsOf(spec) }, () => draw(w.length).map(Math.abs)),
      ]),
    );
    const feeds = new Map<string, ReturnType<typeof toDense>>();
    const feed = (name: string, data: Float32Array, dims: number[]): void =>
      void feeds.set(name, toDense(floats(data, dims)));
    for (const { name, dims } of tensors) {
      feed(name, weights.get(name)!, dims);
      feed(`${name}/gradient`, gradients.get(name)!, dims);
      feed(`${name}/ema`, weights.get(name)!, dims);
      moments.get(name)!.forEach((moment, m) => feed(`${name}/moment${m}`, moment, dims));
    }
    const [beta1, beta2] = spec.kind === 'sgd' ? [0, 0] : [spec.beta1, spec.beta2];
    const step = {
      rate,
      share,
      average: 0.9,
      first: 1 / (1 - beta1 ** number),
      second: 1 / Math.sqrt(1 - beta2 ** number),
    };
    for (const [name, value] of Object.entries(step)) feed(name, Float32Array.of(value), [1]);
    const { graph } = updateGraph({ spec, tensors, clipNorm: 1, averaged: true });
    for (const [name, tensor] of graph.initializers) feeds.set(name, toDense(tensor));
    const found = evaluateGraph(graph.nodes, feeds);

    const scale = share * clipFactor(gradients.values(), 1 / share);
    for (const tensor of tensors) {
      const { name } = tensor;
      const before = weights.get(name)!.slice();
      optimize(spec, weights.get(name)!, gradients.get(name)!, moments.get(name)!, {
        ...{ rate: rate * tensor.rate, decay: tensor.decay, number, gradientScale: scale },
      });
      const near = (output: string, expected: Float32Array): void =>
        found.get(output)!.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
      near(`next/${name}`, weights.get(name)!);
      moments.get(name)!.forEach((moment, m) => near(`next/${name}/moment${m}`, moment));
      near(
        `next/${name}/ema`,
        weights.get(name)!.map((w, i) => 0.9 * before[i]! + 0.1 * w),
      );
    }
  });
});
