/** Which initializers of a network are weights: what training changes, and how. */
import { type Graph, type Node, producersOf } from '../../onnx/index.ts';
import { type Blocks } from './blocks.ts';

export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  readonly size: number;
  /** Weight decay pulls at matrices and filters, not at norms, biases and embeddings. */
  readonly decay: boolean;
  /** Block that reads it first; `blocks` for the head. */
  readonly block: number;
}

/** Running statistics of batch normalisation: they follow the batches, not the gradient. */
export interface RunningStatistics {
  readonly mean: string;
  readonly variance: string;
}

const MATRICES = new Set(['Conv', 'ConvTranspose', 'MatMul', 'Gemm', 'Einsum']);
/** Operands by operator: which inputs may be weights; all others are settings. */
const WEIGHTS: Readonly<Record<string, readonly number[]>> = {
  ...{ Conv: [1, 2], ConvTranspose: [1, 2], MatMul: [0, 1], Gemm: [0, 1, 2], Einsum: [0, 1, 2, 3] },
  ...{ BatchNormalization: [1, 2], LayerNormalization: [1, 2], InstanceNormalization: [1, 2] },
  ...{ GroupNormalization: [1, 2], PRelu: [1], Add: [0, 1], Mul: [0, 1], Sub: [0, 1], Concat: [0, 1, 2, 3] },
  ...{ Gather: [0], Expand: [0], Tile: [0], Where: [1, 2] },
};
/** Operators that hand a weight on in another shape. */
const SHAPES = new Set(['Reshape', 'Transpose', 'Unsqueeze', 'Squeeze', 'Flatten', 'Identity', 'Slice', 'Cast']);

/**
 * Weights in the order in which the graph reads them. Elementwise constants before the first matrix are the network's
 * own normalisation of pixels and stay; scalars are settings.
 */
export function parametersOf(graph: Graph, image: string, blocks: Blocks): Parameter[] {
  const { initializers } = graph;
  const found = new Map<string, Parameter>();
  const touched = new Set<string>();
  const active = new Set([image]);
  const producers = producersOf(graph);
  /** The initializer behind a value, through changes of shape. */
  const origin = (name: string): string | undefined => {
    if (initializers.has(name)) return name;
    const node = producers.get(name);
    return node !== undefined && SHAPES.has(node.op) ? origin(node.inputs[0] ?? '') : undefined;
  };
  for (const node of graph.nodes) {
    const isMatrix = MATRICES.has(node.op);
    const reached = node.inputs.some((input) => touched.has(input));
    if (node.inputs.some((input) => active.has(input))) for (const output of node.outputs) active.add(output);
    for (const at of WEIGHTS[node.op] ?? []) {
      const name = origin(node.inputs[at] ?? '');
      const tensor = name === undefined ? undefined : initializers.get(name);
      if (name === undefined || tensor?.type !== 'float32' || found.has(name)) continue;
      const size = tensor.data.length;
      if (size < 2 && !(isMatrix && at === 2)) continue;
      if (!isMatrix && !reached && !joinsTokens(node)) continue;
      // Group normalisation as exporters write it: the ones and zeros of the inner step are no weights.
      if (node.op === 'InstanceNormalization' && producers.get(node.inputs[0]!)?.op === 'Reshape') continue;
      const decay = isMatrix && tensor.dims.length >= 2 && at !== 2;
      found.set(name, { name, dims: tensor.dims, size, decay, block: blockOf(node, blocks) });
    }
    if (isMatrix || reached) for (const output of node.outputs) touched.add(output);
  }
  return [...found.values()];
}

/** A class token stands beside the patches before anything has multiplied it. */
const joinsTokens = (node: Node): boolean => node.op === 'Concat' || node.op === 'Expand' || node.op === 'Tile';

/** Nodes beside the way to the deepest features (pooled taps, the head) count as the head. */
const blockOf = (node: Node, { blockOf: of, ends }: Blocks): number => of.get(node.outputs[0] ?? '') ?? ends.length;

/** Running means and variances that training on the statistics of the batch updates. */
export function runningStatisticsOf(graph: Graph): RunningStatistics[] {
  return graph.nodes
    .filter(({ op, domain }) => op === 'BatchNormalization' && domain === '')
    .map(({ inputs }) => ({ mean: inputs[3]!, variance: inputs[4]! }));
}
