/** Parts of a split: the images of a query among those that a run is evaluated on. */
import { z } from 'zod';
import { AssayError, type EvaluationInfo, type SliceTable, toAssayError } from '../contract/index.ts';
import { figure } from './figures.ts';
import { type EngineContext, projectOf } from './context.ts';
import { type EvaluatedSplit, evaluationOf, pickRows, type StoredRows, storedRows } from './runs.ts';
import { similarResolver } from './similar.ts';

/** Where the project keeps its slices. */
const KEY = 'slices';
const kept = z.array(z.string());

/** Slices that are kept with the project. */
export function sliceQueries(context: EngineContext): string[] {
  const found = kept.safeParse(projectOf(context).catalogue.settings.get(KEY));
  return found.success ? found.data : [];
}

/** Keeps these in place of those before; twice the same is once. @throws AssayError `query/invalid` */
export async function keepSlices(
  context: EngineContext,
  queries: readonly string[],
  signal: AbortSignal,
): Promise<{ queries: string[] }> {
  const { catalogue } = projectOf(context);
  const trimmed = [...new Set(queries.map((query) => query.trim()).filter((query) => query !== ''))];
  const before = new Set(sliceQueries(context));
  // One that stopped being readable (its class is gone) may stay; a new one must be.
  for (const query of trimmed)
    if (!before.has(query)) await catalogue.views.select(query, { signal, similar: similarResolver(context) });
  catalogue.settings.set(KEY, trimmed);
  return { queries: trimmed };
}

/** Places of the rows whose image is in the query's result. A query without `run:` is about this run. */
async function placesOf(
  context: EngineContext,
  { run, query, images }: { run: number; query: string; images: Uint32Array },
  signal: AbortSignal,
): Promise<number[]> {
  const { views } = projectOf(context).catalogue;
  const found = new Set(await views.select(query, { signal, run, similar: similarResolver(context) }));
  return Array.from(images.keys()).filter((row) => found.has(images[row]!));
}

/** Rows of a split, or those of a query among them. @throws AssayError `evaluate/empty-split`, `evaluate/empty-slice`, `query/invalid` */
export async function rowsOf(
  context: EngineContext,
  { run, split, slice }: { run: number; split: EvaluatedSplit; slice?: string | null },
  signal: AbortSignal,
): Promise<StoredRows> {
  const rows = await storedRows(context, run, split);
  return slicedRows(context, { run, rows, slice }, signal);
}

/** @throws AssayError `evaluate/empty-slice`, `query/invalid` */
export async function slicedRows(
  context: EngineContext,
  { run, rows, slice }: { run: number; rows: StoredRows; slice?: string | null },
  signal: AbortSignal,
): Promise<StoredRows> {
  if (!slice?.trim()) return rows;
  const places = await placesOf(context, { run, query: slice, images: rows.images }, signal);
  if (places.length === 0) throw new AssayError('evaluate/empty-slice', { subject: slice });
  return pickRows(rows, places);
}

/** Figures of a part: macro F1 over the classes that are given in it, as in the table of slices. */
export async function sliceEvaluation(
  context: EngineContext,
  { run, split, rows }: { run: number; split: EvaluatedSplit; rows: StoredRows },
  signal: AbortSignal,
): Promise<EvaluationInfo> {
  const { probabilities, labels, classes } = rows;
  const { slices } = await figure(
    context,
    'slices',
    { probabilities, labels, classes: classes.length, inside: [] },
    signal,
  );
  const { macroF1, macroF1Interval } = slices[0]!;
  return { ...evaluationOf(run, split, rows), macroF1, macroF1Interval };
}

/**
 * The table of slices. One whose query cannot be read says why; the others are measured all the same.
 * @throws AssayError `run/unknown`, `evaluate/empty-split`
 */
export async function sliceTableOf(
  context: EngineContext,
  { run, split, queries }: { run: number; split: EvaluatedSplit; queries?: readonly string[] | null },
  signal: AbortSignal,
  given?: StoredRows,
): Promise<SliceTable> {
  const rows = given ?? (await storedRows(context, run, split));
  const asked = queries ?? sliceQueries(context);
  const errors: (AssayError | null)[] = [];
  const inside: Uint8Array[] = [];
  for (const query of asked) {
    const marks = new Uint8Array(rows.images.length);
    let error: AssayError | null = null;
    try {
      for (const place of await placesOf(context, { run, query, images: rows.images }, signal)) marks[place] = 1;
    } catch (thrown) {
      error = toAssayError(thrown);
      if (error.code === 'internal/cancelled') throw error;
    }
    errors.push(error);
    inside.push(marks);
  }
  const { probabilities, labels, classes } = rows;
  const { slices } = await figure(
    context,
    'slices',
    { probabilities, labels, classes: classes.length, inside },
    signal,
  );
  // The whole comes last, and is never empty.
  const { images, accuracy, accuracyInterval, macroF1, macroF1Interval, ece } = slices.at(-1)!;
  return {
    ...{ run, split, whole: { images, accuracy, accuracyInterval, macroF1, macroF1Interval, ece } },
    slices: asked.map((query, i) => ({ query, figures: slices[i] ?? null, error: errors[i]?.toWire() ?? null })),
  };
}
