/** Compute task: a small model for all images and a big one for the doubtful, at every share of doubtful ones. */
import { random } from '../../contract/index.ts';
import { argmax, bootstrap, classMetrics, confusionOf, pairedBootstrap } from '../../evaluation/index.ts';
import { routeScore } from '../../inference/routing.ts';

export interface CascadeParams {
  /** [n, classes] of rows that neither was trained on. */
  small: Float32Array;
  big: Float32Array;
  /** [n] */
  labels: Int32Array;
  classes: number;
  route: 'entropy' | 'margin';
  /** Seconds an image. */
  cost: { small: number; big: number };
  /** Points between no image and all of them. */
  steps: number;
}

export interface CascadePoint {
  /** Images whose score reaches it go to the big model. */
  gate: number;
  /** Share of the images that do. */
  share: number;
  macroF1: number;
  interval: [number, number];
  imagesPerSecond: number;
  /** Macro F1 less that of the best point on the same rows, with its paired interval. */
  toBest: number;
  toBestInterval: [number, number];
}

/**
 * The curve from the small model alone (share 0) to the big one for all (share 1, at the cost of both), and the point to
 * take: the fastest one that is not worse than the best by more than its interval.
 */
export function cascadeTask(params: CascadeParams): Promise<{ points: CascadePoint[]; chosen: number }> {
  const { small, big, labels, classes, route, cost, steps } = params;
  const n = labels.length;
  const scores = Float64Array.from(labels, (_, i) =>
    routeScore(small.subarray(i * classes, (i + 1) * classes), { route, classes: [] }),
  );
  const [first, second] = [argmax(small, classes), argmax(big, classes)];
  const falling = Float64Array.from(scores).sort().reverse();
  const curve = Array.from({ length: steps + 1 }, (_, step) => {
    const wanted = Math.round((n * step) / steps);
    // Above every score where none is wanted; equal scores go together.
    const gate = wanted === 0 ? (falling[0] ?? 0) + 1 : falling[wanted - 1]!;
    const answers = first.map((answer, i) => (scores[i]! >= gate ? second[i]! : answer));
    const share = scores.reduce((sum, score) => sum + (score >= gate ? 1 : 0), 0) / n;
    const confusion = confusionOf(labels, answers, classes);
    return {
      ...{ gate, share, answers },
      macroF1: classMetrics(confusion).reduce((sum, m) => sum + m.f1, 0) / classes,
      interval: bootstrap(confusion, random(1, 'bootstrap')).macroF1,
      imagesPerSecond: 1 / (cost.small + share * cost.big),
    };
  });
  const best = curve.reduce((top, point) => (point.macroF1 > top.macroF1 + 1e-12 ? point : top));
  const points = curve.map(({ answers, ...point }): CascadePoint => {
    const paired = pairedBootstrap(labels, best.answers, answers, classes, random(1, 'paired-bootstrap'));
    return { ...point, toBest: paired.difference, toBestInterval: paired.interval };
  });
  const chosen = points.findIndex(({ toBestInterval }) => toBestInterval[1] >= 0);
  return Promise.resolve({ points, chosen });
}
