/** The stored twin beside the stored clean probabilities, with today's labels. */
import { AssayError, type Output, type Robustness, toAssayError } from '../../contract/index.ts';
import { figure } from '../figures.ts';
import { type EngineContext } from '../context.ts';
import { type EvaluatedSplit, pickRows, type StoredRows, storedRows } from '../runs.ts';
import { checkTwin } from './measure.ts';
import { type StoredTwin, storedTwin } from './store.ts';

/** Rows that both know, in one order. */
function both(rows: StoredRows, twin: StoredTwin): { clean: StoredRows; robust: StoredRows } {
  const k = rows.classes.length;
  const placeOf = new Map(twin.images.map((image, i) => [image, i]));
  const places = Array.from(rows.images.keys()).filter((row) => placeOf.has(rows.images[row]!));
  const clean = pickRows(rows, places);
  const probabilities = new Float32Array(places.length * k);
  places.forEach((row, at) => {
    const i = placeOf.get(rows.images[row]!)!;
    probabilities.set(twin.probabilities.subarray(i * k, (i + 1) * k), at * k);
  });
  return { clean, robust: { ...clean, probabilities } };
}

/**
 * What a run says of the degraded twins of a split's labelled images.
 * @throws AssayError `evaluate/not-measured` where nothing is stored, `evaluate/empty-split`, `run/unknown`
 */
export async function robustRows(context: EngineContext, run: number, split: EvaluatedSplit): Promise<StoredRows> {
  const rows = await storedRows(context, run, split);
  const twin = await storedTwin(context, run, split);
  if (!twin) throw new AssayError('evaluate/not-measured', { subject: split });
  const { robust } = both(rows, twin);
  if (robust.images.length === 0) throw new AssayError('evaluate/empty-split', { subject: split });
  return robust;
}

/** @throws AssayError `run/unknown`, `evaluate/empty-split` */
export async function robustnessOf(
  context: EngineContext,
  { run, split }: { run: number; split: EvaluatedSplit },
  signal: AbortSignal,
): Promise<Output<'runs.robust'>> {
  const rows = await storedRows(context, run, split);
  const twin = await storedTwin(context, run, split);
  if (!twin) {
    try {
      checkTwin(context, run, split);
      return { run, split, found: null, lacks: null };
    } catch (thrown) {
      return { run, split, found: null, lacks: toAssayError(thrown).toWire() };
    }
  }
  const { clean, robust } = both(rows, twin);
  if (clean.images.length === 0) return { run, split, found: null, lacks: null };
  return { run, split, found: await measured(context, clean, robust, twin, signal), lacks: null };
}

async function measured(
  context: EngineContext,
  clean: StoredRows,
  robust: StoredRows,
  twin: StoredTwin,
  signal: AbortSignal,
): Promise<Robustness> {
  const { accuracy, macroF1, classes } = await figure(
    context,
    'robust',
    {
      ...{ labels: clean.labels, classes: clean.classes.length },
      ...{ first: clean.probabilities, second: robust.probabilities },
    },
    signal,
  );
  const pair = (p: { first: number; second: number; difference: number; interval: readonly [number, number] }) => ({
    ...{ clean: p.first, robust: p.second, difference: p.difference },
    interval: [...p.interval] as [number, number],
  });
  const support = new Map<number, number>();
  for (const label of clean.labels) support.set(label, (support.get(label) ?? 0) + 1);
  return {
    ...{ images: clean.images.length, twin: twin.twin, seed: twin.seed },
    ...{ accuracy: pair(accuracy), macroF1: pair(macroF1) },
    classes: classes
      .map((found, k) => ({ class: clean.classes[k]!.name, support: support.get(k) ?? 0, ...pair(found) }))
      .sort((a, b) => a.difference - b.difference || a.class.localeCompare(b.class)),
  };
}
