/** Two runs on the images of a split that both know. */
import { AssayError, type Comparison } from '../contract/index.ts';
import { figure } from './figures.ts';
import { type EngineContext, projectOf } from './context.ts';
import { type EvaluatedSplit, type StoredRows, storedRows } from './runs.ts';

const ORDER = { broken: 0, mended: 1, 'both-wrong': 2 } as const;
const SLICE = 5000;

interface Shared {
  images: number[];
  names: string[];
  labels: Int32Array;
  first: Float32Array;
  second: Float32Array;
}

/** Rows of both, with one set of columns: the classes of either, by name. */
async function shared(a: StoredRows, b: StoredRows): Promise<Shared> {
  const names = [...new Set([...a.classes, ...b.classes].map((c) => c.name))];
  const columns = (rows: StoredRows): number[] => rows.classes.map((c) => names.indexOf(c.name));
  const [ofA, ofB] = [columns(a), columns(b)];
  const placeInB = new Map(Array.from(b.images, (image, i) => [image, i]));
  const both = Array.from(a.images, (image, i) => ({ image, i, j: placeInB.get(image) ?? -1 })).filter((r) => r.j >= 0);
  const k = names.length;
  const out: Shared = {
    ...{ images: both.map(({ image }) => image), names },
    labels: Int32Array.from(both, ({ i }) => ofA[a.labels[i]!]!),
    ...{ first: new Float32Array(both.length * k), second: new Float32Array(both.length * k) },
  };
  for (const [row, { i, j }] of both.entries()) {
    ofA.forEach((column, c) => (out.first[row * k + column] = a.probabilities[i * ofA.length + c]!));
    ofB.forEach((column, c) => (out.second[row * k + column] = b.probabilities[j * ofB.length + c]!));
    if (row % SLICE === SLICE - 1) await new Promise(setImmediate);
  }
  return out;
}

/** @throws AssayError `run/unknown`, `evaluate/empty-split` (also where they share no image) */
export async function compareRuns(
  context: EngineContext,
  { first, second, split, list }: { first: number; second: number; split: EvaluatedSplit; list: number },
  signal: AbortSignal,
): Promise<Comparison> {
  const a = await storedRows(context, first, split);
  const b = await storedRows(context, second, split);
  const { images, names, ...rows } = await shared(a, b);
  if (images.length === 0) throw new AssayError('evaluate/empty-split', { subject: split });
  const k = names.length;
  const { mcNemar, accuracy, macroF1, answers } = await figure(context, 'compare', { ...rows, classes: k }, signal);
  const kindOf = (i: number): keyof typeof ORDER => {
    if (answers.first[i] === rows.labels[i]) return 'broken';
    return answers.second[i] === rows.labels[i] ? 'mended' : 'both-wrong';
  };
  const changed = images
    .map((_, i) => i)
    .filter((i) => answers.first[i] !== answers.second[i])
    .sort((i, j) => ORDER[kindOf(i)] - ORDER[kindOf(j)] || images[i]! - images[j]!);
  const shown = changed.slice(0, list);
  const paths = new Map(
    projectOf(context)
      .catalogue.images.records(shown.map((i) => images[i]!))
      .map((image) => [image.id, image.path]),
  );
  return {
    ...{ first, second, split, images: images.length, accuracy, mcNemar, changed: changed.length },
    macroF1: {
      ...{ first: macroF1.first, second: macroF1.second },
      ...{ difference: macroF1.difference, interval: macroF1.interval },
    },
    rows: shown.map((i) => ({
      ...{ image: images[i]!, path: paths.get(images[i]!) ?? '', given: names[rows.labels[i]!]! },
      ...{ first: names[answers.first[i]!]!, firstP: rows.first[i * k + answers.first[i]!]! },
      ...{ second: names[answers.second[i]!]!, secondP: rows.second[i * k + answers.second[i]!]! },
      kind: kindOf(i),
    })),
  };
}
