import { describe, expect, it } from 'vitest';
import { type EpochPoint, type TrainingLive } from '../../../electron/contract/training.ts';
import { aRun } from '../samples.ts';
import { epochSeries, keptEpoch, shownFold } from './epochs.ts';
import { type RunDetail, withEpoch, withLive } from './live.ts';

const point = (epoch: number, more: Partial<EpochPoint> = {}): EpochPoint => ({
  ...{ epoch, step: epoch * 10, fold: null, rate: 0.1, loss: 1 / epoch, f1: 0.5, validationLoss: 2 / epoch },
  ...{ validationF1: 0.4, robustLoss: null, robustF1: null, imagesPerSecond: 10, seconds: 1, best: false },
  ...more,
});
const live = (step: number, more: Partial<TrainingLive> = {}): TrainingLive => ({
  ...{ run: 1, phase: 'train', fold: null, folds: 0, epoch: 1, epochs: 5, step, steps: 50, loss: 0.5, rate: 0.1 },
  ...{ imagesPerSecond: 10, time: { decode: 1, augment: 1, step: 1, wait: 0 }, memoryBytes: 1, secondsLeft: 9 },
  ...more,
});
const detail = (id: number, epochs: EpochPoint[], now: TrainingLive | null = null): RunDetail => ({
  ...{ ...aRun(id), curve: [], worst: [], splits: [], epochs, live: now, resumable: false },
});
const words = { clean: 'clean', robust: 'robust', training: 'training', other: (run: number) => `run ${run}` };

describe('curves by epoch', () => {
  it('what was not measured has no line, another run is laid over by its validation', () => {
    const series = epochSeries([detail(1, [point(1), point(2)]), detail(2, [point(1)])], null, 'f1', words);
    expect(series.map((s) => [s.name, s.points.length])).toEqual([
      ['clean', 2],
      ['training', 2],
      ['run 2', 1],
    ]);
  });
  it('a degraded validation is a line of its own', () => {
    const series = epochSeries([detail(1, [point(1, { robustLoss: 3 })])], null, 'loss', words);
    expect(series.find((s) => s.name === 'robust')?.points).toEqual([{ x: 1, y: 3 }]);
  });
  it('shows the fold under way, and keeps folds apart', () => {
    const run = detail(1, [point(1, { fold: 0, best: true }), point(1, { fold: 1 }), point(2, { fold: 1 })]);
    expect([shownFold(run), shownFold({ ...run, live: live(5, { fold: 0 }) })]).toEqual([1, 0]);
    expect(epochSeries([run], 1, 'loss', words)[0]?.points.map((p) => p.x)).toEqual([1, 2]);
    expect([keptEpoch(run, 0)?.epoch, keptEpoch(run, 1)]).toEqual([1, null]);
  });
});

describe('events of a training', () => {
  it('a state that is older than what is known changes nothing', () => {
    const known = withLive(detail(1, []), live(20));
    expect(withLive(known, live(10))).toBe(known);
    expect(withLive(known, live(21)).live?.step).toBe(21);
  });
  it('an epoch that is told twice is there once', () => {
    const once = withEpoch(detail(1, []), point(1));
    expect(withEpoch(once, point(1)).epochs).toHaveLength(1);
    expect(withEpoch(once, point(1, { fold: 1 })).epochs).toHaveLength(2);
  });
});
