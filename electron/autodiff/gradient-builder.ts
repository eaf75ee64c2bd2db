import { AssayError } from '../contract/errors.ts';
import {
  Attributes,
  type BuilderOptions,
  type DataType,
  fullTensor,
  GraphBuilder,
  inferNode,
  type Known,
  type Node,
  numbersOf,
  operatorName,
  sizeOf,
  type Tensor,
  typeNumber,
  type Value,
} from '../onnx/index.ts';
import { type Rule } from './rule.ts';
import { dims } from './shapes.ts';
import { Tape } from './tape.ts';
import { adapted } from './webgpu.ts';

/**
 * How gradients are computed: `plain` by the formulas of the rules alone, `cpu` with operators that only the CPU provider
 * has, `webgpu` around what the WebGPU provider lacks.
 */
export type Formulation = 'plain' | 'cpu' | 'webgpu';

export interface GradientBuilderOptions extends Omit<BuilderOptions, 'infer'> {
  rules: (node: Node) => Rule | undefined;
  formulation?: Formulation;
  /** Products and convolutions in float16, everything else as it is: see PRODUCTS. */
  half?: boolean;
}

/**
 * Operators that gain from half precision, between casts. Sums, normalisations, losses and the optimizer stay in
 * float32 (the split of Micikevicius and others 2018, "Mixed precision training").
 */
const PRODUCTS = new Set(['Conv', 'ConvTranspose', 'MatMul', 'Gemm']);

/** A builder that knows every shape and, while a tape is set, records the way back of what is built. */
export class GradientBuilder extends GraphBuilder {
  readonly formulation: Formulation;
  tape: Tape | undefined;
  readonly #rules: (node: Node) => Rule | undefined;
  readonly #half: boolean;
  /** Values in float16, by the name of the value: cast once, for both directions. */
  readonly #halved = new Map<string, string>();

  constructor({ rules, formulation = 'plain', half = false, ...options }: GradientBuilderOptions) {
    super({ ...options, infer });
    this.#rules = rules;
    this.formulation = formulation;
    this.#half = half;
  }

  override append(node: Node): Value[] {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.named(name)));
    const other = this.formulation === 'webgpu' ? adapted(this, node, inputs) : undefined;
    if (other !== undefined) return other;
    const tape = this.tape;
    if (tape === undefined) return this.#emit(node);
    if (!inputs.some((input) => tape.isActive(input))) return this.#emit(node);
    const rule = this.#rules(node);
    const prepared = rule?.prepare?.(node, (prefix) => this.fresh(prefix), this.formulation) ?? node;
    const outputs = this.#emit(prepared);
    const { attributes } = prepared;
    tape.record({
      node: prepared,
      inputs,
      outputs,
      backward: rule
        ? (gradients) => rule.backward({ b: this, node: prepared, attributes, inputs, outputs, gradients })
        : null,
    });
    return outputs;
  }

  #emit(node: Node): Value[] {
    const product = this.#half && node.domain === '' && PRODUCTS.has(node.op);
    if (!product || this.named(node.inputs[0]!).type !== 'float32') return super.append(node);
    const inputs = node.inputs.map((name) => (name === '' ? '' : this.#inHalf(name)));
    const [result] = super.append({ ...node, inputs, outputs: [this.fresh(`${node.outputs[0]!}_half`)] });
    return [this.#castAs(node.outputs[0]!, result!.name, 'float32')];
  }

  #inHalf(name: string): string {
    let half = this.#halved.get(name);
    if (half === undefined) {
      half = this.#castAs(this.fresh(`${name}_half`), name, 'float16').name;
      this.#halved.set(name, half);
    }
    return half;
  }

  #castAs(output: string, input: string, type: DataType): Value {
    const attributes = Attributes.from({ to: typeNumber(type) });
    const node = { op: 'Cast', name: this.fresh('Cast'), domain: '', inputs: [input], outputs: [output], attributes };
    return super.append(node)[0]!;
  }

  /** Runs `build` with this tape set (or none). */
  recording<T>(tape: Tape | undefined, build: () => T): T {
    const before = this.tape;
    this.tape = tape;
    try {
      return build();
    } finally {
      this.tape = before;
    }
  }

  /** Gradients of `f` with respect to `inputs`, for the gradient `dY` of its result. */
  pullBack(inputs: readonly (Value | undefined)[], dY: Value, f: () => Value): (Value | undefined)[] {
    const tape = new Tape();
    for (const input of inputs) if (input !== undefined) tape.watch(input);
    const result = this.recording(tape, f);
    const gradients = this.recording(undefined, () => tape.backward(this, [[result, dY]]));
    return inputs.map((input) => input && gradients.get(input.name));
  }

  /** Elements of a constant; undefined for other values. */
  numbers(value: Value | undefined): number[] | undefined {
    const tensor = value && this.tensorOf(value);
    return tensor && numbersOf(tensor);
  }

  /** Zeros; large ones are made when the graph runs, not stored. */
  zeros(shape: readonly number[], type: DataType = this.floatType): Value {
    if (sizeOf(shape) <= 1024) return this.constant(fullTensor(shape, 0, type));
    return this.expand(this.constant(fullTensor([], 0, type)), shape);
  }

  /** 1 where x > threshold, else 0, as floats. One pass: a steep HardSigmoid, exact for float32. */
  stepAbove(x: Value, threshold = 0): Value {
    return this.hardSigmoid(x, STEEP, -threshold * STEEP);
  }

  /** 1 where x < threshold, else 0, as floats. */
  stepBelow(x: Value, threshold = 0): Value {
    return this.hardSigmoid(x, -STEEP, threshold * STEEP);
  }

  /** Sign as floats, 0 at 0 (Sign itself is missing on some devices). */
  signOf(x: Value): Value {
    return this.sub(this.stepAbove(x), this.stepBelow(x));
  }

  /** The error for a node whose form has no gradient. */
  noGradient(node: Node): AssayError {
    return new AssayError('onnx/no-gradient', {
      subject: node.name || node.outputs[0] || '?',
      values: { operator: operatorName(node) },
    });
  }

  /** Swaps the last two axes. */
  turn(x: Value): Value {
    const axes = dims(x).map((_, i) => i);
    const last = axes.length - 1;
    [axes[last - 1], axes[last]] = [last, last - 1];
    return this.transpose(x, axes);
  }

  /** A product of matrices (or batches of them), either one transposed. */
  product(a: Value, b: Value, options: { transA?: boolean; transB?: boolean } = {}): Value {
    const { transA = false, transB = false } = options;
    if (!transA && !transB) return this.matmul(a, b);
    if (this.formulation === 'cpu')
      return this.op('FusedMatMul', [a, b], { transA, transB }, { domain: 'com.microsoft' });
    if (dims(a).length === 2 && dims(b).length === 2) return this.gemm(a, b, undefined, { transA, transB });
    return this.matmul(transA ? this.turn(a) : a, transB ? this.turn(b) : b);
  }
}

const STEEP = 2 ** 100;

/** The neighbour of a float32 on the side of minus infinity; for 0 a number far below any gradient. */
export function justBelow(value: number): number {
  if (value === 0) return -1e-29;
  const float = new Float32Array([value]);
  const bits = new Int32Array(float.buffer);
  bits[0]! += value > 0 ? -1 : 1;
  return float[0]!;
}

export const justAbove = (value: number): number => -justBelow(-value);

function infer(
  node: Node,
  inputs: readonly (Value | undefined)[],
  constant: (name: string) => Tensor | undefined,
): readonly Known[] {
  return inferNode(node, inputs as readonly (Known | undefined)[], (i) => {
    const tensor = constant(node.inputs[i] ?? '');
    return tensor && numbersOf(tensor);
  });
}

export const noAttributes = new Attributes();
