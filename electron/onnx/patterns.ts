/**
 * Operators that exporters wrote out in small pieces, put together again: one pass over memory instead of nine, and a
 * gradient formula instead of nine rules. A pattern is replaced only when nobody else reads its inner values.
 */
import { Attributes } from './attributes.ts';
import { type Concrete } from './concrete.ts';
import { type Node } from './graph.ts';
import { axisOf, type Known } from './operators/operator.ts';
import { numbersOf, type Tensor } from './tensor.ts';

/** What a pattern may look at. */
class View {
  readonly nodes: readonly Node[];
  readonly known: ReadonlyMap<string, Known>;
  readonly #constants: ReadonlyMap<string, Tensor>;
  readonly #producers = new Map<string, Node>();
  readonly #readers = new Map<string, number>();

  constructor(network: Concrete) {
    this.nodes = network.nodes;
    this.known = network.known;
    this.#constants = network.constants;
    for (const node of network.nodes) {
      for (const output of node.outputs) this.#producers.set(output, node);
      for (const input of node.inputs) this.#readers.set(input, (this.#readers.get(input) ?? 0) + 1);
    }
    for (const output of network.outputs) this.#readers.set(output, (this.#readers.get(output) ?? 0) + 1);
  }

  /** The node of that operator that makes `value`. */
  maker(value: string | undefined, op: string): Node | undefined {
    const node = value === undefined ? undefined : this.#producers.get(value);
    return node?.op === op && node.domain === '' ? node : undefined;
  }

  readers(value: string): number {
    return this.#readers.get(value) ?? 0;
  }

  /** The only element of a constant. */
  scalar(value: string | undefined): number | undefined {
    const tensor = value === undefined ? undefined : this.#constants.get(value);
    return tensor?.data.length === 1 && tensor.type !== 'string' ? numbersOf(tensor)[0] : undefined;
  }

  /** A node of two operands, one of them `scalar`-like: the other operand, where `test` holds for the number. */
  withScalar(node: Node | undefined, test: (number: number) => boolean): string | undefined {
    if (node === undefined) return undefined;
    const [a, b] = node.inputs as [string, string];
    const [x, y] = [this.scalar(a), this.scalar(b)];
    if (y !== undefined && test(y)) return a;
    if (x !== undefined && test(x) && node.op !== 'Div' && node.op !== 'Sub' && node.op !== 'Pow') return b;
    return undefined;
  }

  numbers(value: string | undefined): number[] | undefined {
    const tensor = value === undefined ? undefined : this.#constants.get(value);
    return tensor && tensor.type !== 'string' ? numbersOf(tensor) : undefined;
  }
}

interface Match {
  /** Replaces the last node of the pattern. */
  node: Node;
  /** Nodes that go away with it. */
  inner: readonly Node[];
}

type Pattern = (node: Node, view: View) => Match | undefined;

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-4 * Math.abs(b);

/** The nodes behind `result` may go: each is read as often as the pattern reads it. */
function onlyHere(view: View, inner: readonly Node[], result: Node): boolean {
  const inside = new Map<string, number>();
  for (const node of [...inner, result])
    for (const input of node.inputs) inside.set(input, (inside.get(input) ?? 0) + 1);
  return inner.every((node) => node.outputs.every((output) => view.readers(output) === (inside.get(output) ?? 0)));
}

/** x * (1 + erf(x / sqrt(2))) * 0.5, the factors in any order. */
const gelu: Pattern = (node, view) => {
  if (node.op !== 'Mul' || node.domain !== '') return undefined;
  for (const factors of productsOf(node, view)) {
    const [x, sum, inner] = factors;
    const add = view.maker(sum, 'Add');
    const erf = view.maker(
      view.withScalar(add, (number) => close(number, 1)),
      'Erf',
    );
    if (add === undefined || erf === undefined) continue;
    const div = view.maker(erf.inputs[0], 'Div');
    const mul = view.maker(erf.inputs[0], 'Mul');
    const scaled = div ?? mul;
    const from =
      view.withScalar(div, (number) => close(number, Math.SQRT2)) ??
      view.withScalar(mul, (number) => close(number, Math.SQRT1_2));
    if (from !== x || scaled === undefined) continue;
    return {
      node: { ...node, op: 'Gelu', domain: 'com.microsoft', inputs: [x], attributes: new Attributes() },
      inner: [...inner, add, erf, scaled],
    };
  }
  return undefined;
};

/** Ways to read a product tree as x * y * 0.5: x, y and the nodes below the top. */
function productsOf(node: Node, view: View): [string, string, Node[]][] {
  const found: [string, string, Node[]][] = [];
  const both = (a: string, b: string, inner: Node[]): void => {
    found.push([a, b, inner], [b, a, inner]);
  };
  const half = (number: number): boolean => close(number, 0.5);
  const rest = view.withScalar(node, half);
  const below = view.maker(rest, 'Mul');
  if (below !== undefined) both(below.inputs[0]!, below.inputs[1]!, [below]);
  node.inputs.forEach((input, i) => {
    const halved = view.maker(input, 'Mul');
    const whole = view.withScalar(halved, half);
    if (halved !== undefined && whole !== undefined) both(whole, node.inputs[1 - i]!, [halved]);
  });
  return found;
}

/** (x - mean) / sqrt(mean((x - mean)^2) + epsilon) * scale + bias over the last axes. */
const layerNorm: Pattern = (node, view) => {
  if (node.op !== 'Add' || node.domain !== '') return undefined;
  for (const side of [0, 1]) {
    const mul = view.maker(node.inputs[side], 'Mul');
    if (mul === undefined) continue;
    for (const factor of [0, 1]) {
      const core = normalisation(mul.inputs[factor], view);
      if (core === undefined) continue;
      const [scale, bias] = [mul.inputs[1 - factor]!, node.inputs[1 - side]!];
      const { shape } = view.known.get(core.x)!;
      const length = shape.length - core.axis;
      const fits = [scale, bias].every((name) => {
        const own = view.known.get(name)?.shape;
        return own?.length === length && own.every((dim, i) => dim === shape[core.axis + i]);
      });
      if (!fits) continue;
      return {
        node: {
          ...node,
          op: 'LayerNormalization',
          inputs: [core.x, scale, bias],
          attributes: Attributes.from({ axis: core.axis - shape.length, epsilon: core.epsilon }),
        },
        inner: [...core.inner, mul],
      };
    }
  }
  return undefined;
};

/** The part before scale and bias. */
function normalisation(
  value: string | undefined,
  view: View,
): { x: string; axis: number; epsilon: number; inner: Node[] } | undefined {
  const div = view.maker(value, 'Div');
  const sub = view.maker(div?.inputs[0], 'Sub');
  const sqrt = view.maker(div?.inputs[1], 'Sqrt');
  const add = view.maker(sqrt?.inputs[0], 'Add');
  if (div === undefined || sub === undefined || sqrt === undefined || add === undefined) return undefined;
  const variance = view.maker(
    view.withScalar(add, (number) => number > 0 && number < 0.1),
    'ReduceMean',
  );
  const mean = view.maker(sub.inputs[1], 'ReduceMean');
  const square = view.maker(variance?.inputs[0], 'Pow') ?? view.maker(variance?.inputs[0], 'Mul');
  if (variance === undefined || mean === undefined || square === undefined) return undefined;
  const centred = sub.outputs[0]!;
  const base =
    square.op === 'Pow'
      ? view.withScalar(square, (number) => number === 2)
      : square.inputs[0] === square.inputs[1]
        ? square.inputs[0]
        : undefined;
  // Some exporters subtract the mean twice, for numerator and variance.
  const again = base === centred ? undefined : view.maker(base, 'Sub');
  if (base !== centred && !(again?.inputs[0] === sub.inputs[0] && again?.inputs[1] === sub.inputs[1])) return undefined;
  const x = sub.inputs[0]!;
  if (mean.inputs[0] !== x) return undefined;
  const axis = lastAxes(mean, x, view);
  if (axis === undefined || axis !== lastAxes(variance, x, view)) return undefined;
  const epsilon = view.scalar(add.inputs[0]) ?? view.scalar(add.inputs[1])!;
  const inner = [div, sub, sqrt, add, variance, mean, square];
  if (again !== undefined && !inner.includes(again)) inner.push(again);
  return { x, axis, epsilon, inner };
}

/** The first axis of a mean over the last axes that keeps them as 1. */
function lastAxes(mean: Node, x: string, view: View): number | undefined {
  if (mean.attributes.int('keepdims', 1) === 0) return undefined;
  const rank = view.known.get(x)!.shape.length;
  const axes = view.numbers(mean.inputs[1])?.map((axis) => axisOf(axis, rank));
  if (axes === undefined || axes.length === 0) return undefined;
  const first = Math.min(...axes);
  return axes.length === rank - first ? first : undefined;
}

/** x * sigmoid(x). */
const swish: Pattern = (node, view) => {
  if (node.op !== 'Mul' || node.domain !== '') return undefined;
  for (const side of [0, 1]) {
    const sigmoid = view.maker(node.inputs[side], 'Sigmoid');
    const x = node.inputs[1 - side]!;
    if (sigmoid?.inputs[0] !== x) continue;
    return {
      node: {
        ...node,
        op: 'QuickGelu',
        domain: 'com.microsoft',
        inputs: [x],
        attributes: Attributes.from({ alpha: 1 }),
      },
      inner: [sigmoid],
    };
  }
  return undefined;
};

const PATTERNS: readonly Pattern[] = [layerNorm, gelu, swish];

/** The network with LayerNormalization, Gelu and QuickGelu (x * sigmoid(x)) where they were written out. */
export function recognise(network: Concrete): Concrete {
  const view = new View(network);
  const gone = new Set<Node>();
  const changed = new Map<Node, Node>();
  for (const node of network.nodes) {
    for (const pattern of PATTERNS) {
      const match = pattern(node, view);
      if (match === undefined || !onlyHere(view, match.inner, node)) continue;
      if (match.inner.some((inner) => gone.has(inner) || changed.has(inner))) continue;
      for (const inner of match.inner) gone.add(inner);
      changed.set(node, match.node);
      break;
    }
  }
  if (changed.size === 0) return network;
  const nodes = network.nodes.filter((node) => !gone.has(node)).map((node) => changed.get(node) ?? node);
  const domains = new Map(network.domains);
  for (const { domain } of nodes) if (domain !== '' && !domains.has(domain)) domains.set(domain, 1);
  return { ...network, domains, nodes };
}
