/** The task of the compute process that trains a network: epochs, checkpoints, the best weights. */
import { type EpochPoint, type Policy, type Recipe, type TrainingLive } from '../../contract/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { encodeTensorFile } from '../../onnx/index.ts';
import { BatchLoader } from '../loader/loader.ts';
import { classifierNetwork, type NetworkParams, trainedBy } from '../network/classifier.ts';
import { writeAtomically } from './checkpoint.ts';
import { Fit } from './fit.ts';
import { lossOf } from './loss-of.ts';
import { openStepper } from './devices.ts';

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
  /** The fixed degraded twin of validation. */
  twin: Policy;
  /** Identity of recipe and data. */
  key: string;
  /** Where it stands; taken up where it is there. */
  checkpoint: string;
  /** Where the best weights go. */
  trained: string;
  workers?: number;
}

/** The state of a training as the task knows it. */
export type FitLive = Omit<TrainingLive, 'run' | 'fold' | 'folds'>;

export type FitBatch =
  | { type: 'live'; live: FitLive; curve: { step: number; loss: number }[] }
  | { type: 'epoch'; point: Omit<EpochPoint, 'fold'> };

export interface FitResult {
  points: Omit<EpochPoint, 'fold'>[];
  curve: { step: number; loss: number }[];
  seconds: number;
}

/**
 * Trains, or goes on from the checkpoint. Cancelled, it writes the checkpoint first. Same parameters, same bytes of the
 * best weights, however often it was interrupted (on one device).
 * @throws AssayError `onnx/no-gradient`, `onnx/unsupported`, `train/recipe-invalid`, `internal/cancelled`
 */
export async function fitTask(params: FitParams, context: TaskContext<FitBatch>): Promise<FitResult> {
  const { recipe, classes, images } = params;
  const { provider } = recipe.device;
  const form = provider === 'webgpu' ? 'image' : 'pixels';
  const network = await classifierNetwork({ ...params.network, classes: classes.length, form });
  const trained = trainedBy(network, recipe.preset === 'full' ? 'full' : 'last-blocks', recipe.blocks);
  const learned = images.filter((image) => !image.held);
  const counts = classes.map((_, k) => learned.filter((image) => image.label === k).length);
  const batch = Math.min(recipe.batch, learned.length);
  const stepper = await openStepper(
    {
      ...{ network, trained, recipe, batch, loss: lossOf(recipe, counts, batch) },
      // A handful of images says too little of the whole.
      batchNorm: batch >= 8 ? 'batch' : 'frozen',
    },
    context,
  );
  const loader = new BatchLoader({
    images: images.map(({ path, hash, label }) => ({ path, hash, class: classes[label]! })),
    ...{ size: network.size, fit: params.fit, policy: params.policy, twin: params.twin, seed: recipe.seed },
    workers: params.workers,
  });
  try {
    const fit = new Fit({ params, network, stepper, loader, batch, context });
    return await fit.run(async (temperature) => {
      const bytes = encodeTensorFile(await stepper.result(), { key: params.key, temperature });
      await writeAtomically(params.trained, bytes);
    });
  } finally {
    await loader.close();
    await stepper.release();
  }
}
