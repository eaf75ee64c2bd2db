import { AssayError } from '../contract/errors.ts';
import { canonical, CANONICAL_OPSET, type Surroundings } from './canonical.ts';
import { canEvaluate, evaluateNode, fromDense, inferNode, toDense } from './evaluate.ts';
import { type Attribute } from './attributes.ts';
import { feedsOf, type Graph, type Model, type Node } from './graph.ts';
import { type Known, unsupported } from './operators/operator.ts';
import { numbersOf, scalar, sizeOf, type Tensor } from './tensor.ts';

export interface ConcreteOptions {
  /** Concrete shape of every input that is fed: `{ input: [16, 3, 224, 224] }`. */
  shapes: Readonly<Record<string, readonly number[]>>;
  /** Initializers that will change: nothing computed from them is folded. */
  trainable?: Iterable<string>;
  /** File name for error messages. */
  subject?: string;
}

/**
 * A network for one input shape: canonical operators, every value of known type and shape, everything that does not
 * depend on image or trainable weights computed (as far as it is small).
 */
export interface Concrete {
  /** Version of the standard operators in which `nodes` are written. */
  readonly opset: number;
  readonly domains: ReadonlyMap<string, number>;
  readonly nodes: readonly Node[];
  readonly known: ReadonlyMap<string, Known>;
  /** Initializers and folded values. Trainable initializers are here too. */
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Larger values are left to the runtime. Shape arithmetic is tiny; masks and tables of attention are below this. */
const FOLD_LIMIT = 2 ** 18;
/** Not worth computing twice: products of weights. */
const NOT_FOLDED = new Set(['Conv', 'ConvTranspose', 'MatMul', 'Gemm', 'Einsum', 'Resize']);

/**
 * Fixes the input shapes of a network, brings older operators to one form, infers all shapes and folds constants.
 * @throws AssayError `onnx/unsupported` naming operator and node where an operator is unknown, a shape depends on the
 * image or the shapes do not fit
 */
export function concretize(model: Model, options: ConcreteOptions): Concrete {
  return new Concretizer(model, options).run();
}

class Concretizer {
  readonly #model: Model;
  readonly #version: number;
  readonly #known = new Map<string, Known>();
  readonly #constants: Map<string, Tensor>;
  readonly #trainable: ReadonlySet<string>;
  readonly #nodes: Node[] = [];
  readonly #options: ConcreteOptions;
  readonly #around: Surroundings;
  /** Values that are others under another name. */
  readonly #aliases = new Map<string, string>();
  readonly #outputs: ReadonlySet<string>;
  #count = 0;

  constructor(model: Model, options: ConcreteOptions) {
    this.#model = model;
    this.#outputs = new Set(model.graph.outputs.map((output) => output.name));
    this.#options = options;
    this.#version = model.opsets.get('') ?? 1;
    this.#constants = new Map(model.graph.initializers);
    this.#trainable = new Set(options.trainable);
    this.#around = {
      known: (name) => this.#need(name),
      constant: (name) => this.#values(name),
      add: (tensor) => this.#addConstant(tensor),
      fresh: (prefix) => `${prefix}/canonical_${this.#count++}`,
    };
  }

  run(): Concrete {
    const { graph, opsets } = this.#model;
    for (const [name, { type, dims }] of this.#constants) this.#known.set(name, { type, shape: dims });
    for (const input of feedsOf(graph)) {
      const shape = this.#options.shapes[input.name];
      if (shape === undefined || input.type === undefined)
        throw new AssayError('onnx/unsupported', {
          subject: this.#options.subject ?? input.name,
          values: { operator: 'the network', reason: `it has a second input, ${input.name}` },
        });
      this.#known.set(input.name, { type: input.type, shape });
    }
    this.#addNodes(graph);
    const domains = new Map(opsets);
    domains.delete('');
    return {
      opset: Math.max(this.#version, CANONICAL_OPSET),
      domains,
      nodes: this.#nodes,
      known: this.#known,
      constants: this.#constants,
      inputs: feedsOf(graph).map((input) => input.name),
      outputs: graph.outputs.map((output) => output.name),
    };
  }

  #addNodes(graph: Graph): void {
    for (const node of graph.nodes) {
      if (node.op === 'Constant' && node.domain === '') this.#addConstant(constantOf(node), node.outputs[0]);
      else if (node.op === 'If' && node.domain === '') this.#inline(node);
      else for (const one of canonical(node, this.#version, this.#around)) this.#addNode(one);
    }
  }

  /** A condition that is known: the branch takes the place of the node. */
  #inline(node: Node): void {
    const condition = this.#values(node.inputs[0]!)?.[0];
    const branch = node.attributes.map.get(condition === 0 ? 'else_branch' : 'then_branch');
    if (condition === undefined || branch?.kind !== 'graph') throw unsupported(node, 'the branch depends on the image');
    for (const [name, tensor] of branch.value.initializers) this.#addConstant(tensor, name);
    this.#addNodes(branch.value);
    branch.value.outputs.forEach(({ name }, i) => {
      const attributes = node.attributes.with({ then_branch: undefined, else_branch: undefined });
      this.#addNode({ ...node, op: 'Identity', inputs: [name], outputs: [node.outputs[i]!], attributes });
    });
  }

  #addNode(given: Node): void {
    const node = { ...given, inputs: given.inputs.map((name) => this.#aliases.get(name) ?? name) };
    const [output] = node.outputs as [string];
    if (node.op === 'Identity' && node.domain === '' && !this.#outputs.has(output)) {
      this.#aliases.set(output, node.inputs[0]!);
      this.#known.set(output, this.#need(node.inputs[0]!));
      return;
    }
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.#need(name)));
    const results = inferNode(node, inputs, (i) => this.#values(node.inputs[i] ?? ''));
    node.outputs.forEach((name, i) => name !== '' && results[i] && this.#known.set(name, results[i]));
    if (!this.#fold(node, results)) this.#nodes.push(node);
  }

  #fold(node: Node, results: readonly Known[]): boolean {
    if (!canEvaluate(node) || NOT_FOLDED.has(node.op)) return false;
    const onlyShape = node.op === 'Shape' || node.op === 'Size';
    if (!onlyShape && !node.inputs.every((name) => name === '' || this.#isFixed(name))) return false;
    const size = [...results, ...node.inputs.flatMap((name) => (name === '' || onlyShape ? [] : [this.#need(name)]))];
    if (size.reduce((sum, { shape }) => sum + sizeOf(shape), 0) > FOLD_LIMIT) return false;
    const dense = node.inputs.map((name) => {
      if (name === '') return undefined;
      const { type, shape } = this.#need(name);
      return onlyShape ? { type, dims: shape, data: new Float64Array(0) } : toDense(this.#constants.get(name)!);
    });
    evaluateNode(node, dense).forEach((value, i) => {
      const name = node.outputs[i];
      if (name) this.#addConstant(fromDense(value), name);
    });
    return true;
  }

  #isFixed(name: string): boolean {
    const tensor = this.#constants.get(name);
    return tensor !== undefined && !this.#trainable.has(name) && tensor.type !== 'string';
  }

  #values(given: string): readonly number[] | undefined {
    const name = this.#aliases.get(given) ?? given;
    const tensor = this.#isFixed(name) ? this.#constants.get(name)! : undefined;
    return tensor === undefined || tensor.data.length > FOLD_LIMIT ? undefined : numbersOf(tensor);
  }

  #need(name: string): Known {
    const known = this.#known.get(name);
    if (known === undefined)
      throw new AssayError('model/not-onnx', {
        subject: this.#options.subject ?? 'The file',
        values: { reason: `the value ${name} is used before it is made` },
      });
    return known;
  }

  #addConstant(tensor: Tensor, name = this.#around.fresh('constant')): string {
    this.#constants.set(name, tensor);
    this.#known.set(name, { type: tensor.type, shape: tensor.dims });
    return name;
  }
}

/** The tensor of a Constant node in any of its forms. */
export function constantOf(node: Node): Tensor {
  const entries: [string, Attribute][] = [...node.attributes.map];
  for (const [name, { kind, value }] of entries) {
    if (kind === 'tensor') return value;
    if (kind === 'float' && name === 'value_float') return scalar(value);
    if (kind === 'int' && name === 'value_int') return scalar(value, 'int64');
    if (kind === 'floats') return { type: 'float32', dims: [value.length], data: Float32Array.from(value) };
    if (kind === 'ints') return { type: 'int64', dims: [value.length], data: BigInt64Array.from(value, BigInt) };
    if (kind === 'strings') return { type: 'string', dims: [value.length], data: [...value] };
    if (kind === 'string') return { type: 'string', dims: [], data: [value] };
  }
  throw unsupported(node, 'its value is of a kind that Assay does not read');
}
