import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AssayError } from '../contract/errors.ts';
import { concretize, type Dense, evaluateGraph, graphBuilder, ints, decodeModel, toDense, untied } from './index.ts';

const shared = join(process.env.ASSAY_SHARED ?? join(import.meta.dirname, '../../../shared'), 'data/gradients');

interface Part {
  name: string;
  type: 'float32' | 'int64' | 'bool';
  shape: number[];
  offset: number;
}
interface Case {
  name: string;
  op: string;
  inputs: ((Part & { constant: boolean }) | null)[];
  outputs: Part[];
  onnx: string;
}

const families = existsSync(shared) ? globSync('micro/*.json', { cwd: shared }) : [];

function dense(part: Part, bin: Buffer): Dense {
  const count = part.shape.reduce((product, dim) => product * dim, 1);
  const data = Float64Array.from({ length: count }, (_, i) =>
    part.type === 'float32'
      ? bin.readFloatLE(part.offset + 4 * i)
      : part.type === 'bool'
        ? bin[part.offset + i]!
        : Number(bin.readBigInt64LE(part.offset + 8 * i)),
  );
  return { type: part.type, dims: part.shape, data };
}

/** The largest difference over the largest element. */
function distance(ours: Float64Array, theirs: Float64Array): number {
  const scale = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  return (
    ours.reduce((most, value, i) => (value === theirs[i] ? most : Math.max(most, Math.abs(value - theirs[i]!))), 0) /
    scale
  );
}

describe.skipIf(families.length === 0)('single operators (skipped: no shared folder)', () => {
  test.each(families)('%s: shapes and values in float64 are those of the reference', (file) => {
    const { cases } = JSON.parse(readFileSync(join(shared, file), 'utf8')) as { cases: Case[] };
    const bin = readFileSync(join(shared, file.replace('.json', '.bin')));
    for (const one of cases) {
      const model = decodeModel(Buffer.from(one.onnx, 'base64'));
      const fed = one.inputs.filter((input) => input !== null && !input.constant) as Part[];
      const graph = concretize(model, { shapes: Object.fromEntries(fed.map(({ name, shape }) => [name, shape])) });
      const feeds = new Map([...graph.constants].map(([name, tensor]) => [name, toDense(tensor)] as const));
      for (const part of fed) feeds.set(part.name, dense(part, bin));
      const values = evaluateGraph(graph.nodes, feeds);
      for (const output of one.outputs) {
        const ours = values.get(output.name)!;
        const label = `${one.op} ${one.name}`;
        expect([label, ours.type, graph.known.get(output.name)!.shape]).toEqual([label, output.type, output.shape]);
        expect([label, distance(ours.data, dense(output, bin).data)]).toEqual([
          label,
          expect.toSatisfy((d) => d < 2e-7),
        ]);
      }
    }
    expect(cases.length).toBeGreaterThan(5);
  });
});

const networks = existsSync(shared) ? globSync('*/model.onnx', { cwd: shared }) : [];

test.skipIf(networks.length === 0).each(networks)('%s: all shapes are known and shape arithmetic is folded', (file) => {
  const model = decodeModel(readFileSync(join(shared, file)));
  const about = JSON.parse(readFileSync(join(shared, file, '../case.json'), 'utf8')) as {
    input: { name: string };
    output: string;
    batch: number;
    classes: number;
    imageShape: number[];
    trainable: { name: string }[];
  };
  const graph = concretize(model, {
    shapes: { [about.input.name]: [about.batch, ...about.imageShape] },
    trainable: about.trainable.map(({ name }) => name),
  });
  expect(graph.known.get(about.output)!.shape).toEqual([about.batch, about.classes]);
  const left = graph.nodes.map((node) => node.op).filter((op) => ['Shape', 'ConstantOfShape', 'Range'].includes(op));
  expect(left).toEqual([]);
  for (const { name } of about.trainable) expect(graph.constants.has(name)).toBe(true);
});

test('an operator that nobody knows is named with its node', () => {
  const b = graphBuilder();
  b.output(b.op('Wobble', [b.input('x', [1])], {}, { name: 'neck/3' }));
  const act = (): unknown => concretize(b.model(), { shapes: { x: [1] } });
  expect(act).toThrow(AssayError);
  expect(act).toThrow(/Wobble.*neck\/3/);
});

test('a shape that depends on the image is refused', () => {
  const b = graphBuilder();
  const x = b.input('x', [4]);
  b.output(b.reshape(x, b.cast(x, 'int64')));
  expect(() => concretize(b.model(), { shapes: { x: [4] } })).toThrow(/Reshape/);
});

test('values handed on under another name are one value, unless they are outputs', () => {
  const b = graphBuilder();
  const x = b.identity(b.identity(b.input('x', [2])));
  b.output(b.relu(x), 'y');
  const { nodes } = concretize(b.model(), { shapes: { x: [2] } });
  expect(nodes.map((node) => [node.op, ...node.inputs])).toEqual([
    ['Relu', 'x'],
    ['Identity', 'Relu'],
  ]);
});

test('an initializer behind several Identities becomes several, with equal values', () => {
  const b = graphBuilder();
  const w = b.initializer('w', ints([1, 2]));
  b.output(b.add(b.identity(w), b.add(b.identity(w), w)), 'y');
  const { graph } = untied(b.model());
  expect([...graph.initializers.keys()]).toEqual(['w', 'Identity', 'Identity_2']);
  expect(graph.initializers.get('Identity')!.data).toEqual(graph.initializers.get('w')!.data);
  expect(graph.nodes.map((node) => node.op)).toEqual(['Add', 'Add', 'Identity']);
});

test('a known condition takes its branch, trainable values are not folded', () => {
  const b = graphBuilder();
  const w = b.initializer('w', ints([1, 2]));
  b.output(b.add(b.add(w, b.ints([1, 1])), b.ints([2, 2])), 'y');
  expect(concretize(b.model(), { shapes: {} }).nodes.length).toBe(0);
  expect(concretize(b.model(), { shapes: {}, trainable: ['w'] }).nodes.length).toBe(3);
});
