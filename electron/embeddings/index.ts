export {
  assemble,
  type Assembled,
  type GraphInput,
  type InputForm,
  mergedOpsets,
  type NodeAdder,
  nodeAdder,
  type Part,
} from './backbones/assemble.ts';
export {
  builtInBackbone,
  builtInBackbones,
  builtInNames,
  type BuiltInPlaces,
  convertBuiltIns,
  readBackbone,
} from './backbones/built-in.ts';
export { declareOutput, type FeatureModel, featureModel, partOf } from './backbones/features.ts';
export {
  type BackboneFile,
  type BackboneSpec,
  backboneSpec,
  featuresOf,
  hashOf,
  infoOf,
  preprocessing,
  type Preprocessing,
  readSpec,
  sizeFor,
  tap,
  type Tap,
  type TapChoice,
  tapsOf,
  writeSpec,
} from './backbones/spec.ts';
export { type Columns, FeatureFile } from './feature-file.ts';
export { featureKey, type FeatureRequest, type Fit } from './key.ts';
export { type NearestOptions, type NearestRows, nearestRows, toUnitRows } from './neighbours.ts';
export { batchFor, type ImageRun, type ImageRunOptions, runImages } from './image-runs.ts';
export {
  type EmbedParams,
  type EmbedResult,
  embedTask,
  type EmbedTrouble,
  type InspectParams,
  inspectTask,
  type PrepareParams,
  prepareTask,
} from './tasks.ts';
export { type View } from './turn.ts';
