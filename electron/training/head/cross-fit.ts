/**
 * Chooses the strength of the regularisation and gives out-of-fold probabilities, in one sweep: for each C, from strong
 * to weak, every fold is predicted by a model that did not see it, each started where the last C left it. The C with
 * the least log loss over all folds wins; its predictions are the out-of-fold probabilities. (The same folds choose
 * and report: with one number chosen among five over hundreds of rows the optimism is far below the error bars.)
 */
import { fitTemperature, logLoss, scaleByTemperature } from '../../evaluation/index.ts';
import { fitLogistic, type Parameters, probabilities, type Range } from './logistic.ts';
import { type Products } from './products.ts';

/**
 * Inverse strengths tried, from strong to weak; features are standardised, so these fit any network. Finer steps move
 * the log loss by less than a hundredth.
 */
export const STRENGTHS = [1e-4, 1e-3, 1e-2, 0.1, 1];

export interface CrossFitOptions {
  products: Products;
  columns: number;
  classes: number;
  labels: Int32Array;
  weights: Float32Array;
  /** Rows are ordered by fold: fold f is [starts[f], starts[f + 1]). */
  starts: readonly number[];
  strengths?: readonly number[];
  signal?: AbortSignal;
  /** Called after every fitted model with the steps taken for it. */
  onFit?: (iterations: number) => void;
}

export interface Trial {
  c: number;
  /** Mean −ln p out of fold, after temperature. */
  loss: number;
}

export interface CrossFit {
  c: number;
  trials: Trial[];
  /** [rows, K], out of fold, with temperature. */
  probabilities: Float32Array;
  /** Fitted on the out-of-fold probabilities; above 1: the model was too sure. */
  temperature: number;
  /** What predicted each fold, for standardised features, before temperature. */
  parameters: Parameters[];
}

/** A step that gains less than this share of the loss is the last: weaker regularisation costs time and trust. */
const LEAST_GAIN = 0.005;
/** Entries of the gradient where folds are fitted; the model itself is fitted ten times as close. */
const TOLERANCE = 1e-3;

export async function crossFit(options: CrossFitOptions): Promise<CrossFit> {
  const { products, columns, classes, labels, weights, starts, strengths = STRENGTHS, signal } = options;
  const folds = starts.length - 1;
  const rows = starts[folds]!;
  const parameters = Array.from({ length: folds }, (): Parameters => new Float64Array((columns + 1) * classes));
  const trials: Trial[] = [];
  let best: (CrossFit & { loss: number }) | undefined;
  for (const c of strengths) {
    const out = new Float32Array(rows * classes);
    for (let fold = 0; fold < folds; fold++) {
      const held: Range = [starts[fold]!, starts[fold + 1]!];
      const ranges = [[0, held[0]] as const, [held[1], rows] as const].filter(([first, end]) => end > first);
      const start = parameters[fold]!;
      const { iterations } = await fitLogistic({
        ...{ products, columns, classes, labels, weights, ranges, c, start, signal },
        tolerance: TOLERANCE,
      });
      if (held[1] > held[0])
        await probabilities(products, start, held, classes, out.subarray(held[0] * classes, held[1] * classes));
      options.onFit?.(iterations);
    }
    const temperature = fitTemperature(out, labels, classes);
    const scaled = scaleByTemperature(out, classes, temperature);
    const loss = logLoss(scaled, labels, classes);
    trials.push({ c, loss });
    const gain: number = best ? 1 - loss / best.loss : 1;
    if (gain > 0) {
      const own = parameters.map((fold) => fold.slice());
      best = { c, trials, probabilities: scaled, temperature, loss, parameters: own };
    }
    if (gain < LEAST_GAIN) break;
  }
  const { c, probabilities: chosen, temperature, parameters: own } = best!;
  return { c, trials, probabilities: chosen, temperature, parameters: own };
}
