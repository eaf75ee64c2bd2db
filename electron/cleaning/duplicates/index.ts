export {
  type Conflict,
  conflictsOf,
  type CopyPair,
  familiesOf,
  type Family,
  groupsOf,
  type Leak,
  leaksOf,
} from './families.ts';
export { type Duplicates, findDuplicates, type FindOptions, pairKey } from './find.ts';
export { type Grey, type Orientation } from './grey.ts';
export { hashDistance, perceptualHashes } from './hash.ts';
export { answerSearch, picturesOf, type SearchAnswer, type SearchQuestion, threadedHands } from './threaded.ts';
export { type HandsOptions, Searcher, type SearchHands } from './hands.ts';
export { type PictureSource } from './pictures.ts';
export { MANY } from './propose.ts';
export {
  gatherSketches,
  recordsIn,
  roomForIndex,
  roomForSketches,
  sketch,
  SKETCH_BYTES,
  type SketchIndex,
  type SketchRecords,
  type Sketches,
} from './sketch.ts';
export { commonSide, compare, type Comparison, type Prepared, prepare, VERIFY_SIDE } from './verify.ts';
