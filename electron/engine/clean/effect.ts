/** How the score of a stored run moved because labels or leaks were fixed: from its probabilities, no network is run. */
import { type Reason, type ScoreEffect } from '../../contract/index.ts';
import { type Stored } from '../../catalogue/index.ts';
import { accuracyOf, argmax, confusionOf, macroF1Of } from '../../evaluation/index.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { type EvaluatedSplit, evaluatedRows } from '../runs.ts';
import { type FamilyDetail } from './picture-search.ts';

const SPLITS: readonly string[] = ['train', 'validation', 'test', 'out-of-fold'] satisfies EvaluatedSplit[];

interface Row {
  image: number;
  predicted: number;
  before: number;
  now: number;
  excluded: boolean;
}

function figuresOf(rows: readonly Row[], label: (row: Row) => number, classes: number): ScoreEffect['before'] {
  const known = rows.filter((row) => label(row) >= 0);
  const confusion = confusionOf(
    Int32Array.from(known, label),
    Int32Array.from(known, (row) => row.predicted),
    classes,
  );
  return {
    images: known.length,
    accuracy: known.length > 0 ? accuracyOf(confusion) : 0,
    macroF1: known.length > 0 ? macroF1Of(confusion) : 0,
  };
}

/** Labels of the stored rows as the run saw them, as columns of its probabilities; −1: none that it knows. */
async function labelsThen(context: EngineContext, snapshot: number, stored: Stored): Promise<Int32Array> {
  const { catalogue } = projectOf(context);
  const then = await catalogue.snapshots.labels(snapshot);
  const column = new Map(stored.classes.map((c, k) => [c.id, k]));
  const heirs = new Map<number, number>();
  return Int32Array.from(stored.imageIds, (image) => {
    const label = then.get(image) ?? null;
    if (label === null) return -1;
    const living = heirs.get(label) ?? catalogue.classes.live(label) ?? -1;
    heirs.set(label, living);
    return column.get(living) ?? -1;
  });
}

/** Images of the families that leak, by whether a model learns from them. */
function leaks(context: EngineContext): { measured: number[]; learned: number[] }[] {
  const { findings } = projectOf(context).catalogue;
  const found: { measured: number[]; learned: number[] }[] = [];
  for (let from = 0; ; from += 500) {
    const page = findings.list('leak', 'all', from, 500);
    for (const { id, images, decision } of page.findings) {
      if (decision === 'not-duplicate') continue;
      const { learned } = (findings.get(id).detail ?? { learned: [] }) as FamilyDetail;
      found.push({ measured: images.map((t) => t.id).filter((image) => !learned.includes(image)), learned });
    }
    if (from + 500 >= page.total) return found;
  }
}

/** Images of which the run learned from a copy. */
async function leaked(context: EngineContext, run: number): Promise<Set<number>> {
  const families = leaks(context);
  if (families.length === 0) return new Set();
  const { predictions } = projectOf(context).catalogue;
  const seen = new Set<number>();
  for (const part of predictions.parts(run))
    if (part === 'out-of-fold' || part === 'train')
      for (const image of (await predictions.stored(run, part)).imageIds) seen.add(image);
  return new Set(families.filter((f) => f.learned.some((image) => seen.has(image))).flatMap((f) => f.measured));
}

function notesOf(effect: Omit<ScoreEffect, 'notes'>, copies: number): Reason[] {
  const { relabelled, lostHits, gainedHits, excluded } = effect;
  const notes: Reason[] = [];
  if (relabelled > 0)
    notes.push({ key: 'effect-labels', values: { changed: relabelled, gained: gainedHits, lost: lostHits } });
  else notes.push({ key: 'effect-none', values: {} });
  if (lostHits > 0) notes.push({ key: 'effect-lost', values: {} });
  if (excluded > 0) notes.push({ key: 'effect-excluded', values: { count: excluded } });
  if (copies > 0) notes.push({ key: 'effect-leaked', values: { count: copies } });
  return notes;
}

/** What a run is measured on: its split, and what it predicted out of fold, where mended training labels show. */
function splitsOf(context: EngineContext, run: number): EvaluatedSplit[] {
  const { runs, predictions } = projectOf(context).catalogue;
  const { split } = runs.get(run);
  const parts = predictions.parts(run);
  const own = SPLITS.includes(split) ? [split as EvaluatedSplit] : [];
  return parts.includes('out-of-fold') && split !== 'out-of-fold' ? [...own, 'out-of-fold'] : own;
}

async function effectOf(context: EngineContext, run: number, split: EvaluatedSplit): Promise<ScoreEffect> {
  const info = projectOf(context).catalogue.runs.get(run);
  const { stored, rows: indices } = await evaluatedRows(context, run, split);
  const classes = stored.classes.length;
  const then = await labelsThen(context, info.snapshot, stored);
  const predicted = argmax(stored.probabilities, classes);
  const rows = indices.map((i): Row => ({
    image: stored.imageIds[i]!,
    predicted: predicted[i]!,
    before: then[i]!,
    now: stored.given[i]!,
    excluded: stored.excluded[i] === 1,
  }));
  const now = rows.filter((row) => !row.excluded);
  const copies = split === 'test' || split === 'validation' ? await leaked(context, run) : new Set<number>();
  const clean = now.filter((row) => !copies.has(row.image));
  const moved = rows.filter((row) => row.before !== row.now);
  const effect = {
    ...{ run, name: info.name, split },
    before: figuresOf(rows, (row) => row.before, classes),
    now: figuresOf(now, (row) => row.now, classes),
    withoutLeaked: clean.length < now.length ? figuresOf(clean, (row) => row.now, classes) : null,
    relabelled: moved.length,
    lostHits: moved.filter((row) => row.predicted === row.before).length,
    gainedHits: moved.filter((row) => row.predicted === row.now).length,
    excluded: rows.length - now.length,
  };
  return { ...effect, notes: notesOf(effect, now.length - clean.length) };
}

/**
 * Of one run, or of every finished one, newest first; a run's own split before what it predicted out of fold.
 * @throws AssayError `run/unknown`, `evaluate/empty-split`
 */
export async function effects(context: EngineContext, run: number | null): Promise<ScoreEffect[]> {
  const { runs } = projectOf(context).catalogue;
  const ids = run === null ? runs.list().flatMap(({ id, state }) => (state === 'done' ? [id] : [])) : [run];
  const out: ScoreEffect[] = [];
  for (const id of ids) for (const split of splitsOf(context, id)) out.push(await effectOf(context, id, split));
  return out;
}
