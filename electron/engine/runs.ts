/** Figures of a run, from its stored probabilities and today's labels. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError, EVALUATED_SPLITS, type EvaluationInfo } from '../contract/index.ts';
import { type Part, type Stored } from '../catalogue/index.ts';
import { evaluate } from '../evaluation/index.ts';
import { type EngineContext, projectOf } from './context.ts';

export type EvaluatedSplit = 'train' | 'validation' | 'test' | 'out-of-fold';

export const runFolder = (context: EngineContext, run: number): string =>
  join(projectOf(context).runsFolder, String(run));

/** The preset of a run that is a table from elsewhere. */
export const IMPORTED = 'imported';

/** Whether a run can classify. A table that was imported cannot, nor what is made of one. */
export const hasModel = (context: EngineContext, run: number): boolean => existsSync(modelFile(context, run));

export const modelFile = (context: EngineContext, run: number): string => join(runFolder(context, run), 'model.onnx');

/** The split of a run's headline figures. @throws AssayError `run/unknown` */
export function splitOf(context: EngineContext, run: number): EvaluatedSplit {
  const { split } = projectOf(context).catalogue.runs.get(run);
  return EVALUATED_SPLITS.find((name) => name === split) ?? 'out-of-fold';
}

/** @throws AssayError `run/unknown`; `run/unfinished` where a run has no model to run */
export function checkModel(context: EngineContext, run: number): void {
  const { state } = projectOf(context).catalogue.runs.get(run);
  const refuse = (reason: string) => new AssayError('run/unfinished', { subject: String(run), values: { reason } });
  if (state !== 'done') throw refuse(`it is ${state}`);
  if (!hasModel(context, run)) throw refuse('it is made of a table and has no model');
}

/**
 * Where the probabilities of a split are looked for, the most honest first: a head learns from training and validation
 * images alike and predicts them out of fold; a single training of a network holds its validation images out.
 */
const partsOf = (split: EvaluatedSplit): Part[] =>
  split === 'test' ? ['test'] : split === 'out-of-fold' ? ['out-of-fold'] : ['out-of-fold', split];

/** The part of a run's stored probabilities that speaks for a split. @throws AssayError `run/unknown`, `evaluate/empty-split` */
export function partFor(context: EngineContext, run: number, split: EvaluatedSplit): Part {
  const { catalogue } = projectOf(context);
  catalogue.runs.get(run);
  const parts = catalogue.predictions.parts(run);
  const part = partsOf(split).find((candidate) => parts.includes(candidate));
  if (part === undefined) throw new AssayError('evaluate/empty-split', { subject: split });
  return part;
}

/**
 * The stored probabilities that speak for a split, and the rows of them that are in it, excluded ones included.
 * Validation images that a run drew for itself are those that it held out, whatever split the catalogue gives them.
 * Throws `run/unknown`, `evaluate/empty-split`.
 */
export async function evaluatedRows(
  context: EngineContext,
  run: number,
  split: EvaluatedSplit,
): Promise<{ stored: Stored; rows: number[] }> {
  const part = partFor(context, run, split);
  const stored = await projectOf(context).catalogue.predictions.stored(run, part);
  const whole = part === 'validation' || part === 'train' || split === 'out-of-fold';
  const rows = Array.from(stored.given, (_given, i) => i).filter((i) => whole || stored.splits[i] === split);
  return { stored, rows };
}

/** Labelled images of a split with what a run says of them. */
export interface StoredRows {
  /** Ascending. */
  images: Uint32Array;
  /** [n, K] */
  probabilities: Float32Array;
  /** Today's label of each as a column in [0, K). */
  labels: Int32Array;
  /** Columns; `id` is the living class, null where it is gone. */
  classes: { id: number | null; name: string }[];
}

/** Without what is excluded or has no label. Throws `run/unknown`, `evaluate/empty-split`. */
export async function storedRows(context: EngineContext, run: number, split: EvaluatedSplit): Promise<StoredRows> {
  const { stored, rows: all } = await evaluatedRows(context, run, split);
  const k = stored.classes.length;
  const rows = all.filter((i) => (stored.given[i] ?? -1) >= 0 && !stored.excluded[i]);
  if (rows.length === 0) throw new AssayError('evaluate/empty-split', { subject: split });
  const probabilities = new Float32Array(rows.length * k);
  rows.forEach((i, row) => probabilities.set(stored.probabilities.subarray(i * k, (i + 1) * k), row * k));
  return {
    images: Uint32Array.from(rows, (i) => stored.imageIds[i]!),
    probabilities,
    labels: Int32Array.from(rows, (i) => stored.given[i]!),
    classes: stored.classes,
  };
}

/** Rows at these places, in their order. */
export function pickRows(
  { images, probabilities, labels, classes }: StoredRows,
  places: readonly number[],
): StoredRows {
  const k = classes.length;
  const out = new Float32Array(places.length * k);
  places.forEach((i, row) => out.set(probabilities.subarray(i * k, (i + 1) * k), row * k));
  return {
    images: Uint32Array.from(places, (i) => images[i]!),
    probabilities: out,
    labels: Int32Array.from(places, (i) => labels[i]!),
    classes,
  };
}

/**
 * Figures of a split from the stored probabilities. Validation images that a run drew for itself are those that it held
 * out, whatever split the catalogue gives them.
 * Throws `run/unknown`, `evaluate/empty-split`.
 */
export async function runEvaluation(
  context: EngineContext,
  run: number,
  split: EvaluatedSplit,
): Promise<EvaluationInfo> {
  return evaluationOf(run, split, await storedRows(context, run, split));
}

/** Figures of rows that are there already. */
export function evaluationOf(
  run: number,
  split: EvaluatedSplit,
  { probabilities, labels, classes }: StoredRows,
): EvaluationInfo {
  const k = classes.length;
  const result = evaluate(probabilities, labels, k);
  const confusion = Array.from({ length: k }, (_, given) =>
    Array.from({ length: k }, (_unused, predicted) => result.confusion.cells[given * k + predicted] ?? 0),
  );
  return {
    run,
    split,
    images: labels.length,
    accuracy: result.accuracy,
    macroF1: result.macroF1,
    accuracyInterval: [...result.accuracyInterval] as [number, number],
    macroF1Interval: [...result.macroF1Interval] as [number, number],
    classes: classes.map((c) => c.name),
    classIds: classes.map((c) => c.id),
    confusion,
    perClass: result.perClass.map((m, i) => ({
      class: classes[i]?.name ?? '',
      precision: m.precision,
      recall: m.recall,
      f1: m.f1,
      support: m.support,
      f1Interval: [...m.f1Interval] as [number, number],
    })),
    clusterOrder: result.clusterOrder,
    reliability: result.reliability.map(({ confidence, accuracy, count }) => ({ confidence, accuracy, count })),
    ece: result.ece,
    temperature: result.temperature,
  };
}
