/** The job that searches for everything that was asked for: pictures first, for their families bind the folds. */
import { type FindingKind, type Reason } from '../../contract/index.ts';
import { type ImageRecord, type NewFinding } from '../../catalogue/index.ts';
import { type EngineContext, changed, projectOf } from '../context.ts';
import { ensureFeatures, workingImages } from '../features.ts';
import { type JobContext } from '../jobs.ts';
import { writeHealth, writeScores } from './kept.ts';
import { type LabelSearch, searchLabels } from './label-search.ts';
import { type CleanParams, recipeOf } from './params.ts';
import { searchPictures } from './picture-search.ts';

/** Copies of one picture: families found now, groups that a person made, and equal bytes in any case. */
function groupsOf(images: readonly ImageRecord[], found: ReadonlyMap<number, number>): Map<number, number> {
  const parent = new Map<number, number>();
  const root = (key: number): number => {
    let at = key;
    for (let up = parent.get(at); up !== undefined; up = parent.get(at)) at = up;
    return at;
  };
  const first = new Map<string, number>();
  for (const { id, hash, group } of images)
    for (const key of [`hash ${hash ?? id}`, `group ${group ?? `of ${id}`}`, `family ${found.get(id) ?? `of ${id}`}`]) {
      const other = root(first.get(key) ?? id);
      first.set(key, other);
      if (other !== root(id)) parent.set(root(id), other);
    }
  return new Map(images.map(({ id }) => [id, root(id)]));
}

export async function cleanBody(
  context: EngineContext,
  raw: unknown,
  job: JobContext,
): Promise<Record<string, unknown>> {
  // Written by `clean.start`, and validated there.
  const params = raw as CleanParams;
  const { catalogue } = projectOf(context);
  const wants = (...kinds: FindingKind[]): boolean => kinds.some((kind) => params.kinds.includes(kind));
  const snapshot = catalogue.snapshots.now();
  const images = await workingImages(context, job.signal);
  const open: Partial<Record<FindingKind, number>> = {};
  let found = 0;
  const store = async (kind: FindingKind, list: readonly NewFinding[]): Promise<void> => {
    job.signal.throwIfAborted();
    const result = await catalogue.findings.replace(kind, list, snapshot);
    open[kind] = result.open;
    found += list.length;
    changed(context, ['findings']);
  };

  const wanted = {
    duplicates: wants('duplicate', 'conflict', 'leak'),
    quality: wants('quality'),
    spurious: wants('spurious'),
  };
  const pictures = Object.values(wanted).some(Boolean) ? await searchPictures(context, wanted, images, job) : null;
  const groups = groupsOf(images, pictures?.groups ?? new Map());
  let labels: LabelSearch | null = null;
  if (wants('label-error', 'overlap')) labels = await searchLabels(context, params, images, groups, job);

  for (const kind of ['conflict', 'duplicate', 'leak', 'quality', 'spurious'] as const) {
    const list = pictures?.findings[kind];
    // Conflicts are what is worst about duplicates: who asks for those gets both.
    if (list && wants(kind, ...(kind === 'conflict' ? (['duplicate'] as const) : [])))
      await store(kind, kind === 'conflict' ? withSuggestions(list, labels) : list);
  }
  if (labels) {
    if (wants('label-error')) await store('label-error', labels.findings);
    if (wants('overlap')) await store('overlap', labels.overlap);
    await writeScores(
      context,
      labels.rows.map((image) => image.id),
      Float32Array.from(labels.ranked.right, (right) => Math.min(1, Math.max(0, 1 - right))),
    );
  }
  if (wants('outlier')) await store('outlier', await searchOutliers(context, params, images, groups, labels, job));
  writeHealth(context, { ...pictures?.health, ...(labels ? classesOf(labels) : {}) });
  const total = Object.values(open).reduce((sum, n) => sum + n, 0);
  const pairs = pictures?.survey;
  return {
    ...{ found, open: total, kinds: open },
    ...(pairs && wanted.duplicates
      ? { proposed: pairs.proposed, dismissed: pairs.dismissed, verified: pairs.verified, unseen: pairs.unseen }
      : {}),
  };
}

/** Of a conflict's labels the one that the models find most probable for its pictures, where they have a say. */
function withSuggestions(conflicts: readonly NewFinding[], labels: LabelSearch | null): NewFinding[] {
  if (!labels) return [...conflicts];
  const row = new Map(labels.rows.map((image, i) => [image.id, i]));
  const k = labels.classes.length;
  return conflicts.map((finding) => {
    const rows = finding.images.flatMap((id) => row.get(id) ?? []);
    const counts = new Map<number, number>();
    for (const i of rows) {
      const given = labels.rows[i]!.class ?? -1;
      counts.set(given, (counts.get(given) ?? 0) + 1);
    }
    const p = (c: number): number => {
      const column = labels.classes.findIndex(({ id }) => id === c);
      return rows.reduce((sum, i) => sum + (labels.ranked.probabilities[i * k + column] ?? 0), 0);
    };
    const [best] = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)! || p(b) - p(a) || a - b);
    if (best === undefined) return finding;
    const classOf = (id: number): number => labels.rows[row.get(id) ?? -1]?.class ?? -1;
    // What is to be mended stays in front.
    const images = [...finding.images].sort((a, b) => Number(classOf(a) === best) - Number(classOf(b) === best));
    const given = classOf(images[0] ?? -1);
    return { ...finding, images, given: given < 0 ? finding.given : given, suggested: best };
  });
}

async function searchOutliers(
  context: EngineContext,
  params: CleanParams,
  images: readonly ImageRecord[],
  groups: ReadonlyMap<number, number>,
  labels: LabelSearch | null,
  job: JobContext,
): Promise<NewFinding[]> {
  if (images.length === 0) return [];
  const features = await ensureFeatures(context, recipeOf(context, params), images, job);
  const unsure = new Set(labels ? Array.from(labels.ranked.underAll, (row) => labels.rows[row]!.id) : []);
  const { outliers } = await context.compute.run(
    'outliers',
    {
      features: features.files,
      hashes: images.map((image) => image.hash ?? ''),
      groups: Int32Array.from(images, (image) => groups.get(image.id) ?? -1),
      underAll: Int32Array.from(images.flatMap((image, row) => (unsure.has(image.id) ? [row] : []))),
    },
    { signal: job.signal, onProgress: (done, total, phase) => job.progress(phase, done, total) },
  );
  const unlike: Reason = { key: 'no-class-confident', values: {} };
  return outliers.map(({ row, score, distance, limit, unlikeAnyClass }) => ({
    images: [images[row]!.id],
    given: images[row]!.class,
    suggested: null,
    score,
    // Far from all is not wrong: rare layouts are worth a look, not a badge.
    likely: unlikeAnyClass,
    reasons: [
      { key: 'far-from-all', values: { distance: distance.toFixed(2), limit: limit.toFixed(2) } },
      ...(unlikeAnyClass ? [unlike] : []),
    ],
  }));
}

const classesOf = ({ ranked, classes }: LabelSearch) => ({
  expectedErrors: ranked.expectedErrors,
  jointErrors: ranked.jointErrors,
  classes: ranked.health.map((h) => ({ ...h, class: classes[h.class]!.id })),
  overlap: ranked.overlap.map(({ rows: _, first, second, ...pair }) => ({
    ...pair,
    first: classes[first]!.id,
    second: classes[second]!.id,
  })),
});
