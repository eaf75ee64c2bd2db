/**
 * Finds in an ONNX file of anybody what makes it a backbone: the image input, its layout and size, the preprocessing,
 * and the tensors that can serve as features. The network is run once with every inner value handed out, so that
 * shapes are seen, not guessed.
 */
import { AssayError } from '../../contract/index.ts';
import { createSession } from '../../compute/session.ts';
import {
  decodeModel,
  encodeModel,
  type ExternalData,
  feedsOf,
  type Model,
  type Tensor,
  type ValueInfo,
  zerosArray,
} from '../../onnx/index.ts';
import { constantsToInitializers } from './cut.ts';
import { metadataPreprocessing, type StatedPreprocessing } from './metadata.ts';
import { type BackboneSpec, writeSpec } from './spec.ts';
import { chooseTaps, type Seen } from './taps.ts';

export interface InspectOptions {
  /** File name for error messages. */
  subject: string;
  /** What it shall be called where the file has no name for it. */
  name?: string;
  /** Files beside the model. */
  external?: ExternalData;
  /** What a person says of it; goes before what the file says. */
  size?: number | null;
  mean?: readonly number[] | null;
  std?: readonly number[] | null;
  colour?: 'RGB' | 'BGR' | null;
  /** Names of the tensors to use instead of the ones found. */
  taps?: readonly string[] | null;
}

export interface Inspected {
  spec: BackboneSpec;
  /** The file as the project keeps it: one file, its specification inside. */
  bytes: Uint8Array;
}

/** Side assumed where neither the file nor the person says one. */
const USUAL_SIZE = 224;
/** Sides are multiples of this unless the file says otherwise: the deepest stride of nearly every network. */
const USUAL_MULTIPLE = 32;
const OLDEST_OPSET = 7;

/**
 * @throws AssayError `model/not-onnx`, `model/external-data`, `model/no-image-input`, `model/preprocessing` (mean and
 * deviation are neither in the file nor given), `onnx/unsupported`, `model/run-failed`
 */
export async function inspectModel(file: Uint8Array, options: InspectOptions): Promise<Inspected> {
  const { subject } = options;
  const model = decodeModel(file, { subject, external: options.external });
  const opset = model.opsets.get('') ?? 0;
  if (opset < OLDEST_OPSET)
    throw new AssayError('onnx/unsupported', {
      subject,
      values: { operator: `operator set ${opset}`, reason: `${OLDEST_OPSET} is the oldest that is read` },
    });
  constantsToInitializers(model.graph);
  const input = imageInput(model, subject);
  const stated = metadataPreprocessing(model.metadata);
  const { mean, std, colour } = preprocessingOf(options, stated);
  const size = fixedSide(input) ?? options.size ?? stated.size ?? USUAL_SIZE;

  const { seen, batch } = await look(model, input, size, subject);
  const chosen = chooseTaps(seen, model.graph, size, input.layout, options.taps ?? null, subject);
  const multiple = Math.max(stated.multiple ?? USUAL_MULTIPLE, 1);
  const spec: BackboneSpec = {
    title: stated.title ?? options.name ?? subject,
    about: stated.about ?? '',
    licence: stated.licence ?? 'unknown',
    input: { name: input.name, layout: input.layout, type: input.type, batch },
    nativeSize: size,
    // A transformer's position table fits one size only, whatever the input's shape says.
    fixedSize: fixedSide(input) ?? (chosen.tokens || size % multiple !== 0 ? size : null),
    multiple,
    preprocessing: { colour, mean, std },
    ...{ taps: chosen.taps, depths: chosen.depths, last: chosen.last },
  };
  return { spec, bytes: writeSpec(encodeModel(model), spec) };
}

interface ImageInput {
  name: string;
  type: 'float32' | 'float16' | 'uint8';
  layout: 'NCHW' | 'NHWC';
  height: number | null;
  width: number | null;
  batch: number | null;
}

/** The only input that must be fed, of rank 4 with three channels. */
function imageInput(model: Model, subject: string): ImageInput {
  const fail = (reason: string): never => {
    throw new AssayError('model/no-image-input', { subject, values: { reason } });
  };
  const inputs = feedsOf(model.graph);
  const describe = ({ name, shape }: ValueInfo): string => `${name} [${shape?.map((d) => d ?? '?').join(', ') ?? '?'}]`;
  if (inputs.length === 0) return fail('it has no input at all');
  const [input, ...others] = inputs as [ValueInfo, ...ValueInfo[]];
  if (others.length > 0) return fail(`it has ${inputs.length} inputs: ${inputs.map(describe).join(', ')}`);
  const { type, shape } = input;
  if (shape?.length !== 4) return fail(`its input is ${describe(input)}`);
  if (type !== 'float32' && type !== 'float16' && type !== 'uint8') return fail(`its input is of type ${type}`);
  const layout = shape[1] === 3 ? 'NCHW' : shape[3] === 3 ? 'NHWC' : undefined;
  if (layout === undefined) return fail(`its input is ${describe(input)}: no dimension of three colours`);
  const known = (dim: unknown): number | null => (typeof dim === 'number' && dim > 0 ? dim : null);
  const [height, width] = layout === 'NCHW' ? [shape[2], shape[3]] : [shape[1], shape[2]];
  const found = { name: input.name, type, layout, height: known(height), width: known(width), batch: known(shape[0]) };
  if (found.height !== found.width) return fail(`its input is not square: ${describe(input)}`);
  return found as ImageInput;
}

const fixedSide = (input: ImageInput): number | null => input.height;

function preprocessingOf(options: InspectOptions, stated: StatedPreprocessing) {
  const mean = options.mean ?? stated.mean;
  const std = options.std ?? stated.std;
  if (!mean || !std)
    throw new AssayError('model/preprocessing', {
      subject: options.subject,
      values: { reason: 'the file says neither mean nor deviation of its colours' },
    });
  const three = (values: readonly number[]): [number, number, number] => [values[0]!, values[1]!, values[2]!];
  return { mean: three(mean), std: three(std), colour: options.colour ?? stated.colour ?? ('RGB' as const) };
}

/** Runs the network on noise and returns the shape of every inner value; tries two images at once first. */
async function look(
  model: Model,
  input: ImageInput,
  size: number,
  subject: string,
): Promise<{ seen: Seen[]; batch: number | null }> {
  const batches = input.batch === null ? [2, 1] : input.batch === 1 ? [2, 1] : [input.batch];
  let failure: unknown;
  for (const batch of batches) {
    try {
      const seen = await runOnce(model, input, size, batch, subject);
      // The batch must reach the values: some networks fold it away.
      if (batch !== 2 || seen.every(({ dims }) => dims[0] === 2)) return { seen, batch: batch === 2 ? null : batch };
    } catch (thrown) {
      failure = thrown;
    }
  }
  throw failure;
}

async function runOnce(model: Model, input: ImageInput, size: number, batch: number, subject: string): Promise<Seen[]> {
  const names = model.graph.nodes.flatMap((node) => node.outputs.slice(0, 1)).filter((name) => name !== '');
  const dims = input.layout === 'NCHW' ? [batch, 3, size, size] : [batch, size, size, 3];
  const opened = await createSession(
    encodeModel({
      ...model,
      graph: {
        ...model.graph,
        inputs: model.graph.inputs.map((info) => (info.name === input.name ? { ...info, shape: dims } : info)),
        outputs: [...new Set(names)].map((name) => ({ name, type: undefined, shape: undefined })),
        values: [],
      },
    }),
    { subject, optimization: 'disabled' },
  );
  try {
    const outputs = await opened.run({ [input.name]: noise(input.type, dims) });
    return names
      .flatMap((name): Seen[] => {
        const tensor = outputs[name];
        const floating = tensor?.type === 'float32' || tensor?.type === 'float16';
        return floating && tensor.dims.length >= 2 && tensor.dims.length <= 4 ? [{ name, dims: tensor.dims }] : [];
      })
      .filter(({ dims: [n] }) => n === batch);
  } finally {
    await opened.release();
  }
}

/** Values between 0 and 1 (bytes: 0 to 255) that differ from place to place. */
function noise(type: ImageInput['type'], dims: readonly number[]): Tensor {
  const data = zerosArray(
    type,
    dims.reduce((product, dim) => product * dim, 1),
  );
  for (let i = 0; i < data.length; i++) {
    const value = (i * 7919) % 251;
    // Half-precision bits of numbers in [0.5, 1).
    data[i] = type === 'uint8' ? value : type === 'float16' ? 0x3800 + 4 * value : value / 251;
  }
  return { type, dims, data };
}
