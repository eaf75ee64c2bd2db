/**
 * The second looks at a picture. `doc_*` are the contest's presets: random, yet a function of (seed, content, preset),
 * so the same file gives the same pixels wherever it is classified. `deskew` draws nothing: it measures.
 */
import { type Policy, random, type Restoration } from '../contract/index.ts';
import { applyPolicy } from '../augment/index.ts';
import { bilateral, nonLocalMeans } from './denoise.ts';
import { equaliseChannels } from './equalise.ts';
import { type Raster } from './raster.ts';
import { deblur, unsharp } from './sharpness.ts';
import { straighten } from './straighten.ts';

export interface RestoreKey {
  seed: number;
  /** Content hash of the file. */
  hash: string;
}

type PolicyOps = Policy['ops'];

interface Preset {
  affine: { angle: number; shear: number; shift: number; p: number };
  /** Steps after the affine; null: none. */
  more: null | {
    denoise: { p: number; h: number; diameter: number; sigma: number };
    contrast: { p: number; clip: [number, number]; equalise: boolean };
    light: { p: number; brightness: number; contrast: number };
    deblur: { p: number; least: number; iterations: number };
    unsharp: { p: number; sigma: number; amount: number };
    grey: number;
  };
}

/** Figures of the contest's code. */
const PRESETS: Record<Exclude<Restoration, 'deskew'>, Preset> = {
  doc_deskew: { affine: { angle: 10, shear: 4, shift: 1, p: 0.9 }, more: null },
  doc_restore_bal: {
    affine: { angle: 10, shear: 4, shift: 1.5, p: 0.65 },
    more: {
      denoise: { p: 0.6, h: 6, diameter: 5, sigma: 30 },
      contrast: { p: 0.55, clip: [1, 3], equalise: true },
      light: { p: 0.55, brightness: 0.07, contrast: 0.12 },
      deblur: { p: 0.45, least: 120, iterations: 12 },
      unsharp: { p: 0.45, sigma: 1.5, amount: 0.75 },
      grey: 0.45,
    },
  },
  doc_restore_max: {
    affine: { angle: 12, shear: 5, shift: 2, p: 0.75 },
    more: {
      denoise: { p: 0.75, h: 7.5, diameter: 7, sigma: 38 },
      contrast: { p: 0.65, clip: [2, 3], equalise: false },
      light: { p: 0.6, brightness: 0.08, contrast: 0.14 },
      deblur: { p: 0.55, least: 140, iterations: 16 },
      unsharp: { p: 0.6, sigma: 1.8, amount: 0.9 },
      grey: 0.5,
    },
  },
};

/** Longest side in pixels at which a picture is restored for networks that see it at `size`. */
export const workingSide = (op: Restoration, size: number): number =>
  // Turning costs sharpness: it is done at twice the size, and then shrunk.
  op === 'deskew' ? Math.min(1024, Math.max(512, 2 * size)) : size;

/** A picture restored; not written to. Size in = size out, but for `deskew`, which turns and crops. */
export async function restore(image: Raster, op: Restoration, { seed, hash }: RestoreKey): Promise<Raster> {
  if (op === 'deskew') return straighten(image);
  const { affine, more } = PRESETS[op];
  const key = { seed, epoch: 0, hash: `${op} ${hash}` };
  const apply = (picture: Raster, ops: PolicyOps): Promise<Raster> => applyPolicy(picture, { name: op, ops }, key);
  const both = (most: number): [number, number] => [-most, most];
  let picture = await apply(image, [
    {
      op: 'affine',
      p: affine.p,
      ranges: { angle: both(affine.angle), shear: both(affine.shear), shift: [0, affine.shift], scale: [1, 1] },
    },
  ]);
  if (more === null) return picture;
  const draw = (step: string): ReturnType<typeof random> => random(seed, 'restore', hash, op, step);
  const denoise = draw('denoise');
  if (denoise.next() < more.denoise.p)
    picture =
      denoise.next() < 0.5
        ? nonLocalMeans(picture, more.denoise.h)
        : bilateral(picture, more.denoise.diameter, more.denoise.sigma);
  const contrast = draw('contrast');
  if (contrast.next() < more.contrast.p)
    picture =
      more.contrast.equalise && contrast.next() < 0.5
        ? equaliseChannels(picture)
        : await apply(picture, [{ op: 'clahe', p: 1, ranges: { clip: more.contrast.clip } }]);
  const { light } = more;
  picture = await apply(picture, [
    {
      op: 'brightness-contrast',
      p: light.p,
      ranges: { brightness: both(light.brightness), contrast: both(light.contrast) },
    },
  ]);
  if (draw('deblur').next() < more.deblur.p) picture = deblur(picture, more.deblur.least, more.deblur.iterations);
  if (draw('unsharp').next() < more.unsharp.p) picture = unsharp(picture, more.unsharp.sigma, more.unsharp.amount);
  return apply(picture, [{ op: 'grey', p: more.grey, ranges: {} }]);
}
