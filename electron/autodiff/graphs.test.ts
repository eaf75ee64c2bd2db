import { describe, expect, test } from 'vitest';
import { type AssayError } from '../contract/errors.ts';
import {
  concretize,
  type Concrete,
  evaluateGraph,
  floats,
  graphBuilder,
  type GraphBuilder,
  toDense,
} from '../onnx/index.ts';
import { type TrainingGraph, trainingGraph } from './index.ts';

/** Two layers: x [2, 3] -> tanh(x a) b -> logits [2, 2]. */
function twoLayers(change: (b: GraphBuilder) => void = () => {}): { network: (trainable: string[]) => Concrete } {
  const b = graphBuilder();
  const x = b.input('x', [2, 3]);
  const a = b.initializer('a', floats([0.1, -0.2, 0.3, 0.4, 0.5, -0.6], [3, 2]));
  const c = b.initializer('c', floats([0.7, -0.1, 0.2, 0.3], [2, 2]));
  change(b);
  b.output(b.matmul(b.tanh(b.matmul(x, a)), c), 'logits');
  const model = b.model();
  return { network: (trainable) => concretize(model, { shapes: { x: [2, 3] }, trainable }) };
}

const graphOf = (trainable: string[]): TrainingGraph =>
  trainingGraph(twoLayers().network(trainable), { trainable, loss: { kind: 'cross-entropy' } });

test('trainable weights are inputs, frozen ones stay in the model', () => {
  const { model, gradients } = graphOf(['c']);
  expect(model.graph.inputs.map((input) => input.name)).toEqual(['x', 'c', 'loss_rows']);
  expect([...model.graph.initializers.keys()]).toContain('a');
  expect([...gradients.keys()]).toEqual(['c']);
});

test('nothing is emitted behind the frozen front', () => {
  const ops = (trainable: string[]): string[] => graphOf(trainable).model.graph.nodes.map((node) => node.op);
  // The slope of tanh is needed only where something before it is trained.
  const squares = (trainable: string[]): number =>
    graphOf(trainable).model.graph.nodes.filter((node) => node.op === 'Mul' && node.inputs[0] === node.inputs[1])
      .length;
  expect(squares(['a', 'c'])).toBe(1);
  expect(squares(['c'])).toBe(0);
  expect(ops(['c']).length).toBeLessThan(ops(['a', 'c']).length);
});

test('a weight that is used three times has one gradient, the sum', () => {
  const b = graphBuilder();
  const w = b.initializer('w', floats([0.5, -0.25], [2, 1]));
  const x = b.input('x', [1, 2]);
  const once = b.matmul(x, w);
  b.output(b.concat([b.add(once, b.mul(once, 2)), b.mul(b.matmul(x, w), -1)], 1), 'logits');
  const network = concretize(b.model(), { shapes: { x: [1, 2] }, trainable: ['w'] });
  const graph = trainingGraph(network, { trainable: ['w'], loss: { kind: 'cross-entropy' } });
  const feeds = new Map([...graph.model.graph.initializers].map(([name, tensor]) => [name, toDense(tensor)] as const));
  feeds.set('x', toDense(floats([1, 2], [1, 2])));
  feeds.set('w', toDense(floats([0.5, -0.25], [2, 1])));
  feeds.set(graph.rows, toDense(floats([1, 0], [1, 2])));
  const gradient = evaluateGraph(graph.model.graph.nodes, feeds).get(graph.gradients.get('w')!)!;
  // z = (3 s, -s) with s = x w = 0: softmax is (1/2, 1/2), dL/ds = 3 (1/2 - 1) - (1/2) = -2.
  expect([...gradient.data]).toEqual([expect.closeTo(-2, 9), expect.closeTo(-4, 9)]);
});

test('a weight on which the loss does not depend has a gradient of zeros', () => {
  const { network } = twoLayers((b) => {
    b.initializer('spare', floats([1, 2], [2]));
  });
  const graph = trainingGraph(network(['c', 'spare']), {
    trainable: ['c', 'spare'],
    loss: { kind: 'cross-entropy' },
  });
  const output = graph.model.graph.outputs.find((one) => one.name === graph.gradients.get('spare'));
  expect(output?.shape).toEqual([2]);
});

describe('an operator without a gradient', () => {
  const b = graphBuilder({ opset: 17 });
  const x = b.input('x', [2, 3]);
  const w = b.initializer('w', floats([1, 2, 3], [3]));
  const scattered = b.op(
    'ScatterElements',
    [b.mul(x, w), b.constant(toIndices()), b.mul(x, 2)],
    { reduction: 'mul' },
    {
      name: 'neck/3',
    },
  );
  b.output(scattered, 'logits');
  const model = b.model();

  test('is named with its node where the gradient would pass it', () => {
    const network = concretize(model, { shapes: { x: [2, 3] }, trainable: ['w'] });
    for (const formulation of ['plain', 'cpu'] as const) {
      const act = (): unknown =>
        trainingGraph(network, { trainable: ['w'], loss: { kind: 'cross-entropy' }, formulation, block: 16 });
      expect(act).toThrow(expect.objectContaining({ code: 'onnx/no-gradient' }) as AssayError);
      expect(act).toThrow(/ScatterElements.*neck\/3/);
    }
  });
});

function toIndices(): Parameters<GraphBuilder['constant']>[0] {
  return { type: 'int64', dims: [2, 3], data: new BigInt64Array(6) };
}

test('the focal loss takes targets beside the rows, cross-entropy does not', () => {
  const network = twoLayers().network(['c']);
  const focal = trainingGraph(network, { trainable: ['c'], loss: { kind: 'focal', gamma: 2 } });
  expect(focal.targets).toBeDefined();
  expect(graphOf(['c']).targets).toBeUndefined();
});
