/** A tuning as lines to draw: score against how many images are looked at twice, or against what that costs. Pure. */
import { type Restoration, type Route, ROUTES, type ViewsOfImage } from '../../../../electron/contract/looks.ts';
import { type Tuned, type TunedPoint } from '../../../../electron/contract/tune.ts';
import { type Series } from '../../../components/charts/index.ts';

/** What is shown of all settings: those of one restoration after one choice of views. */
export interface Shown {
  op: Restoration;
  views: ViewsOfImage;
  average: TunedPoint['average'];
}

export type TuneAxis = 'share' | 'cost';

const isShown = (point: TunedPoint, { views, average }: Shown): boolean =>
  point.views === views && point.average === average;

/** Restorations that were tried, in the order of the settings. */
export const opsOf = ({ points }: Pick<Tuned, 'points'>): Restoration[] => [
  ...new Set(points.flatMap(({ stage2 }) => stage2?.op ?? [])),
];

/** Choices of views that were tried. */
export function viewsOf({ points }: Pick<Tuned, 'points'>): Pick<Shown, 'views' | 'average'>[] {
  const seen = new Map(points.map(({ views, average }) => [`${views} ${average}`, { views, average }]));
  return [...seen.values()];
}

const DASH = { entropy: 'solid', margin: 'dashed', sum: 'dotted', pred: 'dashed' } as const;
const TONE = { entropy: 1, margin: 2, sum: 3, pred: 4 } as const;

/**
 * A line a route: from one look only, for every gate the blend that scored highest there.
 * @param nameOf words for a route
 */
export function tuneSeries(
  { points }: Pick<Tuned, 'points'>,
  shown: Shown,
  axis: TuneAxis,
  nameOf: (route: Route) => string,
): Series[] {
  const own = points.filter((point) => isShown(point, shown));
  const once = own.find(({ stage2 }) => stage2 === null);
  return ROUTES.flatMap((route): Series[] => {
    const best = new Map<number, number>(once ? [[once[axis], once.macroF1]] : []);
    let found = false;
    for (const { stage2, macroF1, [axis]: x } of own) {
      if (stage2?.op !== shown.op || stage2.route !== route) continue;
      found = true;
      best.set(x, Math.max(best.get(x) ?? 0, macroF1));
    }
    if (!found) return [];
    const line = [...best].map(([x, y]) => ({ x, y })).sort((a, b) => a.x - b.x);
    return [{ name: nameOf(route), tone: TONE[route], dash: DASH[route], dots: true, points: line }];
  });
}

/** Score axis of a chart whose differences are small: from the round place below the lowest to that above the highest. */
export function closeAxis(series: readonly Series[]): [number, number] {
  const values = series.flatMap(({ points }) => points.flatMap(({ y }) => y ?? []));
  const [low, high] = [Math.min(1, ...values), Math.max(0, ...values)];
  const step = high - low > 0.1 ? 0.1 : 0.02;
  return [Math.max(0, Math.floor(low / step + 1e-9) * step), Math.min(1, Math.ceil(high / step + 1e-9) * step)];
}
