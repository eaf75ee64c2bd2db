/** Made-up answers about finished runs: comparison, curves, files, and studies that end after some seconds. */
import { AssayError } from '../../electron/contract/errors.ts';
import { type StudyKind, type StudyResult } from '../../electron/contract/study.ts';
import { type Tuned, type TunedPoint } from '../../electron/contract/tune.ts';
import { type ClassInfo, type EvaluationInfo, type JobInfo } from '../../electron/contract/words.ts';
import { chance } from './data.ts';
import { contestOf } from './plans.ts';
import { type Answers, type MockStudio } from './work.ts';

const around = (value: number, half: number): [number, number] => [value - half, Math.min(1, value + half)];

const CASCADE: StudyResult<'cascade'> = {
  ...{ small: 8, big: 12, images: 1570, speed: { small: 96, big: 3.4 }, chosen: 6 },
  points: Array.from({ length: 21 }, (_, i) => {
    const share = i / 20;
    const macroF1 = 0.871 + 0.085 * (1 - Math.exp(-share * 7));
    return {
      ...{ gate: 1 - share ** 0.5, share, macroF1, interval: around(macroF1, 0.009) },
      imagesPerSecond: 1 / (1 / 96 + share / 3.4),
      toBest: macroF1 - 0.956,
      toBestInterval: [macroF1 - 0.962, macroF1 - 0.95] as [number, number],
    };
  }),
};
const RESOLUTION: StudyResult<'resolution'> = {
  ...{ backbone: 'siglip-512', native: 512, images: 1570 },
  points: [256, 384, 512, 768].map((size, i) => {
    const macroF1 = [0.902, 0.938, 0.956, 0.951][i] ?? 0;
    return {
      ...{ size, macroF1, interval: around(macroF1, 0.009), accuracy: macroF1 + 0.002, seconds: 40 * (i + 1) ** 2 },
      toNative: macroF1 - 0.956,
      toNativeInterval: [macroF1 - 0.966, macroF1 - 0.946] as [number, number],
    };
  }),
};
const STACK: StudyResult<'stack'> = {
  ...{ run: 12, runs: [9, 11, 12], images: 1570, model: true, why: null, best: 2, chosen: 'logistic', c: 0.15 },
  single: [0.871, 0.934, 0.956].map((f) => ({ macroF1: f, interval: around(f, 0.009), logLoss: 0.2 })),
  methods: (['mean', 'geometric', 'weighted-mean', 'weighted-geometric', 'logistic'] as const).map((method, i) => {
    const gain = [-0.004, -0.001, 0.004, 0.005, 0.008][i] ?? 0;
    return {
      ...{ method, macroF1: 0.956 + gain, interval: around(0.956 + gain, 0.008), logLoss: 0.15, gain },
      gainInterval: [gain - 0.004, gain + 0.004] as [number, number],
      importance: i < 2 ? [1 / 3, 1 / 3, 1 / 3] : [0.12, 0.31, 0.57],
    };
  }),
  trials: [0.01, 0.15, 4].map((c, i) => ({ c, macroF1: 0.96 + 0.002 * i, logLoss: 0.15 })),
};

const tunedPoint = (route: 'entropy' | 'margin', op: 'deskew' | 'doc_deskew', i: number, blend: number): TunedPoint => {
  const share = i / 12;
  const most = op === 'deskew' ? 0.07 : -0.01;
  const gain = most * blend * (1 - Math.exp(-share * (route === 'entropy' ? 6 : 4))) - 0.012 * share * share;
  return {
    ...{ views: 'none', average: 'probability', macroF1: 0.874 + gain, share },
    cost: 1 + share * (op === 'deskew' ? 4 : 1),
    stage2: { op, route, classes: [], gate: 1 - share ** 0.6, limit: 0, limitShare: 0, blend, seed: 42 },
  };
};
const PLAIN: TunedPoint = {
  ...{ views: 'none', average: 'probability', stage2: null, macroF1: 0.874, share: 0, cost: 1 },
};
const POINTS: TunedPoint[] = [
  PLAIN,
  ...[PLAIN].map((p) => ({ ...p, views: 'quarter-turns' as const, macroF1: 0.903, cost: 4 })),
  ...(['deskew', 'doc_deskew'] as const).flatMap((op) =>
    (['entropy', 'margin'] as const).flatMap((route) =>
      [0.5, 1].flatMap((blend) => Array.from({ length: 12 }, (_, i) => tunedPoint(route, op, i + 1, blend))),
    ),
  ),
];
const TUNE: StudyResult<'tune'> = {
  ...{ run: 12, part: 'out-of-fold', degraded: true, images: 1570, settings: POINTS.length, predictions: 25_000 },
  plain: { ...PLAIN, interval: around(0.874, 0.012) },
  ...{ best: tunedPoint('entropy', 'deskew', 7, 1), candidate: tunedPoint('entropy', 'deskew', 4, 1) },
  ...{ pick: tunedPoint('entropy', 'deskew', 4, 1), accepted: true },
  crossFitted: {
    ...{ macroF1: 0.931, gain: 0.057, gainInterval: [0.041, 0.072] },
    picks: [4, 5].map((i) => ({ ...tunedPoint('entropy', 'deskew', i, 1), folds: 1 })),
  },
};
export const TUNED: Tuned = { ...TUNE, version: 1, at: 0, points: POINTS };
/** A mirrored page or plate is read no more; the rest is seen through. */
const HARM: Record<string, number> = { 'flip-horizontal': 0.31, 'flip-vertical': 0.74, invert: 0.22 };
const judgedOps = (classes: readonly ClassInfo[], tile: MockStudio['tile']): StudyResult<'augmentation'> => {
  const { groups, name } = contestOf(classes);
  const tiles = Array.from({ length: 400 }, (_, i) => tile(i + 1)).filter((t) => t.hash !== null);
  const clean = classes.flatMap((c) =>
    tiles
      .filter((t) => t.class === c.id)
      .slice(0, 4)
      .map(({ id }, n) => ({ image: id, class: c.name, p: 0.97 - 0.01 * n, held: n < 2 })),
  );
  const figures = (p: number) => ({ mean: p, median: p });
  return {
    ...{ run: 12, plan: name, seed: 1, draws: 1, rule: { known: 0.5, left: 0.5, draws: 3 }, unread: 0, clean },
    ops: groups.flatMap((group) =>
      (['base', 'heavy'] as const).flatMap((tier) =>
        (group[tier] ?? []).map(({ op, ranges }, index) => {
          const under = HARM[op] ?? 0.94 - 0.02 * index;
          const said = { clean: figures(0.96), under: figures(under) };
          const fallen = under < 0.48 ? group.classes : [];
          return {
            ...{ group: group.name, tier, index, op, ranges, ...said, collapsed: fallen },
            classes: group.classes.map((c) => ({ class: c, images: 4, ...said, collapsed: fallen.includes(c) })),
            drawn: clean
              .filter((image) => group.classes.includes(image.class))
              .map(({ image }, i) => ({ image, draw: 0, p: Math.max(0, under - 0.06 * chance(i, index)) })),
          };
        }),
      ),
    ),
  };
};
const SEARCH: StudyResult<'search'> = {
  ranked: [0.958, 0.951, 0.93, 0.91, 0.88, 0.61].map((score, candidate) => ({
    ...{ candidate, score, run: candidate < 2 ? 12 - candidate : null, epochs: [27, 9, 9, 3, 3, 3][candidate]! },
    values: {
      'optimizer.rate': [0.001, 0.001, 0.0003, 0.003, 0.0003, 0.003][candidate],
      'loss.kind': candidate % 2 === 0 ? 'focal' : 'cross-entropy',
      'augmentation.plan': candidate < 4 ? 'project' : 'none',
    },
    error: null,
  })),
  rungs: [
    { epochs: 3, candidates: 6, done: 6 },
    { epochs: 9, candidates: 3, done: 3 },
    { epochs: 27, candidates: 1, done: 1 },
  ],
  ...{ best: { backbones: ['compact'], preset: 'full', epochs: 27 }, bestRun: 12, complete: true },
};
const STORY: StudyResult<'story'> = {
  ...{ images: 3140, relabelled: 42, routed: 388 },
  steps: (
    [
      ['baseline', 0.412],
      ['groups', 0.702],
      ['resolution', 0.748],
      ['cleaning', 0.757],
      ['focal-balance', 0.751],
      ['two-stage', 0.803],
    ] as const
  ).map(([step, macroF1], i, all) => {
    const gain = i === 0 ? 0 : macroF1 - all[i - 1]![1];
    const whole = macroF1 - all[0]![1];
    return {
      ...{ step, run: Math.min(13 + i, 17), macroF1, interval: around(macroF1, 0.012), gain, seconds: 310 + 40 * i },
      gainInterval: i === 0 ? ([0, 0] as [number, number]) : around(gain, 0.011),
      ...{ toBaseline: whole, toBaselineInterval: i === 0 ? ([0, 0] as [number, number]) : around(whole, 0.014) },
    };
  }),
};

export function studyAnswers(
  { options, classes, tile, emit }: MockStudio,
  jobs: JobInfo[],
  evaluation: (run: number, split: string, classes: readonly ClassInfo[]) => EvaluationInfo,
): Answers {
  const results: { [K in StudyKind]: StudyResult<K> } = {
    stack: STACK,
    cascade: CASCADE,
    resolution: RESOLUTION,
    tune: TUNE,
    augmentation: judgedOps(classes, tile),
    story: STORY,
    robust: { run: 12, split: 'test', images: 3140, measured: 3140 },
    search: SEARCH,
    export: {
      ...{ run: 12, out: '/home/user/run-12-siglip-512.onnx', guide: '/home/user/run-12-siglip-512.md' },
      ...{ bytes: 344_000_000, classes: [], checked: 32, agree: 32, largestDifference: 1e-6 },
    },
  };
  let slices = ['brightness<0.3', 'source:scans width>1000', 'class:resume,passport blur>0.9'];
  const spans = (accuracy: number, macroF1: number) => ({
    ...{ accuracyInterval: around(accuracy, 0.009), macroF1Interval: around(macroF1, 0.011) },
  });
  const study = (kind: StudyKind, id: number, state: JobInfo['state']): JobInfo => ({
    ...{ id, kind: 'study', title: kind === 'cascade' ? '8 → 12' : kind, state, phase: 'check', done: 12, total: 32 },
    ...{ rate: 4.2, secondsLeft: 5, createdAt: Date.now(), finishedAt: null, troubles: 0, error: null },
    ...{ result: state === 'done' ? results[kind] : null, resumable: false },
  });
  if (options.has('studied'))
    (
      ['stack', 'cascade', 'resolution', 'story', 'robust', 'export', 'tune', 'augmentation', 'search'] as const
    ).forEach((kind, i) => jobs.push(study(kind, 70 + i, 'done')));

  return {
    'study.start': ({ study: kind }) => {
      if (options.has('broken'))
        throw new AssayError('run/unfinished', { subject: '8', values: { reason: 'it is failed' } });
      const id = 80 + jobs.length;
      jobs.unshift(study(kind, id, 'running'));
      setTimeout(() => {
        const place = jobs.findIndex((job) => job.id === id);
        if (jobs[place]?.state !== 'running') return;
        jobs[place] = study(kind, id, 'done');
        emit({ type: 'job', job: jobs[place] });
      }, 4000);
      return { job: id };
    },
    'runs.tuned': ({ run }) => ({ tuned: run === 12 || options.has('studied') ? { ...TUNED, run } : null }),
    'slices.list': () => ({ queries: slices }),
    'slices.set': ({ queries }) => ({ queries: (slices = queries) }),
    'runs.slices': ({ run, split }) => ({
      ...{ run, split },
      whole: { images: 3140, accuracy: 0.957, macroF1: 0.955, ece: 0.018, ...spans(0.957, 0.955) },
      slices: slices.map((query, i) => {
        const macroF1 = [0.902, 0.958, 0.71][i % 3]!;
        const difference = macroF1 - 0.955;
        const half = i % 3 === 2 ? 0.2 : 0.02;
        return {
          ...{ query, error: null },
          figures: {
            ...{ images: [412, 1890, 14][i % 3]!, accuracy: macroF1 + 0.004, macroF1, ece: 0.03 + 0.01 * i },
            ...{ ...spans(macroF1 + 0.004, macroF1), difference, tooFew: i % 3 === 2 },
            differenceInterval: around(difference, half),
          },
        };
      }),
    }),
    'runs.robust': ({ run, split }) => {
      const e = evaluation(run, split, classes);
      const pair = (clean: number, lost: number) => ({
        ...{ clean, robust: clean - lost, difference: -lost, interval: around(-lost, 0.02) },
      });
      return {
        ...{ run, split, lacks: null },
        found: options.has('unmeasured')
          ? null
          : {
              ...{ images: e.images, twin: 'degraded twin', seed: 1, accuracy: pair(e.accuracy, 0.081) },
              macroF1: pair(e.macroF1, 0.094),
              classes: e.perClass
                .map((c, i) => ({ class: c.class, support: c.support, ...pair(c.f1, 0.26 * chance(i, 9) - 0.02) }))
                .sort((a, b) => a.difference - b.difference),
            },
      };
    },
    'runs.calibration': ({ run, split }) => {
      const e = evaluation(run, split, classes);
      const before = e.reliability.map((bin) => ({ ...bin, accuracy: bin.accuracy * (1 - 0.2 * bin.confidence) }));
      return {
        ...{ run, split, images: e.images, temperatures: [1.31] },
        before: { reliability: before, ece: 0.083, logLoss: 0.24 },
        after: { reliability: e.reliability, ece: e.ece, logLoss: 0.17 },
      };
    },
    'runs.report': ({ run, split, out }) => ({
      out,
      split: split ?? 'test',
      images: 1570,
      macroF1: 0.956 + run * 0,
      bytes: 90_000,
    }),
    'runs.curves': ({ run, split }) => {
      const e = evaluation(run, split, classes);
      return {
        ...{ run, split },
        classes: e.perClass.map((c, k) => ({
          class: c.class,
          averagePrecision: c.f1 + 0.02,
          points: Array.from({ length: 60 }, (_, i) => {
            const recall = (i + 1) / 60;
            const precision = Math.max(0.05, 1 - (1 - c.f1 + 0.02) * 2 * recall ** 9 - 0.002 * chance(i, k));
            return {
              threshold: 1 - recall ** 5,
              recall,
              precision,
              taken: Math.round((c.support * recall) / precision),
            };
          }),
        })),
      };
    },
    'runs.compare': ({ first, second, split = 'out-of-fold' }) => {
      if (second === 10) throw new AssayError('evaluate/empty-split', { subject: split });
      const names = classes.map((c) => c.name);
      const rows = Array.from({ length: 41 }, (_, i) => {
        const given = names[i % names.length] ?? '';
        const other = names[(i + 3) % names.length] ?? '';
        const third = names[(i + 7) % names.length] ?? '';
        const kind = i < 12 ? ('broken' as const) : i < 36 ? ('mended' as const) : ('both-wrong' as const);
        return {
          ...{ image: i + 1, path: `train/${tile(i + 1).name}`, given, kind },
          ...{ first: kind === 'broken' ? given : other, firstP: 0.5 + 0.4 * chance(i, 1) },
          ...{ second: kind === 'mended' ? given : third, secondP: 0.5 + 0.4 * chance(i, 2) },
        };
      });
      return {
        ...{ first, second, split, images: 1570, changed: 41, rows },
        accuracy: { first: 0.957, second: 0.965, difference: 0.008, interval: [0.001, 0.015] },
        macroF1: { first: 0.956, second: 0.961, difference: 0.005, interval: [-0.003, 0.013] },
        mcNemar: { onlyFirst: 12, onlySecond: 24, p: 0.065 },
      };
    },
  };
}
