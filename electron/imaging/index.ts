/** Pixels: reading, measuring, thumbnails, drawing. Loads native code: only the compute process imports this file. */
export * from './draw.ts';
export { contentHash } from './hash.ts';
export { type Ingested, ingest, THUMBNAIL_QUALITY, THUMBNAIL_SIDE } from './ingest.ts';
export { type Measures, measure } from './measure.ts';
export { IN_FLIGHT, mapOrdered } from './pool.ts';
export {
  displayJpeg,
  encodePng,
  fitPixels,
  greyOf,
  loadGrey,
  loadPicture,
  loadPixels,
  type Loaded,
  type RawImage,
  type Target,
} from './pixels.ts';
