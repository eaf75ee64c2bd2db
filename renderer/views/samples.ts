/** Whole values of the contract for unit tests, with what a test cares about given by name. */
import { type Comparison } from '../../electron/contract/evaluation.ts';
import {
  type BackboneInfo,
  type BatchInfo,
  type BatchRow,
  type CleanSummary,
  type EvaluationInfo,
  type Finding,
  type FindingDetail,
  type JobInfo,
  type RunInfo,
  type Tile,
} from '../../electron/contract/words.ts';

export const aTile = (id: number, more: Partial<Tile> = {}): Tile => ({
  id,
  name: `scan_${id}.jpg`,
  hash: String(id).padStart(32, '0'),
  width: 800,
  height: 1200,
  class: 1,
  split: 'train',
  unsure: false,
  excluded: false,
  status: 'ok',
  findings: [],
  ghost: null,
  ...more,
});

export const aRun = (id: number, more: Partial<RunInfo> = {}): RunInfo => ({
  id,
  name: `run ${id}`,
  state: 'done',
  preset: 'head',
  backbones: ['page'],
  size: 512,
  createdAt: id,
  seconds: 12,
  snapshot: 100,
  labelsLater: 0,
  classes: ['a', 'b'],
  split: 'test',
  images: 100,
  accuracy: 0.9,
  macroF1: 0.9,
  bytes: 1000,
  error: null,
  recipe: { preset: 'head', seed: 1 },
  ...more,
});

export const aJob = (id: number, kind: JobInfo['kind'], more: Partial<JobInfo> = {}): JobInfo => ({
  id,
  kind,
  title: `job ${id}`,
  state: 'running',
  phase: 'fit',
  done: 0,
  total: 10,
  rate: null,
  secondsLeft: null,
  createdAt: id,
  finishedAt: null,
  troubles: 0,
  result: null,
  error: null,
  resumable: false,
  ...more,
});

export const aBackbone = (name: string, more: Partial<BackboneInfo> = {}): BackboneInfo => ({
  name,
  title: name,
  origin: 'built-in',
  about: '',
  nativeSize: 224,
  fixedSize: null,
  multiple: 32,
  features: 100,
  taps: [],
  licence: 'Apache-2.0',
  bytes: 1,
  ...more,
});

export const anEvaluation = (confusion: number[][], more: Partial<EvaluationInfo> = {}): EvaluationInfo => ({
  run: 1,
  split: 'test',
  images: confusion.flat().reduce((a, b) => a + b, 0),
  accuracy: 0.9,
  macroF1: 0.9,
  accuracyInterval: [0.85, 0.95],
  macroF1Interval: [0.85, 0.95],
  classes: confusion.map((_, i) => `class ${i}`),
  classIds: confusion.map((_, i) => i + 1),
  confusion,
  perClass: confusion.map((row, i) => ({
    class: `class ${i}`,
    precision: 0.9,
    recall: 0.9,
    f1: 0.9,
    support: row.reduce((a, b) => a + b, 0),
    f1Interval: [0.8, 1],
  })),
  clusterOrder: confusion.map((_, i) => i),
  reliability: [],
  ece: 0.02,
  temperature: 1,
  ...more,
});

export const aFinding = (id: number, more: Partial<Finding> = {}): Finding => ({
  id,
  kind: 'label-error',
  score: 0.9,
  images: [aTile(id)],
  given: 1,
  suggested: 2,
  reasons: [],
  decision: null,
  likely: true,
  ...more,
});

export const aFindingDetail = (finding: Finding): FindingDetail => ({
  ...finding,
  links: [],
  learned: [],
  probabilities: [],
  nearestGiven: [],
  nearestSuggested: [],
});

export const aSummary = (more: Partial<CleanSummary> = {}): CleanSummary => ({
  kinds: [{ kind: 'label-error', open: 3, decided: 0, likely: 3 }],
  searchedAt: 1,
  searched: ['label-error'],
  labelsLater: 0,
  reviewed: 0,
  corrected: 0,
  precision: [],
  byClass: [],
  left: null,
  advice: null,
  ...more,
});

export const aBatch = (id: number, more: Partial<BatchInfo> = {}): BatchInfo => ({
  id,
  folder: '/scans',
  out: '/scans.csv',
  run: 1,
  runName: 'run 1',
  views: 'none',
  createdAt: id,
  state: 'done',
  job: id,
  images: 250,
  done: 250,
  failed: 0,
  undecided: 0,
  undecidedBelow: 0.6,
  ...more,
});

export const aRow = (row: number, more: Partial<BatchRow> = {}): BatchRow => ({
  row,
  path: `/scans/${row}.jpg`,
  name: `${row}.jpg`,
  picture: '',
  class: 'a',
  classId: 1,
  p: 0.9,
  next: 'b',
  nextId: 2,
  nextP: 0.1,
  undecided: false,
  again: false,
  error: null,
  ...more,
});

export const aComparison = (more: Partial<Comparison> = {}): Comparison => ({
  first: 1,
  second: 2,
  split: 'test',
  images: 100,
  accuracy: { first: 0.9, second: 0.91, difference: 0.01, interval: [-0.01, 0.03] },
  macroF1: { first: 0.9, second: 0.91, difference: 0.01, interval: [-0.01, 0.03] },
  mcNemar: { onlyFirst: 3, onlySecond: 4, p: 1 },
  changed: 3,
  rows: (['broken', 'mended', 'both-wrong'] as const).map((kind, i) => ({
    ...{ image: 10 + i, path: `a/${i}.jpg`, given: 'a', first: 'a', firstP: 0.8, second: 'b', secondP: 0.7, kind },
  })),
  ...more,
});

/** What `runs.get` says of a head beside its curve. */
export const HEAD_ONLY = { epochs: [], live: null, resumable: false };
