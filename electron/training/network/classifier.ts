/** The network that is trained: a backbone from pixels to pooled features, and a linear head. */
import { readFile } from 'node:fs/promises';
import { AssayError } from '../../contract/index.ts';
import { assemble, type InputForm, partOf, readBackbone, sizeFor, type TapChoice } from '../../embeddings/index.ts';
import { floats, type Model, untied } from '../../onnx/index.ts';
import { type Blocks, blocksOf } from './blocks.ts';
import { type Parameter, parametersOf, type RunningStatistics, runningStatisticsOf } from './parameters.ts';

export const HEAD_WEIGHTS = 'head/weights';
export const HEAD_BIAS = 'head/bias';
export const LOGITS = 'logits';

export interface NetworkInput {
  readonly name: string;
  /** For a batch of n. */
  readonly shape: (n: number) => number[];
}

/** Shapes of all inputs for a batch of n. */
export const inputShapes = ({ inputs }: Pick<ClassifierNetwork, 'inputs'>, n: number): Record<string, number[]> =>
  Object.fromEntries(inputs.map(({ name, shape }) => [name, shape(n)]));

export interface ClassifierNetwork {
  /** Input `input`: uint8 [N, size, size, 3] or (form `image`) float32 [N, 3, size, size]; output `logits` [N, classes]. */
  readonly model: Model;
  readonly input: string;
  readonly form: InputForm;
  /** What a step is fed: the pixels, or what a frozen front made of them. */
  readonly inputs: readonly NetworkInput[];
  readonly size: number;
  readonly classes: number;
  readonly features: { readonly name: string; readonly length: number };
  readonly blocks: Blocks;
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly RunningStatistics[];
  /** Tokens and attention. */
  readonly transformer: boolean;
}

export interface NetworkParams {
  /** A prepared backbone file. */
  backbone: string;
  tap: TapChoice;
  /** Side asked for; null: the backbone's own. */
  size: number | null;
  classes: number;
  /** Default `pixels`. */
  form?: InputForm;
  /** [features, classes] and [classes]; left out: zeros. */
  head?: { weights: Float32Array; bias: Float32Array };
}

/** @throws AssayError `onnx/unsupported` where the network takes other values than float32 */
export async function classifierNetwork(params: NetworkParams): Promise<ClassifierNetwork> {
  const { classes } = params;
  const { spec } = await readBackbone(params.backbone);
  if (spec.input.type === 'float16' || spec.input.batch !== null)
    throw new AssayError('onnx/unsupported', {
      subject: spec.title,
      values: {
        operator: spec.input.name,
        reason: spec.input.batch === null ? 'half-precision weights cannot be trained' : 'its batch size is fixed',
      },
      remedy: 'Export the network in float32 with a free batch size, or train a head on it.',
    });
  const size = sizeFor(spec, params.size);
  const part = partOf(await readFile(params.backbone), spec, params.tap, size, spec.title);
  const deepest = part.taps.at(-1)!.name;
  const form = params.form ?? 'pixels';
  const { model, add, features, length, inputs } = assemble(
    [{ ...part, model: untied(part.model) }],
    params.form ?? 'pixels',
  );
  const input = inputs[0]!.name;
  const head = params.head ?? { weights: new Float32Array(length * classes), bias: new Float32Array(classes) };
  model.graph.initializers.set(HEAD_WEIGHTS, floats(head.weights, [length, classes]));
  model.graph.initializers.set(HEAD_BIAS, floats(head.bias, [classes]));
  add('Gemm', [features, HEAD_WEIGHTS, HEAD_BIAS], {}, LOGITS);
  model.graph.outputs.push({ name: LOGITS, type: 'float32', shape: ['N', classes] });
  const blocks = blocksOf(model.graph, input, `backbone1/${deepest}`);
  return {
    ...{ form, inputs: [{ name: input, shape: (n) => (form === 'image' ? [n, 3, size, size] : [n, size, size, 3]) }] },
    ...{ model, input, size, classes, features: { name: features, length }, blocks },
    parameters: parametersOf(model.graph, input, blocks),
    statistics: runningStatisticsOf(model.graph),
    transformer: model.graph.nodes.some((node) => node.op === 'Softmax'),
  };
}

/** The weights that a preset trains: all, those of the head and the last blocks, or the head's. */
export function trainedBy(
  { parameters, blocks }: Pick<ClassifierNetwork, 'parameters' | 'blocks'>,
  preset: 'full' | 'last-blocks',
  last: number,
): Parameter[] {
  if (preset === 'full') return [...parameters];
  return parameters.filter((parameter) => parameter.block >= blocks.ends.length - last);
}
