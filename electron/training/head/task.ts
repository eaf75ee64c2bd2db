/** The task of the compute process that trains a head on cached features. */
import { AssayError } from '../../contract/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { FeatureFile } from '../../embeddings/index.ts';
import { stratifiedFolds } from '../../evaluation/index.ts';
import { encodeTensorFile } from '../../onnx/index.ts';
import { writeAtomically } from '../fit/checkpoint.ts';
import { crossFit, type Trial } from './cross-fit.ts';
import { balancedWeights, fitLogistic } from './logistic.ts';
import { softmaxInPlace } from '../softmax.ts';
import { plainProducts, type Products, runtimeProducts } from './products.ts';
import { standardise, standardOf, unstandardise } from './standardise.ts';
import { LEAST_PER_CLASS, ORIGIN } from './words.ts';

export interface HeadParams {
  /** Feature files and their lengths; side by side they make the features of an image. */
  features: { path: string; length: number }[];
  /** Content hash of every image. */
  hashes: string[];
  /** Class of every image in [0, classes); −1 without a label. */
  labels: Int32Array;
  /** 1 for images that the head must not learn from: the test split. */
  held: Uint8Array;
  /** Images that must stay in one fold share a number; −1 alone. */
  groups?: Int32Array;
  /** Class names, for error messages. */
  classes: string[];
  seed: number;
  folds?: number;
  /** Inverse strengths of the regularisation that are tried; one where it is known already. */
  strengths?: readonly number[];
  /** Where the heads that predicted each fold are kept; left out: nowhere. */
  foldsFile?: string;
}

export interface HeadResult {
  /** [features, classes], for features as they come (standardisation folded in). */
  weights: Float32Array;
  bias: Float32Array;
  /** Probabilities are softmax(logits / temperature). */
  temperature: number;
  /** The regularisation chosen, and the log loss out of fold of every one tried. */
  c: number;
  trials: Trial[];
  /** Training loss after every step of the final fit. */
  curve: { step: number; loss: number }[];
  converged: boolean;
  /** Rows learned from. */
  trained: number;
  /** [images, classes]: out of fold for images learned from, the model's for all others; zeros where missing. */
  probabilities: Float32Array;
  /** One of ORIGIN for every image. */
  origin: Uint8Array;
  /** Fold of every image learned from, −1 for others. */
  folds: Int32Array;
  /** Images whose features are not in the files. */
  missing: number[];
}

/** Rows of unlabelled and held-out images that are in memory at once. */
const BLOCK = 2048;

/**
 * Fits on every labelled image outside the test split (validation images too: they choose C like all others, out of
 * fold). Same parameters, same digits.
 * @throws AssayError `train/too-few-classes`, `train/too-few-images`
 */
export async function headTask(params: HeadParams, context: TaskContext): Promise<HeadResult> {
  const files = await Promise.all(params.features.map(({ path, length }) => FeatureFile.open(path, length, 'read')));
  try {
    return await train(params, files, context);
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

async function train(params: HeadParams, files: FeatureFile[], context: TaskContext): Promise<HeadResult> {
  const { hashes, labels, seed } = params;
  const classes = params.classes.length;
  const columns = files.reduce((sum, file) => sum + file.length, 0);
  const origin = new Uint8Array(hashes.length);
  const foldOf = new Int32Array(hashes.length).fill(-1);
  const outputs = new Float32Array(hashes.length * classes);

  const known = (i: number): boolean => files.every((file) => file.has(hashes[i]!));
  const missing = hashes.flatMap((_, i) => (known(i) ? [] : [i]));
  const rows = hashes.flatMap((_, i) => (labels[i]! >= 0 && params.held[i] !== 1 && known(i) ? [i] : []));
  checkCounts(
    rows.map((i) => labels[i]!),
    params.classes,
  );

  const { ordered, starts, fold } = orderByFold(params, rows, seed);
  rows.forEach((i, at) => (foldOf[i] = fold[at]!));
  const values = await readRows(
    files,
    ordered.map((i) => hashes[i]!),
    columns,
  );
  const standard = standardOf(values, columns);
  standardise(values, columns, standard);
  const ownLabels = Int32Array.from(ordered, (i) => labels[i]!);
  const products = await openProducts({ values, columns }, classes, context);
  try {
    const common = { products, columns, classes, labels: ownLabels, weights: balancedWeights(ownLabels, classes) };
    let fits = 0;
    const fitted = await crossFit({
      ...common,
      starts,
      ...(params.strengths && { strengths: params.strengths }),
      signal: context.signal,
      onFit: () => context.progress(++fits, 0, 'fit'),
    });
    const start = new Float64Array((columns + 1) * classes);
    const curve: { step: number; loss: number }[] = [];
    const { converged } = await fitLogistic({
      ...common,
      start,
      ranges: [[0, ordered.length]],
      c: fitted.c,
      signal: context.signal,
      onStep: (step, loss) => curve.push({ step, loss }),
    });
    const { weights, bias } = unstandardise(start, classes, standard);
    ordered.forEach((i, at) => {
      outputs.set(fitted.probabilities.subarray(at * classes, (at + 1) * classes), i * classes);
      origin[i] = ORIGIN.outOfFold;
    });

    if (params.foldsFile !== undefined) {
      const tensors = fitted.parameters.flatMap((one, f) => {
        const own = unstandardise(one, classes, standard);
        return [
          [`fold-${f}/weights`, { dims: [columns, classes], data: own.weights }] as const,
          [`fold-${f}/bias`, { dims: [classes], data: own.bias }] as const,
        ];
      });
      await writeAtomically(params.foldsFile, encodeTensorFile(tensors, { temperature: fitted.temperature }));
    }
    const head: Head = { weights, bias, temperature: fitted.temperature, columns, classes };
    const others = hashes.flatMap((_, i) => (origin[i] === ORIGIN.none && known(i) ? [i] : []));
    await predict(head, files, hashes, others, outputs, context);
    for (const i of others) origin[i] = ORIGIN.model;
    const { c, trials, temperature } = fitted;
    return {
      ...{ weights, bias, temperature, c, trials, curve, converged, trained: ordered.length },
      ...{ probabilities: outputs, origin, folds: foldOf, missing },
    };
  } finally {
    await products.release();
  }
}

function checkCounts(labels: number[], names: readonly string[]): void {
  const counts = names.map(() => 0);
  for (const label of labels) counts[label]!++;
  const present = counts.filter((count) => count > 0).length;
  if (present < 2) throw new AssayError('train/too-few-classes', { values: { found: present } });
  const short = counts.findIndex((count) => count < LEAST_PER_CLASS);
  if (short >= 0)
    throw new AssayError('train/too-few-images', {
      subject: names[short]!,
      values: { found: counts[short]!, needed: LEAST_PER_CLASS },
    });
}

/** The rows ordered by fold; within a fold by content hash, so that the order of import does not enter the digits. */
function orderByFold(params: HeadParams, rows: number[], seed: number) {
  const folds = Math.max(2, Math.min(params.folds ?? 5, rows.length));
  const { groups } = params;
  const fold = stratifiedFolds(
    {
      labels: Int32Array.from(rows, (i) => params.labels[i]!),
      groups: groups && Int32Array.from(rows, (i) => groups[i]!),
      keys: rows.map((i) => params.hashes[i]!),
      seed,
    },
    folds,
  );
  const places = rows.map((_, at) => at);
  places.sort((a, b) => fold[a]! - fold[b]! || (params.hashes[rows[a]!]! < params.hashes[rows[b]!]! ? -1 : 1));
  const starts = Array.from({ length: folds + 1 }, (_, f) => places.filter((at) => fold[at]! < f).length);
  return { ordered: places.map((at) => rows[at]!), starts, fold };
}

/** [hashes.length, columns]: the files' rows side by side. */
async function readRows(files: FeatureFile[], hashes: string[], width: number): Promise<Float32Array> {
  const into = new Float32Array(hashes.length * width);
  let offset = 0;
  for (const file of files) {
    await file.read(hashes, { into, width, offset });
    offset += file.length;
  }
  return into;
}

interface Matrix {
  values: Float32Array;
  columns: number;
}

/** The runtime's product where it can be loaded; plain loops give the same answer, slowly. */
async function openProducts(matrix: Matrix, classes: number, context: TaskContext): Promise<Products> {
  try {
    return await runtimeProducts(matrix, classes);
  } catch (thrown) {
    context.log(`the runtime is not available, training goes on without it: ${String(thrown)}`);
    return plainProducts(matrix, classes);
  }
}

interface Head {
  weights: Float32Array;
  bias: Float32Array;
  temperature: number;
  columns: number;
  classes: number;
}

/** Probabilities of images that the head did not learn from, block by block. */
async function predict(
  head: Head,
  files: FeatureFile[],
  hashes: string[],
  images: number[],
  outputs: Float32Array,
  context: TaskContext,
): Promise<void> {
  const { classes, columns, temperature } = head;
  const weights = head.weights.map((w) => w / temperature);
  const bias = head.bias.map((b) => b / temperature);
  for (let from = 0; from < images.length; from += BLOCK) {
    context.signal.throwIfAborted();
    const block = images.slice(from, from + BLOCK);
    const values = await readRows(
      files,
      block.map((i) => hashes[i]!),
      columns,
    );
    const products = await openProducts({ values, columns }, classes, context);
    const rows = new Float32Array(block.length * classes);
    await products.forward(0, block.length, weights, rows);
    await products.release();
    softmaxInPlace(rows, classes, bias);
    block.forEach((i, at) => outputs.set(rows.subarray(at * classes, (at + 1) * classes), i * classes));
  }
}
