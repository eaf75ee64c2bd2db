import { type AttributeInputs, Attributes } from './attributes.ts';
import { type Dim, type Graph, type Model, type Node, type ValueInfo } from './graph.ts';
import { ints, scalar, type DataType, type Tensor } from './tensor.ts';

/** A value of the graph under construction. Type and shape are known for inputs, constants and inferred nodes. */
export interface Value {
  readonly name: string;
  readonly type?: DataType;
  readonly shape?: readonly Dim[];
}

/** A value, or a number that becomes a scalar constant of the builder's float type. */
export type Operand = Value | number;

export interface OpOptions {
  /** Names of the outputs, or how many there are (default one); '' leaves one out. Given: `op` returns an array. */
  outputs?: readonly string[] | number;
  /** Default: the standard. The domain is imported into the model on first use (version 1 unless `domains` says). */
  domain?: string;
  /** Name of the node; default: the operator and a number. */
  name?: string;
}

export interface BuilderOptions {
  name?: string;
  /** Version of the standard operators, default 17: the first with LayerNormalization. */
  opset?: number;
  /** Versions of other domains. */
  domains?: Readonly<Record<string, number>>;
  /** Type of constants made from plain numbers, default float32. */
  floatType?: DataType;
  /**
   * Types and shapes of a node's outputs, called for each node as it is made.
   * `constant` gives the tensor of an initializer.
   */
  infer?: (
    node: Node,
    inputs: readonly (Value | undefined)[],
    constant: (name: string) => Tensor | undefined,
  ) => readonly (Pick<Value, 'type' | 'shape'> | undefined)[] | undefined;
}

/** Builds a graph node by node; the order of the calls is the order of the nodes. See `GraphBuilder` for operators. */
export class BaseBuilder {
  readonly opset: number;
  readonly floatType: DataType;
  readonly #options: BuilderOptions;
  readonly #graph: Graph;
  readonly #values = new Map<string, Value>();
  readonly #constants = new Map<string, Value>();
  readonly #domains = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  /** Names of nodes: the runtime refuses two of one name. */
  readonly #nodeNames = new Set<string>();
  /** Names that nodes yet to come will bear. */
  readonly #reserved = new Set<string>();

  constructor(options: BuilderOptions = {}) {
    this.#options = options;
    this.opset = options.opset ?? 17;
    this.floatType = options.floatType ?? 'float32';
    const name = options.name ?? 'graph';
    this.#graph = { name, nodes: [], initializers: new Map(), inputs: [], outputs: [], values: [] };
  }

  /** A graph input; dimensions may be symbols: `b.input('input', ['N', 3, 224, 224])`. */
  input(name: string, shape: readonly Dim[], type: DataType = this.floatType): Value {
    this.#graph.inputs.push({ name: this.#claim(name), type, shape });
    return this.#remember({ name, type, shape });
  }

  /** A named initializer: a weight, a table. The tensor is used, not copied. */
  initializer(name: string, tensor: Tensor): Value {
    this.#graph.initializers.set(this.#claim(name), tensor);
    return this.#remember({ name, type: tensor.type, shape: tensor.dims });
  }

  /** A constant without a name of its own. Equal small constants are stored once. */
  constant(tensor: Tensor): Value {
    const key = tensor.data.length <= 64 ? `${tensor.type}|${tensor.dims}|${tensor.data}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined && !Object.is(first(tensor), -0)) return known;
    const value = this.initializer(this.fresh('constant'), tensor);
    if (key !== undefined) this.#constants.set(key, value);
    return value;
  }

  /** A scalar constant of the builder's float type. */
  scalar(value: number, type: DataType = this.floatType): Value {
    return this.constant(scalar(value, type));
  }

  /** An int64 constant of one dimension: axes, shapes, pads. */
  ints(values: readonly number[]): Value {
    return this.constant(ints(values));
  }

  /** The value of an operand. */
  value(operand: Operand): Value {
    return typeof operand === 'number' ? this.scalar(operand) : operand;
  }

  /**
   * Any operator: `b.op('Conv', [x, w], { pads: [1, 1, 1, 1] })`. Undefined inputs are left out.
   * With `outputs` an array of that many values, else the only one.
   */
  op(type: string, inputs: readonly (Operand | undefined)[], attributes?: AttributeInputs | Attributes): Value;
  op(
    type: string,
    inputs: readonly (Operand | undefined)[],
    attributes: AttributeInputs | Attributes | undefined,
    options: OpOptions & { outputs: readonly string[] | number },
  ): Value[];
  op(
    type: string,
    inputs: readonly (Operand | undefined)[],
    attributes: AttributeInputs | Attributes | undefined,
    options: Omit<OpOptions, 'outputs'>,
  ): Value;
  op(
    type: string,
    inputs: readonly (Operand | undefined)[],
    attributes: AttributeInputs | Attributes = {},
    options: OpOptions = {},
  ): Value | Value[] {
    const { outputs = 1, domain = '', name = this.fresh(type) } = options;
    const given = inputs.map((input) => (input === undefined ? undefined : this.value(input)));
    while (given.length > 0 && given.at(-1) === undefined) given.pop();
    const names =
      typeof outputs === 'number'
        ? Array.from({ length: outputs }, (_, i) => this.#claim(this.#outputName(i === 0 ? name : `${name}_out${i}`)))
        : outputs.map((output) => (output === '' ? '' : this.#claim(output)));
    const values = this.append({
      op: type,
      name,
      domain,
      inputs: given.map((value) => value?.name ?? ''),
      outputs: names,
      attributes: Attributes.from(attributes),
    });
    return options.outputs === undefined ? values[0]! : values;
  }

  /** Appends a finished node whose output names are new. Returns its outputs with what could be inferred. */
  append(given: Node): Value[] {
    const node = this.#withOwnName(given);
    if (node.domain !== '' && !this.#domains.has(node.domain))
      this.#domains.set(node.domain, this.#options.domains?.[node.domain] ?? 1);
    this.#graph.nodes.push(node);
    const inferred = this.#options.infer?.(
      node,
      node.inputs.map((input) => (input === '' ? undefined : this.#values.get(input))),
      (name) => this.#graph.initializers.get(name),
    );
    return node.outputs.map((name, i) => this.#remember({ ...inferred?.[i], name }));
  }

  /** Corrects a shape that inference cannot know (the runtime's blocked layouts). Returns the value with it. */
  assume(value: Value, shape: readonly Dim[]): Value {
    return this.#remember({ ...value, shape });
  }

  /** Declares an output. With `name` the value is handed out under that name (through Identity where it differs). */
  output(value: Value, name: string = value.name, shape: readonly Dim[] | undefined = value.shape): Value {
    const out =
      name === value.name
        ? value
        : this.op('Identity', [value], {}, { outputs: [name], name: this.fresh('output') })[0]!;
    const info: ValueInfo = { name, type: value.type ?? this.floatType, shape };
    this.#graph.outputs.push(info);
    return out;
  }

  /** A name that nothing bears yet: `prefix`, or `prefix_2`, ... */
  fresh(prefix: string): string {
    for (;;) {
      const count = (this.#counts.get(prefix) ?? 0) + 1;
      this.#counts.set(prefix, count);
      const name = count === 1 ? prefix : `${prefix}_${count}`;
      if (!this.#values.has(name) && !this.#reserved.has(name)) return name;
    }
  }

  /** Keeps names free for nodes that will be appended under them. */
  reserve(names: Iterable<string>): void {
    for (const name of names) this.#reserved.add(name);
  }

  /** The value of that name. @throws RangeError where there is none. */
  named(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw new RangeError(`the graph has no value ${name}`);
    return value;
  }

  /** Has the graph a value of that name? */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The tensor of an initializer or constant, undefined for other values. */
  tensorOf(value: Value): Tensor | undefined {
    return this.#graph.initializers.get(value.name);
  }

  /** The graph so far; it goes on growing with the builder. */
  get graph(): Graph {
    return this.#graph;
  }

  /** The finished model. */
  model(options: { metadata?: Readonly<Record<string, string>>; producerName?: string } = {}): Model {
    return {
      irVersion: irVersionOf(this.opset),
      producerName: options.producerName ?? 'Assay',
      producerVersion: '',
      domain: '',
      modelVersion: 0,
      documentation: '',
      opsets: new Map([['', this.opset], ...this.#domains]),
      metadata: new Map(Object.entries(options.metadata ?? {})),
      graph: this.#graph,
    };
  }

  #withOwnName(node: Node): Node {
    let { name } = node;
    for (let i = 2; name !== '' && this.#nodeNames.has(name); i++) name = `${node.name}_${i}`;
    this.#nodeNames.add(name);
    return name === node.name ? node : { ...node, name };
  }

  /** Values may bear the name of their node: it is theirs if no other value has it. */
  #outputName(name: string): string {
    return this.#values.has(name) || this.#reserved.has(name) ? this.fresh(name) : name;
  }

  #claim(name: string): string {
    if (this.#values.has(name)) throw new RangeError(`the graph has a value ${name} already`);
    return name;
  }

  #remember(value: Value): Value {
    if (value.name !== '') this.#values.set(value.name, value);
    return value;
  }
}

const first = (tensor: Tensor): unknown => tensor.data[0];

/** The IR version that came with an operator set: runtimes refuse newer ones than they know, so no higher than needed. */
function irVersionOf(opset: number): number {
  if (opset <= 8) return 3;
  if (opset <= 9) return 4;
  if (opset <= 10) return 5;
  if (opset <= 11) return 6;
  if (opset <= 14) return 7;
  if (opset <= 18) return 8;
  if (opset <= 20) return 9;
  return 10;
}
