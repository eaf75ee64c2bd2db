/** The curves of a network's training by epoch, as series of the line chart. */
import { type EpochPoint } from '../../../electron/contract/training.ts';
import { type Series } from '../../components/charts/index.ts';
import { bestEpoch, foldsOf, type RunDetail } from './live.ts';

export type EpochRun = Pick<RunDetail, 'id' | 'epochs' | 'live'>;

export interface EpochWords {
  clean: string;
  robust: string;
  training: string;
  other: (run: number) => string;
}

/** The fold to show where none is asked for: the one under way, otherwise the last. null: a training without folds. */
export const shownFold = (run: EpochRun): number | null => run.live?.fold ?? foldsOf(run.epochs).at(-1) ?? null;

export const epochsOf = (run: EpochRun, fold: number | null): EpochPoint[] =>
  run.epochs.filter((point) => point.fold === fold);

const line = (points: readonly EpochPoint[], of: (point: EpochPoint) => number | null) =>
  points.map((point) => ({ x: point.epoch, y: of(point) }));

/**
 * The first run: clean validation solid, the degraded twin dashed, training thin; the validation of another run dotted.
 * What was not measured gives no series.
 */
export function epochSeries(
  runs: readonly EpochRun[],
  fold: number | null,
  metric: 'f1' | 'loss',
  words: EpochWords,
): Series[] {
  const [first, ...others] = runs;
  if (!first) return [];
  const clean = metric === 'f1' ? 'validationF1' : 'validationLoss';
  const robust = metric === 'f1' ? 'robustF1' : 'robustLoss';
  const points = epochsOf(first, fold);
  const series: Series[] = [
    { name: words.clean, tone: 1, points: line(points, (p) => p[clean]) },
    { name: words.robust, tone: 2, dash: 'dashed', points: line(points, (p) => p[robust]) },
    { name: words.training, tone: 6, thin: true, points: line(points, (p) => p[metric]) },
    ...others.map((run): Series => {
      const its = epochsOf(run, shownFold(run));
      return { name: words.other(run.id), tone: 3, dash: 'dotted', points: line(its, (p) => p[clean]) };
    }),
  ];
  return series.filter(({ points: of }) => of.some(({ y }) => y !== null));
}

/** The epoch whose weights are kept; null before the first. */
export const keptEpoch = (run: EpochRun, fold: number | null): EpochPoint | null => bestEpoch(epochsOf(run, fold));
