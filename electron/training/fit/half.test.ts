/**
 * Half precision, node by node in float64, rounded wherever the graph has float16 (the CPU provider takes casts that
 * cancel out of the graph, and no float16 product is left to test).
 */
import { describe, expect, test } from 'vitest';
import { type TrainingGraph, trainingGraph } from '../../autodiff/index.ts';
import { random } from '../../contract/index.ts';
import { concretize, evaluateNode, floats, fromFloat16, graphBuilder } from '../../onnx/index.ts';
import { type Dense, type Model, type Node, sizeOf, type Tensor, toDense, toFloat16 } from '../../onnx/index.ts';
import { LossScale } from './loss-scale.ts';

const [BATCH, CLASSES] = [4, 5];
const IMAGE = [BATCH, 3, 16, 16];
const stream = random(5, 'test', 'half');
const draw = (shape: readonly number[], scale: number): Tensor =>
  floats(
    Float32Array.from({ length: sizeOf(shape) }, () => stream.normal() * scale),
    shape,
  );

/** Two convolutions with smooth activations, a product, a fully connected layer. `spread`: of the last weights. */
function network(spread = 0.3): Model {
  const b = graphBuilder({ opset: 17 });
  const weight = (name: string, shape: readonly number[], scale: number) => b.initializer(name, draw(shape, scale));
  const pads = { pads: [1, 1, 1, 1] };
  let y = b.tanh(b.conv(b.input('input', IMAGE), weight('w1', [8, 3, 3, 3], 0.3), weight('w2', [8], 0.1), pads));
  y = b.tanh(b.conv(y, weight('w3', [16, 8, 3, 3], 0.15), undefined, { ...pads, strides: [2, 2] }));
  const pooled = b.matmul(b.flatten(b.globalAveragePool(y)), weight('w4', [16, 16], 0.3));
  const logits = b.gemm(pooled, weight('w5', [CLASSES, 16], spread), weight('w6', [CLASSES], 0.1), { transB: true });
  b.output(logits, 'logits', [BATCH, CLASSES]);
  return b.model();
}

const TRAINED = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6'];

const PRODUCTS = ['Conv', 'ConvTranspose', 'MatMul', 'Gemm'];
const FLOAT16 = 10;

/** As a device does it: what a node in float16 gives is rounded. */
function evaluated(node: Node, inputs: readonly (Dense | undefined)[], half: boolean): readonly Dense[] {
  const results = evaluateNode(node, inputs);
  const rounds = node.op === 'Cast' ? node.attributes.int('to') === FLOAT16 : half && PRODUCTS.includes(node.op);
  if (!rounds) return results;
  return results.map((value) => ({ ...value, data: value.data.map((x) => fromFloat16(toFloat16(x))) }));
}

function step(model: Model, half: boolean, factor = 1024) {
  const graph: TrainingGraph = trainingGraph(concretize(model, { shapes: { input: IMAGE }, trainable: TRAINED }), {
    ...{ trainable: TRAINED, loss: { kind: 'cross-entropy' }, formulation: 'plain', half },
  });
  const rows = new Float32Array(BATCH * CLASSES);
  for (let i = 0; i < BATCH; i++) rows[i * CLASSES + (i % CLASSES)] = 1 / BATCH;
  const picture = random(9, 'test', 'picture');
  const pixels = Float32Array.from({ length: sizeOf(IMAGE) }, () => picture.normal());
  const values = new Map<string, Dense>();
  const feed = (name: string, tensor: Tensor): void => void values.set(name, toDense(tensor));
  for (const [name, tensor] of graph.model.graph.initializers) feed(name, tensor);
  feed('input', floats(pixels, IMAGE));
  feed(graph.rows, floats(rows, [BATCH, CLASSES]));
  for (const name of TRAINED) feed(name, model.graph.initializers.get(name)!);
  if (graph.scaling) feed(graph.scaling.factor, floats([factor], [1]));
  for (const node of graph.model.graph.nodes) {
    const results = evaluated(
      node,
      node.inputs.map((name) => values.get(name)),
      half,
    );
    node.outputs.forEach((name, i) => values.set(name, results[i]!));
  }
  const read = (name: string): Float64Array => values.get(name)!.data;
  return {
    graph,
    loss: read(graph.loss)[0]!,
    gradients: TRAINED.map((name) => read(graph.gradients.get(name)!)),
    check: graph.scaling && read(graph.scaling.check)[0]!,
  };
}

const norm = (values: Iterable<number>): number => Math.hypot(...values);

describe('a step in half precision', () => {
  test('has the gradients of float32 within the rounding of float16, and every product in float16', () => {
    const model = network();
    const [whole, half] = [step(model, false), step(model, true)];
    expect(Math.abs(half.loss / whole.loss - 1)).toBeLessThan(2e-3);
    whole.gradients.forEach((expected, i) => {
      const error = norm(expected.map((value, k) => value - half.gradients[i]![k]!)) / norm(expected);
      expect(error, TRAINED[i]).toBeLessThan(5e-3);
      // It did round.
      if (expected.length > CLASSES) expect(error, TRAINED[i]).toBeGreaterThan(1e-6);
    });
    expect(half.check).toBeGreaterThan(0);
    const { nodes } = half.graph.model.graph;
    const types = new Map(
      nodes.flatMap((n) => (n.op === 'Cast' ? [[n.outputs[0]!, n.attributes.int('to')]] : [])) as [string, number][],
    );
    const products = nodes.filter(({ op }) => PRODUCTS.includes(op));
    expect(products.length).toBeGreaterThan(8);
    for (const { inputs } of products) expect(inputs.map((name) => types.get(name))).not.toContain(undefined);
  });

  test('without the factor small gradients vanish', () => {
    const model = network(1e-6);
    const whole = step(model, false);
    const first = (factor: number): number => norm(step(model, true, factor).gradients[0]!);
    expect(first(1)).toBe(0);
    expect(Math.abs(first(2 ** 16) / norm(whole.gradients[0]!) - 1)).toBeLessThan(0.05);
  });

  test('a gradient that runs over is told by the check', () => {
    const { check } = step(network(), true, 1e9);
    expect(Number.isFinite(check)).toBe(false);
  });
});

test('the factor halves at an overflow, which leaves the step out, and doubles after many good steps', () => {
  const scale = new LossScale();
  const first = scale.factor;
  scale.saw(1);
  expect(scale.settle()).toBe(true);
  scale.saw(1);
  scale.saw(Infinity);
  expect(scale.settle()).toBe(false);
  expect(scale.factor).toBe(first / 2);
  const copy = new LossScale();
  for (let i = 0; i < 1999; i++) expect(scale.settle()).toBe(true);
  expect(scale.factor).toBe(first / 2);
  copy.state = scale.state;
  copy.settle();
  expect(copy.factor).toBe(first);
});
