/** What the temperature stored with a run's model does: the probabilities before and after it, with today's labels. */
import { type Calibration, type Output } from '../contract/index.ts';
import { argmax, calibrationError, logLoss, reliabilityBins, scaleByTemperature } from '../evaluation/index.ts';
import { figure } from './figures.ts';
import { type EngineContext } from './context.ts';
import { foldsOf } from './oof/folds.ts';
import { type EvaluatedSplit, hasModel, modelFile, partFor, runFolder, type StoredRows, storedRows } from './runs.ts';

function figuresOf({ labels, classes }: StoredRows, probabilities: Float32Array): Calibration['after'] {
  const k = classes.length;
  const bins = reliabilityBins(probabilities, labels, argmax(probabilities, k), k);
  return {
    reliability: bins.map(({ confidence, accuracy, count }) => ({ confidence, accuracy, count })),
    ...{ ece: calibrationError(bins), logLoss: logLoss(probabilities, labels, k) },
  };
}

/**
 * Stored probabilities are what the model says, temperature and all; p^T made to sum to 1 is what it said before. Where
 * several networks were averaged (the test images of folds) that cannot be told any more.
 * @throws AssayError `run/unknown`, `evaluate/empty-split`
 */
export async function calibrationOf(
  context: EngineContext,
  { run, split }: { run: number; split: EvaluatedSplit },
  signal: AbortSignal,
): Promise<Output<'runs.calibration'>> {
  const rows = await storedRows(context, run, split);
  const { temperatures } = hasModel(context, run)
    ? await figure(context, 'temperatures', { model: modelFile(context, run) }, signal)
    : { temperatures: [] };
  const by = await temperatureByRow(context, { run, split, rows, temperatures });
  const before = by && scaleByTemperature(rows.probabilities, rows.classes.length, by);
  return {
    ...{ run, split, images: rows.images.length, temperatures },
    before: before && figuresOf(rows, before),
    after: figuresOf(rows, rows.probabilities),
  };
}

/** By which each row's logits are multiplied again; null where one row is of several networks. */
async function temperatureByRow(
  context: EngineContext,
  { run, split, rows, temperatures }: { run: number; split: EvaluatedSplit; rows: StoredRows; temperatures: number[] },
): Promise<Float64Array | null> {
  const [only] = temperatures;
  if (only === undefined) return null;
  // The reverse of a division by T.
  if (temperatures.length === 1) return new Float64Array(rows.images.length).fill(1 / only);
  if (partFor(context, run, split) !== 'out-of-fold') return null;
  const folds = await foldsOf(runFolder(context, run));
  const found = Float64Array.from(rows.images, (image) => 1 / (temperatures[folds.get(image) ?? -1] ?? NaN));
  return found.includes(NaN) ? null : found;
}
