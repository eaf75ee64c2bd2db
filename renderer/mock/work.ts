/** Made-up answers for the views that work on a model: train, evaluate, clean, augment, batch, models. */
import { cleaningAnswers } from './cleaning.ts';
import { studyAnswers } from './studies.ts';
import { RECIPE, trainingOf } from './training.ts';
import { type Input, type Output, type ProcedureName, type StudioEvent } from '../../electron/contract/contract.ts';
import { AssayError } from '../../electron/contract/errors.ts';
import { batchPicture } from '../../electron/contract/pictures.ts';
import { plan as planSchema, type Plan } from '../../electron/contract/plan.ts';
import { contestOf, OPS, PRESETS } from './plans.ts';
import {
  type BackboneInfo,
  type BatchInfo,
  type ClassInfo,
  type EvaluationInfo,
  type JobInfo,
  type RunInfo,
  type Tile,
} from '../../electron/contract/words.ts';
import { chance } from './data.ts';
import { pickOf, rowOf } from './draws.ts';

export type Answers = { [K in ProcedureName]?: (input: Input<K>) => Output<K> };

export interface MockStudio {
  options: URLSearchParams;
  classes: ClassInfo[];
  tile: (id: number) => Tile;
  emit: (event: StudioEvent) => void;
}

const MINUTE = 60_000;
const job = (id: number, kind: JobInfo['kind'], title: string, more: Partial<JobInfo> = {}): JobInfo => ({
  id,
  kind,
  title,
  state: 'running',
  phase: 'fit',
  done: 62,
  total: 100,
  rate: 18.4,
  secondsLeft: 65,
  createdAt: Date.now() - 2 * MINUTE,
  finishedAt: null,
  troubles: 0,
  result: null,
  error: null,
  resumable: false,
  ...more,
});

/** Given, predicted (class numbers from 1), images: the errors of the design's matrix. */
const ERRORS: [number, number, number][] = [
  [4, 8, 12], [4, 5, 1], [4, 15, 2], [8, 4, 9], [8, 5, 2], [8, 15, 1], [5, 4, 2], [5, 15, 3], [5, 13, 1],
  [15, 4, 1], [15, 8, 2], [15, 5, 5], [11, 7, 4], [11, 12, 1], [7, 11, 3], [7, 12, 2], [12, 7, 3], [12, 13, 1],
  [13, 5, 1], [13, 12, 1], [2, 13, 1], [1, 11, 1], [14, 2, 1], [16, 17, 1], [17, 3, 1], [3, 17, 1], [6, 9, 2],
  [9, 6, 1], [10, 9, 1],
]; // prettier-ignore
const CLUSTERS = [4, 8, 5, 15, 11, 7, 12, 13, 2, 1, 14, 16, 17, 3, 6, 9, 10];
const SUPPORT: Record<number, number> = { 15: 50, 2: 46, 14: 74 };

function evaluation(run: number, split: string, classes: readonly ClassInfo[]): EvaluationInfo {
  const n = classes.length;
  const confusion = classes.map((_, r) => classes.map((_c, c) => (r === c ? (SUPPORT[r + 1] ?? 100) : 0)));
  for (const [given, predicted, count] of ERRORS) {
    const row = confusion[given - 1];
    if (!row || predicted > n) continue;
    row[predicted - 1] = count;
    row[given - 1] = (row[given - 1] ?? 0) - count;
  }
  const at = (r: number, c: number): number => confusion[r]?.[c] ?? 0;
  const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
  const perClass = classes.map((c, i) => {
    const support = sum(confusion[i] ?? []);
    const precision = at(i, i) / Math.max(1, sum(classes.map((_, r) => at(r, i))));
    const recall = at(i, i) / Math.max(1, support);
    const f1 = (2 * precision * recall) / (precision + recall);
    const half = 1.64 * Math.sqrt((f1 * (1.001 - f1)) / support);
    return {
      class: c.name,
      precision,
      recall,
      f1,
      support,
      f1Interval: [f1 - half, Math.min(1, f1 + half)] as [number, number],
    };
  });
  const images = sum(confusion.map(sum));
  return {
    run,
    split,
    images,
    accuracy: sum(classes.map((_, i) => at(i, i))) / images,
    macroF1: sum(perClass.map((c) => c.f1)) / Math.max(1, n),
    accuracyInterval: [0.949, 0.966],
    macroF1Interval: [0.946, 0.964],
    classes: classes.map((c) => c.name),
    classIds: classes.map((c) => c.id),
    confusion,
    perClass,
    clusterOrder: CLUSTERS.map((c) => c - 1).filter((c) => c < n),
    reliability: Array.from({ length: 15 }, (_, i) => {
      const confidence = (i + 0.5) / 15;
      return {
        confidence,
        accuracy: Math.min(1, confidence * 0.98 + 0.02 * chance(i, 4)),
        count: Math.round(4 + 900 * (i / 14) ** 9),
      };
    }),
    ece: 0.018,
    temperature: 1.31,
  };
}

const BACKBONES: BackboneInfo[] = (
  [
    ['page', 'Page: text detector PP-OCR', 'built-in', 736, 32, 4_800_000, 'Apache-2.0'],
    ['photo', 'Photo: MobileNetV2 of Objectron', 'built-in', 224, 32, 9_100_000, 'Apache-2.0'],
    ['classic', 'Classic: gradients and colour', 'built-in', 0, 8, 210_000, 'Apache-2.0'],
    ['siglip-512', 'ViT-B/16 SigLIP 512', 'project', 512, 16, 343_000_000, 'Apache-2.0'],
  ] as const
).map(([name, title, origin, nativeSize, multiple, bytes, licence]) => ({
  name,
  title,
  origin,
  about: title,
  nativeSize,
  fixedSize: null,
  multiple,
  features: 768,
  taps: [8, 16, 32].map((stride) => ({ name: `stage${stride}/output`, channels: stride * 12, stride })),
  licence,
  bytes,
}));

const run = (id: number, backbones: string[], macroF1: number | null, more: Partial<RunInfo> = {}): RunInfo => ({
  id,
  name: backbones.join(' + '),
  state: 'done',
  preset: 'head',
  backbones,
  size: 512,
  createdAt: Date.now() - (14 - id) * 300 * MINUTE,
  seconds: 40 + id * 7,
  snapshot: 2077,
  labelsLater: id === 12 ? 0 : 37,
  classes: [],
  split: 'out-of-fold',
  images: 1570,
  accuracy: macroF1,
  macroF1,
  bytes: 3_440_000,
  error: null,
  recipe: {
    preset: 'head',
    backbones,
    size: 512,
    fit: 'letterbox',
    tap: id % 2 ? 'last' : 'depths',
    seed: 1,
    head: { l2: id % 3 ? 0.01 : 0.003, iterations: 200, classWeights: true },
  },
  ...more,
});

export function workAnswers({ options, classes, tile, emit }: MockStudio): { answers: Answers; jobs: () => JobInfo[] } {
  const none = options.has('empty');
  const names = classes.map((c) => c.name);
  const runs: RunInfo[] = none
    ? []
    : [
        run(12, ['siglip-512'], 0.956, { bytes: 344_000_000 }),
        run(11, ['page', 'photo'], 0.934),
        run(10, ['page'], 0.908, { state: 'stopped' }),
        run(9, ['photo'], 0.871, { size: 224 }),
        run(8, ['classic'], 0.646),
        run(7, ['photo', 'classic'], null, {
          state: 'failed',
          error: 'The computing process ended while it was at work (code 3).',
        }),
      ].map((r) => ({ ...r, classes: names }));
  const jobs: JobInfo[] = [];
  if (options.has('training')) {
    const network = { state: 'running', preset: 'last-blocks', size: 512, classes: names } as const;
    runs.unshift(run(13, ['siglip-512'], null, network));
    jobs.push(job(31, 'train', 'siglip-512', { result: { run: 13 }, secondsLeft: 660 }));
  }
  if (options.has('classifying')) jobs.push(job(40, 'classify', 'test', { phase: 'write', done: 1942, total: 3140 }));
  if (options.has('searching')) jobs.push(job(50, 'clean', 'label errors', { phase: 'embed' }));

  const studies = studyAnswers({ options, classes, tile, emit }, jobs, evaluation);
  const cleaning = cleaningAnswers({ options, classes, tile, emit });
  let plan: Plan = options.has('grouped')
    ? contestOf(classes)
    : { name: 'light', groups: [], rest: PRESETS[1]?.ops ?? [] };
  const batches: BatchInfo[] = none
    ? []
    : [
        {
          id: 4,
          folder: '/data/contest/test',
          out: '/data/contest/test.csv',
          run: 12,
          runName: 'siglip-512',
          views: 'quarter-turns',
          createdAt: Date.now(),
          state: options.has('classifying') ? 'running' : 'done',
          job: 40,
          images: 3140,
          done: options.has('classifying') ? 1942 : 3140,
          failed: 3,
          undecided: 57,
          undecidedBelow: 0.6,
        },
        {
          id: 3,
          folder: '/data/scans',
          out: '/data/scans.csv',
          run: 11,
          runName: 'page + photo',
          views: 'none',
          createdAt: Date.now() - 9e7,
          state: 'cancelled',
          job: 39,
          images: 900,
          done: 412,
          failed: 0,
          undecided: 12,
          undecidedBelow: 0.6,
        },
      ];
  const row = (place: number): Output<'batch.rows'>['rows'][number] => {
    const t = tile(4000 + place);
    const index = t.ghost ? t.ghost.class - 1 : 0;
    const p = 0.45 + 0.55 * Math.sqrt(chance(place, 31));
    const other = (index + 3) % classes.length;
    return {
      row: place,
      path: `/data/contest/test/${t.name}`,
      name: t.name,
      picture: t.hash ? `pictures/thumbnail/${t.hash}.jpg` : batchPicture(4, place),
      class: names[index] ?? null,
      classId: index + 1,
      p,
      next: names[other] ?? null,
      nextId: other + 1,
      nextP: (1 - p) * 0.9,
      undecided: p < 0.6,
      again: p < 0.7,
      error: place % 997 === 5 ? 'The file ends after 12,288 of 63,104 bytes' : null,
    };
  };

  const answers: Answers = {
    'backbones.list': () => BACKBONES,
    'backbones.add': ({ name, mean }) => {
      if (!mean)
        throw new AssayError('model/preprocessing', { subject: name, values: { reason: 'the file has no metadata' } });
      const added = { ...(BACKBONES[3] as BackboneInfo), name, title: name };
      BACKBONES.push(added);
      return added;
    },
    'runs.list': () => runs,
    'runs.get': ({ run: id }) => {
      const found = runs.find((r) => r.id === id);
      if (!found) throw new AssayError('run/unknown', { subject: String(id), values: { known: '12' } });
      const steps = found.state === 'failed' ? 0 : found.state === 'running' ? 60 : 120;
      return {
        ...found,
        curve: Array.from({ length: steps }, (_, i) => ({
          step: i + 1,
          loss: 2.8 * Math.exp(-i / (14 + id)) + 0.12 + 0.02 * chance(i, id),
          validationLoss: i % 2 ? 2.7 * Math.exp(-i / (16 + id)) + 0.26 + 0.0006 * i + 0.02 * chance(i, id + 1) : null,
        })),
        worst:
          found.state === 'failed'
            ? []
            : [1, 4, 7, 10, 13, 16, 19].map((n, i) => ({
                tile: tile(n),
                predicted: ((tile(n).class ?? 1) % classes.length) + 1,
                p: 0.97 - i * 0.03,
              })),
        splits: ['out-of-fold', 'test'],
        ...trainingOf(id),
      };
    },
    'runs.evaluate': ({ run: id, split }) => {
      if (options.has('broken')) throw new AssayError('evaluate/empty-split', { subject: split });
      return evaluation(id, split, classes);
    },
    'runs.rename': () => ({}),
    'runs.remove': ({ run: id }) => {
      runs.splice(
        runs.findIndex((r) => r.id === id),
        1,
      );
      return {};
    },
    'train.estimate': ({ backbones, preset }) => ({
      images: 1570,
      classes: classes.length,
      toEmbed: backbones.length * 400,
      seconds: 74 * backbones.length,
      memoryBytes: 590_000_000,
      memoryChoices: null,
      diskBytes: 12_000_000 * backbones.length,
      warnings: [{ key: 'class-small', values: { class: names[1] ?? '', count: 46 } }],
      recipe: preset === 'head' ? null : RECIPE,
      weights: preset === 'head' ? null : { trained: 28_400_000, frozen: 57_400_000 },
    }),
    'train.pause': () => ({}),
    'train.finish': () => ({}),
    'train.resume': ({ run: id }) => ({ job: 60 + id, run: id }),
    'train.start': () => {
      if (options.has('broken')) throw new AssayError('train/too-few-classes', { values: { found: 1 } });
      const id = Math.max(0, ...runs.map((r) => r.id)) + 1;
      runs.unshift(run(id, ['page', 'photo'], null, { state: 'running', classes: names }));
      jobs.unshift(job(60 + id, 'train', 'page + photo', { result: { run: id }, done: 3 }));
      queueMicrotask(() => emit({ type: 'changed', revision: 1, what: ['runs'] }));
      return { job: 60 + id, run: id };
    },
    'jobs.get': ({ job: id }) => jobs.find((j) => j.id === id) ?? job(id, 'train', 'work'),
    'jobs.cancel': ({ job: id }) => {
      const found = jobs.find((j) => j.id === id);
      if (found) {
        Object.assign(found, { state: 'cancelled', resumable: true });
        queueMicrotask(() => emit({ type: 'job', job: { ...found } }));
      }
      return {};
    },
    'jobs.resume': ({ job: id }) => ({ job: id }),
    ...cleaning,
    ...studies,
    'augment.catalogue': () => ({
      ops: OPS,
      presets: PRESETS,
      twin: { name: 'degraded twin', ops: PRESETS[1]?.ops ?? [] },
    }),
    'augment.plans': () => [contestOf(classes)],
    'augment.get': () => plan,
    'augment.set': (next) => (plan = planSchema.parse(next)),
    'augment.judge': ({ images, draws = 5, seed = 1 }) =>
      images.map((image) => ({
        image,
        clean: 0.9 + 0.09 * chance(image, 0),
        draws: Array.from({ length: draws }, (_, d) => {
          const luck = chance(seed * 10 + d, image);
          return luck < 0.15 ? 3 * luck : 0.6 + 0.39 * luck;
        }),
      })),
    'augment.preview': ({ pick = 4, draws = 5, seed = 1, plan: given, strip }) => {
      const shown = given ? planSchema.parse(given) : plan;
      const list = strip ? shown.groups[strip.group ?? -1] : undefined;
      const alone = strip && ((strip.tier === 'heavy' ? list?.heavy : list?.base) ?? shown.rest);
      const known = Array.from({ length: 400 }, (_, i) => tile(i + 1)).filter(
        (t) => t.hash !== null && (!list || list.classes.includes(names[(t.class ?? 0) - 1] ?? '')),
      );
      return none ? [] : pickOf(known, pick).map((t) => rowOf(t, shown, alone ?? null, draws, seed));
    },
    'batch.start': () => ({ job: 40, batch: 4 }),
    'batch.list': () => batches,
    'batch.rows': ({ batch, show = 'all', from = 0, count = 100 }) => {
      const all = batches.find((b) => b.id === batch)?.done ?? 0;
      const total = show === 'all' ? all : show === 'failed' ? 3 : 57;
      const place = (i: number): number => (show === 'failed' ? 5 + i * 997 : i);
      return {
        total,
        rows: Array.from({ length: Math.max(0, Math.min(count, total - from)) }, (_, i) => row(place(from + i))),
      };
    },
  };
  return { answers, jobs: () => jobs };
}
