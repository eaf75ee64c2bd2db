/** A head at several input sizes, out of fold on the same folds: networks are at their best at the size they know. */
import { AssayError, type StudyResult } from '../../contract/index.ts';
import { evaluate } from '../../evaluation/index.ts';
import { ORIGIN } from '../../training/names.ts';
import { backboneNamed } from '../backbones.ts';
import { type EngineContext } from '../context.ts';
import { ensureFeatures, workingImages } from '../features.ts';
import { type JobContext } from '../jobs.ts';
import { checkClasses, classesOf } from '../train/params.ts';
import { type Study } from './index.ts';

const SHARES = [0.5, 0.75, 1, 1.5];
const LEAST = 32;
const DEFAULT_NATIVE = 224;

/** Sizes that a network takes, rising; the native one is among those that are chosen for it. */
function sizesFor(
  { nativeSize, multiple }: { nativeSize: number; multiple: number },
  wanted: readonly number[] | null | undefined,
): number[] {
  const step = Math.max(1, multiple);
  const native = nativeSize || DEFAULT_NATIVE;
  const sizes = (wanted ?? SHARES.map((share) => share * native)).map((size) =>
    Math.max(step, Math.ceil(LEAST / step) * step, Math.round(size / step) * step),
  );
  return [...new Set(sizes)].sort((a, b) => a - b);
}

export const resolutionStudy: Study<'resolution'> = {
  title: ({ backbone }) => backbone,
  check(context, { backbone: name }) {
    const { fixedSize, origin } = backboneNamed(context, name);
    const refuse = (reason: string) =>
      new AssayError('train/recipe-invalid', { subject: 'backbone', values: { reason } });
    if (fixedSize !== null) throw refuse(`"${name}" takes ${fixedSize} px and no other size.`);
    if (origin === 'untrained') throw refuse(`"${name}" knows nothing yet: a head on it says nothing of sizes.`);
    checkClasses(context);
  },
  async run(context, { backbone: name, sizes, fit, seed }, job) {
    const info = backboneNamed(context, name);
    const native = info.nativeSize || DEFAULT_NATIVE;
    const images = await workingImages(context, job.signal);
    const classes = classesOf(context, images);
    const column = new Map(classes.map((c, i) => [c.id, i]));
    const labels = Int32Array.from(images, (image) => (image.class === null ? -1 : (column.get(image.class) ?? -1)));
    const measured: { size: number; said: Said; seconds: number }[] = [];
    for (const size of sizesFor(info, sizes)) {
      const started = context.clock();
      job.log(`${name} at ${size} px`);
      const said = await headAt(context, { name, size, fit, seed, images, labels, classes }, job);
      measured.push({ size, said, seconds: (context.clock() - started) / 1000 });
    }
    const atNative = measured.find(({ size }) => size === native);
    const points: StudyResult<'resolution'>['points'] = [];
    for (const { size, said, seconds } of measured) {
      const { macroF1, macroF1Interval, accuracy } = evaluate(said.probabilities, said.labels, classes.length);
      const paired = atNative && (await against(context, atNative.said, said, classes.length, job));
      points.push({
        ...{ size, macroF1, interval: macroF1Interval, accuracy, seconds },
        ...{ toNative: paired?.difference ?? null, toNativeInterval: paired?.interval ?? null },
      });
    }
    return { backbone: name, native: info.nativeSize, images: measured[0]?.said.labels.length ?? 0, points };
  },
};

interface Said {
  /** [n, K] out of fold. */
  probabilities: Float32Array;
  labels: Int32Array;
  /** What each row is known by. */
  keys: string[];
}

interface HeadAt {
  name: string;
  size: number;
  fit: 'letterbox' | 'stretch';
  seed: number;
  images: Awaited<ReturnType<typeof workingImages>>;
  labels: Int32Array;
  classes: { name: string }[];
}

async function headAt(context: EngineContext, at: HeadAt, job: JobContext): Promise<Said> {
  const { images, labels, classes } = at;
  const features = await ensureFeatures(
    context,
    { backbones: [at.name], fit: at.fit, tap: 'depths', size: at.size },
    images,
    job,
  );
  job.progress('fit', 0, 0);
  const head = await context.compute.run(
    'head',
    {
      features: features.files,
      hashes: images.map((image) => image.hash ?? ''),
      labels,
      held: Uint8Array.from(images, (image) => (image.split === 'test' ? 1 : 0)),
      groups: Int32Array.from(images, (image) => image.group ?? -1),
      classes: classes.map((c) => c.name),
      seed: at.seed,
    },
    { signal: job.signal, onProgress: (done, total, phase) => job.progress(phase, done, total) },
  );
  const k = classes.length;
  const rows = images.flatMap((_, i) => (head.origin[i] === ORIGIN.outOfFold ? [i] : []));
  const probabilities = new Float32Array(rows.length * k);
  rows.forEach((i, row) => probabilities.set(head.probabilities.subarray(i * k, (i + 1) * k), row * k));
  return {
    probabilities,
    labels: Int32Array.from(rows, (i) => labels[i]!),
    keys: rows.map((i) => `${images[i]!.id}`),
  };
}

/** Macro F1 less that at the native size on the rows that both have. */
async function against(context: EngineContext, native: Said, other: Said, k: number, job: JobContext) {
  const places = new Map(native.keys.map((key, i) => [key, i]));
  const rows = other.keys.flatMap((key, j) => (places.has(key) ? [{ i: places.get(key)!, j }] : []));
  const take = (of: Float32Array, at: (row: { i: number; j: number }) => number): Float32Array => {
    const out = new Float32Array(rows.length * k);
    rows.forEach((row, r) => out.set(of.subarray(at(row) * k, (at(row) + 1) * k), r * k));
    return out;
  };
  const { macroF1 } = await context.compute.run(
    'compare',
    {
      labels: Int32Array.from(rows, ({ j }) => other.labels[j]!),
      first: take(native.probabilities, ({ i }) => i),
      second: take(other.probabilities, ({ j }) => j),
      classes: k,
    },
    { signal: job.signal },
  );
  return macroF1;
}
