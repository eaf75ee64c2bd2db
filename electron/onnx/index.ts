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
  prune,
  untied,
  producersOf,
  type ValueInfo,
} from './graph.ts';
export { GraphBuilder, graphBuilder, type PoolOptions, type WindowOptions } from './graph-builder.ts';
export { recognise } from './patterns.ts';
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
export { foldBatchNorm } from './fold-norm.ts';
export { decodeTensorFile, encodeTensorFile, type TensorFile } from './tensor-file.ts';
export { CANONICAL_OPSET } from './canonical.ts';
export { type Concrete, type ConcreteOptions, concretize } from './concrete.ts';
export { canEvaluate, evaluateGraph, evaluateNode, fromDense, inferNode, toDense } from './evaluate.ts';
export { operatorName } from './operators/index.ts';
export { axisOf, broadcastShape, type Dense, type Known } from './operators/operator.ts';
export { labelSizes, readEquation } from './operators/matmul.ts';
export { reducedAxes, reducedShape } from './operators/reduce.ts';
export { type AxisMap, resizeMaps } from './operators/resize.ts';
export { padIndices, padsOf, sliceRanges } from './operators/shape.ts';
export { averageCounts, reach, type Window, windowCount, windowOf } from './operators/window.ts';
