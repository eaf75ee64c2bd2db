/**
 * A first look at two pictures by their small maps alone: whether one can lie over the other at all. It costs some 50 µs
 * where loading and aligning two thumbnails costs 25 ms, so that a hundred thousand pictures can be searched.
 */
import { type Orientation } from './grey.ts';
import { MAP_SIDE, orientedCells } from './sketch.ts';

const CELLS = MAP_SIDE * MAP_SIDE;
/** Places of the second map, half a cell apart. */
const PLACES_SIDE = 2 * MAP_SIDE - 1;
/** How one picture may be cut or moved against the other: factors, and shifts in cells. */
const SCALES = [1, 0.9, 1 / 0.9, 0.8, 1 / 0.8];
const SHIFTS = [0, -1.5, 1.5];
/** Fewer cells in common say nothing. */
const LEAST = CELLS / 2;

/** For each way of lying over each other, the place in the second map of each cell of the first; -1 where it is outside. */
const WAYS: readonly Int16Array[] = SCALES.flatMap((scale) =>
  SHIFTS.flatMap((down) =>
    SHIFTS.map((across) => {
      const places = new Int16Array(CELLS).fill(-1);
      const half = (MAP_SIDE - 1) / 2;
      for (let y = 0; y < MAP_SIDE; y++)
        for (let x = 0; x < MAP_SIDE; x++) {
          const bx = Math.round(2 * ((x - half) * scale + half + across));
          const by = Math.round(2 * ((y - half) * scale + half + down));
          if (bx >= 0 && by >= 0 && bx < PLACES_SIDE && by < PLACES_SIDE)
            places[y * MAP_SIDE + x] = by * PLACES_SIDE + bx;
        }
      return places;
    }),
  ),
);

const first = new Float32Array(CELLS);
const second = new Float32Array(PLACES_SIDE * PLACES_SIDE);

/** Lays the second map in an orientation and fills in the places between its cells. */
function lay(map: Uint8Array, cells: Uint16Array): void {
  for (let y = 0; y < PLACES_SIDE; y++)
    for (let x = 0; x < PLACES_SIDE; x++) {
      const i = (y >> 1) * MAP_SIDE + (x >> 1);
      const right = i + (x & 1);
      const down = (y & 1) * MAP_SIDE;
      second[y * PLACES_SIDE + x] =
        map[cells[i]!]! + map[cells[right]!]! + map[cells[i + down]!]! + map[cells[right + down]!]!;
    }
}

/** Pearson's correlation of the cells in common. */
function correlation(places: Int16Array): number {
  let [n, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < CELLS; i++) {
    const place = places[i]!;
    if (place < 0) continue;
    const [u, v] = [first[i]!, second[place]!];
    n++;
    a += u;
    b += v;
    aa += u * u;
    bb += v * v;
    ab += u * v;
  }
  if (n < LEAST) return -1;
  const spread = (aa - (a * a) / n) * (bb - (b * b) / n);
  return spread > 0 ? (ab - (a * b) / n) / Math.sqrt(spread) : 0;
}

/**
 * The highest correlation, -1 to 1, of the two maps over all ways of lying; the search ends at the first that reaches
 * `enough`. Map `b` is laid in `orientation`.
 */
export function peek(a: Uint8Array, b: Uint8Array, orientation: Orientation, enough: number): number {
  first.set(a);
  lay(b, orientedCells(orientation));
  let best = -1;
  for (const places of WAYS) {
    best = Math.max(best, correlation(places));
    if (best >= enough) break;
  }
  return best;
}
