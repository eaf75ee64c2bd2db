import { BaseBuilder, type BuilderOptions, type Operand, type Value } from './builder.ts';
import { type DataType, typeNumber } from './tensor.ts';

export interface WindowOptions {
  strides?: readonly number[];
  /** Begins, then ends: [top, left, bottom, right]. */
  pads?: readonly number[];
  dilations?: readonly number[];
}

export interface PoolOptions extends WindowOptions {
  kernel: readonly number[];
  ceilMode?: boolean;
}

type Axes = readonly number[];
interface Reduce {
  keepDims?: boolean;
}

/**
 * Operators as methods, in ONNX's spelling of arguments and the forms of the builder's operator set. A number among the
 * operands becomes a scalar constant. What has no method is made with `op`.
 *
 *     const b = graphBuilder();
 *     const x = b.input('input', ['N', 3, 32, 32]);
 *     const y = b.relu(b.conv(x, b.initializer('w', weights), undefined, { pads: [1, 1, 1, 1] }));
 *     b.output(b.flatten(b.globalAveragePool(y)), 'features', ['N', 16]);
 *     const bytes = encodeModel(b.model());
 */
export class GraphBuilder extends BaseBuilder {
  // Elementwise, with broadcasting
  add(a: Operand, b: Operand): Value {
    return this.op('Add', [a, b]);
  }
  sub(a: Operand, b: Operand): Value {
    return this.op('Sub', [a, b]);
  }
  mul(a: Operand, b: Operand): Value {
    return this.op('Mul', [a, b]);
  }
  div(a: Operand, b: Operand): Value {
    return this.op('Div', [a, b]);
  }
  pow(a: Operand, b: Operand): Value {
    return this.op('Pow', [a, b]);
  }
  min(...values: Operand[]): Value {
    return this.op('Min', values);
  }
  max(...values: Operand[]): Value {
    return this.op('Max', values);
  }
  greater(a: Operand, b: Operand): Value {
    return this.op('Greater', [a, b]);
  }
  less(a: Operand, b: Operand): Value {
    return this.op('Less', [a, b]);
  }
  equal(a: Operand, b: Operand): Value {
    return this.op('Equal', [a, b]);
  }
  where(condition: Value, yes: Operand, no: Operand): Value {
    return this.op('Where', [condition, yes, no]);
  }

  // Elementwise, one operand
  abs(x: Value): Value {
    return this.op('Abs', [x]);
  }
  neg(x: Value): Value {
    return this.op('Neg', [x]);
  }
  exp(x: Value): Value {
    return this.op('Exp', [x]);
  }
  log(x: Value): Value {
    return this.op('Log', [x]);
  }
  sqrt(x: Value): Value {
    return this.op('Sqrt', [x]);
  }
  erf(x: Value): Value {
    return this.op('Erf', [x]);
  }
  relu(x: Value): Value {
    return this.op('Relu', [x]);
  }
  leakyRelu(x: Value, alpha = 0.01): Value {
    return this.op('LeakyRelu', [x], { alpha });
  }
  prelu(x: Value, slope: Value): Value {
    return this.op('PRelu', [x, slope]);
  }
  sigmoid(x: Value): Value {
    return this.op('Sigmoid', [x]);
  }
  hardSigmoid(x: Value, alpha = 0.2, beta = 0.5): Value {
    return this.op('HardSigmoid', [x], { alpha, beta });
  }
  hardSwish(x: Value): Value {
    return this.op('HardSwish', [x]);
  }
  tanh(x: Value): Value {
    return this.op('Tanh', [x]);
  }
  clip(x: Value, low?: Operand, high?: Operand): Value {
    return this.op('Clip', [x, low, high]);
  }
  cast(x: Value, type: DataType): Value {
    return this.op('Cast', [x], { to: typeNumber(type) });
  }
  identity(x: Value): Value {
    return this.op('Identity', [x]);
  }

  // Products
  matmul(a: Value, b: Value): Value {
    return this.op('MatMul', [a, b]);
  }
  gemm(
    a: Value,
    b: Value,
    c?: Value,
    options: { alpha?: number; beta?: number; transA?: boolean; transB?: boolean } = {},
  ): Value {
    return this.op('Gemm', [a, b, c], options);
  }
  conv(x: Value, w: Value, bias?: Value, options: WindowOptions & { group?: number } = {}): Value {
    return this.op('Conv', [x, w, bias], { ...options });
  }
  convTranspose(
    x: Value,
    w: Value,
    bias?: Value,
    options: WindowOptions & { group?: number; outputPadding?: readonly number[] } = {},
  ): Value {
    const { outputPadding, ...rest } = options;
    return this.op('ConvTranspose', [x, w, bias], { ...rest, output_padding: outputPadding });
  }
  einsum(equation: string, ...values: Value[]): Value {
    return this.op('Einsum', values, { equation });
  }

  // Pooling and resizing
  maxPool(x: Value, options: PoolOptions): Value {
    return this.op('MaxPool', [x], pool(options));
  }
  averagePool(x: Value, options: PoolOptions & { countIncludePad?: boolean }): Value {
    return this.op('AveragePool', [x], { ...pool(options), count_include_pad: options.countIncludePad });
  }
  globalAveragePool(x: Value): Value {
    return this.op('GlobalAveragePool', [x]);
  }
  /** Resize by scales (one a dimension). `mode` nearest or linear; see ONNX for the coordinate modes. */
  resize(
    x: Value,
    to: { scales: readonly number[] } | { sizes: readonly number[] },
    options: { mode?: string; coordinates?: string; nearest?: string } = {},
  ): Value {
    const attributes = {
      mode: options.mode,
      coordinate_transformation_mode: options.coordinates,
      nearest_mode: options.nearest,
    };
    if ('sizes' in to) return this.op('Resize', [x, undefined, undefined, this.ints(to.sizes)], attributes);
    const data = Float32Array.from(to.scales);
    const scales = this.constant({ type: 'float32', dims: [data.length], data });
    return this.op('Resize', [x, undefined, scales], attributes);
  }

  // Normalisation and softmax
  batchNorm(x: Value, scale: Value, bias: Value, mean: Value, variance: Value, epsilon = 1e-5): Value {
    return this.op('BatchNormalization', [x, scale, bias, mean, variance], { epsilon });
  }
  layerNorm(x: Value, scale: Value, bias?: Value, axis = -1, epsilon = 1e-5): Value {
    return this.op('LayerNormalization', [x, scale, bias], { axis, epsilon });
  }
  instanceNorm(x: Value, scale: Value, bias: Value, epsilon = 1e-5): Value {
    return this.op('InstanceNormalization', [x, scale, bias], { epsilon });
  }
  softmax(x: Value, axis = -1): Value {
    return this.op('Softmax', [x], { axis });
  }
  logSoftmax(x: Value, axis = -1): Value {
    return this.op('LogSoftmax', [x], { axis });
  }

  // Reductions; without axes over all
  reduceSum(x: Value, axes?: Axes, options?: Reduce): Value {
    return this.#reduce('ReduceSum', x, axes, options);
  }
  reduceMean(x: Value, axes?: Axes, options?: Reduce): Value {
    return this.#reduce('ReduceMean', x, axes, options);
  }
  reduceMax(x: Value, axes?: Axes, options?: Reduce): Value {
    return this.#reduce('ReduceMax', x, axes, options);
  }
  reduceMin(x: Value, axes?: Axes, options?: Reduce): Value {
    return this.#reduce('ReduceMin', x, axes, options);
  }
  reduceProd(x: Value, axes?: Axes, options?: Reduce): Value {
    return this.#reduce('ReduceProd', x, axes, options);
  }
  #reduce(op: string, x: Value, axes: Axes | undefined, options: Reduce = {}): Value {
    const keepdims = options.keepDims ?? true;
    // Axes became an input with opset 13 for ReduceSum, with 18 for the others.
    const asInput = this.opset >= (op === 'ReduceSum' ? 13 : 18);
    if (axes === undefined || !asInput) return this.op(op, [x], { keepdims, axes });
    return this.op(op, [x, this.ints(axes)], { keepdims });
  }
  argMax(x: Value, axis: number, options: Reduce = {}): Value {
    return this.op('ArgMax', [x], { axis, keepdims: options.keepDims ?? true });
  }

  // Shape
  reshape(x: Value, dims: readonly number[] | Value): Value {
    return this.op('Reshape', [x, isValue(dims) ? dims : this.ints(dims)]);
  }
  transpose(x: Value, perm: readonly number[]): Value {
    return this.op('Transpose', [x], { perm });
  }
  flatten(x: Value, axis = 1): Value {
    return this.op('Flatten', [x], { axis });
  }
  squeeze(x: Value, axes: Axes): Value {
    return this.opset >= 13 ? this.op('Squeeze', [x, this.ints(axes)]) : this.op('Squeeze', [x], { axes });
  }
  unsqueeze(x: Value, axes: Axes): Value {
    return this.opset >= 13 ? this.op('Unsqueeze', [x, this.ints(axes)]) : this.op('Unsqueeze', [x], { axes });
  }
  expand(x: Value, dims: readonly number[] | Value): Value {
    return this.op('Expand', [x, isValue(dims) ? dims : this.ints(dims)]);
  }
  tile(x: Value, repeats: readonly number[]): Value {
    return this.op('Tile', [x, this.ints(repeats)]);
  }
  concat(values: readonly Value[], axis: number): Value {
    return this.op('Concat', values, { axis });
  }
  split(x: Value, axis: number, sizes: readonly number[]): Value[] {
    return this.opset >= 13
      ? this.op('Split', [x, this.ints(sizes)], { axis }, { outputs: sizes.length })
      : this.op('Split', [x], { axis, split: sizes }, { outputs: sizes.length });
  }
  slice(x: Value, range: { starts: Axes; ends: Axes; axes?: Axes; steps?: Axes }): Value {
    const { starts, ends, axes, steps } = range;
    const optional = (list: Axes | undefined): Value | undefined => (list === undefined ? undefined : this.ints(list));
    return this.op('Slice', [x, this.ints(starts), this.ints(ends), optional(axes), optional(steps)]);
  }
  /** Pads: all begins, then all ends, one a dimension. */
  pad(x: Value, pads: readonly number[], options: { mode?: string; value?: Operand } = {}): Value {
    return this.op('Pad', [x, this.ints(pads), options.value], { mode: options.mode });
  }
  gather(x: Value, indices: Value, axis = 0): Value {
    return this.op('Gather', [x, indices], { axis });
  }
  depthToSpace(x: Value, blocksize: number, mode = 'DCR'): Value {
    return this.op('DepthToSpace', [x], { blocksize, mode });
  }
  shape(x: Value): Value {
    return this.op('Shape', [x]);
  }
}

function pool(options: PoolOptions): Record<string, readonly number[] | boolean | undefined> {
  const { kernel, ceilMode, strides, pads, dilations } = options;
  return { kernel_shape: kernel, strides, pads, dilations, ceil_mode: ceilMode };
}

const isValue = (value: readonly number[] | Value): value is Value => !Array.isArray(value);

/** A fresh builder. */
export function graphBuilder(options: BuilderOptions = {}): GraphBuilder {
  return new GraphBuilder(options);
}
