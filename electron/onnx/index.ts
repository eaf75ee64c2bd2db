/** ONNX: reading and writing models, a typed graph, a builder. Pure: no file, clock or random source. */
export { type Attribute, type AttributeInput, type AttributeInputs, Attributes, floatAttribute } from './attributes.ts';
export { type BuilderOptions, type Operand, type OpOptions, type Value } from './builder.ts';
export { decodeModel, type DecodeOptions } from './decode.ts';
export { type ExternalData } from './decode-tensor.ts';
export { encodeModel } from './encode.ts';
export {
  type Dim,
  feedsOf,
  type Graph,
  type Model,
  type Node,
  operatorsOf,
  producersOf,
  type ValueInfo,
} from './graph.ts';
export { GraphBuilder, graphBuilder, type PoolOptions, type WindowOptions } from './graph-builder.ts';
export { readMetadata, writeMetadata } from './metadata.ts';
export {
  byteSize,
  type DataType,
  floats,
  fromFloat16,
  fullTensor,
  ints,
  numbersOf,
  scalar,
  sizeOf,
  type Tensor,
  type TensorData,
  toFloat16,
  type TypedArray,
  typeNumber,
  typeOfNumber,
  zerosArray,
} from './tensor.ts';
