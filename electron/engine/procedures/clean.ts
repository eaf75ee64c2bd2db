/** Cleaning: the search for doubtful labels, the queue, and what a person answered. */
import {
  AssayError,
  type CleanSummary,
  type Decision,
  type FindingDetail,
  type FindingKind,
  type Reason,
} from '../../contract/index.ts';
import { type ImageRecord, type NewFinding } from '../../catalogue/index.ts';
import { precisionSoFar, stopAdvice } from '../../cleaning/index.ts';
import { type EngineContext, type HandlersOf, author, changed, projectOf } from '../context.ts';
import { type FeatureRecipe, ensureFeatures, workingImages } from '../features.ts';
import { type JobContext } from '../jobs.ts';
import type { RankedLabel } from '../tasks/rank-labels.ts';

export interface CleanParams {
  kinds: FindingKind[];
  backbones: string[];
}

/** Kept with a finding, for its page. */
interface Detail {
  probabilities: { class: number; p: number }[];
  nearestGiven: { image: number; similarity: number }[];
  nearestSuggested: { image: number; similarity: number }[];
}

/** A finding below this score is as likely right as wrong labels are rare: the queue ends before the whole project is in it. */
const LEAST_SCORE = 0.05;
const MOST_FINDINGS = 5_000;
const DEFAULT_BACKBONES = ['photo', 'page'];

/** The features of the newest run, so that nothing is embedded twice; otherwise those of the backbones named. */
function recipeOf(context: EngineContext, params: CleanParams): FeatureRecipe & { seed: number } {
  const newest = projectOf(context)
    .catalogue.runs.list()
    .find((run) => run.state === 'done' && run.preset === 'head');
  if (params.backbones.length > 0 || !newest) {
    return {
      backbones: params.backbones.length > 0 ? params.backbones : DEFAULT_BACKBONES,
      fit: 'letterbox',
      tap: 'depths',
      size: null,
      seed: 1,
    };
  }
  const recipe = newest.recipe as {
    fit?: 'letterbox' | 'stretch';
    tap?: 'depths' | 'last';
    size?: number | null;
    seed?: number;
  };
  return {
    backbones: newest.backbones,
    fit: recipe.fit ?? 'letterbox',
    tap: recipe.tap ?? 'depths',
    size: recipe.size ?? null,
    seed: recipe.seed ?? 1,
  };
}

function reasonsOf(f: RankedLabel, given: string, suggested: string): Reason[] {
  const reasons: Reason[] = [{ key: 'model-says', values: { p: f.pSuggested.toFixed(2), class: suggested } }];
  if (f.neighboursAsked > 0)
    reasons.push({
      key: 'nearest-are',
      values: { count: f.neighboursSuggested, of: f.neighboursAsked, class: suggested },
    });
  if (f.pGiven < 0.3) reasons.push({ key: 'model-doubts', values: { p: f.pGiven.toFixed(2), class: given } });
  if (f.filters >= 2) reasons.push({ key: 'confident-joint', values: { suggested } });
  return reasons;
}

async function searchLabels(
  context: EngineContext,
  params: CleanParams,
  job: JobContext,
): Promise<{ found: number; open: number }> {
  const { catalogue } = projectOf(context);
  const snapshot = catalogue.snapshots.now();
  const images = (await workingImages(context, job.signal)).filter((image) => image.class !== null);
  const counts = new Map<number, number>();
  for (const image of images) counts.set(image.class ?? 0, (counts.get(image.class ?? 0) ?? 0) + 1);
  // One image of a class cannot be judged out of fold: it waits until there is a second.
  const classes = catalogue.classes.list().filter((c) => (counts.get(c.id) ?? 0) >= 2);
  if (classes.length < 2)
    throw new AssayError('clean/no-probabilities', {
      values: { reason: `there are ${classes.length} classes with two labelled images or more` },
    });
  const index = new Map(classes.map((c, i) => [c.id, i]));
  const rows = images.filter((image) => index.has(image.class ?? -1));
  const recipe = recipeOf(context, params);
  const features = await ensureFeatures(context, recipe, rows, job);
  const common = {
    features: features.files,
    hashes: rows.map((image) => image.hash ?? ''),
    labels: Int32Array.from(rows, (image) => index.get(image.class ?? -1) ?? -1),
    groups: Int32Array.from(rows, (image) => image.group ?? -1),
  };
  const options = {
    signal: job.signal,
    onProgress: (done: number, total: number, phase: string) => job.progress(phase, done, total),
  };
  // Test images too: their labels may be wrong as well. They are judged by a head of their own, never by a kept run.
  const head = await context.compute.run(
    'head',
    { ...common, held: new Uint8Array(rows.length), classes: classes.map((c) => c.name), seed: recipe.seed },
    options,
  );
  const ranked = await context.compute.run(
    'rank',
    { ...common, probabilities: head.probabilities, classes: classes.length, most: MOST_FINDINGS },
    options,
  );
  const findings = ranked.findings
    .filter((f) => f.score >= LEAST_SCORE)
    .map((f) => toFinding(f, rows, classes, head.probabilities));
  const { open } = await catalogue.findings.replace('label-error', findings, snapshot);
  return { found: findings.length, open };
}

function toFinding(
  f: RankedLabel,
  rows: readonly ImageRecord[],
  classes: readonly { id: number; name: string }[],
  probabilities: Float32Array,
): NewFinding {
  const image = (row: number) => rows[row]?.id ?? 0;
  const near = (list: { row: number; similarity: number }[]) =>
    list.map(({ row, similarity }) => ({ image: image(row), similarity }));
  const k = classes.length;
  const detail: Detail = {
    probabilities: classes
      .map((c, i) => ({ class: c.id, p: probabilities[f.row * k + i] ?? 0 }))
      .sort((a, b) => b.p - a.p)
      .slice(0, 5),
    nearestGiven: near(f.nearestGiven),
    nearestSuggested: near(f.nearestSuggested),
  };
  return {
    images: [image(f.row)],
    given: classes[f.given]?.id ?? null,
    suggested: classes[f.suggested]?.id ?? null,
    score: f.score,
    likely: f.likely,
    reasons: reasonsOf(f, classes[f.given]?.name ?? '', classes[f.suggested]?.name ?? ''),
    detail,
  };
}

export async function cleanBody(
  context: EngineContext,
  raw: unknown,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const result = await searchLabels(context, raw as CleanParams, job);
  changed(context, ['findings']);
  return result;
}

/** Decisions of the label queue, as the precision so far sees them: unsure ones say nothing. */
function reviewed(context: EngineContext) {
  return projectOf(context)
    .catalogue.findings.decisions('label-error')
    .filter((d) => d.decision !== 'unsure');
}

function adviceOf(corrected: readonly boolean[], open: number): Reason | null {
  if (open === 0 && corrected.length === 0) return null;
  if (corrected.length < 10) return { key: 'advice-begin', values: {} };
  const last = corrected.slice(-50);
  const wrong = last.filter(Boolean).length;
  const { stop, reason } = stopAdvice(corrected.map(Number), null, open + corrected.length);
  return { key: stop || reason === 'audit-first' ? 'advice-stop' : 'advice-go-on', values: { of: last.length, wrong } };
}

/** Points of a curve that are sent at most: a chart is a few hundred pixels wide. */
const CURVE = 240;

function summaryOf(context: EngineContext): CleanSummary {
  const { catalogue } = projectOf(context);
  const searched = catalogue.findings.searched();
  const decisions = reviewed(context);
  const corrected = decisions.map((d) => d.corrected);
  const curve = precisionSoFar(corrected.map(Number));
  const every = Math.max(1, Math.ceil(curve.length / CURVE));
  const byClass = new Map<number, { corrected: number; reviewed: number }>();
  for (const d of decisions) {
    if (d.given === null) continue;
    const entry = byClass.get(d.given) ?? { corrected: 0, reviewed: 0 };
    entry.reviewed++;
    if (d.corrected) entry.corrected++;
    byClass.set(d.given, entry);
  }
  const kinds = catalogue.findings.kinds();
  return {
    kinds,
    searchedAt: searched?.at ?? null,
    labelsLater: searched ? catalogue.snapshots.changedSince(searched.snapshot) : 0,
    reviewed: decisions.length,
    corrected: corrected.filter(Boolean).length,
    precision: curve.filter((_point, i) => i % every === 0 || i === curve.length - 1),
    byClass: [...byClass].map(([id, counts]) => ({ class: id, ...counts })).sort((a, b) => b.corrected - a.corrected),
    advice: adviceOf(corrected, kinds.find((k) => k.kind === 'label-error')?.open ?? 0),
  };
}

function detailOf(context: EngineContext, id: number): FindingDetail {
  const { catalogue } = projectOf(context);
  const { detail, ...finding } = catalogue.findings.get(id);
  const kept = detail as Detail | null;
  const names = new Map(catalogue.classes.list().map((c) => [c.id, c.name]));
  const tiles = (list: Detail['nearestGiven']) => {
    const found = new Map(catalogue.tiles(list.map((n) => n.image)).map((tile) => [tile.id, tile]));
    return list.flatMap(({ image, similarity }) => {
      const tile = found.get(image);
      return tile ? [{ tile, similarity }] : [];
    });
  };
  return {
    ...finding,
    probabilities: (kept?.probabilities ?? []).map(({ class: c, p }) => ({
      class: names.has(c) ? c : null,
      name: names.get(c) ?? '',
      p,
    })),
    nearestGiven: tiles(kept?.nearestGiven ?? []),
    nearestSuggested: tiles(kept?.nearestSuggested ?? []),
  };
}

export const clean: HandlersOf<'clean'> = {
  'clean.start': (context, params) => ({
    job: projectOf(context).jobs.start({
      kind: 'clean',
      title: params.kinds.join(', '),
      params: params satisfies CleanParams,
    }),
  }),
  'clean.summary': summaryOf,
  'clean.findings': (context, { kind, decided, from, count }) =>
    projectOf(context).catalogue.findings.list(kind, decided, from, count),
  'clean.finding': (context, { finding }) => detailOf(context, finding),
  'clean.decide'(context, { finding, decision, class: chosen }) {
    const result = projectOf(context).catalogue.findings.decide(finding, decision satisfies Decision, {
      author: author(context),
      class: chosen,
    });
    changed(context, ['findings', 'labels', 'classes']);
    return result;
  },
};
