/**
 * A trained classifier as one ONNX file: backbones, pooling, standardisation (folded into the weights), head, softmax
 * with temperature. What it needs to be run by anybody is in its metadata:
 *
 *     assay.kind           classifier
 *     assay.inputs         [{ name, size }]: float32 [N, 3, size, size], red, green, blue, values 0 to 255
 *     assay.preprocessing  the first input's, in the usual form: value / 255, minus mean, through std, size, fit, fill
 *     assay.classes        class names in the order of the output `probabilities` [N, classes]
 *     assay.temperature    by which the logits were divided; of several networks in one file their mean
 *     assay.temperatures   of several networks: that of each
 *     assay.calibrated     "false" where the temperatures were taken out again
 *     assay.provenance     where it comes from: run, snapshot, recipe
 */
import { z } from 'zod';
import { AssayError } from '../contract/index.ts';
import {
  assemble,
  type BackboneSpec,
  batchFor,
  declareOutput,
  type Fit,
  type GraphInput,
  type Part,
} from '../embeddings/index.ts';
import { uncalibrate } from './temperature.ts';
import {
  Attributes,
  decodeModel,
  encodeModel,
  floats,
  foldBatchNorm,
  type Graph,
  readMetadata,
  type Tensor,
  typeNumber,
} from '../onnx/index.ts';

export interface HeadWeights {
  /** [features, classes], for features as they come. */
  weights: Float32Array;
  bias: Float32Array;
  temperature: number;
}

export interface ClassifierParts {
  parts: readonly Part[];
  fit: Fit;
  head: HeadWeights;
  classes: readonly string[];
  /** Plain JSON. */
  provenance: Record<string, unknown>;
  /** Values that take the place of the backbone's initializers of those names (as they are called in the whole graph). */
  trained?: ReadonlyMap<string, Tensor>;
}

const OUTPUT = 'probabilities';
const side = z.number().int().min(1).max(4096);
const stored = z.object({
  inputs: z.array(z.object({ name: z.string(), size: side })).min(1),
  fit: z.enum(['letterbox', 'stretch']),
  classes: z.array(z.string()).min(2).max(100_000),
  batch: z.number().int().positive().nullable(),
  temperature: z.number().positive(),
  provenance: z.record(z.string(), z.unknown()),
});

export interface ModelInfo {
  inputs: GraphInput[];
  fit: Fit;
  /** In the order of the output. */
  classes: string[];
  /** The only batch size that it takes; null where any serves. */
  batch: number | null;
  temperature: number;
  provenance: Record<string, unknown>;
}

/** The file's bytes. @throws AssayError `onnx/unsupported` where backbones cannot stand in one graph */
export function classifierModel(options: ClassifierParts): Uint8Array {
  const { parts, fit, head, classes, provenance, trained } = options;
  const { model, add, features, length, inputs, batch } = assemble(parts, 'image');
  const k = classes.length;
  if (head.weights.length !== length * k || head.bias.length !== k)
    throw new RangeError(
      `expected weights [${length}, ${k}], got ${head.weights.length} and ${head.bias.length} values`,
    );
  // The temperature is part of the weights: softmax((xW + b) / T).
  const scaled = (values: Float32Array): Float32Array => values.map((value) => value / head.temperature);
  const logits = add(
    'Gemm',
    [features, floats(scaled(head.weights), [length, k]), floats(scaled(head.bias))],
    {},
    'logits',
  );
  declareOutput(model.graph, add('Softmax', [logits], { axis: 1 }), OUTPUT, k);
  const { initializers } = model.graph;
  for (const [name, tensor] of trained ?? []) if (initializers.has(name)) initializers.set(name, tensor);
  const licences = parts.map((part: { spec: BackboneSpec }) => part.spec.licence);
  const { temperature } = head;
  model.metadata = metadataOf({ inputs, fit, classes, temperature, batch, licences, provenance });
  return encodeModel(trained ? foldBatchNorm(model) : model);
}

/** What a classifier file says of itself, by key. */
export const metadataOf = ({
  inputs,
  ...info
}: Omit<ModelInfo, 'classes'> & { classes: readonly string[]; licences: readonly string[] }): Map<string, string> =>
  new Map(
    Object.entries({
      'assay.kind': 'classifier',
      'assay.inputs': JSON.stringify(inputs),
      'assay.preprocessing': JSON.stringify(preprocessingOf(inputs, info.fit)),
      'assay.classes': JSON.stringify(info.classes),
      'assay.temperature': String(info.temperature),
      'assay.batch': String(info.batch ?? 'any'),
      'assay.licences': JSON.stringify([...new Set(info.licences)]),
      'assay.provenance': JSON.stringify(info.provenance),
    }),
  );

const preprocessingOf = (inputs: readonly GraphInput[], fit: Fit): Record<string, unknown> => ({
  size: inputs[0]!.size,
  layout: 'NCHW',
  colour: 'RGB',
  range: '0..1',
  mean: [0, 0, 0],
  std: [1 / 255, 1 / 255, 1 / 255],
  fit,
  fill: '#ffffff',
});

/**
 * What the file says of itself.
 * @throws AssayError `model/not-onnx`; `model/preprocessing` where it is no classifier of Assay's
 */
export function modelInfo(bytes: Uint8Array, subject = 'The model'): ModelInfo {
  const metadata = readMetadata(bytes, subject);
  const fail = (reason: string): never => {
    throw new AssayError('model/preprocessing', { subject, values: { reason } });
  };
  if (metadata.get('assay.kind') !== 'classifier') return fail('it is not a classifier trained by Assay');
  const json = (key: string): unknown => {
    try {
      return JSON.parse(metadata.get(`assay.${key}`) ?? 'null');
    } catch {
      return undefined;
    }
  };
  const batch = metadata.get('assay.batch');
  const found = stored.safeParse({
    inputs: json('inputs'),
    fit: (json('preprocessing') as { fit?: unknown } | null)?.fit,
    classes: json('classes'),
    batch: batch === undefined || batch === 'any' ? null : Number(batch),
    temperature: Number(metadata.get('assay.temperature')),
    provenance: json('provenance'),
  });
  return found.success ? found.data : fail(z.prettifyError(found.error));
}

export interface RunnableModel extends ModelInfo {
  /** An ONNX file whose inputs take bytes as a decoder gives them: uint8 [N, size, size, 3]. */
  bytes: Uint8Array;
  output: string;
  /** Rows a run. */
  rows: number;
}

/**
 * The model in the form in which Assay runs it: the layout is turned inside the graph, as bytes.
 * @throws AssayError `model/preprocessing` where it should say what it said before its temperatures and does not know them
 */
export function runnableModel(
  bytes: Uint8Array,
  subject?: string,
  { calibrated = true }: { calibrated?: boolean } = {},
): RunnableModel {
  const info = modelInfo(bytes, subject);
  const model = decodeModel(bytes, { subject });
  if (!calibrated) uncalibrate(model, subject);
  for (const { name, size } of info.inputs) byteInput(model.graph, name, size, info.batch);
  return { ...info, bytes: encodeModel(model), output: OUTPUT, rows: batchFor(info.inputs, info.batch) };
}

/** Replaces a float32 NCHW input by a uint8 NHWC one of the same name. */
function byteInput(graph: Graph, name: string, size: number, batch: number | null): void {
  const turned = `${name}/turned`;
  const float = `${name}/float`;
  graph.nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((input) => (input === name ? float : input)),
  }));
  const plain = { domain: '', name: '' };
  graph.nodes.unshift(
    {
      ...plain,
      op: 'Transpose',
      inputs: [name],
      outputs: [turned],
      attributes: Attributes.from({ perm: [0, 3, 1, 2] }),
    },
    {
      ...plain,
      op: 'Cast',
      inputs: [turned],
      outputs: [float],
      attributes: Attributes.from({ to: typeNumber('float32') }),
    },
  );
  graph.inputs = graph.inputs.map((input) =>
    input.name === name ? { name, type: 'uint8', shape: [batch ?? 'N', size, size, 3] } : input,
  );
}
