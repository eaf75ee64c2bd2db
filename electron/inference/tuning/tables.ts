/** What was said of the images in every view, and what a way of looking makes of it. Pure. */
import { type Restoration, type TunedLook, VIEW_COUNT, type ViewsOfImage } from '../../contract/index.ts';
import { argmax } from '../../evaluation/index.ts';
import { averaged } from '../averaging.ts';
import { blended, routedPlaces, routeScore } from '../routing.ts';
import { VIEWS } from '../views.ts';

/** Answers of one look at every image, in several views. */
export interface ViewTable {
  /** The views in the table, in their order; `one`: an answer that is one already (after `deskew`). */
  views: ViewsOfImage | 'one';
  /** [n, views, K] */
  probabilities: Float32Array;
}

export interface Tables {
  /** [n] in [0, K). */
  labels: Int32Array;
  /** Names of the K columns. */
  classes: readonly string[];
  first: ViewTable;
  /** After `deskew` the answer is one, whatever the views: that of the surest quarter turn. */
  second: Partial<Record<Restoration, ViewTable>>;
}

/** Predictions that a look at an image takes. */
export const looksAt = (views: ViewsOfImage, op?: Restoration): number =>
  VIEW_COUNT[op === 'deskew' ? 'quarter-turns' : views];

/** [n, K]: the views of a look made one. */
export function answersOf(
  { views, probabilities }: ViewTable,
  k: number,
  wanted: ViewsOfImage,
  average: TunedLook['average'],
): Float32Array {
  const known = views === 'one' ? null : VIEWS[views];
  const places = known ? VIEWS[wanted].map((view) => known.indexOf(view)) : [0];
  const stride = (known?.length ?? 1) * k;
  const n = probabilities.length / stride;
  const out = new Float32Array(n * k);
  for (let i = 0; i < n; i++) {
    const opinions = places.map((place) => ({
      probabilities: probabilities.subarray(i * stride + place * k, i * stride + (place + 1) * k),
      temperature: 1,
    }));
    out.set(averaged(opinions, average), i * k);
  }
  return out;
}

/** Score by which each image is routed, [n]. */
export function scoresOf(first: Float32Array, k: number, rule: Parameters<typeof routeScore>[1]): Float64Array {
  const n = first.length / k;
  return Float64Array.from({ length: n }, (_, i) => routeScore(first.subarray(i * k, (i + 1) * k), rule));
}

/** Best class of each image where every one is looked at twice, [n]. */
export function blendedAnswers(first: Float32Array, second: Float32Array, k: number, blend: number): Int32Array {
  const n = first.length / k;
  const both = new Float32Array(first.length);
  for (let i = 0; i < n; i++)
    both.set(blended(first.subarray(i * k, (i + 1) * k), second.subarray(i * k, (i + 1) * k), blend), i * k);
  return argmax(both, k);
}

/** What a way of looking answers, [n]: exactly what a batch with these settings says of these images. */
export function lookAnswers(tables: Tables, { views, average, stage2 }: TunedLook): Int32Array {
  const k = tables.classes.length;
  const first = answersOf(tables.first, k, views, average);
  const answers = argmax(first, k);
  if (!stage2) return answers;
  const rule = { route: stage2.route, classes: stage2.classes.map((name) => tables.classes.indexOf(name)) };
  const second = answersOf(tables.second[stage2.op]!, k, views, average);
  const both = blendedAnswers(first, second, k, stage2.blend);
  for (const place of routedPlaces(scoresOf(first, k, rule), stage2)) answers[place] = both[place]!;
  return answers;
}
