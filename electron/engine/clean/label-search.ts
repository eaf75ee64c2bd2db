/** The search for wrong labels: probabilities out of fold, then the queue, the classes and their overlap. */
import { AssayError, type Reason } from '../../contract/index.ts';
import { type ImageRecord, type NewFinding } from '../../catalogue/index.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { ensureFeatures } from '../features.ts';
import { type JobContext } from '../jobs.ts';
import type { RankedLabel, RankResult } from '../tasks/rank-labels.ts';
import { type CleanParams, HELD_OUT, recipeOf } from './params.ts';

/** Kept with a finding, for its page. */
export interface LabelDetail {
  probabilities: { class: number; p: number }[];
  nearestGiven: { image: number; similarity: number }[];
  nearestSuggested: { image: number; similarity: number }[];
}

/** A finding below this score is as likely right as wrong labels are rare: the queue ends before the whole project is in it. */
const LEAST_SCORE = 0.05;
const MOST_FINDINGS = 5_000;

type Class = { id: number; name: string };
type FeatureFiles = { path: string; length: number }[];

/** Probabilities of some rows by one model or several, each out of fold, and the features that neighbours are told by. */
interface Opinions {
  rows: ImageRecord[];
  classes: Class[];
  models: Float32Array[];
  features: FeatureFiles;
}

export interface LabelSearch {
  rows: ImageRecord[];
  classes: Class[];
  ranked: RankResult;
  findings: NewFinding[];
  overlap: NewFinding[];
}

const none = (reason: string): AssayError => new AssayError('clean/no-probabilities', { values: { reason } });

const options = (job: JobContext) => ({
  signal: job.signal,
  onProgress: (done: number, total: number, phase: string) => job.progress(phase, done, total),
});

/** Classes that can be judged out of fold: one image alone waits until there is a second. */
function judgedClasses(context: EngineContext, images: readonly ImageRecord[]): Class[] {
  const counts = new Map<number, number>();
  for (const image of images) if (image.class !== null) counts.set(image.class, (counts.get(image.class) ?? 0) + 1);
  const classes = projectOf(context)
    .catalogue.classes.list()
    .filter((c) => (counts.get(c.id) ?? 0) >= 2);
  if (classes.length < 2) throw none(`there are ${classes.length} classes with two labelled images or more`);
  return classes.map(({ id, name }) => ({ id, name }));
}

const columnsOf = (classes: readonly Class[]) => new Map(classes.map((c, i) => [c.id, i]));

/**
 * A head for each backbone: several are an ensemble, weighted by accuracy. Test images too: their labels may be wrong as
 * well. They are judged by heads of their own, never by a kept run.
 */
async function headOpinions(
  context: EngineContext,
  params: CleanParams,
  images: readonly ImageRecord[],
  groups: ReadonlyMap<number, number>,
  job: JobContext,
): Promise<Opinions> {
  const classes = judgedClasses(context, images);
  const column = columnsOf(classes);
  const recipe = recipeOf(context, params);
  const asked = images.filter((image) => column.has(image.class ?? -1));
  const features = await ensureFeatures(context, recipe, asked, job);
  const models: Float32Array[] = [];
  const missing = new Set<number>();
  for (const file of features.files) {
    const head = await context.compute.run(
      'head',
      {
        features: [file],
        hashes: asked.map((image) => image.hash ?? ''),
        labels: Int32Array.from(asked, (image) => column.get(image.class ?? -1) ?? -1),
        groups: Int32Array.from(asked, (image) => groups.get(image.id) ?? -1),
        held: new Uint8Array(asked.length),
        classes: classes.map((c) => c.name),
        seed: recipe.seed,
      },
      options(job),
    );
    models.push(head.probabilities);
    for (const row of head.missing) missing.add(row);
  }
  // An image whose file went away meanwhile has no features and no say.
  const kept = asked.flatMap((_, row) => (missing.has(row) ? [] : [row]));
  const rows = kept.map((row) => asked[row]!);
  return { rows, classes, models: models.map((p) => pick(p, kept, classes.length)), features: features.files };
}

function pick(probabilities: Float32Array, rows: readonly number[], k: number): Float32Array {
  if (rows.length * k === probabilities.length) return probabilities;
  const out = new Float32Array(rows.length * k);
  rows.forEach((row, at) => out.set(probabilities.subarray(row * k, (row + 1) * k), at * k));
  return out;
}

/** What a stored run says of the images that it held out; neighbours by the backbones named, or by its own features. */
async function runOpinions(
  context: EngineContext,
  run: number,
  params: CleanParams,
  images: readonly ImageRecord[],
  job: JobContext,
): Promise<Opinions> {
  const { catalogue } = projectOf(context);
  const row = new Map<number, { p: Float32Array; at: number }>();
  let known: { id: number | null; name: string }[] = [];
  for (const part of HELD_OUT) {
    if (!catalogue.predictions.parts(run).includes(part)) continue;
    const stored = await catalogue.predictions.stored(run, part);
    known = stored.classes;
    stored.imageIds.forEach((id, at) => {
      if (!row.has(id)) row.set(id, { p: stored.probabilities, at });
    });
  }
  const width = known.length;
  const covered = images.filter((image) => row.has(image.id) && known.some((c) => c.id === image.class));
  const present = new Set(covered.map((image) => image.class));
  // The run's own columns: a class that no held-out image carries stays as one that can be suggested.
  const columns = known.flatMap((c, k) => (c.id === null ? [] : [{ id: c.id, name: c.name, k }]));
  if (present.size < 2) throw none(`run ${run} held out images of ${present.size} classes`);
  const models = new Float32Array(covered.length * columns.length);
  covered.forEach((image, i) => {
    const { p, at } = row.get(image.id)!;
    let sum = 0;
    for (const { k } of columns) sum += p[at * width + k]!;
    columns.forEach(
      ({ k }, c) => (models[i * columns.length + c] = sum > 0 ? p[at * width + k]! / sum : 1 / columns.length),
    );
  });
  const own = catalogue.runs.extra(run).features as FeatureFiles | undefined;
  const features =
    params.backbones.length > 0 ? (await ensureFeatures(context, recipeOf(context, params), covered, job)).files : own;
  return { rows: covered, classes: columns, models: [models], features: features ?? [] };
}

/**
 * @param groups copies of one picture share a number, by image
 * @throws AssayError `clean/no-probabilities`
 */
export async function searchLabels(
  context: EngineContext,
  params: CleanParams,
  images: readonly ImageRecord[],
  groups: ReadonlyMap<number, number>,
  job: JobContext,
): Promise<LabelSearch> {
  const run = params.run ?? null;
  const { rows, classes, models, features } = await (run === null
    ? headOpinions(context, params, images, groups, job)
    : runOpinions(context, run, params, images, job));
  const column = columnsOf(classes);
  const ranked = await context.compute.run(
    'rank',
    {
      features,
      hashes: rows.map((image) => image.hash ?? ''),
      labels: Int32Array.from(rows, (image) => column.get(image.class ?? -1) ?? -1),
      groups: Int32Array.from(rows, (image) => groups.get(image.id) ?? -1),
      ...{ models, classes: classes.length, most: MOST_FINDINGS },
    },
    options(job),
  );
  const findings = ranked.findings
    .filter((f) => f.score >= LEAST_SCORE)
    .map((f) => toFinding(f, rows, classes, ranked.probabilities));
  return { rows, classes, ranked, findings, overlap: overlapOf(ranked, rows, classes) };
}

function reasonsOf(f: RankedLabel, given: string, suggested: string): Reason[] {
  const reasons: Reason[] = [{ key: 'model-says', values: { p: f.pSuggested.toFixed(2), class: suggested } }];
  if (f.models > 1)
    reasons.push({ key: 'models-agree', values: { count: f.modelsSuggesting, of: f.models, class: suggested } });
  if (f.neighboursAsked > 0)
    reasons.push({
      key: 'nearest-are',
      values: { count: f.neighboursSuggested, of: f.neighboursAsked, class: suggested },
    });
  if (f.pGiven < 0.3) reasons.push({ key: 'model-doubts', values: { p: f.pGiven.toFixed(2), class: given } });
  if (f.filters >= 2) reasons.push({ key: 'confident-joint', values: { suggested } });
  return reasons;
}

function toFinding(
  f: RankedLabel,
  rows: readonly ImageRecord[],
  classes: readonly Class[],
  probabilities: Float32Array,
): NewFinding {
  const image = (row: number) => rows[row]?.id ?? 0;
  const near = (list: { row: number; similarity: number }[]) =>
    list.map(({ row, similarity }) => ({ image: image(row), similarity }));
  const k = classes.length;
  const detail: LabelDetail = {
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

/** Fewer images than this between two classes are single errors, not an overlap. */
const LEAST_OVERLAP = 2;
/** Of the smaller class: from here on the two are worth a rule, a merge or a split. */
const LIKELY_OVERLAP = 0.1;

function overlapOf({ overlap }: RankResult, rows: readonly ImageRecord[], classes: readonly Class[]): NewFinding[] {
  return overlap
    .filter((pair) => pair.count >= LEAST_OVERLAP)
    .map((pair): NewFinding => {
      const [first, second] = [classes[pair.first]!, classes[pair.second]!];
      const { count, firstToSecond, secondToFirst } = pair;
      return {
        images: pair.rows.map((row) => rows[row]?.id ?? 0),
        subject: `classes:${Math.min(first.id, second.id)},${Math.max(first.id, second.id)}`,
        given: first.id,
        suggested: second.id,
        score: pair.score,
        likely: pair.score >= LIKELY_OVERLAP,
        reasons: [
          {
            key: 'classes-overlap',
            values: { count, firstToSecond, secondToFirst, first: first.name, second: second.name },
          },
        ],
      };
    });
}
