/** The task of the compute process that trains a network: epochs, checkpoints, the best weights. */
import { existsSync } from 'node:fs';
import { type Plan, type Policy, type Recipe, type TrainingLive } from '../../contract/index.ts';
import { createSessionPool } from '../../compute/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { encodeModel, encodeTensorFile } from '../../onnx/index.ts';
import { BatchLoader } from '../loader/loader.ts';
import { mixingOf, mixPixels } from '../loader/order.ts';
import { type BatchRequest } from '../loader/protocol.ts';
import { type BatchSource, frontSource, pixelSource } from '../loader/source.ts';
import { type ClassifierNetwork, classifierNetwork, type NetworkParams, trainedBy } from '../network/classifier.ts';
import { type Parameter } from '../network/parameters.ts';
import { splitFrozen } from '../network/split.ts';
import { type FitPoint, writeAtomically } from './checkpoint.ts';
import { type Mistake } from './validate.ts';
import { epochRequests, Fit } from './fit.ts';
import { lossOf } from './loss-of.ts';
import { openStepper } from './devices.ts';
import { type Stepper } from './stepper.ts';

export interface FitImage {
  path: string;
  hash: string;
  /** Class in [0, classes). */
  label: number;
  held: boolean;
}

export interface FitParams {
  network: Omit<NetworkParams, 'classes'>;
  fit: 'letterbox' | 'stretch';
  classes: string[];
  images: FitImage[];
  recipe: Recipe;
  policy: Policy;
  /** By class group; it stands in place of `policy`. */
  plan?: Plan | null;
  /** The fixed degraded twin of validation. */
  twin: Policy;
  /** Identity of recipe and data. */
  key: string;
  /** Where it stands; taken up where it is there. */
  checkpoint: string;
  /** Where the best weights go. */
  trained: string;
  /** Pauses after so many epochs, with the checkpoint written; it is no part of what the training is. */
  until?: number;
  workers?: number;
}

/** The state of a training as the task knows it. */
export type FitLive = Omit<TrainingLive, 'run' | 'fold' | 'folds'>;

export type FitBatch =
  | { type: 'live'; live: FitLive; curve: { step: number; loss: number }[] }
  | { type: 'epoch'; point: FitPoint; worst: Mistake[] };

export interface FitResult {
  points: FitPoint[];
  curve: { step: number; loss: number }[];
  seconds: number;
  /** Whether it stands at `until` and would go on. */
  paused: boolean;
}

/**
 * Trains, or goes on from the checkpoint. Cancelled, it writes the checkpoint first. Same parameters, same bytes of the
 * best weights, however often it was interrupted (on one device).
 * @throws AssayError `onnx/no-gradient`, `onnx/unsupported`, `train/recipe-invalid`, `internal/cancelled`
 */
export async function fitTask(params: FitParams, context: TaskContext<FitBatch>): Promise<FitResult> {
  const { recipe, classes, images } = params;
  const { provider } = recipe.device;
  // A frozen front runs on the CPU beside the device, and takes bytes.
  const form = provider === 'webgpu' && recipe.preset === 'full' ? 'image' : 'pixels';
  const whole = await classifierNetwork({ ...params.network, classes: classes.length, form });
  const trained = trainedBy(whole, recipe.preset === 'full' ? 'full' : 'last-blocks', recipe.blocks);
  const learned = images.filter((image) => !image.held);
  const counts = classes.map((_, k) => learned.filter((image) => image.label === k).length);
  const batch = Math.min(recipe.batch, learned.length);
  const loss = lossOf(recipe, counts, batch);
  const { network, source } = openSource(params, whole, trained, batch);
  let stepper: Stepper | undefined;
  try {
    // The first pictures are decoded while the graph is made; one that goes on begins elsewhere.
    if (!existsSync(params.checkpoint)) source.ahead(epochRequests(params, batch, 0));
    stepper = await openStepper(
      {
        ...{ network, trained, recipe, batch, loss },
        // A handful of images says too little of the whole.
        batchNorm: batch >= 8 ? 'batch' : 'frozen',
      },
      context,
    );
    const open = stepper;
    const fit = new Fit({ params, network, loss, stepper, source, batch, context });
    return await fit.run(async (temperature) => {
      const bytes = encodeTensorFile(await open.result(), { key: params.key, temperature });
      await writeAtomically(params.trained, bytes);
    });
  } finally {
    await source.close();
    await stepper?.release();
  }
}

/** Pixels for the whole network; where its front is frozen, what that makes of them, for the rest of it. */
function openSource(
  params: FitParams,
  whole: ClassifierNetwork,
  trained: readonly Parameter[],
  batch: number,
): { network: ClassifierNetwork; source: BatchSource } {
  const { recipe, classes } = params;
  const { input, size, form } = whole;
  const { mixup, cutmix } = recipe.regularisation;
  const loader = new BatchLoader({
    images: params.images.map(({ path, hash, label, held }) => ({ path, hash, held, class: classes[label]! })),
    ...{ size, fit: params.fit, policy: params.policy, plan: params.plan, twin: params.twin, seed: recipe.seed },
    workers: params.workers,
  });
  const change = (pixels: Uint8Array, { mode, number, rows }: BatchRequest): void => {
    const mixing = mode === 'augmented' ? mixingOf({ mixup, cutmix }, rows.length, recipe.seed, number ?? 0) : null;
    if (mixing) mixPixels(pixels, size, mixing);
  };
  const pixels = pixelSource({ loader, input, size, form, change });
  const shape = whole.inputs[0]!.shape(batch);
  const split = splitFrozen(whole.model, input, shape, new Set(trained.map(({ name }) => name)));
  if (split === null) return { network: whole, source: pixels };
  const { crossings } = split;
  const mixed = mixup > 0 || cutmix > 0;
  const source = frontSource({
    ...{
      pixels,
      input,
      crossings,
      repeats: !mixed && (recipe.augmentation.draws > 0 || (params.policy.ops.length === 0 && !params.plan)),
    },
    pool: createSessionPool(encodeModel(split.front), { subject: 'The frozen front' }),
  });
  const inputs = crossings.map(({ name, dims }) => ({ name, shape: (n: number) => [n, ...dims] }));
  return { network: { ...whole, model: split.tail, inputs }, source };
}
