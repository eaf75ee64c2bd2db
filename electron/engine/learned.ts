/** The images that a training with today's labels would see, as previews and strips of its plan need them. */
import { type Plan, random } from '../contract/index.ts';
import { poolOf } from '../augment/catalogue.ts';
import { type ImageRecord } from '../catalogue/index.ts';
import { drawSplit, VALIDATION } from '../evaluation/index.ts';
import { VALIDATION_SHARE } from '../training/names.ts';
import { type EngineContext } from './context.ts';
import { workingImages } from './features.ts';
import { classesOf } from './train/params.ts';

export interface LearnedImage extends ImageRecord {
  /** Of its class; empty without a label. */
  className: string;
  /** Held out for validation: never learned from, and never shining through another image. */
  held: boolean;
}

/**
 * Places of the labelled images that are held out for validation: those of the validation split, or where there are none
 * a share drawn by the seed.
 * @param rows images that take part: labelled, and not of the test split
 * @param labels of `rows`
 */
export function heldOut(
  rows: readonly Pick<ImageRecord, 'split' | 'group' | 'hash'>[],
  labels: Int32Array,
  { seed, share }: { seed: number; share: number },
): Set<number> {
  const own = rows.some((image) => image.split === 'validation');
  const drawn = own
    ? null
    : drawSplit(
        {
          labels,
          groups: Int32Array.from(rows, (image) => image.group ?? -1),
          keys: rows.map((image, i) => image.hash ?? i),
          seed,
        },
        { validation: share, test: 0 },
      );
  return new Set(
    rows.flatMap((image, i) => ((drawn ? drawn[i] === VALIDATION : image.split === 'validation') ? [i] : [])),
  );
}

/** Readable images outside the test split with what a single training by this seed does with them. */
export async function learnedImages(
  context: EngineContext,
  { seed, signal }: { seed: number; signal: AbortSignal },
): Promise<LearnedImage[]> {
  const images = (await workingImages(context, signal)).filter((image) => image.split !== 'test');
  const classes = classesOf(context, images);
  const columns = new Map(classes.map((c, column) => [c.id, column]));
  const names = new Map(classes.map((c) => [c.id, c.name]));
  const rows = images.flatMap((image, i) => (image.class !== null && columns.has(image.class) ? [i] : []));
  const labels = Int32Array.from(rows, (i) => columns.get(images[i]!.class!)!);
  const held = heldOut(
    rows.map((i) => images[i]!),
    labels,
    { seed, share: VALIDATION_SHARE },
  );
  const heldRows = new Set([...held].map((at) => rows[at]!));
  return images.map((image, i) => ({
    ...image,
    className: names.get(image.class ?? 0) ?? '',
    held: heldRows.has(i),
  }));
}

/** What may shine through images of a class, as the loader of a training orders it. */
export function poolFor(images: readonly LearnedImage[], plan: Plan | null, name: string): LearnedImage[] {
  const labelled = images.filter((image) => image.className !== '');
  const entries = labelled.map(({ hash, className, held }) => ({ hash: hash ?? '', class: className, held }));
  return poolOf(entries, plan, name).map((i) => labelled[i]!);
}

/** A seeded pick that spreads over the classes: one image of each in turn. */
export function pickImages<T extends Pick<ImageRecord, 'class'>>(
  images: readonly T[],
  count: number,
  seed: number,
): T[] {
  const shuffled = [...images];
  random(seed, 'preview').shuffle(shuffled);
  const turns = new Map<number | null, number>();
  return shuffled
    .map((image, place) => {
      const turn = turns.get(image.class) ?? 0;
      turns.set(image.class, turn + 1);
      return { image, turn, place };
    })
    .sort((a, b) => a.turn - b.turn || a.place - b.place)
    .slice(0, count)
    .map(({ image }) => image);
}
