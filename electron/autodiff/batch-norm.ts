import { type Node, sizeOf, type Value } from '../onnx/index.ts';
import { type GradientBuilder } from './gradient-builder.ts';
import { normalisedGradient, perChannel } from './rules/norm.ts';
import { dims } from './shapes.ts';
import { type Tape } from './tape.ts';

/** One batch normalisation that runs on the statistics of the batch. */
export interface Statistics {
  readonly node: string;
  /** Names of the network's initializers with the running statistics. */
  readonly runningMean: string;
  readonly runningVariance: string;
  /** [channels] values of this batch; the variance is biased. */
  readonly mean: Value;
  readonly variance: Value;
  /** Elements a channel: the unbiased variance is count / (count - 1) times the biased one. */
  readonly count: number;
  /** ONNX's sense: running = momentum * running + (1 - momentum) * batch. */
  readonly momentum: number;
}

/**
 * Batch normalisation in training: Y = scale x̂ + bias, x̂ = (X - mean) / sqrt(variance + epsilon) with mean and biased
 * variance of the batch over all axes but the channels'. The gradient flows through both (Ioffe and Szegedy 2015).
 */
export function batchStatistics(
  b: GradientBuilder,
  tape: Pick<Tape, 'record'>,
  node: Node,
  [X, scale, bias]: readonly Value[],
): Statistics {
  const epsilon = node.attributes.float('epsilon', 1e-5);
  const shape = dims(X!);
  const axes = shape.map((_, i) => i).filter((i) => i !== 1);
  const channels = [shape[1]!];
  const outputs = node.outputs.slice(0, 1);
  const { xHat, inverse, mean, variance, Y } = b.recording(undefined, () => {
    const mean = b.reduceMean(X!, axes);
    const centred = b.sub(X!, mean);
    const variance = b.reduceMean(b.mul(centred, centred), axes);
    const sigma = b.sqrt(b.add(variance, epsilon));
    const inverse = b.div(1, sigma);
    const xHat = b.div(centred, sigma);
    const scaled = b.mul(xHat, perChannel(b, scale!, shape.length));
    const [Y] = b.op('Add', [scaled, perChannel(b, bias!, shape.length)], {}, { outputs, name: node.name });
    return { xHat, inverse, mean: b.reshape(mean, channels), variance: b.reshape(variance, channels), Y: Y! };
  });
  tape.record({
    node,
    inputs: [X, scale, bias],
    outputs: [Y],
    backward: ([dY]) => [
      normalisedGradient(b, xHat, inverse, b.mul(dY!, perChannel(b, scale!, shape.length)), axes),
      b.reduceSum(b.mul(dY!, xHat), axes, { keepDims: false }),
      b.reduceSum(dY!, axes, { keepDims: false }),
    ],
  });
  return {
    node: node.name,
    runningMean: node.inputs[3]!,
    runningVariance: node.inputs[4]!,
    mean,
    variance,
    count: sizeOf(shape) / shape[1]!,
    momentum: node.attributes.float('momentum', 0.9),
  };
}
