/** What pages lie on: wood, cloth, stone or a plain top, from small repeating tiles of noise. */
import { type Colour, colour } from './paper.ts';
import { Draw } from './random.ts';

/** Tiles are 256 × 256, so that a coordinate wraps by a mask. */
const SIDE = 256;

export interface Desk {
  tile: Uint8Array;
  base: Colour;
  /** Swing of the texture, 0-255. */
  depth: number;
  zoom: number;
  degrees: number;
}

type Stretch = readonly [number, number];

/** Smooth repeating noise: random values on a grid of the given periods, interpolated and summed. */
function noise(r: Draw, octaves: readonly Stretch[]): Uint8Array {
  const sum = new Float32Array(SIDE * SIDE);
  octaves.forEach(([nx, ny], octave) => {
    const grid = Array.from({ length: nx * ny }, () => r.real(-1, 1));
    const weight = 0.6 ** octave;
    for (let y = 0; y < SIDE; y++) {
      const gy = (y * ny) / SIDE;
      const y0 = Math.floor(gy);
      const fy = smooth(gy - y0);
      for (let x = 0; x < SIDE; x++) {
        const gx = (x * nx) / SIDE;
        const x0 = Math.floor(gx);
        const fx = smooth(gx - x0);
        const at = (i: number, k: number) => grid[(k % ny) * nx + (i % nx)] ?? 0;
        const top = at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx;
        const low = at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx;
        sum[y * SIDE + x] = (sum[y * SIDE + x] ?? 0) + weight * (top * (1 - fy) + low * fy);
      }
    }
  });
  return Uint8Array.from(sum, (v) => Math.max(0, Math.min(255, 128 + v * 90)));
}

const smooth = (t: number) => t * t * (3 - 2 * t);

let tiles: readonly Uint8Array[] | undefined;

/** Wood along x, cloth, stone, plain grain: the same in every set, whatever its seed. */
function deskTiles(): readonly Uint8Array[] {
  const r = new Draw(0, 'desk');
  tiles ??= [
    noise(r, [
      [2, 24],
      [4, 64],
      [8, 128],
    ]),
    noise(r, [
      [128, 4],
      [4, 128],
      [128, 128],
    ]),
    noise(r, [
      [5, 5],
      [17, 17],
      [64, 64],
    ]),
    noise(r, [
      [3, 3],
      [128, 128],
    ]),
  ];
  return tiles;
}

const BASES: readonly (readonly Colour[])[] = [
  ['#8a6440', '#a98258', '#5f4430', '#c4a27a', '#6e4f38', '#d2b790'].map(colour),
  ['#40505f', '#7a766c', '#2f3336', '#8c9a92', '#5d4a52'].map(colour),
  ['#8d8f90', '#b9b6b0', '#6b6d70', '#d6d3cd'].map(colour),
  ['#26282b', '#3c3d42', '#dcdcda', '#1c1d20', '#5b6470', '#97a3a8', '#4a4038'].map(colour),
];

export function drawDesk(r: Draw): Desk {
  const kind = r.weighted([
    [0, 5],
    [1, 2],
    [2, 2],
    [3, 4],
  ]);
  return {
    tile: deskTiles()[kind] ?? new Uint8Array(SIDE * SIDE),
    base: r.pick(BASES[kind] ?? []),
    depth: kind === 3 ? r.real(4, 12) : r.real(12, 34),
    zoom: r.real(0.6, 1.8),
    degrees: r.pick([0, 90]) + r.real(-12, 12),
  };
}
