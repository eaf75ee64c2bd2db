/** One device's way of training: a step, the logits of a batch, and the state between steps. */
import { type TrainingGraph } from '../../autodiff/index.ts';
import { type Tensor } from '../../onnx/index.ts';
import { type Mask } from '../network/masks.ts';
import { type LossScale } from './loss-scale.ts';

export interface StepFeeds {
  /** The network's inputs for this batch. */
  inputs: Record<string, Tensor>;
  /** Loss rows [batch, classes], see losses.ts. */
  rows: Float32Array;
  /** Soft targets [batch, classes]: for the focal loss. */
  targets: Float32Array;
  /** By name of the mask. */
  masks: ReadonlyMap<string, Float32Array>;
}

export interface StepResult {
  loss: number;
  /** [batch, classes], of the weights before the step. */
  logits: Float32Array;
}

export interface StepRates {
  /** Learning rate of this step. */
  rate: number;
  /** Counts from 1. */
  number: number;
}

/** What every step feeds besides its weights: the network's inputs, loss rows, targets where the loss takes them, masks. */
export function stepFeeds(
  graph: Pick<TrainingGraph, 'rows' | 'targets' | 'scaling'>,
  { inputs, rows, targets, masks }: StepFeeds,
  own: readonly Mask[],
  batch: number,
  scale: LossScale,
): Record<string, Tensor> {
  const dims = [batch, rows.length / batch];
  const feeds: Record<string, Tensor> = { ...inputs, [graph.rows]: { type: 'float32', dims, data: rows } };
  if (graph.targets !== undefined) feeds[graph.targets] = { type: 'float32', dims, data: targets };
  if (graph.scaling) feeds[graph.scaling.factor] = { type: 'float32', dims: [1], data: Float32Array.of(scale.factor) };
  for (const mask of own) feeds[mask.name] = { type: 'float32', dims: mask.dims(batch), data: masks.get(mask.name)! };
  return feeds;
}

/** Tensors of a state by name: weights, `NAME/moment0`, `NAME/ema`, running statistics, LOSS_SCALE in half precision. */
export type State = Map<string, { dims: readonly number[]; data: Float32Array }>;

export interface Stepper {
  readonly batch: number;
  readonly masks: readonly Mask[];
  /** Gradients of a batch, added up until `update`. */
  accumulate(feeds: StepFeeds): Promise<StepResult>;
  /** Moves the weights by what was accumulated (mean over `parts`), then the running averages. */
  update(rates: StepRates, parts: number): Promise<void>;
  /** Logits [batch, classes] of the weights that count: the averaged ones where there are such. */
  predict(inputs: Record<string, Tensor>): Promise<Float32Array>;
  /** Everything that a resumed training needs. Reads the device where the state lies there. */
  state(): Promise<State>;
  /** Weights and running statistics as the result has them (averaged where averaging is on). */
  result(): Promise<State>;
  restore(state: State): Promise<void>;
  release(): Promise<void>;
}
