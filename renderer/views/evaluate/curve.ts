/** Precision and recall of one class: the line to draw and the point of a threshold. */
import { type ClassCurves } from '../../../electron/contract/evaluation.ts';
import { type Series } from '../../components/charts/index.ts';

export type Curve = ClassCurves['classes'][number];
export type CurvePoint = Curve['points'][number];

/** Precision over rising recall; of points with one recall the most precise is drawn. */
export function curveSeries(points: readonly CurvePoint[]): Series[] {
  const best = new Map<number, number>();
  for (const { recall, precision } of points) best.set(recall, Math.max(precision, best.get(recall) ?? 0));
  const drawn = [...best].sort(([a], [b]) => a - b).map(([x, y]) => ({ x, y }));
  // From nothing taken on: the line begins at the axis.
  const first = drawn[0];
  return [{ name: '', tone: 1, points: first && first.x > 0 ? [{ x: 0, y: first.y }, ...drawn] : drawn }];
}

/** What a threshold takes: the last point that reaches it; null where no image does. */
export function pointAt(points: readonly CurvePoint[], threshold: number): CurvePoint | null {
  let found: CurvePoint | null = null;
  for (const point of points) {
    if (point.threshold < threshold) break;
    found = point;
  }
  return found;
}
