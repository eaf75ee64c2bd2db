/** Task of the compute process: stored answers to the setting that is worth its cost. */
import { type TaskContext } from '../../compute/protocol.ts';
import { random, type TunedLook, type TunedPoint, type TuneResult } from '../../contract/index.ts';
import { bootstrap, confusionOf, stratifiedFolds } from '../../evaluation/index.ts';
import { pickSetting, PICK_FOLDS } from './pick.ts';
import { type Grid, PLAIN, type Setting, sweep } from './sweep.ts';
import { lookAnswers, type Tables } from './tables.ts';

export interface TuneParams extends Tables {
  grid: Grid;
  /** Content hash of each image, and the group that must not be parted (−1: none): copies neither pick nor measure each other. */
  keys: string[];
  groups: Int32Array;
  mostCost: number;
}

export type TuneAnswer = Pick<TuneResult, 'best' | 'candidate' | 'pick' | 'accepted' | 'crossFitted' | 'plain'> & {
  points: TunedPoint[];
};

/** The same tables and grid: the same answer. */
export async function tuneTask(params: TuneParams, context: TaskContext): Promise<TuneAnswer> {
  const { labels, classes, grid, groups, keys, mostCost } = params;
  const folds = stratifiedFolds({ labels, groups, keys, seed: grid.seed }, PICK_FOLDS);
  const settings = await sweep(params, grid, folds, {
    signal: context.signal,
    progress: (done, total) => context.progress(done, total, 'tune'),
  });
  const picked = pickSetting(settings, {
    ...{ labels, classes: classes.length, folds, mostCost, seed: grid.seed },
    answersOf: (setting) => lookAnswers(params, setting),
  });
  const points = settings.map((setting, i) => pointOf(setting, picked.scores[i]!));
  const { difference: gain, interval, second: macroF1 } = picked.paired;
  return {
    plain: { ...points[0]!, interval: plainInterval(params, grid.seed) },
    best: points[picked.best]!,
    candidate: points[picked.candidate]!,
    pick: points[picked.accepted ? picked.candidate : 0]!,
    accepted: picked.accepted,
    crossFitted: {
      ...{ macroF1, gain, gainInterval: [interval[0], interval[1]] },
      picks: picked.picks.map(({ setting, folds: times }) => ({ ...lookOf(settings[setting]!), folds: times })),
    },
    points,
  };
}

const lookOf = ({ views, average, stage2 }: Setting): TunedLook => ({ views, average, stage2 });

const pointOf = (setting: Setting, macroF1: number): TunedPoint => ({
  ...{ ...lookOf(setting), macroF1, share: setting.share, cost: setting.cost },
});

function plainInterval(tables: Tables, seed: number): [number, number] {
  const { labels, classes } = tables;
  const confusion = confusionOf(labels, lookAnswers(tables, PLAIN), classes.length);
  const [low, high] = bootstrap(confusion, random(seed, 'bootstrap')).macroF1;
  return [low, high];
}
