/** Restoration before a second look. Loads native code (the ops of augment): only the compute process imports this file. */
export { restore, type RestoreKey, workingSide } from './pipelines.ts';
export { type Raster } from './raster.ts';
export { measureSkew } from './skew.ts';
export { cropWhite, straighten, turned } from './straighten.ts';
