/**
 * Compute task: looks once at the thumbnail of every image and says which are copies of each other, which are odd, and
 * what cheap property gives a class away. Pairs that may be copies are then compared on the files themselves. Decoding,
 * sketching, proposing and comparing is done in threads (`survey-worker.ts`); here it is shared out and put together.
 */
import { dirname } from 'node:path';
import {
  type CheapProperty,
  type Conflict,
  conflictsOf,
  type CopyPair,
  type Drift,
  driftOf,
  type Family,
  findDuplicates,
  type Leak,
  leaksOf,
  namePrefix,
  pairKey,
  type QualityFinding,
  qualityFindings,
  type QualityMeasures,
  type SpuriousFinding,
  spuriousFindings,
  type Sketches,
} from '../../cleaning/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { mapOrdered } from '../../imaging/index.ts';
import { openSketches, sketchesOf } from './sketch-store.ts';
import { type SketchAnswer, type SurveyFile, type SurveyThreads, surveyThreads } from './survey-threads.ts';

export interface SurveyImage {
  path: string;
  hash: string;
  name: string;
  /** Folder relative to its source. */
  folder: string;
  format: string;
  bytes: number;
  /** Upright, pixels. */
  width: number;
  height: number;
}

export interface SurveyParams {
  images: SurveyImage[];
  /** The thumbnail cache's file. */
  thumbnails: string;
  /** Class in [0, classes); −1 none. */
  labels: Int32Array;
  classes: readonly string[];
  /** 0 training, 1 validation, 2 test, 3 none. */
  splits: Uint8Array;
  wanted: { duplicates: boolean; quality: boolean; spurious: boolean };
  /** Hashes of families that were answered "not a duplicate". */
  refused: readonly (readonly string[])[];
}

export interface SurveyResult {
  families: Family[];
  conflicts: Conflict[];
  leaks: Leak[];
  quality: QualityFinding[];
  spurious: SpuriousFinding[];
  drift: Drift[];
  /** Pairs proposed by hash, told apart at a glance, compared, and beyond the budget. */
  proposed: number;
  dismissed: number;
  verified: number;
  unseen: number;
  /** Rows whose file could not be read. */
  unreadable: number[];
}

export async function surveyTask(params: SurveyParams, context: TaskContext): Promise<SurveyResult> {
  const store = openSketches(params.images.length, dirname(params.thumbnails));
  const threads = surveyThreads({ sketches: store.shared, thumbnails: params.thumbnails });
  try {
    return await survey(params, sketchesOf(store.shared), threads, context);
  } finally {
    await threads.close();
    store.close();
  }
}

async function survey(
  params: SurveyParams,
  sketches: Sketches,
  threads: SurveyThreads,
  context: TaskContext,
): Promise<SurveyResult> {
  const { images, labels, splits, wanted } = params;
  const { measures, unreadable } = await look(params, threads, context);
  const found = wanted.duplicates ? await copies(params, sketches, threads, context) : null;
  const blind = new Set(unreadable);
  const rows = measures.map((measured, i) => ({ ...measured, width: images[i]!.width, height: images[i]!.height }));
  const families = found?.families ?? [];
  return {
    families,
    conflicts: conflictsOf(families, labels),
    leaks: leaksOf(families, splits),
    quality: wanted.quality ? qualityFindings(rows, labels).filter(({ row }) => !blind.has(row)) : [],
    ...(wanted.spurious ? cues(params, measures) : { spurious: [], drift: [] }),
    proposed: found?.proposed ?? 0,
    dismissed: found?.dismissed ?? 0,
    verified: found?.verified ?? 0,
    unseen: found?.unseen ?? 0,
    unreadable: [...new Set([...unreadable, ...(found?.unreadable ?? [])])].sort((a, b) => a - b),
  };
}

const fileOf = ({ path, hash }: SurveyImage): SurveyFile => ({ path, hash });

const NOTHING: QualityMeasures = {
  ...{ brightness: NaN, contrast: NaN, entropy: NaN, oneTone: NaN, ink: NaN, page: false, sharpness: NaN },
};

/** Images that go to a thread together. */
const PIECE = 32;

/** Sketch and measures of every image, from its thumbnail; from the file where there is none. */
async function look({ images, wanted }: SurveyParams, threads: SurveyThreads, context: TaskContext) {
  const measured = wanted.quality || wanted.spurious;
  const measures: QualityMeasures[] = [];
  const unreadable: number[] = [];
  const starts = Array.from({ length: Math.ceil(images.length / PIECE) }, (_, i) => i * PIECE);
  const ask = (from: number): Promise<SketchAnswer> =>
    threads.sketch({ from, files: images.slice(from, from + PIECE).map(fileOf), measured });
  let done = 0;
  for await (const answer of mapOrdered(starts, ask, { limit: 2 * threads.size, signal: context.signal })) {
    for (const values of answer.measures) measures.push(values ?? NOTHING);
    unreadable.push(...answer.unreadable);
    done = Math.min(images.length, done + PIECE);
    context.progress(done, images.length, 'survey');
  }
  return { measures, unreadable };
}

async function copies(params: SurveyParams, sketches: Sketches, threads: SurveyThreads, context: TaskContext) {
  const { images } = params;
  const byHash = new Map<string, number[]>();
  images.forEach(({ hash }, row) => {
    const same = byHash.get(hash);
    if (same) same.push(row);
    else byHash.set(hash, [row]);
  });
  const refused = refusedPairs(params.refused, byHash);
  const exact: CopyPair[] = [];
  for (const [first, ...others] of byHash.values())
    for (const second of others)
      if (!refused.has(pairKey(first!, second))) exact.push({ first: first!, second, likeness: 1 });
  return findDuplicates(
    sketches,
    threads.hands((row) => fileOf(images[row]!)),
    {
      ...{ exact, refused, signal: context.signal },
      onProgress: (phase, done, total) => context.progress(done, total, phase),
    },
  );
}

/** Every pair within a family that was refused. */
function refusedPairs(families: SurveyParams['refused'], byHash: ReadonlyMap<string, readonly number[]>): Set<string> {
  const pairs = new Set<string>();
  for (const hashes of families) {
    const rows = [...new Set(hashes)].flatMap((hash) => byHash.get(hash) ?? []);
    for (const [i, first] of rows.entries()) for (const second of rows.slice(i + 1)) pairs.add(pairKey(first, second));
  }
  return pairs;
}

/** Cheap properties of the labelled images against their classes, and of training against test images. */
function cues({ images, labels, classes, splits }: SurveyParams, measures: readonly QualityMeasures[]) {
  const rows = images.flatMap((_, i) => (labels[i]! >= 0 ? [i] : []));
  const number = (name: string, of: (row: number) => number): CheapProperty => ({
    name,
    values: Float64Array.from(rows, of),
  });
  const word = (name: string, of: (image: SurveyImage) => string): CheapProperty => ({
    name,
    values: rows.map((row) => of(images[row]!)),
  });
  const properties = [
    number('brightness', (row) => measures[row]!.brightness),
    number('sharpness', (row) => measures[row]!.sharpness),
    number('width', (row) => images[row]!.width),
    number('height', (row) => images[row]!.height),
    number('aspect', (row) => images[row]!.width / Math.max(1, images[row]!.height)),
    number('bytes', (row) => images[row]!.bytes),
    word('format', (image) => image.format),
    word('name', (image) => namePrefix(image.name)),
    // Where folders are the classes they are no cue but the label itself.
    ...(foldersAreClasses(rows, images, labels, classes) ? [] : [word('folder', (image) => image.folder)]),
  ];
  const spurious = spuriousFindings(
    properties,
    Int32Array.from(rows, (row) => labels[row]!),
    classes.length,
  );
  const side = (wanted: number) => rows.flatMap((row, at) => (splits[row] === wanted ? [at] : []));
  const [train, test] = [side(0), side(2)];
  const numeric = properties.filter(({ values }) => typeof values[0] === 'number');
  return { spurious, drift: train.length > 0 && test.length > 0 ? driftOf(numeric, train, test) : [] };
}

function foldersAreClasses(
  rows: readonly number[],
  images: readonly SurveyImage[],
  labels: Int32Array,
  classes: readonly string[],
): boolean {
  const named = rows.filter((row) =>
    images[row]!.folder.normalize('NFC').split('/').includes(classes[labels[row]!]!.normalize('NFC')),
  );
  return named.length > 0.5 * rows.length;
}
