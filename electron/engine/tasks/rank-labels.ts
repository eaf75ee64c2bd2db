/** Compute task: the queue of doubtful labels, from out-of-fold probabilities and the neighbours in feature space. */
import { rankLabelErrors } from '../../cleaning/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { FeatureFile, type NearestRows, nearestRows } from '../../embeddings/index.ts';

export interface RankParams {
  features: { path: string; length: number }[];
  /** Content hash, label in [0, classes) and group (−1: alone) of each labelled image. */
  hashes: string[];
  labels: Int32Array;
  groups: Int32Array;
  /** [n, classes] float32, out of fold. */
  probabilities: Float32Array;
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
  filters: number;
  /** Rows of the nearest images of the given and of the suggested class, with cosine similarity. */
  nearestGiven: { row: number; similarity: number }[];
  nearestSuggested: { row: number; similarity: number }[];
}

const NEIGHBOURS = 10;
/** Neighbours looked through for pictures of both classes. */
const LOOKED_AT = 60;
const SHOWN = 6;

/** All features of the images side by side, [n, sum of lengths]. */
async function readFeatures(params: RankParams): Promise<{ values: Float32Array; columns: number }> {
  const files = await Promise.all(params.features.map(({ path, length }) => FeatureFile.open(path, length, 'read')));
  try {
    const columns = files.reduce((sum, file) => sum + file.length, 0);
    const values = new Float32Array(params.hashes.length * columns);
    let offset = 0;
    for (const file of files) {
      await file.read(params.hashes, { into: values, width: columns, offset });
      offset += file.length;
    }
    return { values, columns };
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

/** The nearest images that carry a class: shown beside the finding. */
function nearestOf({ k, indices, similarities }: NearestRows, labels: Int32Array, row: number, label: number) {
  const found = [];
  for (let i = row * k; i < (row + 1) * k && found.length < SHOWN; i++) {
    const other = indices[i] ?? -1;
    if (other >= 0 && labels[other] === label) found.push({ row: other, similarity: similarities[i] ?? 0 });
  }
  return found;
}

export async function rankTask(
  params: RankParams,
  context: TaskContext,
): Promise<{ findings: RankedLabel[]; expectedErrors: number }> {
  const { labels, groups, classes, probabilities, hashes } = params;
  const { values, columns } = await readFeatures(params);
  const nearest = await nearestRows(values, columns, Math.min(LOOKED_AT, hashes.length - 1), {
    signal: context.signal,
    onProgress: (done, total) => context.progress(done, total, 'neighbours'),
  });
  const k = Math.min(NEIGHBOURS, nearest.k);
  const first = (all: Float32Array | Int32Array) => all.filter((_value, i) => i % nearest.k < k);
  const neighbours = {
    k,
    indices: first(nearest.indices) as Int32Array,
    similarities: first(nearest.similarities) as Float32Array,
  };
  const ranked = rankLabelErrors({ probabilities, labels, classes, neighbours, groups, keys: hashes });
  const findings = ranked.findings.slice(0, params.most).map((f) => ({
    row: f.row,
    score: f.score,
    given: f.given,
    suggested: f.suggested,
    likely: f.likely,
    pGiven: f.pGiven,
    pSuggested: f.pSuggested,
    neighboursAsked: f.neighboursAsked,
    neighboursSuggested: f.neighboursSuggested,
    filters: f.filters,
    nearestGiven: nearestOf(nearest, labels, f.row, f.given),
    nearestSuggested: nearestOf(nearest, labels, f.row, f.suggested),
  }));
  return { findings, expectedErrors: ranked.expectedErrors };
}
