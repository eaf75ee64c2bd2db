/** Made-up draws of an augmentation plan: the picture as it is, with parameters out of the plan's ranges. */
import { drawn } from '../../electron/contract/pictures.ts';
import { type Plan } from '../../electron/contract/plan.ts';
import { type Tile } from '../../electron/contract/words.ts';
import { chance } from './data.ts';

/** One of each class in turn. */
export function pickOf(tiles: readonly Tile[], count: number): Tile[] {
  const seen = new Set<number | null>();
  const first = tiles.filter((t) => !seen.has(t.class) && seen.add(t.class));
  return [...first, ...tiles.filter((t) => !first.includes(t))].slice(0, count);
}

type Drawable = Plan['rest'];
const opsOf = (ops: Drawable, drawnBy: (op: number) => boolean, value: (of: number) => number) =>
  ops
    .filter((_, i) => drawnBy(i))
    .map(({ op, ranges }) => ({
      op,
      values: Object.fromEntries(
        Object.entries(ranges).map(([name, [low, high]], i) => [name, low + (high - low) * value(i)]),
      ),
    }));

export function rowOf(t: Tile, plan: Plan, alone: Drawable | null, draws: number, seed: number) {
  const picture = drawn((t.hash ?? '0').padStart(32, '0'));
  const ops = plan.groups[t.id % Math.max(1, plan.groups.length)]?.base ?? plan.rest;
  const value = (k: number) => (i: number) => chance(seed + k, t.id + i);
  return {
    tile: t,
    original: picture,
    draws: alone
      ? alone.map((_, k) => ({ picture, parameters: opsOf(alone, (op) => op === k, value(k)) }))
      : Array.from({ length: draws }, (_, d) => ({
          picture,
          parameters: opsOf(ops, (op) => chance(seed * 100 + t.id * 10 + d, op) < (ops[op]?.p ?? 0), value(d)),
        })),
  };
}
