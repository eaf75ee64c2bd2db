/**
 * Test-time looks of a run, tuned: its images are classified by the models that did not see them, once plainly and once
 * after each restoration, in every view; the rest is array work (inference/tuning). The test split takes no part.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEGRADED_TWIN } from '../../../augment/catalogue.ts';
import {
  AssayError,
  type Restoration,
  type Route,
  type StudyRequest,
  type TuneResult,
} from '../../../contract/index.ts';
import { changed, type EngineContext, projectOf } from '../../context.ts';
import { type JobContext } from '../../jobs.ts';
import { runFolder } from '../../runs.ts';
import { type Study } from '../index.ts';
import { type TuneImages, tuneImages } from './images.ts';
import { keepTuned } from './kept.ts';
import { type Look, lookAt, widest } from './looks.ts';
import { checkTunable, fitHeads, foldModels } from './models.ts';

type Request = Extract<StudyRequest, { study: 'tune' }>;

const routesOf = ({ routes, classes }: Request): Route[] => [
  ...new Set(
    routes ?? (classes.length > 0 ? (['entropy', 'margin', 'sum', 'pred'] as const) : (['entropy', 'margin'] as const)),
  ),
];

/** @throws AssayError `classify/stage2` where a route lacks its classes, or the run does not know one */
function checkRoutes(request: Request, known: readonly string[]): void {
  const refuse = (reason: string): never => {
    throw new AssayError('classify/stage2', { values: { reason } });
  };
  const byClass = routesOf(request).find((route) => route === 'sum' || route === 'pred');
  if (byClass && request.classes.length === 0) refuse(`routing by "${byClass}" needs classes (--route-classes)`);
  const unknown = request.classes.find((name) => !known.includes(name));
  if (unknown !== undefined) refuse(`the run has no class "${unknown}"; it knows ${known.slice(0, 20).join(', ')}`);
}

export const tuneStudy: Study<'tune'> = {
  title: ({ run }) => `${run}`,
  check(context, request) {
    checkTunable(context, request.run);
    checkRoutes(
      request,
      projectOf(context)
        .catalogue.runs.classes(request.run)
        .map(({ name }) => name),
    );
  },
  async run(context, request, job) {
    const { run, seed, degraded } = request;
    const folder = join(runFolder(context, run), 'tuning');
    const images = await tuneImages(context, run, { most: request.images, seed });
    job.log(`${images.ids.length} images ${images.part}${degraded ? ', degraded' : ''}`);
    const models = await foldModels(context, run, images);
    // Models of folds and copies are large: they last as long as the study, the answers as long as the run.
    const passing = join(folder, 'passing');
    let files: readonly string[] | undefined;
    const ready = async (): Promise<readonly string[]> => {
      if (files) return files;
      await fitHeads(context, run, models, job);
      files = degraded ? await degradedFiles(context, images, join(passing, `seed-${seed}`), seed, job) : images.files;
      return files;
    };
    const views = widest(request.views);
    const key = keyOf(images, degraded, seed);
    const look = (op: Restoration | null): Promise<Look> =>
      lookAt(
        context,
        { folder, key, models, ready, images: images.ids.length, classes: images.classes.length, views, op, seed },
        job,
      );
    const first = await look(null);
    const second: { op: Restoration; look: Look }[] = [];
    for (const op of new Set(request.stage2)) second.push({ op, look: await look(op) });
    const all = [first, ...second.map((one) => one.look)];
    const whole = readable(images, all);
    if (whole.length === 0) throw new AssayError('evaluate/empty-split', { subject: images.part });
    const take = ({ views: table, probabilities }: Look) => ({
      views: table,
      probabilities: taken(probabilities, whole, images.ids.length),
    });
    const { points, ...told } = await context.compute.run(
      'tune',
      {
        labels: Int32Array.from(whole, (i) => images.labels[i]!),
        keys: whole.map((i) => images.keys[i]!),
        groups: Int32Array.from(whole, (i) => images.groups[i]!),
        classes: images.classes,
        first: take(first),
        second: Object.fromEntries(second.map(({ op, look: table }) => [op, take(table)])),
        grid: {
          ...{ views: request.views, averages: request.averages, routes: routesOf(request), classes: request.classes },
          ...{ blends: [...new Set(request.blends)], steps: request.steps, seed },
        },
        mostCost: request.mostCost ?? Infinity,
      },
      { signal: job.signal, onProgress: (done, total, phase) => job.progress(phase, done, total) },
    );
    const result: TuneResult = {
      ...{ run, part: images.part, degraded, images: whole.length, settings: points.length, ...told },
      predictions: all.reduce((sum, { asked }) => sum + asked, 0),
    };
    keepTuned(context, run, { version: 1, at: context.clock(), ...result, points });
    await rm(passing, { recursive: true, force: true });
    changed(context, ['runs']);
    return result;
  },
};

/** Who is asked about what: answers to something else are not taken for these. */
const keyOf = ({ ids, labels }: TuneImages, degraded: boolean, seed: number): string =>
  createHash('sha256')
    .update(JSON.stringify([ids, Array.from(labels), degraded, degraded ? seed : 0]))
    .digest('hex');

/** Copies of the images as robust validation sees them, in their order. */
async function degradedFiles(
  context: EngineContext,
  { files, keys }: TuneImages,
  folder: string,
  seed: number,
  job: JobContext,
): Promise<string[]> {
  const { files: copies } = await context.compute.run(
    'degrade',
    { images: files.map((path, i) => ({ path, hash: keys[i]! })), policy: DEGRADED_TWIN, seed, folder },
    { signal: job.signal, onProgress: (done, total, phase) => job.progress(phase, done, total) },
  );
  // Of what cannot be read there is no copy: the look says so.
  return copies.map((copy, i) => ('path' in copy ? copy.path : files[i]!));
}

/** Places of the images that every look could read. */
function readable({ ids }: TuneImages, looks: readonly Look[]): number[] {
  return ids.flatMap((_, i) =>
    looks.every(({ probabilities }) => {
      const length = probabilities.length / ids.length;
      return probabilities.subarray(i * length, (i + 1) * length).some((p) => p > 0);
    })
      ? [i]
      : [],
  );
}

function taken(values: Float32Array, places: readonly number[], n: number): Float32Array {
  const length = values.length / n;
  const out = new Float32Array(places.length * length);
  places.forEach((place, i) => out.set(values.subarray(place * length, (place + 1) * length), i * length));
  return out;
}
