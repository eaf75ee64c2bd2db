/** Features of the project's images for some backbones: computed where they are not cached, as files for the next step. */
import { type TrainRequest } from '../contract/index.ts';
import { type ImageRecord } from '../catalogue/index.ts';
import { type BackboneFile } from '../embeddings/names.ts';
import { backboneFile } from './backbones.ts';
import { type EngineContext, projectOf } from './context.ts';
import { type JobContext } from './jobs.ts';

/** How images become features. */
export type FeatureRecipe = Pick<TrainRequest, 'backbones' | 'fit' | 'tap'> & { size?: number | null };

export interface Features {
  backbones: BackboneFile[];
  files: { path: string; length: number }[];
  /** The largest input side used. */
  size: number;
}

/** Images that work is done on: readable and not excluded, in the order of their rows. */
export async function workingImages(context: EngineContext, signal: AbortSignal): Promise<ImageRecord[]> {
  const { catalogue } = projectOf(context);
  const ids = await catalogue.views.select('-is:excluded -is:unreadable -is:missing', { signal });
  const images: ImageRecord[] = [];
  for (let from = 0; from < ids.length; from += 1000) {
    images.push(...catalogue.images.records(ids.subarray(from, from + 1000)));
    await new Promise(setImmediate);
  }
  return images.filter((image) => image.hash !== null).sort((a, b) => a.id - b.id);
}

/** Embeds what is missing; files that vanished meanwhile are told as troubles of the job. */
export async function ensureFeatures(
  context: EngineContext,
  recipe: FeatureRecipe,
  images: readonly Pick<ImageRecord, 'hash' | 'file'>[],
  job: JobContext,
): Promise<Features> {
  const { featuresFolder } = projectOf(context);
  const features: Features = { backbones: [], files: [], size: 0 };
  for (const name of recipe.backbones) {
    job.progress('convert', 0, 0);
    const backbone = await backboneFile(context, name, job.signal);
    const result = await context.compute.run(
      'embed',
      {
        backbone: backbone.path,
        tap: recipe.tap,
        size: recipe.size ?? null,
        fit: recipe.fit,
        folder: featuresFolder,
        images: images.map((image) => ({ hash: image.hash ?? '', path: image.file })),
      },
      {
        signal: job.signal,
        onProgress: (done, total) => job.progress('embed', done, total),
        onLog: (line) => job.log(line),
      },
    );
    for (const trouble of result.troubles) job.trouble(trouble.path, trouble.reason);
    features.backbones.push(backbone);
    features.files.push({ path: result.path, length: result.length });
    features.size = Math.max(features.size, result.size);
  }
  return features;
}
