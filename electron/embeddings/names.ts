/** What the engine may load of this part: descriptions of backbones, no native code and no pixels. */
export { builtInBackbones, builtInNames } from './backbones/built-in.ts';
export { type BackboneFile, infoOf, sizeFor } from './backbones/spec.ts';
