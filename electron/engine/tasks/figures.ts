/** Compute tasks: figures over all rows of a run. Heavy loops, so that the engine's own stays free. */
import { random } from '../../contract/index.ts';
import {
  accuracyDifference,
  accuracyOf,
  argmax,
  averagePrecision,
  calibrationError,
  confusionOf,
  evaluate,
  type Evaluation,
  type McNemar,
  mcNemar,
  type Paired,
  pairedBootstrap,
  type PairedClass,
  pairedClasses,
  precisionRecall,
  reliabilityBins,
  sliceFigures,
  type SliceFigures,
  thinned,
  type CurvePoint,
} from '../../evaluation/index.ts';

export interface CompareParams {
  /** [n] in [0, classes) */
  labels: Int32Array;
  /** [n, classes] each. */
  first: Float32Array;
  second: Float32Array;
  classes: number;
}

export interface Compared {
  mcNemar: McNemar;
  accuracy: { first: number; second: number; difference: number; interval: [number, number] };
  macroF1: Paired;
  answers: { first: Int32Array; second: Int32Array };
}

/** Same rows, same figures: the bootstrap's stream is fixed. */
export function compareTask({ labels, classes, ...rows }: CompareParams): Promise<Compared> {
  const first = argmax(rows.first, classes);
  const second = argmax(rows.second, classes);
  const test = mcNemar(labels, first, second);
  const share = (answers: Int32Array): number => accuracyOf(confusionOf(labels, answers, classes));
  return Promise.resolve({
    mcNemar: test,
    accuracy: { first: share(first), second: share(second), ...accuracyDifference(test, labels.length) },
    macroF1: pairedBootstrap(labels, first, second, classes, random(1, 'paired-bootstrap')),
    answers: { first, second },
  });
}

/** The same with F1 of every class: clean probabilities first, those of the degraded twins second. */
export function robustTask(
  params: CompareParams,
): Promise<Pick<Compared, 'accuracy' | 'macroF1'> & { classes: PairedClass[] }> {
  return compareTask(params).then(({ accuracy, macroF1, answers }) => ({
    ...{ accuracy, macroF1 },
    classes: pairedClasses(params.labels, answers.first, answers.second, params.classes, random(1, 'paired-classes')),
  }));
}

export interface FiguresParams {
  /** [n, classes] */
  probabilities: Float32Array;
  labels: Int32Array;
  classes: number;
  /** Points of a curve at most. */
  points: number;
}

export interface Figures {
  evaluation: Evaluation;
  /** A class each: empty where it has no image. */
  curves: { averagePrecision: number; points: CurvePoint[] }[];
}

/** The curves alone: the bootstrap of the other figures takes longer than all of them. */
export function curvesTask({
  probabilities,
  labels,
  classes,
  points,
}: FiguresParams): Promise<Pick<Figures, 'curves'>> {
  const curves = Array.from({ length: classes }, (_, k) => {
    const scores = Float32Array.from(labels, (_label, i) => probabilities[i * classes + k]!);
    const positive = Uint8Array.from(labels, (label) => (label === k ? 1 : 0));
    return {
      averagePrecision: averagePrecision(scores, positive),
      points: thinned(precisionRecall(scores, positive), points),
    };
  });
  return Promise.resolve({ curves });
}

export interface SlicesParams {
  /** [n, classes] */
  probabilities: Float32Array;
  labels: Int32Array;
  classes: number;
  /** For each slice 1 where a row is in it, [n]. */
  inside: Uint8Array[];
}

export type SliceAnswer = SliceFigures & { ece: number };

/** Figures of parts and, last, of the whole. Null where a part is empty. */
export function slicesTask({
  probabilities,
  labels,
  classes,
  inside,
}: SlicesParams): Promise<{ slices: (SliceAnswer | null)[] }> {
  const answers = argmax(probabilities, classes);
  const all = new Uint8Array(labels.length).fill(1);
  const slices = [...inside, all].map((rows) => {
    const found = sliceFigures(labels, answers, rows, classes, random(1, 'slices'));
    return found && { ...found, ece: sliceError(rows, { probabilities, labels, answers, classes }) };
  });
  return Promise.resolve({ slices });
}

function sliceError(
  inside: Uint8Array,
  {
    probabilities,
    labels,
    answers,
    classes,
  }: Pick<SlicesParams, 'probabilities' | 'labels' | 'classes'> & { answers: Int32Array },
): number {
  const rows = Array.from(inside, (_, i) => i).filter((i) => inside[i] === 1);
  const own = new Float32Array(rows.length * classes);
  rows.forEach((i, at) => own.set(probabilities.subarray(i * classes, (i + 1) * classes), at * classes));
  const pick = (of: Int32Array): Int32Array => Int32Array.from(rows, (i) => of[i]!);
  return calibrationError(reliabilityBins(own, pick(labels), pick(answers), classes));
}

export async function figuresTask(params: FiguresParams): Promise<Figures> {
  const { curves } = await curvesTask(params);
  return { evaluation: evaluate(params.probabilities, params.labels, params.classes), curves };
}
