import { expect, test } from 'vitest';
import { random } from '../contract/index.ts';
import { evaluateGraph, floats, graphBuilder, toDense, type Model } from './index.ts';
import { foldBatchNorm } from './fold-norm.ts';

const stream = random(3, 'fold');
const draw = (dims: number[], low = -1): ReturnType<typeof floats> =>
  floats(
    Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => stream.between(low, 1)),
    dims,
  );

function network(): Model {
  const b = graphBuilder();
  const x = b.input('x', [1, 3, 5, 5]);
  const norm = (value: ReturnType<typeof b.relu>, name: string) =>
    b.batchNorm(
      value,
      b.initializer(`${name}/scale`, draw([4])),
      b.initializer(`${name}/bias`, draw([4])),
      b.initializer(`${name}/mean`, draw([4])),
      b.initializer(`${name}/variance`, draw([4], 0.1)),
    );
  const first = b.conv(x, b.initializer('w1', draw([4, 3, 3, 3])), b.initializer('b1', draw([4])), {
    pads: [1, 1, 1, 1],
  });
  const second = b.conv(b.relu(norm(first, 'n1')), b.initializer('w2', draw([4, 1, 3, 3])), undefined, { group: 4 });
  // Read twice: it must stay as it is.
  const third = b.conv(norm(second, 'n2'), b.initializer('w3', draw([4, 4, 1, 1])));
  b.output(b.add(norm(third, 'n3'), third), 'y', [1, 4, 3, 3]);
  return b.model();
}

test('folded and plain give the same values; a convolution that is read twice keeps its norm', () => {
  const model = network();
  const folded = foldBatchNorm(model);
  expect(folded.graph.nodes.map((node) => node.op)).toEqual([
    'Conv',
    'Relu',
    'Conv',
    'Conv',
    'BatchNormalization',
    'Add',
    'Identity',
  ]);
  expect([...folded.graph.initializers.keys()]).not.toContain('n1/mean');
  const image = toDense(draw([1, 3, 5, 5]));
  const run = ({ graph }: Model): readonly number[] => {
    const feeds = new Map([...graph.initializers].map(([name, tensor]) => [name, toDense(tensor)] as const));
    feeds.set('x', image);
    return [...evaluateGraph(graph.nodes, feeds).get('y')!.data];
  };
  const [plain, short] = [run(model), run(folded)];
  short.forEach((value, i) => expect(value).toBeCloseTo(plain[i]!, 5));
});
