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
export { type Proposal, propose, type ProposeOptions } from './propose.ts';
export { gatherSketches, SKETCH_BYTES, type Sketches, sketchOf } from './sketch.ts';
export { commonSide, compare, type Comparison, type Prepared, prepare, VERIFY_SIDE } from './verify.ts';
