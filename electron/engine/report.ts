/** A run's evaluation in full: its curves, and all of it as one HTML file. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type EpochPoint, EVALUATED_SPLITS, type Output } from '../contract/index.ts';
import { reportPage } from '../evaluation/index.ts';
import { checkOutput, unwritable } from './batch/table.ts';
import { figure } from './figures.ts';
import { type EngineContext, projectOf } from './context.ts';
import { type EvaluatedSplit, storedRows } from './runs.ts';
import { robustnessOf } from './robust/index.ts';
import { rowsOf, sliceTableOf } from './slices.ts';

/** Points of a curve on the page: more cannot be seen. */
const POINTS = 200;

/** @throws AssayError `run/unknown`, `evaluate/empty-split` */
export async function curvesOf(
  context: EngineContext,
  { run, split, points, slice }: { run: number; split: EvaluatedSplit; points: number; slice?: string | null },
  signal: AbortSignal,
): Promise<Output<'runs.curves'>> {
  const { probabilities, labels, classes } = await rowsOf(context, { run, split, slice }, signal);
  const { curves } = await figure(
    context,
    'curves',
    { probabilities, labels, classes: classes.length, points },
    signal,
  );
  return { run, split, classes: curves.map((curve, k) => ({ class: classes[k]?.name ?? '', ...curve })) };
}

/** @throws AssayError `run/unknown`, `evaluate/empty-split`, `classify/output` */
export async function writeReport(
  context: EngineContext,
  { run, split: wanted, out: given }: { run: number; split?: EvaluatedSplit | null; out: string },
  signal: AbortSignal,
): Promise<Output<'runs.report'>> {
  const { catalogue } = projectOf(context);
  const info = catalogue.runs.get(run);
  const split = wanted ?? EVALUATED_SPLITS.find((name) => name === info.split) ?? 'out-of-fold';
  const out = resolve(given);
  await checkOutput(out);
  const rows = await storedRows(context, run, split);
  const { probabilities, labels, classes } = rows;
  const slices = (await sliceTableOf(context, { run, split }, signal, rows)).slices.flatMap(({ query, figures }) =>
    figures ? [{ query, ...figures }] : [],
  );
  const robust = (await robustnessOf(context, { run, split }, signal)).found;
  const { evaluation, curves } = await figure(
    context,
    'figures',
    { probabilities, labels, classes: classes.length, points: POINTS },
    signal,
  );
  const { epochs = [] } = catalogue.runs.extra(run) as { epochs?: EpochPoint[] };
  const page = reportPage({
    ...{
      locale: context.settings.get().locale,
      run: { id: run, name: info.name },
      split,
      evaluation,
      curves,
      epochs,
      slices,
      robust,
    },
    ...{ classes: classes.map((c) => c.name), recipe: info.recipe },
  });
  const temporary = `${out}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, page, { flush: true });
    await rename(temporary, out);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw unwritable(out, cause);
  }
  return { out, split, images: labels.length, macroF1: evaluation.macroF1, bytes: Buffer.byteLength(page) };
}
