/** What the models say of the images in a look, asked once: the answers are kept, so a study that goes on asks only for the rest. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Restoration, VIEW_COUNT, type ViewsOfImage } from '../../../contract/index.ts';
import { type EngineContext } from '../../context.ts';
import { type JobContext } from '../../jobs.ts';
import { type FoldModel } from './models.ts';

/** The views of which all that are tried can be made. */
export function widest(views: readonly ViewsOfImage[]): ViewsOfImage {
  const several = [...new Set(views)].filter((one) => one !== 'none');
  return several.length > 1 ? 'tta6' : (several[0] ?? 'none');
}

export interface LookOptions {
  folder: string;
  /** Identity of the images and models: other ones have other answers. */
  key: string;
  models: readonly FoldModel[];
  images: number;
  /** Makes models and files ready, once they are needed; [n] files. */
  ready(): Promise<readonly string[]>;
  classes: number;
  views: ViewsOfImage;
  /** Null: as they are. */
  op: Restoration | null;
  seed: number;
}

export interface Look {
  views: ViewsOfImage | 'one';
  /** [n, views, K]; zeros of an image that could not be read. */
  probabilities: Float32Array;
  /** Predictions that were asked for now. */
  asked: number;
}

export async function lookAt(context: EngineContext, options: LookOptions, job: JobContext): Promise<Look> {
  const { models, images, classes, views, op, seed } = options;
  const rows = op === 'deskew' ? 1 : VIEW_COUNT[views];
  const cost = VIEW_COUNT[op === 'deskew' ? 'quarter-turns' : views];
  const probabilities = new Float32Array(images * rows * classes);
  let [asked, done] = [0, 0];
  for (const { name, model, places } of models) {
    const key = createHash('sha256')
      .update([options.key, name, op ?? '', views, seed].join('\n'))
      .digest('hex');
    const kept = join(options.folder, `${key.slice(0, 24)}.f32`);
    const before = await readFile(kept).catch(() => null);
    const length = places.length * rows * classes;
    let said: Float32Array;
    if (before?.length === length * 4) said = new Float32Array(new Uint8Array(before).buffer);
    else {
      const files = await options.ready();
      const answers = new Float32Array(length);
      await context.compute.run(
        'classify',
        {
          ...{ model, paths: places.map((place) => files[place]!), views, apart: true },
          restore: op && { op, seed },
        },
        {
          signal: job.signal,
          onBatch({ first, probabilities: part, troubles }) {
            answers.set(part, first * rows * classes);
            troubles.forEach((trouble, i) => {
              if (trouble) job.trouble(files[places[first + i]!]!, trouble.reason);
            });
            job.progress(op ?? 'classify', done + first + troubles.length, images);
          },
        },
      );
      await mkdir(options.folder, { recursive: true });
      await writeFile(`${kept}.tmp`, new Uint8Array(answers.buffer), { flush: true });
      await rename(`${kept}.tmp`, kept);
      said = answers;
      asked += places.length * cost;
    }
    places.forEach((place, i) =>
      probabilities.set(said.subarray(i * rows * classes, (i + 1) * rows * classes), place * rows * classes),
    );
    done += places.length;
  }
  return { views: op === 'deskew' ? 'one' : views, probabilities, asked };
}
