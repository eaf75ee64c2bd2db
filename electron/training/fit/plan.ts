/** What a training will need, before it starts: found by building its graph, not by running it. */
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { type Memory, memoryOf, trainingGraph } from '../../autodiff/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { type Recipe } from '../../contract/index.ts';
import { type Concrete, concretize, sizeOf } from '../../onnx/index.ts';
import { blockSize } from '../block-size.ts';
import { momentsOf } from '../optimizers.ts';
import { classifierNetwork, inputShapes, LOGITS, type NetworkParams, trainedBy } from '../network/classifier.ts';
import { splitFrozen } from '../network/split.ts';
import { optimizerSpec } from './stepper-cpu.ts';

export interface PlanParams {
  network: Omit<NetworkParams, 'classes'>;
  classes: number;
  /** Images to learn from. */
  images: number;
  recipe: Recipe;
}

export interface Plan {
  /** Weights. */
  trained: number;
  frozen: number;
  /** Bytes of the process while it trains. */
  memoryBytes: number;
  /** The same where every value is kept, and where parts are computed again. */
  memoryChoices: { kept: number; recomputed: number };
  /** Of the checkpoint and the models. */
  diskBytes: number;
  seconds: number;
}

/** Process, runtime and decoder before a graph is opened; measured. */
const GROUND_BYTES = 260e6;
/** Multiplications and additions, and bytes passed through memory, that a core does in a second here; see LOG.md. */
const MACS_PER_CORE = 35e9;
const BYTES_PER_CORE = 2.4e9;
const CACHE_LIMIT = 1.5e9;

/** What the graph of a training says, whatever the number of epochs, images and the like. */
interface Measured {
  /** Side of the input in pixels. */
  size: number;
  trained: number;
  all: number;
  kept: Memory;
  recomputed: Memory;
  /** Multiplications and additions of a pass forward, and of the frozen front. */
  macs: number;
  frontMacs: number;
}

/** A form is filled in step by step, and most of its settings change no graph: making one takes up to seconds. */
const MEASURED = 16;
const measured = new Map<string, Promise<Measured>>();

/** The graph of a training, measured once. What is thrown is not kept. */
async function measure(params: PlanParams, batch: number): Promise<Measured> {
  const { network, classes, recipe } = params;
  // The file of a network from nothing is made anew for another seed, under another name.
  const { mtimeMs } = await stat(network.backbone);
  const { preset, blocks, loss } = recipe;
  const key = JSON.stringify([network, mtimeMs, classes, batch, preset, blocks, loss.kind]);
  const known = measured.get(key) ?? measureAnew(params, batch);
  // The one asked for last stays longest.
  measured.delete(key);
  measured.set(key, known);
  known.catch(() => measured.delete(key));
  for (const old of measured.keys()) {
    if (measured.size <= MEASURED) break;
    measured.delete(old);
  }
  return known;
}

async function measureAnew(params: PlanParams, batch: number): Promise<Measured> {
  const { recipe, classes } = params;
  const whole = await classifierNetwork({ ...params.network, classes });
  const trained = trainedBy(whole, recipe.preset === 'full' ? 'full' : 'last-blocks', recipe.blocks);
  const names = trained.map(({ name }) => name);
  const split = splitFrozen(whole.model, whole.input, whole.inputs[0]!.shape(batch), new Set(names));
  const model = split?.tail ?? whole.model;
  const inputs = split?.crossings.map(({ name, dims }) => ({ name, shape: (n: number) => [n, ...dims] }));
  const shapes = inputShapes({ inputs: inputs ?? whole.inputs }, batch);
  const network = concretize(model, { shapes, trainable: names });
  const block = await blockSize();
  const memoryWith = (recompute: boolean): Memory =>
    memoryOf(
      trainingGraph(network, {
        ...{ trainable: names, loss: { kind: recipe.loss.kind }, batchNorm: 'batch', formulation: 'cpu' },
        ...{ output: LOGITS, block, recompute },
      }),
    );
  const front = split && concretize(split.front, { shapes: { [whole.input]: whole.inputs[0]!.shape(batch) } });
  return {
    size: whole.size,
    trained: trained.reduce((sum, { size }) => sum + size, 0),
    all: whole.parameters.reduce((sum, { size }) => sum + size, 0),
    kept: memoryWith(false),
    recomputed: memoryWith(true),
    macs: macsOf(network),
    frontMacs: front ? macsOf(front) : 0,
  };
}

/** @throws AssayError as `fitTask` would before its first step */
export async function planTask(params: PlanParams, _context: TaskContext): Promise<Plan> {
  const { recipe, images } = params;
  const batch = Math.min(recipe.batch, Math.max(1, images));
  const { size, trained: count, all, kept, recomputed, macs, frontMacs } = await measure(params, batch);
  const copies = momentsOf(optimizerSpec(recipe.optimizer)) + (recipe.regularisation.ema > 0 ? 1 : 0);
  const cache = images * size ** 2 * 3;
  const cores = Math.max(1, availableParallelism());
  // A pass forward is a third of a step; computed again, what it makes goes through memory once more.
  const passesAStep = recipe.device.recompute ? 4 : 3;
  const step = passesAStep * (macs / MACS_PER_CORE + ((2 / 3) * kept.activations) / BYTES_PER_CORE);
  const front = frontMacs / MACS_PER_CORE;
  const { draws } = recipe.augmentation;
  const passes = draws > 0 ? Math.min(draws, recipe.epochs) : recipe.epochs;
  const steps = (images / batch) * Math.max(1, recipe.data.folds);
  const bytesOf = ({ peak }: Memory): number =>
    GROUND_BYTES + peak + copies * count * 4 + (cache <= CACHE_LIMIT ? cache : 0);
  const memoryChoices = { kept: bytesOf(kept), recomputed: bytesOf(recomputed) };
  return {
    trained: count,
    frozen: Math.max(0, all - count),
    memoryBytes: recipe.device.recompute ? memoryChoices.recomputed : memoryChoices.kept,
    memoryChoices,
    diskBytes: (2 + copies + 2) * count * 4 + all * 4,
    // Validation and what comes after the last epoch: a quarter more.
    seconds: (1.25 * steps * (recipe.epochs * step + passes * front)) / cores,
  };
}

/** Multiplications and additions of a forward pass, of the operators that do nearly all of them. */
export function macsOf({ nodes, known }: Concrete): number {
  const shape = (name: string | undefined): readonly number[] => known.get(name ?? '')?.shape ?? [];
  let sum = 0;
  for (const { op, inputs, outputs } of nodes) {
    const out = sizeOf(shape(outputs[0]));
    if (op === 'Conv') sum += out * sizeOf(shape(inputs[1]).slice(1));
    else if (op === 'ConvTranspose') sum += sizeOf(shape(inputs[0])) * sizeOf(shape(inputs[1]).slice(1));
    else if (op === 'MatMul') sum += out * (shape(inputs[0]).at(-1) ?? 1);
    else if (op === 'Gemm') sum += out * (sizeOf(shape(inputs[1])) / Math.max(1, shape(outputs[0]).at(-1) ?? 1));
  }
  return sum;
}
