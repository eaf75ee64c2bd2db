/** One call from probabilities to everything the Evaluate view shows. */
import { type Random, random } from '../contract/index.ts';
import { bootstrap, type Interval } from './bootstrap.ts';
import { calibrationError, fitTemperature, logLoss, type ReliabilityBin, reliabilityBins } from './calibration.ts';
import {
  accuracyOf,
  argmax,
  checkShapes,
  type ClassMetrics,
  classMetrics,
  clusterOrder,
  type Confusion,
  confusionOf,
} from './confusion.ts';

export interface Evaluation {
  rows: number;
  accuracy: number;
  accuracyInterval: Interval;
  /** Mean F1 over all K classes, an empty class counting 0. */
  macroF1: number;
  macroF1Interval: Interval;
  logLoss: number;
  /** By class index. */
  perClass: (ClassMetrics & { f1Interval: Interval })[];
  confusion: Confusion;
  /** Class order that puts confusable classes side by side. */
  clusterOrder: number[];
  reliability: ReliabilityBin[];
  /** Expected calibration error of `reliability`. */
  ece: number;
  /** Best temperature for THESE rows: to be applied only if they are not the test split. */
  temperature: number;
  predicted: Int32Array;
}

export interface EvaluateOptions {
  /** Stream for the bootstrap; default: a fixed one, so equal input gives equal intervals. */
  random?: Random;
  samples?: number;
  level?: number;
  bins?: number;
}

/**
 * @param probabilities [n, K] row-major, rows sum to 1, from a model that was not trained on these rows
 * @param labels n given labels in [0, K)
 * @param classes K
 */
export function evaluate(
  probabilities: Float32Array,
  labels: Int32Array,
  classes: number,
  { random: stream = random(1, 'bootstrap'), samples, level, bins = 15 }: EvaluateOptions = {},
): Evaluation {
  checkShapes(probabilities, labels, classes);
  const predicted = argmax(probabilities, classes);
  const confusion = confusionOf(labels, predicted, classes);
  const metrics = classMetrics(confusion);
  const intervals = bootstrap(confusion, stream, { samples, level });
  const reliability = reliabilityBins(probabilities, labels, predicted, classes, bins);
  return {
    rows: labels.length,
    accuracy: accuracyOf(confusion),
    accuracyInterval: intervals.accuracy,
    macroF1: metrics.reduce((sum, m) => sum + m.f1, 0) / classes,
    macroF1Interval: intervals.macroF1,
    logLoss: logLoss(probabilities, labels, classes),
    perClass: metrics.map((m, k) => ({ ...m, f1Interval: intervals.f1[k] ?? [0, 0] })),
    confusion,
    clusterOrder: clusterOrder(confusion),
    reliability,
    ece: calibrationError(reliability),
    temperature: fitTemperature(probabilities, labels, classes),
    predicted,
  };
}
