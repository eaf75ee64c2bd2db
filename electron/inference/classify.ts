/** Task of the compute process: files through one or several classifiers, in one or several views. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { applyPolicy } from '../augment/index.ts';
import { AssayError, type Average, type Policy, type Restoration, type ViewsOfImage } from '../contract/index.ts';
import { createSessionPool, type SessionPool, type TaskContext } from '../compute/index.ts';
import { type Fit, type GraphInput, runImages, type View } from '../embeddings/index.ts';
import { fitPixels, loadPicture, loadPixels } from '../imaging/index.ts';
import { restore, workingSide } from '../restore/index.ts';
import { averaged, type Opinion } from './averaging.ts';
import { type RunnableModel, runnableModel } from './model-file.ts';
import { entropyShare } from './routing.ts';
import { VIEWS } from './views.ts';

export interface ClassifyParams {
  /** A classifier written by `exportTask`, or several of the same classes. */
  model: string | readonly string[];
  paths: string[];
  /** Several views are averaged. With all quarter turns, upright or not, the answer is the same. */
  views: ViewsOfImage;
  /** How views and models are made one. Default `probability`. */
  average?: Average;
  /**
   * What each picture is put through first. After `deskew` the four quarter turns are seen in place of `views`, and the
   * one of which the models are surest (least entropy) is the answer.
   */
  restore?: { op: Restoration; seed: number } | null;
  /** Views are not made one: every image has a row a view. After `deskew` the surest turn is the one row all the same. */
  apart?: boolean;
  /**
   * Degraded first, at the size of the network, as training degrades its validation images: a draw is a function of the
   * seed and the content's hash, [paths]. Not together with `restore`.
   */
  twin?: { policy: Policy; seed: number; hashes: readonly string[] } | null;
  /** False: as the networks said it before their temperatures. Default true. */
  calibrated?: boolean;
}

/** A part of the answers, in the order of `paths`. */
export interface ClassifyBatch {
  /** Index of the first image in `paths`. */
  first: number;
  /** [images, classes], with `apart` [images, views, classes]; zeros for files that could not be read. */
  probabilities: Float32Array;
  /** For each image why it could not be read: code and words; null where it was. */
  troubles: ({ code: string; reason: string } | null)[];
}

interface Opened extends RunnableModel {
  pool: SessionPool;
  /** Column of this model for each class of the first one. */
  order: number[];
}

/** Images that several models see before the next ones: each is decoded once a model while the answers are few. */
const PORTION = 64;

/**
 * Classifies files. Batches come in order, and the next waits while the taker is busy. An image's digits depend on
 * nothing but the image and the models: a run that goes on after a kill gives what an uninterrupted one gives.
 * @throws AssayError `classify/classes` where the models' classes differ
 */
export async function classifyTask(
  {
    model,
    paths,
    views,
    average = 'probability',
    restore: look = null,
    twin = null,
    calibrated = true,
    apart = false,
  }: ClassifyParams,
  context: TaskContext<ClassifyBatch>,
): Promise<{ classes: string[]; images: number; failed: number }> {
  const models: Opened[] = [];
  let failed = 0;
  try {
    for (const path of typeof model === 'string' ? [model] : model)
      models.push(await opened(path, models[0], calibrated));
    const { classes } = models[0]!;
    const k = classes.length;
    const seen = look?.op === 'deskew' ? VIEWS['quarter-turns'] : VIEWS[views];
    const load = look ? restoredBy(look) : twin ? degradedBy(twin, paths) : undefined;
    const answers = (result: Opinions): Float32Array[] => {
      const views = (): Float32Array[] => seen.map((_, view) => ofView(result, view, average));
      if (look?.op === 'deskew') return [surest(views())];
      return apart ? views() : [averaged(result.flat(), average)];
    };
    const rows = apart && look?.op !== 'deskew' ? seen.length : 1;
    const portion = models.length === 1 ? Math.max(1, paths.length) : PORTION;
    context.progress(0, paths.length, 'classify');
    for (let from = 0; from < paths.length; from += portion) {
      const part = paths.slice(from, from + portion);
      for await (const { first, results } of allModels(models, part, seen, load, context.signal)) {
        const probabilities = new Float32Array(results.length * rows * k);
        const troubles = results.map((result, i) => {
          if (!(result instanceof AssayError)) {
            answers(result).forEach((answer, row) => probabilities.set(answer, (i * rows + row) * k));
            return null;
          }
          failed++;
          return { code: result.code, reason: String(result.values.reason ?? result.message) };
        });
        await context.emit({ first: from + first, probabilities, troubles });
        context.progress(from + first + results.length, paths.length, 'classify');
      }
    }
    return { classes, images: paths.length, failed };
  } finally {
    await Promise.all(models.map(({ pool }) => pool.close()));
  }
}

async function opened(path: string, first: Opened | undefined, calibrated: boolean): Promise<Opened> {
  const subject = basename(path);
  const runnable = runnableModel(await readFile(path), subject, { calibrated });
  const wanted = first?.classes ?? runnable.classes;
  const order = wanted.map((name) => runnable.classes.indexOf(name));
  if (order.includes(-1) || wanted.length !== runnable.classes.length) {
    const odd = [
      ...wanted.filter((name) => !runnable.classes.includes(name)),
      ...runnable.classes.filter((name) => !wanted.includes(name)),
    ];
    throw new AssayError('classify/classes', { subject: path, values: { reason: odd.slice(0, 5).join(', ') } });
  }
  return { ...runnable, order, pool: createSessionPool(runnable.bytes, { subject }) };
}

type Load = (path: string, inputs: readonly GraphInput[], fit: Fit) => Promise<Uint8Array[]>;

const restoredBy =
  ({ op, seed }: { op: Restoration; seed: number }): Load =>
  async (path, inputs, fit) => {
    const picture = await loadPicture(path, workingSide(op, Math.max(...inputs.map(({ size }) => size))));
    const { data, width, height } = await restore(picture, op, { seed, hash: picture.hash });
    const better = { data: Buffer.from(data.buffer, data.byteOffset, data.byteLength), width, height };
    const sized = inputs.map(({ size }) => fitPixels(better, { width: size, height: size, fit }));
    return (await Promise.all(sized)).map((image) => image.data);
  };

function degradedBy({ policy, seed, hashes }: NonNullable<ClassifyParams['twin']>, paths: readonly string[]): Load {
  const hashOf = new Map(paths.map((path, i) => [path, hashes[i] ?? '']));
  return async (path, inputs, fit) => {
    const key = { seed, epoch: 0, hash: hashOf.get(path) ?? '' };
    const seen = inputs.map(async ({ size }) => {
      const image = await loadPixels(path, { width: size, height: size, fit });
      return (await applyPolicy(image, policy, key, { content: image.content, fit })).data;
    });
    return Promise.all(seen);
  };
}

/** For each image the opinions of every model, [models][views]. */
type Opinions = Opinion[][];

async function* allModels(
  models: readonly Opened[],
  paths: readonly string[],
  views: readonly View[],
  load: Load | undefined,
  signal: AbortSignal,
): AsyncGenerator<{ first: number; results: (Opinions | AssayError)[] }> {
  const through = (model: Opened) =>
    runImages(paths, {
      ...{ pool: model.pool, inputs: model.inputs, output: model.output, fit: model.fit, batch: model.batch },
      ...{ length: model.classes.length, views, load, signal },
    });
  const [only] = models;
  if (models.length === 1 && only) {
    for await (const { first, results } of through(only))
      yield { first, results: results.map((rows) => (rows instanceof AssayError ? rows : [opinionsOf(rows, only)])) };
    return;
  }
  const gathered = paths.map((): Opinions | AssayError => []);
  for (const model of models)
    for await (const { first, results } of through(model))
      results.forEach((rows, i) => {
        const before = gathered[first + i]!;
        if (before instanceof AssayError) return;
        if (rows instanceof AssayError) gathered[first + i] = rows;
        else before.push(opinionsOf(rows, model));
      });
  yield { first: 0, results: gathered };
}

/** Rows [views, K] of a model, with the columns of the first model. */
function opinionsOf(rows: Float32Array, { order, temperature, classes }: Opened): Opinion[] {
  const k = classes.length;
  return Array.from({ length: rows.length / k }, (_, view) => ({
    probabilities: Float32Array.from(order, (column) => rows[view * k + column]!),
    temperature,
  }));
}

/** What all models together say of a view. */
const ofView = (opinions: Opinions, view: number, average: Average): Float32Array =>
  averaged(
    opinions.map((ofModel) => ofModel[view]!),
    average,
  );

/** The answer of least entropy; of equal ones the first. */
const surest = (answers: readonly Float32Array[]): Float32Array =>
  answers.reduce((best, answer) => (entropyShare(answer) < entropyShare(best) ? answer : best));
