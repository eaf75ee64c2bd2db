/**
 * Parting a network in front of its first trained weight: what lies before is the same in every epoch, so it is run as
 * inference and its values can be kept.
 */
import { concretize, type Model, prune, type ValueInfo } from '../../onnx/index.ts';

export interface Crossing {
  readonly name: string;
  /** Without the batch. */
  readonly dims: readonly number[];
}

export interface Split {
  /** From the image to the crossing values, for any batch size. */
  readonly front: Model;
  /** From the crossing values to the outputs. */
  readonly tail: Model;
  readonly crossings: readonly Crossing[];
}

/**
 * Null where nothing is frozen in front.
 * @param shape of the input for one batch size @param trained initializers that change
 */
export function splitFrozen(
  model: Model,
  input: string,
  shape: readonly number[],
  trained: ReadonlySet<string>,
): Split | null {
  const { graph } = model;
  const active = new Set(trained);
  const fromImage = new Set([input]);
  const crossing = new Set<string>();
  for (const node of graph.nodes) {
    const isActive = node.inputs.some((name) => active.has(name));
    if (node.inputs.some((name) => fromImage.has(name))) for (const output of node.outputs) fromImage.add(output);
    if (!isActive) continue;
    for (const output of node.outputs) active.add(output);
    for (const name of node.inputs) if (fromImage.has(name) && !active.has(name)) crossing.add(name);
  }
  if (crossing.size === 0 || crossing.has(input)) return null;
  const { known } = concretize(model, { shapes: { [input]: shape } });
  const crossings = [...crossing].map((name) => ({ name, dims: known.get(name)!.shape.slice(1) }));
  const infos = crossings.map(({ name, dims }): ValueInfo => ({ name, type: 'float32', shape: ['N', ...dims] }));
  const front = {
    ...graph,
    nodes: [...graph.nodes],
    initializers: new Map(graph.initializers),
    outputs: infos,
    values: [],
  };
  prune(front);
  const tail = {
    ...graph,
    nodes: graph.nodes.filter((node) => !node.outputs.some((output) => crossing.has(output))),
    initializers: new Map(graph.initializers),
    inputs: infos,
    values: [],
  };
  prune(tail);
  return { front: { ...model, graph: front }, tail: { ...model, graph: tail }, crossings };
}
