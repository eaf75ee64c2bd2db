/** Metrics of the weights as they are, on images held out. */
import { argmax, confusionOf, fitTemperature, logLoss, macroF1Of } from '../../evaluation/index.ts';
import { softmaxInPlace } from '../softmax.ts';
import { type BatchMode, type BatchRequest } from '../loader/protocol.ts';
import { type BatchSource } from '../loader/source.ts';
import { type Stepper } from './stepper.ts';

/** An image held out that was taken for another class. */
export interface Mistake {
  /** Index among the images of the training. */
  row: number;
  predicted: number;
  /** Probability of `predicted`, 0-1. */
  p: number;
}

/** More are not looked at while a training runs. */
const MISTAKES = 12;

export interface Validation {
  loss: number;
  f1: number;
  /** By which the logits are divided to be calibrated best on these images. */
  temperature: number;
  /** The most certain mistakes, the worst first. */
  worst: Mistake[];
}

/** The images held out in batches of one size; the last is filled up. */
export function heldBatches(rows: readonly number[], batch: number, mode: BatchMode): BatchRequest[] {
  const starts = Array.from({ length: Math.ceil(rows.length / batch) }, (_, i) => i * batch);
  return starts.map((from) => {
    const own = rows.slice(from, from + batch);
    return { rows: [...own, ...new Array<number>(batch - own.length).fill(-1)], mode, draw: 0 };
  });
}

export interface Held {
  /** The images held out, and their batches (`heldBatches`). */
  rows: readonly number[];
  requests: readonly BatchRequest[];
  /** Asked for afterwards. */
  then: readonly BatchRequest[];
  /** Class of every image of the training. */
  labels: Int32Array;
  classes: number;
}

/** Null where nothing is held out, or nothing of it could be read. */
export async function validate(
  stepper: Stepper,
  source: BatchSource,
  { rows, requests, then, labels, classes }: Held,
  signal: AbortSignal,
): Promise<Validation | null> {
  const { batch } = stepper;
  const given: number[] = [];
  const from: number[] = [];
  const logits: Float32Array[] = [];
  let at = 0;
  for await (const { inputs, failed } of source.run(requests, signal, then)) {
    const outputs = await stepper.predict(inputs);
    const bad = new Set(failed.map((one) => one.at));
    for (let i = 0; i < batch && at + i < rows.length; i++) {
      if (bad.has(i)) continue;
      from.push(rows[at + i]!);
      given.push(labels[rows[at + i]!]!);
      logits.push(outputs.slice(i * classes, (i + 1) * classes));
    }
    at += batch;
  }
  if (given.length === 0) return null;
  const probabilities = new Float32Array(given.length * classes);
  logits.forEach((row, i) => probabilities.set(row, i * classes));
  softmaxInPlace(probabilities, classes);
  const truth = Int32Array.from(given);
  const predicted = argmax(probabilities, classes);
  const worst = from
    .map((row, i) => ({
      row,
      predicted: predicted[i]!,
      p: probabilities[i * classes + predicted[i]!]!,
      right: truth[i]!,
    }))
    .filter((one) => one.predicted !== one.right)
    .sort((a, b) => b.p - a.p || a.row - b.row)
    .slice(0, MISTAKES)
    .map(({ row, predicted, p }) => ({ row, predicted, p }));
  return {
    loss: logLoss(probabilities, truth, classes),
    f1: macroF1Of(confusionOf(truth, predicted, classes)),
    worst,
    temperature: fitTemperature(probabilities, truth, classes),
  };
}
