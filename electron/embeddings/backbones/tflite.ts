/**
 * Reads a convolutional TFLite network into an ONNX graph, up to named tensors: convolutions, sums and float16
 * constants, which is all that a MobileNet up to its head has. TFLite is NHWC, ONNX is NCHW: kernels are turned, and as
 * every operator here works on any layout of its own, no Transpose is left.
 */
import { AssayError } from '../../contract/index.ts';
import { floats, fromFloat16, graphBuilder, type GraphBuilder, type Model, type Value } from '../../onnx/index.ts';
import { Table } from './flatbuffer.ts';

// Numbers of TFLite's schema (schema.fbs of TensorFlow).
const ADD = 0;
const CONV_2D = 3;
const DEPTHWISE_CONV_2D = 4;
const DEQUANTIZE = 6;
const SAME = 0;
const FLOAT16 = 1;
const NO_ACTIVATION = 0;
const RELU = 1;
const RELU6 = 3;

interface TfTensor {
  name: string;
  shape: number[];
  type: number;
  data: Uint8Array;
}

export interface TfliteTap {
  /** How the tensor's name in the file begins (names list all that was fused into it). */
  source: string;
  /** Output name in the ONNX graph. */
  name: string;
}

/**
 * The graph from the network's only input to `taps`. Height and width become free; as TFLite's padding SAME depends on
 * them, sides must be divisible by the deepest stride.
 * @throws AssayError `onnx/unsupported` for another operator on the way, or a tap that is not there.
 */
export function readTflite(bytes: Uint8Array, taps: readonly TfliteTap[], subject: string): Model {
  const file = Table.root(bytes);
  // Newer codes are in the wide field, old ones in the byte; the other is 0.
  const codes = file.tables(1).map((code) => Math.max(code.int8(0), code.int32(3)));
  const buffers = file.tables(4).map((buffer) => buffer.bytes(0));
  const graph = file.tables(2)[0]!;
  const tensors = graph.tables(0).map((tensor): TfTensor => ({
    shape: tensor.int32s(0),
    type: tensor.int8(1),
    data: buffers[tensor.int32(2)]!,
    name: tensor.string(3),
  }));
  const wanted = new Map(taps.map((tap) => [tensors.findIndex((t) => t.name.startsWith(tap.source)), tap]));
  const b = graphBuilder({ name: 'backbone' });
  const values = new Map<number, Value>([[graph.int32s(1)[0]!, b.input('input', ['N', 3, 'H', 'W'])]]);
  const constants = new Map<number, Float32Array>();
  const reader: Reader = { b, subject, tensors, values, constants };

  // Detection heads stand between the levels: only what leads to a tap is read.
  const operators = graph.tables(3);
  const needed = leadingTo([...wanted.keys()], operators);
  for (const operator of operators) {
    if (!needed.has(operator)) continue;
    const output = operator.int32s(2)[0]!;
    readOperator(reader, codes[operator.int32(0)]!, operator, output);
    const tap = wanted.get(output);
    if (!tap) continue;
    b.output(values.get(output)!, tap.name, ['N', tensors[output]!.shape[3]!, null, null]);
    wanted.delete(output);
  }
  for (const { source } of wanted.values())
    throw new AssayError('onnx/unsupported', {
      subject,
      values: { operator: source, reason: 'it is not in the file' },
    });
  return b.model();
}

function leadingTo(tensors: number[], operators: Table[]): Set<Table> {
  const producers = new Map(operators.flatMap((operator) => operator.int32s(2).map((output) => [output, operator])));
  const needed = new Set<Table>();
  const open = [...tensors];
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    const operator = producers.get(tensor);
    if (!operator || needed.has(operator)) continue;
    needed.add(operator);
    open.push(...operator.int32s(1));
  }
  return needed;
}

interface Reader {
  b: GraphBuilder;
  subject: string;
  tensors: TfTensor[];
  values: Map<number, Value>;
  constants: Map<number, Float32Array>;
}

function readOperator(reader: Reader, code: number, operator: Table, output: number): void {
  const { b, values, tensors } = reader;
  const inputs = operator.int32s(1);
  const options = operator.table(4);
  switch (code) {
    case DEQUANTIZE:
      reader.constants.set(output, constant(tensors[inputs[0]!]!));
      return;
    case ADD: {
      const sum = b.add(values.get(inputs[0]!)!, values.get(inputs[1]!)!);
      values.set(output, activate(reader, sum, options?.int8(0) ?? NO_ACTIVATION));
      return;
    }
    case CONV_2D:
      values.set(output, convolution(reader, inputs, options!, false));
      return;
    case DEPTHWISE_CONV_2D:
      values.set(output, convolution(reader, inputs, options!, true));
      return;
    default:
      throw new AssayError('onnx/unsupported', {
        subject: reader.subject,
        values: { operator: `TFLite operator ${code}`, reason: 'only convolutions and sums are read' },
      });
  }
}

/** Kernels are OHWI, depthwise ones 1HWO. Options: padding, stride w, stride h, then depthwise has its multiplier. */
function convolution(reader: Reader, inputs: number[], options: Table, depthwise: boolean): Value {
  const { b } = reader;
  const [x, kernel, bias] = inputs as [number, number, number];
  const [d0, height, width, d3] = reader.tensors[kernel]!.shape as [number, number, number, number];
  const [outputs, perGroup] = depthwise ? [d3, 1] : [d0, d3];
  const source = weights(reader, kernel);
  const turned = new Float32Array(source.length);
  let at = 0;
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < perGroup; i++)
      for (let place = 0; place < height * width; place++)
        turned[at++] = depthwise ? source[place * outputs + o]! : source[(o * height * width + place) * perGroup + i]!;

  const strides = [options.int32(2), options.int32(1)];
  const pads = options.int8(0) === SAME ? samePads([height, width], strides) : [0, 0, 0, 0];
  const y = b.conv(
    reader.values.get(x)!,
    b.initializer(b.fresh('weight'), floats(turned, [outputs, perGroup, height, width])),
    b.initializer(b.fresh('bias'), floats(weights(reader, bias))),
    { strides, pads, group: depthwise ? outputs : 1 },
  );
  return activate(reader, y, options.int8(depthwise ? 4 : 3));
}

/** SAME for sides divisible by the stride: what is odd goes to the bottom and the right. */
function samePads(kernel: number[], strides: number[]): number[] {
  const total = kernel.map((k, axis) => Math.max(0, k - strides[axis]!));
  const begin = total.map((t) => Math.floor(t / 2));
  return [...begin, ...total.map((t, axis) => t - begin[axis]!)];
}

function activate(reader: Reader, x: Value, activation: number): Value {
  if (activation === NO_ACTIVATION) return x;
  if (activation === RELU) return reader.b.relu(x);
  if (activation === RELU6) return reader.b.clip(x, 0, 6);
  throw new AssayError('onnx/unsupported', {
    subject: reader.subject,
    values: { operator: `TFLite activation ${activation}`, reason: 'only Relu and Relu6 are read' },
  });
}

const weights = (reader: Reader, tensor: number): Float32Array =>
  reader.constants.get(tensor) ?? constant(reader.tensors[tensor]!);

function constant({ type, data }: TfTensor): Float32Array {
  const bytes = data.slice().buffer;
  return type === FLOAT16 ? Float32Array.from(new Uint16Array(bytes), fromFloat16) : new Float32Array(bytes);
}
