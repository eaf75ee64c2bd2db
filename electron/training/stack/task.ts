/**
 * Compute task: stacking (Wolpert 1992) of runs over their out-of-fold probabilities, against plainer ways to make them
 * one. Every way is measured on rows that its own fit did not see: rows are dealt into outer folds, and what a way has to
 * fit (weights; the regression and its C) is fitted on the other folds alone.
 */
import { AssayError, random, STACK_METHODS, type StackForm, type StackMethod } from '../../contract/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import {
  argmax,
  bootstrap,
  classMetrics,
  combine,
  type Combiner,
  confusionOf,
  importanceOf,
  logLoss,
  pairedBootstrap,
  stackColumns,
  stackInputs,
  stratifiedFolds,
} from '../../evaluation/index.ts';
import { fitLogistic, probabilities, type Range } from '../head/logistic.ts';
import { plainProducts, runtimeProducts } from '../head/products.ts';
import { fittedWeights } from './weights.ts';

export interface StackParams {
  /** [n, K] of each run, columns in one order. */
  models: Float32Array[];
  /** [n] in [0, K) */
  labels: Int32Array;
  classes: number;
  /** What identifies each row: folds are a function of it. */
  keys: string[];
  /** Rows with one number stay together; −1 alone. */
  groups: Int32Array;
  seed: number;
  form: StackForm;
  /** Inverse strengths tried, rising. */
  strengths: number[];
  /** Rows of other images [m, K] of each run, combined by the rule that is chosen. */
  others: Float32Array[];
}

export interface StackScore {
  macroF1: number;
  interval: [number, number];
  logLoss: number;
}

export interface StackResult {
  /** Of each run by itself. */
  single: StackScore[];
  best: number;
  methods: (StackScore & {
    method: StackMethod;
    /** Gain over the best single run on the same rows, with its interval. */
    gain: number;
    gainInterval: [number, number];
    importance: number[];
  })[];
  chosen: StackMethod;
  rule: Combiner;
  /** The C of the regression that is fitted on all rows, and its score by C. */
  c: number;
  trials: { c: number; macroF1: number; logLoss: number }[];
  /** [n, K] of the chosen way, each row by a fit that did not see it. */
  outOfFold: Float32Array;
  /** [m, K] by the rule fitted on all rows. */
  others: Float32Array;
}

const FOLDS = 5;
/** The contest's. */
const TOLERANCE = 1e-3;
const MOST_ITERATIONS = 5000;

export async function stackTask(params: StackParams, context: TaskContext): Promise<StackResult> {
  const { models, labels, classes, seed } = params;
  const fold = stratifiedFolds({ labels, groups: params.groups, keys: params.keys, seed }, FOLDS);
  const order = Array.from(labels, (_, i) => i).sort(
    (a, b) => fold[a]! - fold[b]! || (params.keys[a]! < params.keys[b]! ? -1 : 1),
  );
  // Rows by fold: a fold is a range.
  const sorted = models.map((rows) => pick(rows, order, classes));
  const given = Int32Array.from(order, (i) => labels[i]!);
  const starts = Array.from({ length: FOLDS + 1 }, (_, f) => order.filter((i) => fold[i]! < f).length);

  const ways: Record<StackMethod, { rows: Float32Array; rule: Combiner }> = {
    mean: fixed(sorted, classes, 'mean'),
    geometric: fixed(sorted, classes, 'geometric'),
    'weighted-mean': weighted(sorted, given, classes, starts, 'mean', context),
    'weighted-geometric': weighted(sorted, given, classes, starts, 'geometric', context),
    logistic: { rows: new Float32Array(), rule: { method: 'mean', weights: [] } },
  };
  const regression = await regressed({ ...params, models: sorted, labels: given }, starts, context);
  ways.logistic = regression;

  const scoreOf = (rows: Float32Array): StackScore => {
    const confusion = confusionOf(given, argmax(rows, classes), classes);
    return {
      macroF1: meanF1(confusion),
      interval: bootstrap(confusion, random(1, 'bootstrap')).macroF1,
      logLoss: logLoss(rows, given, classes),
    };
  };
  const single = sorted.map(scoreOf);
  const best = single.reduce((top, score, m) => (score.macroF1 > single[top]!.macroF1 ? m : top), 0);
  const bestAnswers = argmax(sorted[best]!, classes);
  const methods = STACK_METHODS.map((method) => {
    const { rows, rule } = ways[method];
    const paired = pairedBootstrap(given, bestAnswers, argmax(rows, classes), classes, random(1, 'paired-bootstrap'));
    return {
      ...{ method, ...scoreOf(rows), importance: importanceOf(rule, models.length) },
      ...{ gain: paired.difference, gainInterval: paired.interval },
    };
  });
  // The highest score out of fold; of equal ones the plainer way.
  const chosen = methods.reduce((top, way) => (way.macroF1 > top.macroF1 + 1e-12 ? way : top)).method;
  const { rows, rule } = ways[chosen];
  const outOfFold = new Float32Array(rows.length);
  order.forEach((i, at) => outOfFold.set(rows.subarray(at * classes, (at + 1) * classes), i * classes));
  const { c, trials } = regression;
  const others = params.others[0]?.length ? combine(params.others, classes, rule) : new Float32Array();
  return { single, best, methods, chosen, rule, c, trials, outOfFold, others };
}

const meanF1 = (confusion: ReturnType<typeof confusionOf>): number =>
  classMetrics(confusion).reduce((sum, m) => sum + m.f1, 0) / confusion.classes;

function pick(rows: Float32Array, order: readonly number[], classes: number): Float32Array {
  const out = new Float32Array(order.length * classes);
  order.forEach((i, at) => out.set(rows.subarray(i * classes, (i + 1) * classes), at * classes));
  return out;
}

function fixed(models: Float32Array[], classes: number, method: 'mean' | 'geometric') {
  const rule: Combiner = { method, weights: models.map(() => 1 / models.length) };
  return { rows: combine(models, classes, rule), rule };
}

/** Weights are fitted without the fold that they are measured on. */
function weighted(
  models: Float32Array[],
  labels: Int32Array,
  classes: number,
  starts: readonly number[],
  method: 'mean' | 'geometric',
  context: TaskContext,
) {
  const out = new Float32Array(labels.length * classes);
  for (let f = 0; f + 1 < starts.length; f++) {
    stopIfAsked(context);
    const [first, end] = [starts[f]!, starts[f + 1]!];
    const seen = (i: number): boolean => i < first || i >= end;
    const rows = Array.from(labels, (_, i) => i).filter(seen);
    const weights = fittedWeights(
      models.map((model) => pick(model, rows, classes)),
      Int32Array.from(rows, (i) => labels[i]!),
      classes,
      method,
    );
    const held = models.map((model) => model.subarray(first * classes, end * classes));
    out.set(combine(held, classes, { method, weights }), first * classes);
  }
  const rule: Combiner = { method, weights: fittedWeights(models, labels, classes, method) };
  return { rows: out, rule };
}

function stopIfAsked(context: TaskContext): void {
  if (context.signal.aborted) throw new AssayError('internal/cancelled');
}

interface Swept {
  macroF1: number;
  logLoss: number;
}

const better = (a: Swept, b: Swept): boolean =>
  a.macroF1 > b.macroF1 + 1e-12 || (Math.abs(a.macroF1 - b.macroF1) <= 1e-12 && a.logLoss < b.logLoss);

/**
 * The regression. For fold f its C is chosen by leaving out each other fold g in turn: a fit without f and g serves f's
 * choice and g's alike, so all inner folds cost one fit a pair and C.
 */
async function regressed(params: StackParams, starts: readonly number[], context: TaskContext) {
  const { models, labels, classes, form, strengths } = params;
  const columns = stackColumns(models.length, classes, form);
  const matrix = { values: stackInputs(models, classes, form), columns };
  const products = await runtimeProducts(matrix, classes).catch(() => plainProducts(matrix, classes));
  const n = labels.length;
  const weights = new Float32Array(n).fill(1);
  const folds = starts.length - 1;
  const rangeOf = (f: number): Range => [starts[f]!, starts[f + 1]!];
  const without = (...left: number[]): Range[] =>
    Array.from({ length: folds }, (_, f) => f)
      .filter((f) => !left.includes(f) && starts[f + 1]! > starts[f]!)
      .map(rangeOf);
  let fits = 0;
  const pairs = (folds * (folds - 1)) / 2;
  const total = (pairs + folds + 1) * strengths.length;
  const fresh = (): Float64Array => new Float64Array((columns + 1) * classes);
  const fit = async (start: Float64Array, ranges: Range[], c: number): Promise<void> => {
    stopIfAsked(context);
    const common = { products, columns, classes, labels, weights, tolerance: TOLERANCE, signal: context.signal };
    await fitLogistic({ ...common, ranges, c, start, mostIterations: MOST_ITERATIONS });
    context.progress(++fits, total, 'stack');
  };
  const predict = async (start: Float64Array, f: number, out: Float32Array): Promise<void> => {
    const [first, end] = rangeOf(f);
    if (end > first)
      await probabilities(products, start, [first, end], classes, out.subarray(first * classes, end * classes));
  };
  const sweep = (rows: Float32Array, ranges: Range[]): Swept => {
    const taken = ranges.flatMap(([first, end]) => Array.from({ length: end - first }, (_, i) => first + i));
    const own = pick(rows, taken, classes);
    const ownLabels = Int32Array.from(taken, (i) => labels[i]!);
    return {
      macroF1: meanF1(confusionOf(ownLabels, argmax(own, classes), classes)),
      logLoss: logLoss(own, ownLabels, classes),
    };
  };
  try {
    // said[c][f]: what fits without f say of every other fold, [n, K].
    const said = strengths.map(() => Array.from({ length: folds }, () => new Float32Array(n * classes)));
    for (let f = 0; f < folds; f++)
      for (let g = f + 1; g < folds; g++) {
        const start = fresh();
        for (const [at, c] of strengths.entries()) {
          await fit(start, without(f, g), c);
          await predict(start, g, said[at]![f]!);
          await predict(start, f, said[at]![g]!);
        }
      }
    const rows = new Float32Array(n * classes);
    const byStrength = strengths.map(() => new Float32Array(n * classes));
    for (let f = 0; f < folds; f++) {
      const inner = said.map((ofC) => sweep(ofC[f]!, without(f)));
      const chosen = inner.reduce((top, one, at) => (better(one, inner[top]!) ? at : top), 0);
      const start = fresh();
      for (const [at, c] of strengths.entries()) {
        await fit(start, without(f), c);
        await predict(start, f, byStrength[at]!);
        if (at === chosen) await predict(start, f, rows);
      }
    }
    const outer = byStrength.map((one) => sweep(one, without()));
    const chosen = outer.reduce((top, one, at) => (better(one, outer[top]!) ? at : top), 0);
    const start = fresh();
    for (const c of strengths.slice(0, chosen + 1)) await fit(start, without(), c);
    const rule: Combiner = {
      ...{ method: 'logistic', form },
      weights: Float32Array.from(start.subarray(0, columns * classes)),
      bias: Float32Array.from(start.subarray(columns * classes)),
    };
    const trials = strengths.map((c, at) => ({ c, ...outer[at]! }));
    return { rows, rule, c: strengths[chosen]!, trials };
  } finally {
    await products.release();
  }
}
