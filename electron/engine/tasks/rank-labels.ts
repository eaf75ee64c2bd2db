/** Compute task: the queue of doubtful labels, from out-of-fold probabilities and the neighbours in feature space. */
import {
  type ClassHealth,
  classHealth,
  filterBasis,
  type Neighbours,
  type OverlapFinding,
  overlapFindings,
  rankLabelErrors,
} from '../../cleaning/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { type NearestRows, nearestRows } from '../../embeddings/index.ts';
import { argmax, classMetrics, confusionOf } from '../../evaluation/index.ts';
import { type FeatureSource, readFeatures } from './feature-rows.ts';

/** `features` may be none: then nobody's neighbours are asked. */
export interface RankParams extends FeatureSource {
  /** Label in [0, classes) and group (−1: alone) of each labelled image. */
  labels: Int32Array;
  groups: Int32Array;
  /** [n, classes] float32 of each model, out of fold. */
  models: Float32Array[];
  classes: number;
  /** Findings wanted at most. */
  most: number;
}

export interface RankedLabel {
  row: number;
  score: number;
  given: number;
  suggested: number;
  likely: boolean;
  pGiven: number;
  pSuggested: number;
  neighboursAsked: number;
  neighboursSuggested: number;
  modelsSuggesting: number;
  models: number;
  filters: number;
  /** Rows of the nearest images of the given and of the suggested class, with cosine similarity. */
  nearestGiven: { row: number; similarity: number }[];
  nearestSuggested: { row: number; similarity: number }[];
}

export interface RankResult {
  findings: RankedLabel[];
  /** P(label is right) of every row: this way round the order of the most doubtful is not rounded away. */
  right: Float64Array;
  /** Mean probabilities of the models, [n, classes]. */
  probabilities: Float32Array;
  expectedErrors: number;
  jointErrors: number;
  health: ClassHealth[];
  /** With rows that lie between the two classes, most doubtful first. */
  overlap: (OverlapFinding & { rows: number[] })[];
  /** Rows that reach no class's threshold. */
  underAll: Int32Array;
}

const NEIGHBOURS = 10;
/** Neighbours looked through for pictures of both classes. */
const LOOKED_AT = 60;
const SHOWN = 6;
/** Examples of a pair of classes. */
const EXAMPLES = 12;

/** The nearest images that carry a class: shown beside the finding. */
function nearestOf(nearest: NearestRows | null, labels: Int32Array, row: number, label: number) {
  const found: { row: number; similarity: number }[] = [];
  if (!nearest) return found;
  const { k, indices, similarities } = nearest;
  for (let i = row * k; i < (row + 1) * k && found.length < SHOWN; i++) {
    const other = indices[i] ?? -1;
    if (other >= 0 && labels[other] === label) found.push({ row: other, similarity: similarities[i] ?? 0 });
  }
  return found;
}

async function nearestNeighbours(params: RankParams, context: TaskContext): Promise<NearestRows | null> {
  if (params.features.length === 0) return null;
  const { values, columns } = await readFeatures(params);
  return nearestRows(values, columns, Math.min(LOOKED_AT, params.hashes.length - 1), {
    signal: context.signal,
    onProgress: (done, total) => context.progress(done, total, 'neighbours'),
  });
}

/** The first few of them: those that are asked. */
function asked(nearest: NearestRows): Neighbours {
  const k = Math.min(NEIGHBOURS, nearest.k);
  const first = <T extends Float32Array | Int32Array>(all: T): T => all.filter((_value, i) => i % nearest.k < k) as T;
  return { k, indices: first(nearest.indices), similarities: first(nearest.similarities) };
}

export async function rankTask(params: RankParams, context: TaskContext): Promise<RankResult> {
  const { labels, groups, classes, models, hashes } = params;
  const nearest = await nearestNeighbours(params, context);
  const ranked = rankLabelErrors({
    ...{ models, labels, classes, groups, keys: hashes },
    ...(nearest ? { neighbours: asked(nearest) } : {}),
  });
  const findings = ranked.findings.slice(0, params.most).map(({ neighboursGiven: _, ...f }): RankedLabel => ({
    ...f,
    nearestGiven: nearestOf(nearest, labels, f.row, f.given),
    nearestSuggested: nearestOf(nearest, labels, f.row, f.suggested),
  }));
  const { probabilities } = ranked;
  const { joint, calibrated, labelCounts } = filterBasis({ probabilities, labels, classes });
  const metrics = classMetrics(confusionOf(labels, argmax(probabilities, classes), classes));
  return {
    findings,
    right: ranked.quality,
    probabilities,
    expectedErrors: ranked.expectedErrors,
    jointErrors: ranked.noise.expectedErrors,
    health: classHealth(calibrated, labelCounts, joint.thresholds, metrics),
    overlap: withExamples(overlapFindings(calibrated, labelCounts), ranked.findings),
    underAll: joint.underAll,
  };
}

/** The images of each pair that are most probably of the other class. */
function withExamples(
  overlap: readonly OverlapFinding[],
  ranked: readonly { row: number; given: number; suggested: number }[],
): RankResult['overlap'] {
  const rows = new Map<string, number[]>();
  for (const { row, given, suggested } of ranked) {
    const key = `${Math.min(given, suggested)}-${Math.max(given, suggested)}`;
    const known = rows.get(key);
    if (!known) rows.set(key, [row]);
    else if (known.length < EXAMPLES) known.push(row);
  }
  return overlap.map((pair) => ({ ...pair, rows: rows.get(`${pair.first}-${pair.second}`) ?? [] }));
}
