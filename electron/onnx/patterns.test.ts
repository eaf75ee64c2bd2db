import { expect, test } from 'vitest';
import {
  concretize,
  evaluateGraph,
  floats,
  graphBuilder,
  type GraphBuilder,
  recognise,
  toDense,
  type Value,
} from './index.ts';

/** Operators left after recognition, and the largest change of the result. */
function recognised(build: (b: GraphBuilder, x: Value) => Value): { ops: string[]; change: number } {
  const b = graphBuilder();
  const x = b.input('x', [2, 3, 4]);
  b.output(build(b, x), 'y');
  const before = concretize(b.model(), { shapes: { x: [2, 3, 4] } });
  const after = recognise(before);
  const feeds = new Map([...before.constants].map(([name, tensor]) => [name, toDense(tensor)] as const));
  feeds.set(
    'x',
    toDense(
      floats(
        Array.from({ length: 24 }, (_, i) => Math.sin(i * 1.7) * 2),
        [2, 3, 4],
      ),
    ),
  );
  const [a, c] = [before, after].map((network) => evaluateGraph(network.nodes, feeds).get('y')!.data);
  return {
    ops: after.nodes.map((node) => node.op).filter((op) => op !== 'Identity'),
    change: a!.reduce((most, value, i) => Math.max(most, Math.abs(value - c![i]!)), 0),
  };
}

const weights = (n: number): ReturnType<typeof floats> => floats(Array.from({ length: n }, (_, i) => 0.5 + i / 7));

test.each([
  [
    'x * (1 + erf(x / sqrt 2)) * 0.5',
    (b: GraphBuilder, x: Value) => b.mul(b.mul(x, b.add(b.erf(b.div(x, Math.SQRT2)), 1)), 0.5),
  ],
  ['0.5 * x first', (b: GraphBuilder, x: Value) => b.mul(b.mul(0.5, x), b.add(1, b.erf(b.mul(x, Math.SQRT1_2))))],
])('GELU as %s becomes one operator', (_, build) => {
  expect(recognised(build)).toEqual({ ops: ['Gelu'], change: expect.closeTo(0, 6) });
});

const layerNorm = (b: GraphBuilder, x: Value): Value => {
  const centred = b.sub(x, b.reduceMean(x, [-1]));
  const variance = b.reduceMean(b.pow(centred, 2), [-1]);
  const normal = b.div(centred, b.sqrt(b.add(variance, 1e-6)));
  return b.add(b.mul(normal, b.initializer('scale', weights(4))), b.initializer('bias', weights(4)));
};

test('a decomposed layer normalisation becomes one operator with the same epsilon', () => {
  expect(recognised(layerNorm)).toEqual({ ops: ['LayerNormalization'], change: expect.closeTo(0, 6) });
});

test('x * sigmoid(x) becomes one operator', () => {
  expect(recognised((b, x) => b.mul(b.sigmoid(x), x))).toEqual({ ops: ['QuickGelu'], change: expect.closeTo(0, 6) });
});

test('nothing is put together where an inner value is read elsewhere', () => {
  const { ops } = recognised((b, x) => {
    const s = b.sigmoid(x);
    return b.add(b.mul(x, s), s);
  });
  expect(ops).toEqual(['Sigmoid', 'Mul', 'Add']);
});

test('a normalisation over other axes than the last is left alone', () => {
  const { ops } = recognised((b, x) => {
    const centred = b.sub(x, b.reduceMean(x, [1]));
    const normal = b.div(centred, b.sqrt(b.add(b.reduceMean(b.pow(centred, 2), [1]), 1e-6)));
    return b.add(b.mul(normal, b.initializer('scale', weights(4))), b.initializer('bias', weights(4)));
  });
  expect(ops).not.toContain('LayerNormalization');
});
