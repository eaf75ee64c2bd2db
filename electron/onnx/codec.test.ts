import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { AssayError } from '../contract/errors.ts';
import {
  decodeModel,
  encodeModel,
  floatAttribute,
  floats,
  fromFloat16,
  graphBuilder,
  ints,
  type Model,
  numbersOf,
  readMetadata,
  scalar,
  toFloat16,
  writeMetadata,
} from './index.ts';

const shared = join(process.env.ASSAY_SHARED ?? join(import.meta.dirname, '../../../shared'), 'data');
const files = existsSync(shared) ? globSync('**/*.onnx{,.gz}', { cwd: shared }) : [];

const read = (file: string): Uint8Array => {
  const bytes = readFileSync(join(shared, file));
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};

/** Name, type, shape and a digest of every initializer: comparing millions of elements one by one takes minutes. */
const bitsOf = (model: Model): string[] =>
  [...model.graph.initializers].map(([name, { type, dims, data }]) => {
    const bits = Array.isArray(data) ? data.join() : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return `${name} ${type} ${dims} ${createHash('sha256').update(bits).digest('hex')}`;
  });

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof AssayError) return error.code;
    throw error;
  }
  return 'none';
};

describe.skipIf(files.length === 0)('models of the shared data (skipped: no shared folder)', () => {
  test.each(files)('%s survives reading, writing and reading', (file) => {
    const model = decodeModel(read(file), { subject: basename(file) });
    const bytes = encodeModel(model);
    const again = decodeModel(bytes);
    expect(Buffer.compare(encodeModel(again), bytes)).toBe(0);
    expect(bitsOf(again)).toEqual(bitsOf(model));
    expect({ ...again, graph: { ...again.graph, initializers: 0 } }).toEqual({
      ...model,
      graph: { ...model.graph, initializers: 0 },
    });
    expect(model.graph.nodes.length).toBeGreaterThan(0);
    expect(model.opsets.get('')).toBeGreaterThanOrEqual(7);
  });

  test('single operators written in base64 survive too', () => {
    const micro = globSync('gradients/micro/*.json', { cwd: shared });
    let count = 0;
    for (const file of micro) {
      const { cases } = JSON.parse(readFileSync(join(shared, file), 'utf8')) as { cases: { onnx: string }[] };
      for (const { onnx } of cases) {
        const model = decodeModel(Buffer.from(onnx, 'base64'));
        expect(decodeModel(encodeModel(model))).toEqual(model);
        count++;
      }
    }
    expect(count).toBeGreaterThan(micro.length);
  });

  test('every truncation of a model is refused as model/not-onnx or read as a shorter model, never another fault', () => {
    const file = files.find((name) => dirname(name).endsWith('opset9-attributes'))!;
    const bytes = read(file);
    for (let length = 0; length < bytes.length; length += 7)
      expect(['none', 'model/not-onnx']).toContain(codeOf(() => decodeModel(bytes.subarray(0, length))));
  });
});

test('a built model keeps types, attributes, symbols and metadata', () => {
  const b = graphBuilder({ opset: 17 });
  const x = b.input('input', ['N', 3, 8, 8]);
  const w = b.initializer('w', floats(new Float32Array(4 * 3 * 9).fill(0.5), [4, 3, 3, 3]));
  const y = b.relu(b.conv(x, w, undefined, { pads: [1, 1, 1, 1] }));
  const [values, indices] = b.op('TopK', [b.flatten(b.globalAveragePool(y)), b.ints([2])], { axis: 1 }, { outputs: 2 });
  b.output(b.mul(values!, 2), 'scores', ['N', 2]);
  b.output(indices!);
  b.op('Custom', [y], { low: floatAttribute(1), text: 'x', list: ['a', 'b'], t: scalar(3) }, { domain: 'test.domain' });
  const model = b.model({ metadata: { classes: '["가","b"]' } });
  const again = decodeModel(encodeModel(model));
  expect(again).toEqual(model);
  expect(again.graph.inputs[0]!.shape).toEqual(['N', 3, 8, 8]);
  expect(again.opsets.get('test.domain')).toBe(1);
  expect(again.metadata.get('classes')).toBe('["가","b"]');
  expect(again.graph.nodes.at(-1)!.attributes.float('low')).toBe(1);
});

test('equal constants are stored once, negative zero is not merged with zero', () => {
  const b = graphBuilder();
  expect(b.ints([1, 2]).name).toBe(b.ints([1, 2]).name);
  expect(b.scalar(0).name).not.toBe(b.scalar(-0).name);
});

test('nodes of one name are told apart: the runtime refuses two', () => {
  const b = graphBuilder();
  const x = b.input('x', [1]);
  b.op('Relu', [x], {}, { name: 'same' });
  b.op('Relu', [x], {}, { name: 'same' });
  b.relu(x);
  const names = b.graph.nodes.map((node) => node.name);
  expect(new Set(names).size).toBe(names.length);
});

test('a name cannot be given twice', () => {
  const b = graphBuilder();
  b.input('x', [1]);
  expect(() => b.initializer('x', scalar(1))).toThrow(RangeError);
});

test('the largest 64-bit integers ("to the end") come back as they were', () => {
  const b = graphBuilder();
  b.initializer('ends', ints([2n ** 63n - 1n, -(2n ** 63n), -1n, 2n ** 53n + 1n]));
  b.op('Slice', [b.input('x', [3])], { ends: [2 ** 63, -1, -(2 ** 63)] });
  const { graph } = decodeModel(encodeModel(b.model()));
  expect([...(graph.initializers.get('ends')!.data as BigInt64Array)]).toEqual([
    2n ** 63n - 1n,
    -(2n ** 63n),
    -1n,
    2n ** 53n + 1n,
  ]);
  expect(graph.nodes[0]!.attributes.ints('ends')).toEqual([2 ** 63, -1, -(2 ** 63)]);
});

test('fields that Assay does not know are written back', () => {
  const bytes = encodeModel(graphBuilder().model());
  const unknown = Uint8Array.from([0xfa, 0x06, 3, 1, 2, 3]); // field 111, three bytes
  const model = decodeModel(Uint8Array.from([...bytes, ...unknown]));
  expect([...encodeModel(model)].slice(-6)).toEqual([...unknown]);
});

test('metadata is set, replaced and taken out without touching the graph', () => {
  const b = graphBuilder();
  b.output(b.relu(b.input('x', [2])), 'y', [2]);
  const bytes = encodeModel(b.model({ metadata: { a: '1', b: '2' } }));
  const changed = writeMetadata(bytes, { a: 'new', b: undefined, c: '3' });
  expect(Object.fromEntries(readMetadata(changed))).toEqual({ a: 'new', c: '3' });
  expect(decodeModel(changed).graph).toEqual(decodeModel(bytes).graph);
});

test('tensors in typed fields are read as those in raw bytes', () => {
  // TensorProto { dims: 2, data_type: FLOAT16, int32_data: [15360, 49152], name: 'h' } inside graph inside model
  const tensor = [8, 2, 16, 10, 42, 5, 128, 120, 128, 128, 3, 66, 1, 104];
  const graph = [42, tensor.length, ...tensor];
  const model = decodeModel(Uint8Array.from([8, 8, 58, graph.length, ...graph]));
  expect(numbersOf(model.graph.initializers.get('h')!)).toEqual([1, -2]);
});

describe('tensors outside the file', () => {
  const pair = (key: string, value: string): number[] => {
    const inner = [10, key.length, ...Buffer.from(key), 18, value.length, ...Buffer.from(value)];
    return [106, inner.length, ...inner];
  };
  const withLocation = (location: string): Uint8Array => {
    const entries = [...pair('location', location), ...pair('offset', '4'), ...pair('length', '8')];
    const tensor = [8, 2, 16, 1, 66, 1, 119, ...entries, 112, 1];
    const graph = [42, tensor.length, ...tensor];
    return Uint8Array.from([8, 8, 58, graph.length, ...graph]);
  };
  const data = new Uint8Array(Float32Array.of(9, 1.5, -2).buffer);

  test('are read from the resolver and written into the file', () => {
    const model = decodeModel(withLocation('w.bin'), { external: (name) => (name === 'w.bin' ? data : undefined) });
    expect(decodeModel(encodeModel(model)).graph.initializers.get('w')!.data).toEqual(Float32Array.of(1.5, -2));
  });

  test.each(['missing.bin', '../w.bin', '/etc/w.bin', 'a/../../w.bin', 'C:\\w.bin'])(
    'are refused at %s',
    (location) => {
      const external = (name: string): Uint8Array | undefined => (name === 'missing.bin' ? undefined : data);
      expect(codeOf(() => decodeModel(withLocation(location), { external }))).toBe('model/external-data');
    },
  );
});

test.each([
  ['text', Buffer.from('hello, this is no model')],
  ['nothing', new Uint8Array(0)],
  ['a JPEG', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46])],
])('%s is refused as no ONNX model', (_, bytes) => {
  expect(codeOf(() => decodeModel(bytes))).toBe('model/not-onnx');
  expect(codeOf(() => readMetadata(bytes))).toBe(bytes.length === 0 ? 'none' : 'model/not-onnx');
});

test('float16 bits: every finite value survives, rounding is to nearest even', () => {
  const wrong: number[] = [];
  for (let bits = 0; bits < 65536; bits++) {
    const value = fromFloat16(bits);
    if (!Number.isNaN(value) && toFloat16(value) !== bits) wrong.push(bits);
  }
  expect(wrong).toEqual([]);
  expect(fromFloat16(toFloat16(1 + 2 ** -11))).toBe(1);
  expect(fromFloat16(toFloat16(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
  expect(toFloat16(1e6)).toBe(0x7c00);
});
