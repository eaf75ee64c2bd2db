/** Which images get a second look, and what becomes of both answers. Pure: the engine loads this file by itself. */
import { type Route } from '../contract/index.ts';

export interface RouteRule {
  route: Route;
  /** Columns, for `sum` and `pred`. */
  classes: readonly number[];
}

export interface RouteChoice {
  route: Route;
  gate: number;
  /** 0: all. */
  limit: number;
  /** As a share of all places, rounded up; 0 or left out: all. The smaller of both limits holds. */
  limitShare?: number;
}

/** Entropy as a share of the most that K classes can have, 0 to 1. */
export function entropyShare(row: ArrayLike<number>): number {
  let entropy = 0;
  for (let k = 0; k < row.length; k++) if (row[k]! > 0) entropy -= row[k]! * Math.log(row[k]!);
  return row.length < 2 ? 0 : Math.min(1, entropy / Math.log(row.length));
}

/**
 * How much an answer asks for a second look, 0 to 1. `entropy`: H / ln K. `margin`: 1 − (best − second). `sum`: mass of
 * the named classes. `pred`: the best class's probability where it is a named one, else 0.
 * @param row [K] probabilities
 */
export function routeScore(row: ArrayLike<number>, { route, classes }: RouteRule): number {
  if (route === 'entropy') return entropyShare(row);
  if (route === 'sum')
    return Math.min(
      1,
      classes.reduce((sum, k) => sum + (row[k] ?? 0), 0),
    );
  let [best, second] = [0, -1];
  for (let k = 1; k < row.length; k++) {
    if (row[k]! > row[best]!) {
      second = best;
      best = k;
    } else if (second < 0 || row[k]! > row[second]!) second = k;
  }
  if (route === 'margin') return 1 - (row[best]! - (second < 0 ? 0 : row[second]!));
  return classes.includes(best) ? row[best]! : 0;
}

/**
 * Places that are routed, ascending: those whose score reaches the gate (for `pred`: is not 0), of these the `limit`
 * highest; of equal scores the earlier place. A score that is not a number (a file that could not be read) is never
 * routed.
 */
export function routedPlaces(
  scores: ArrayLike<number>,
  { route, gate, limit: most, limitShare = 0 }: RouteChoice,
): number[] {
  const places: number[] = [];
  for (let i = 0; i < scores.length; i++) if (route === 'pred' ? scores[i]! > 0 : scores[i]! >= gate) places.push(i);
  const limits = [most, Math.ceil(limitShare * scores.length - 1e-9)].filter((one) => one > 0);
  const limit = Math.min(...limits);
  if (places.length <= limit) return places;
  return places
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, limit)
    .sort((a, b) => a - b);
}

/** (1 − b) · first + b · second, [K]. */
export const blended = (first: ArrayLike<number>, second: ArrayLike<number>, b: number): Float32Array =>
  Float32Array.from({ length: first.length }, (_, k) => (1 - b) * first[k]! + b * second[k]!);
