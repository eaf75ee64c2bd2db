/** Every setting of the test-time looks on stored answers: score, share looked at again, cost. Array work, no network. */
import {
  AssayError,
  type Restoration,
  type Route,
  type SecondStage,
  type TunedLook,
  type ViewsOfImage,
} from '../../contract/index.ts';
import { argmax } from '../../evaluation/index.ts';
import { routedPlaces } from '../routing.ts';
import { answersOf, blendedAnswers, looksAt, scoresOf, type Tables } from './tables.ts';

export interface Grid {
  views: readonly ViewsOfImage[];
  averages: readonly TunedLook['average'][];
  routes: readonly Route[];
  /** Names, for `sum` and `pred`. */
  classes: readonly string[];
  blends: readonly number[];
  /** Gates between no image and all of them. */
  steps: number;
  /** Of the random restorations. */
  seed: number;
}

export interface Setting extends TunedLook {
  share: number;
  cost: number;
  /** By fold: of each class its right answers and its answers, [folds, 2, K]. */
  tallies: Uint32Array;
}

/** One look at the picture as it is. */
export const PLAIN: TunedLook = { views: 'none', average: 'probability', stage2: null };

/** A gate is written down to this many places, always below the score it was taken from. */
const PLACES = 1e4;

/**
 * Gates that route the shares 1/steps … 1, as scores; none twice. They follow from the scores alone, never from labels,
 * so they are no choice that the images could flatter.
 */
export function gatesFor(scores: ArrayLike<number>, steps: number): number[] {
  const falling = Float64Array.from(scores).sort().reverse();
  const gates = Array.from({ length: steps }, (_, step) => {
    const wanted = Math.max(1, Math.round((falling.length * (step + 1)) / steps));
    return Math.max(0, Math.floor(falling[wanted - 1]! * PLACES) / PLACES);
  });
  return [...new Set(gates)];
}

/** Of `pred`, which knows no gate, the shares of all images that its best are limited to; 0: no limit. */
const PRED_SHARES = [0, 0.05, 0.1, 0.2, 0.4];

/**
 * How many images a route takes. A limit does nothing that a higher gate does not: the N highest scores are those above
 * the N-th. So of routes with a gate the gates are tried, of `pred` the limits.
 */
function choicesOf(route: Route, scores: Float64Array, steps: number): { gate: number; limitShare: number }[] {
  if (route === 'pred') return PRED_SHARES.map((limitShare) => ({ gate: 0, limitShare }));
  return gatesFor(scores, steps).map((gate) => ({ gate, limitShare: 0 }));
}

/** Views without repetition; a picture as it is has one view, of which every average is the same. */
function firstLooks({ views, averages }: Grid): Pick<TunedLook, 'views' | 'average'>[] {
  const several = [...new Set(views)].filter((one) => one !== 'none');
  return [
    { views: 'none', average: 'probability' },
    ...several.flatMap((one) => averages.map((average) => ({ views: one, average }))),
  ];
}

/**
 * All settings, plain first. Gives way between parts of the work.
 * @param folds [n] fold of each image, for picking and measuring on different ones
 */
export async function sweep(
  tables: Tables,
  grid: Grid,
  folds: Int32Array,
  { signal, progress }: { signal?: AbortSignal; progress?: (done: number, total: number) => void } = {},
): Promise<Setting[]> {
  const { labels, classes } = tables;
  const k = classes.length;
  const n = labels.length;
  const count = folds.reduce((most, fold) => Math.max(most, fold + 1), 0);
  const columns = grid.classes.map((name) => classes.indexOf(name));
  const tally = (answerOf: (i: number) => number): Uint32Array => {
    const tallies = new Uint32Array(count * 2 * k);
    for (let i = 0; i < n; i++) {
      const at = folds[i]! * 2 * k;
      const answer = answerOf(i);
      if (answer === labels[i]) tallies[at + answer]!++;
      tallies[at + k + answer]!++;
    }
    return tallies;
  };
  const looks = firstLooks(grid);
  const ops = Object.keys(tables.second) as Restoration[];
  const settings: Setting[] = [];
  const total = looks.length * (1 + ops.length);
  let done = 0;
  const breathe = async (): Promise<void> => {
    progress?.(++done, total);
    if (signal?.aborted) throw new AssayError('internal/cancelled');
    await new Promise(setImmediate);
  };
  for (const look of looks) {
    const first = answersOf(tables.first, k, look.views, look.average);
    const own = argmax(first, k);
    const once = looksAt(look.views);
    settings.push({ ...look, stage2: null, share: 0, cost: once, tallies: tally((i) => own[i]!) });
    const routes = grid.routes.map((route) => {
      const scores = scoresOf(first, k, { route, classes: columns });
      return { route, scores, choices: choicesOf(route, scores, grid.steps) };
    });
    await breathe();
    for (const op of ops) {
      const second = answersOf(tables.second[op]!, k, look.views, look.average);
      for (const blend of grid.blends) {
        const both = blendedAnswers(first, second, k, blend);
        for (const { route, scores, choices } of routes)
          for (const choice of choices) {
            const named = route === 'sum' || route === 'pred' ? [...grid.classes] : [];
            const stage2: SecondStage = { op, route, classes: named, ...choice, limit: 0, blend, seed: grid.seed };
            const routed = new Uint8Array(n);
            for (const place of routedPlaces(scores, stage2)) routed[place] = 1;
            const share = routed.reduce((sum, one) => sum + one, 0) / Math.max(1, n);
            const cost = once + share * looksAt(look.views, op);
            settings.push({ ...look, stage2, share, cost, tallies: tally((i) => (routed[i] ? both[i]! : own[i]!)) });
          }
      }
      await breathe();
    }
  }
  return settings;
}
