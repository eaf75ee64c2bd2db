/** The labels of a training as they would be, had somebody accepted what the queue holds for likely. No label is changed. */
import { type StudyRequest } from '../../contract/index.ts';
import { searchLabels } from '../clean/label-search.ts';
import { type EngineContext } from '../context.ts';
import { workingImages } from '../features.ts';
import { type JobContext } from '../jobs.ts';
import { type TrainLabel } from '../train/params.ts';

/** Of a class, the share that may be taken away from it: beyond it the queue is wrong about the class, not its labels. */
const MOST_OF_CLASS = 0.25;

/** Labels out of fold by heads on the judges; test images are neither judged nor learned from. */
export async function cleanedLabels(
  context: EngineContext,
  { judges }: Extract<StudyRequest, { study: 'story' }>,
  job: JobContext,
): Promise<TrainLabel[]> {
  const images = (await workingImages(context, job.signal)).filter(({ split }) => split !== 'test');
  const groups = new Map(images.flatMap(({ id, group }) => (group === null ? [] : [[id, group] as const])));
  const { findings } = await searchLabels(context, { kinds: ['label-error'], backbones: judges }, images, groups, job);
  const counts = new Map<number, number>();
  for (const { class: c } of images) if (c !== null) counts.set(c, (counts.get(c) ?? 0) + 1);
  const taken = new Map<number, number>();
  // Most doubtful first.
  return findings.flatMap(({ images: [image], likely, given, suggested }): TrainLabel[] => {
    if (!likely || given == null || suggested == null || image === undefined) return [];
    const before = taken.get(given) ?? 0;
    if (before + 1 > MOST_OF_CLASS * (counts.get(given) ?? 0)) return [];
    taken.set(given, before + 1);
    return [{ image, class: suggested }];
  });
}
