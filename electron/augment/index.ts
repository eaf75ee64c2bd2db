/** Augmentation. Loads native code: only the compute process imports this file (the engine takes catalogue.ts). */
import { type Policy } from '../contract/index.ts';
import { type Applied, type ApplyOptions, applyDrawn } from './apply.ts';
import { throughJpeg } from './codec.ts';
import { type Tools } from './op.ts';
import { type Raster } from './raster.ts';
import { type DrawKey } from './sampler.ts';

export { aloneOf } from './alone.ts';
export { type Applied, type ApplyOptions } from './apply.ts';
export { augmentCatalogue, checkPolicy, PRESETS } from './catalogue.ts';
export { policyFor, poolOf } from './plan.ts';
export { crop, type Raster, type Rect } from './raster.ts';
export { type DrawKey, drawPolicy } from './sampler.ts';

/**
 * Applies a policy to the pixels of one image.
 * @param image RGB as `loadPixels` gives it; not written to
 * @param pool another image of the training fold for the overlay, chosen with the stream; left out: the image itself
 */
export const applyPolicy = (
  image: Raster,
  policy: Policy,
  key: DrawKey,
  { pool, ...options }: ApplyOptions & { pool?: Tools['pool'] } = {},
): Promise<Applied> =>
  applyDrawn(image, policy, key, { jpeg: throughJpeg, pool: pool ?? (() => Promise.resolve(null)) }, options);
