/** Single operators: `micro/FAMILY.json`. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pullBackGraph } from '../../electron/autodiff/index.ts';
import { concretize, decodeModel, operatorsOf, sizeOf, type Tensor } from '../../electron/onnx/index.ts';
import { norm, open, relative, type Result, type Setting } from './measure.ts';

interface Part {
  name: string;
  type: 'float32' | 'int64' | 'bool';
  shape: number[];
  offset: number;
}

interface OperatorCase {
  name: string;
  op: string;
  inputs: ((Part & { constant: boolean; differentiable: boolean }) | null)[];
  outputs: (Part & { cotangent?: number | null })[];
  gradients: { input: string; offset: number }[];
  onnx: string;
}

export interface Family {
  family: string;
  file: string;
  cases: OperatorCase[];
}

function tensorOf({ type, shape, offset }: Pick<Part, 'type' | 'shape' | 'offset'>, bin: ArrayBuffer): Tensor {
  const count = sizeOf(shape);
  if (type === 'float32') return { type, dims: shape, data: new Float32Array(bin.slice(offset, offset + 4 * count)) };
  if (type === 'int64') return { type, dims: shape, data: new BigInt64Array(bin.slice(offset, offset + 8 * count)) };
  return { type, dims: shape, data: new Uint8Array(bin.slice(offset, offset + count)) };
}

const TOLERANCE = 1e-4;
/**
 * A gradient that is tiny beside the cotangent (a saturated softmax) is rounding in float32 whoever computes it: below
 * this share of the cotangent the error is measured against the cotangent.
 */
const FLOOR = 1e-3;

/** Every case of a family file. */
export async function* operatorCases(file: string, setting: Setting): AsyncGenerator<Result> {
  const family = JSON.parse(readFileSync(file, 'utf8')) as Family;
  const bytes = readFileSync(join(dirname(file), family.file));
  const bin = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  for (const one of family.cases) {
    const result: Result = {
      name: `${family.family}/${one.name}`,
      kind: 'operator',
      ok: false,
      gradientError: 0,
      outputError: 0,
      operators: {},
      problems: [],
    };
    try {
      await check(one, bin, setting, result);
    } catch (error) {
      result.problems.push(error instanceof Error ? error.message : String(error));
    }
    result.ok = result.problems.length === 0;
    yield result;
  }
}

async function check(one: OperatorCase, bin: ArrayBuffer, setting: Setting, result: Result): Promise<void> {
  const model = decodeModel(Buffer.from(one.onnx, 'base64'), { subject: one.name });
  result.operators = Object.fromEntries(operatorsOf(model.graph));
  const fed = one.inputs.filter((input) => input !== null && !input.constant) as Part[];
  const network = concretize(model, { shapes: Object.fromEntries(fed.map(({ name, shape }) => [name, shape])) });
  const outputs = one.outputs.filter((output) => typeof output.cotangent === 'number');
  const graph = pullBackGraph(network, {
    watched: one.gradients.map(({ input }) => input),
    outputs: outputs.map(({ name }) => name),
    formulation: setting.formulation,
    block: setting.block,
  });
  const session = await open(graph.model, setting, one.name);
  try {
    const feeds: Record<string, Tensor> = {};
    for (const part of fed) feeds[part.name] = tensorOf(part, bin);
    for (const output of outputs)
      feeds[graph.cotangents.get(output.name)!] = tensorOf({ ...output, offset: output.cotangent! }, bin);
    const results = await session.run(feeds);
    for (const output of outputs) {
      const error = relative(results[output.name]!.data as Float32Array, tensorOf(output, bin).data as Float32Array);
      result.outputError = Math.max(result.outputError!, error);
      if (!(error <= TOLERANCE)) result.problems.push(`output ${output.name}: ${error.toExponential(2)}`);
    }
    const floor =
      FLOOR * norm(outputs.flatMap((output) => [...(feeds[graph.cotangents.get(output.name)!]!.data as Float32Array)]));
    for (const { input, offset } of one.gradients) {
      const { shape } = one.inputs.find((part) => part?.name === input)!;
      const reference = tensorOf({ type: 'float32', shape, offset }, bin).data as Float32Array;
      const length = norm(reference);
      const far = relative(results[graph.gradients.get(input)!]!.data as Float32Array, reference);
      const error = length === 0 ? far : (far * length) / Math.max(length, floor);
      if (!(error <= result.gradientError)) [result.gradientError, result.worstGradient] = [error, input];
      if (!(length === 0 ? error === 0 : error <= TOLERANCE))
        result.problems.push(`gradient of ${input}: ${error.toExponential(2)}`);
    }
  } finally {
    await session.release();
  }
}
