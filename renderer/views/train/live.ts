/** A run's details as events change them, so that curves grow between two answers of the engine. */
import { type Output } from '../../../electron/contract/contract.ts';
import { type EpochPoint, type TrainingLive } from '../../../electron/contract/training.ts';

export type RunDetail = Output<'runs.get'>;

/** Points of the curve that are kept here; the engine's own curve, thinner, comes with every epoch. */
const MOST = 4000;

/** The newest state, and its loss as a point of the curve. A state that is older than what is known changes nothing. */
export function withLive(detail: RunDetail, live: TrainingLive): RunDetail {
  const known = detail.live;
  const sameFold = known?.fold === live.fold;
  if (known && sameFold && live.step < known.step) return detail;
  const curve = known && !sameFold ? [] : detail.curve;
  const last = curve.at(-1)?.step ?? 0;
  const grows = live.loss !== null && live.phase === 'train' && live.step > last && curve.length < MOST;
  return {
    ...detail,
    live,
    curve: grows ? [...curve, { step: live.step, loss: live.loss ?? 0, validationLoss: null }] : curve,
  };
}

/** One more epoch; one that is known already changes nothing. */
export function withEpoch(detail: RunDetail, point: EpochPoint): RunDetail {
  if (detail.epochs.some((e) => e.epoch === point.epoch && e.fold === point.fold)) return detail;
  return { ...detail, epochs: [...detail.epochs, point] };
}

/** Folds that have epochs, rising; empty for one training without folds. */
export const foldsOf = (epochs: readonly EpochPoint[]): number[] =>
  [...new Set(epochs.flatMap(({ fold }) => (fold === null ? [] : [fold])))].sort((a, b) => a - b);

/** The best epoch of one fold by what was kept: the last that is marked. */
export const bestEpoch = (epochs: readonly EpochPoint[]): EpochPoint | null =>
  epochs.filter(({ best }) => best).at(-1) ?? null;
