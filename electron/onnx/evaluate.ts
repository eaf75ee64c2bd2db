import { type Node } from './graph.ts';
import { operatorOf } from './operators/index.ts';
import { type Dense, type Known, unsupported } from './operators/operator.ts';
import { numbersOf, type Tensor, toFloat16, zerosArray } from './tensor.ts';

export function toDense(tensor: Tensor): Dense {
  return { type: tensor.type, dims: tensor.dims, data: Float64Array.from(numbersOf(tensor)) };
}

/** Rounded to the element type; integers beyond 64 bits are clamped. */
export function fromDense({ type, dims, data }: Dense): Tensor {
  const to = zerosArray(type, data.length);
  if (to instanceof BigInt64Array || to instanceof BigUint64Array)
    data.forEach((value, i) => (to[i] = value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(value)));
  else if (type === 'float16') data.forEach((value, i) => (to[i] = toFloat16(value)));
  else to.set(data);
  return { type, dims, data: to };
}

/**
 * Types and shapes of a node's outputs.
 * @param constant elements of input i where they are known
 * @throws AssayError `onnx/unsupported` for operators that Assay does not know and shapes that do not fit
 */
export function inferNode(
  node: Node,
  inputs: readonly (Known | undefined)[],
  constant: (i: number) => readonly number[] | undefined,
): Known[] {
  const operator = operatorOf(node);
  if (operator === undefined) throw unsupported(node, 'the operator is not known');
  return operator.infer({ node, attributes: node.attributes, inputs, constant });
}

/** Can the node's values be computed here? */
export function canEvaluate(node: Node): boolean {
  return operatorOf(node)?.evaluate !== undefined;
}

/** The values of a node in float64: every intermediate is as exact as its inputs are. */
export function evaluateNode(node: Node, inputs: readonly (Dense | undefined)[]): Dense[] {
  const shapes = inputs.map((input) => input && { type: input.type, shape: input.dims });
  const results = inferNode(node, shapes, (i) => inputs[i] && [...inputs[i].data]);
  const data = operatorOf(node)!.evaluate!({ attributes: node.attributes, inputs, results });
  return results.map(({ type, shape }, i) => ({ type, dims: shape, data: data[i]! }));
}

/**
 * Runs a graph in float64, node by node: slow and plain, the twin that gradients are tested against.
 * @param feeds values of inputs and initializers
 * @returns every value of the graph
 */
export function evaluateGraph(
  nodes: readonly Node[],
  feeds: ReadonlyMap<string, Dense>,
  needed?: ReadonlySet<string>,
): Map<string, Dense> {
  const values = new Map(feeds);
  for (const node of nodes) {
    if (needed !== undefined && !node.outputs.some((output) => needed.has(output))) continue;
    const results = evaluateNode(
      node,
      node.inputs.map((name) => (name === '' ? undefined : values.get(name))),
    );
    node.outputs.forEach((name, i) => name !== '' && values.set(name, results[i]!));
  }
  return values;
}
