/** Which epoch is the best, and when to stop. Only clean validation decides; the degraded twin is shown beside it. */
import { type Recipe } from '../../contract/index.ts';

export interface StoppingState {
  bestF1: number;
  bestLoss: number;
  /** Epochs since the loss and since F1 improved by more than the recipe's least gain. */
  lossStale: number;
  f1Stale: number;
  /** References for the least gains. */
  lossMark: number;
  f1Mark: number;
}

export const freshStopping = (): StoppingState => ({
  ...{ bestF1: -1, bestLoss: 1e30, lossStale: 0, f1Stale: 0, lossMark: 1e30, f1Mark: -1 },
});

/**
 * Takes in an epoch, in place. `warming`: the rate still rises, so a bad epoch does not count against patience.
 * @returns whether it is the best so far, and whether to stop
 */
export function judge(
  state: StoppingState,
  { metric, patience, leastLoss, leastF1 }: Recipe['stopping'],
  epoch: { loss: number; f1: number; warming: boolean },
): { best: boolean; stop: boolean } {
  const { loss, f1, warming } = epoch;
  // Equal F1, which small validation sets give often: the lower loss is the better epoch.
  const best =
    metric === 'loss' ? loss < state.bestLoss : f1 > state.bestF1 || (f1 === state.bestF1 && loss < state.bestLoss);
  if (best) Object.assign(state, { bestF1: f1, bestLoss: loss });
  const lossGain = loss < state.lossMark - leastLoss;
  const f1Gain = f1 > state.f1Mark + leastF1;
  state.lossStale = lossGain || warming ? 0 : state.lossStale + 1;
  state.f1Stale = f1Gain || warming ? 0 : state.f1Stale + 1;
  if (lossGain) state.lossMark = loss;
  if (f1Gain) state.f1Mark = f1;
  const lossOut = state.lossStale >= patience;
  const f1Out = state.f1Stale >= patience;
  const stop = { none: false, loss: lossOut, f1: f1Out, either: lossOut || f1Out, both: lossOut && f1Out }[metric];
  return { best, stop };
}
