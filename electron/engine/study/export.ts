/** A run as one file for other programs, run beside the run itself before it is called done. */
import { join, resolve } from 'node:path';
import { random } from '../../contract/index.ts';
import { checkOutput } from '../batch/table.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { workingImages } from '../features.ts';
import { type JobContext } from '../jobs.ts';
import { checkModel, runFolder } from '../runs.ts';
import { type Study } from './index.ts';

export const guideFor = (out: string): string => `${out.replace(/\.onnx$/i, '')}.README.md`;

export const exportStudy: Study<'export'> = {
  title: ({ out }) => out,
  async check(context, { run, out }) {
    checkModel(context, run);
    await checkOutput(resolve(out));
  },
  async run(context, { run, out: given, check, calibrated }, job) {
    const out = resolve(given);
    const guide = guideFor(out);
    const model = join(runFolder(context, run), 'model.onnx');
    const { name } = projectOf(context).catalogue.runs.get(run);
    job.progress('export', 0, 0);
    const written = await context.compute.run(
      'portable',
      { model, run: name, out, guide, calibrated },
      { signal: job.signal },
    );
    const paths = await sample(context, check, job);
    const { agree, largestDifference } = await compare(
      context,
      { model, out, paths, classes: written.classes.length, calibrated },
      job,
    );
    return { run, out, guide, ...written, checked: paths.length, agree, largestDifference };
  },
};

/** A seeded pick of the project's images. */
async function sample(context: EngineContext, count: number, job: JobContext): Promise<string[]> {
  if (count === 0) return [];
  const images = await workingImages(context, job.signal);
  random(1, 'export-check').shuffle(images);
  return images.slice(0, count).map((image) => image.file);
}

async function compare(
  context: EngineContext,
  {
    model,
    out,
    paths,
    classes,
    calibrated,
  }: { model: string; out: string; paths: string[]; classes: number; calibrated: boolean },
  job: JobContext,
): Promise<{ agree: number; largestDifference: number }> {
  const own = new Float32Array(paths.length * classes);
  await context.compute.run(
    'classify',
    { model, paths, views: 'none', calibrated },
    { signal: job.signal, onBatch: ({ first, probabilities }) => own.set(probabilities, first * classes) },
  );
  // The other compute process: it knows nothing of the run, only the file.
  const { probabilities } = await context.interactive.run(
    'portableRun',
    { model: out, paths, classes },
    { signal: job.signal, onProgress: (done, total) => job.progress('check', done, total) },
  );
  let [agree, largestDifference] = [0, 0];
  for (let i = 0; i < paths.length; i++) {
    const [a, b] = [own, probabilities].map((all) => all.subarray(i * classes, (i + 1) * classes)) as [
      Float32Array,
      Float32Array,
    ];
    if (a.indexOf(Math.max(...a)) === b.indexOf(Math.max(...b))) agree++;
    a.forEach((p, k) => (largestDifference = Math.max(largestDifference, Math.abs(p - b[k]!))));
  }
  return { agree, largestDifference };
}
