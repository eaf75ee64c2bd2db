/**
 * Compute task: looks once at the thumbnail of every image and says which are copies of each other, which are odd, and
 * what cheap property gives a class away. Pairs that may be copies are then compared on the files themselves.
 */
import {
  type CheapProperty,
  type Conflict,
  conflictsOf,
  type CopyPair,
  type Drift,
  driftOf,
  type Family,
  findDuplicates,
  gatherSketches,
  type Leak,
  leaksOf,
  measureQuality,
  namePrefix,
  pairKey,
  type QualityFinding,
  qualityFindings,
  type QualityMeasures,
  SKETCH_BYTES,
  sketchOf,
  type SpuriousFinding,
  spuriousFindings,
  VERIFY_SIDE,
} from '../../cleaning/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { openThumbnailCache, type ThumbnailCache } from '../../imaging/cache.ts';
import { greyOf, loadGrey, mapOrdered, THUMBNAIL_SIDE } from '../../imaging/index.ts';

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
  const { images, labels, splits, wanted } = params;
  const { sketches, measures, unreadable } = await look(params, context);
  const found = wanted.duplicates ? await copies(params, sketches, context) : null;
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

const NOTHING: QualityMeasures = {
  ...{ brightness: NaN, contrast: NaN, entropy: NaN, oneTone: NaN, ink: NaN, page: false, sharpness: NaN },
};

/** Sketch and measures of every image, from its thumbnail; from the file where there is none. */
async function look({ images, thumbnails }: SurveyParams, context: TaskContext) {
  const cache = openThumbnailCache(thumbnails);
  const sketches: Uint8Array[] = [];
  const measures: QualityMeasures[] = [];
  const unreadable: number[] = [];
  try {
    const options = { signal: context.signal };
    for await (const grey of mapOrdered(images, (image) => thumbnailGrey(cache, image), options)) {
      if (grey === null) unreadable.push(measures.length);
      sketches.push(grey ? sketchOf(grey) : new Uint8Array(SKETCH_BYTES));
      measures.push(grey ? measureQuality(grey) : NOTHING);
      context.progress(measures.length, images.length, 'survey');
      if (measures.length % 16 === 0) await new Promise(setImmediate);
    }
  } finally {
    cache.close();
  }
  return { sketches, measures, unreadable };
}

async function thumbnailGrey(cache: ThumbnailCache, { path, hash }: SurveyImage) {
  const kept = cache.get(hash);
  try {
    return await (kept ? greyOf(kept, THUMBNAIL_SIDE, path) : loadGrey(path, THUMBNAIL_SIDE));
  } catch {
    // Its reason was told when it was imported; here it is left out.
    return null;
  }
}

async function copies(params: SurveyParams, sketches: readonly Uint8Array[], context: TaskContext) {
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
  const cache = openThumbnailCache(params.thumbnails);
  const glance = async (row: number) => {
    const { path, hash } = images[row]!;
    const kept = cache.get(hash);
    return kept ? greyOf(kept, THUMBNAIL_SIDE, path) : loadGrey(path, THUMBNAIL_SIDE);
  };
  const found = findDuplicates(gatherSketches(sketches), (row) => loadGrey(images[row]!.path, VERIFY_SIDE), {
    glance,
    exact,
    refused,
    signal: context.signal,
    pause: () => new Promise(setImmediate),
    onProgress: (phase, done, total) => context.progress(done, total, phase),
  });
  return found.finally(() => cache.close());
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
