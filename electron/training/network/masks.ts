/**
 * Dropout and stochastic depth as graph inputs: the host draws the masks from (seed, step), so a resumed training
 * repeats them, and no device needs a random source. Only the training graph has them; validation runs without.
 */
import { random } from '../../contract/index.ts';
import { Attributes, type Model, type Node, type Tensor } from '../../onnx/index.ts';
import { type Blocks } from './blocks.ts';

export interface Mask {
  /** Graph input that takes it. */
  readonly name: string;
  /** Shape for a batch of n. */
  readonly dims: (n: number) => number[];
  /** Share that is left out, at least 0. */
  readonly rate: number;
}

export interface Masked {
  readonly model: Model;
  readonly masks: readonly Mask[];
}

export interface MaskRates {
  dropout: number;
  stochasticDepth: number;
}

/**
 * Multiplies the features before the head by a mask, and every residual branch by one value an image (Huang and others
 * 2016: the rate grows linearly with depth).
 * @param features name of the value [N, length] that the head reads
 * @param ranks rank of each branch's value
 */
export function withMasks(
  model: Model,
  rates: MaskRates,
  features: { name: string; length: number },
  residuals: Blocks['residuals'],
  rankOf: (name: string) => number | undefined,
): Masked {
  const masks: Mask[] = [];
  const graph = { ...model.graph, nodes: [...model.graph.nodes], inputs: [...model.graph.inputs] };
  const multiply = (value: string, mask: Mask, readers: (node: Node) => boolean, shape: (number | string)[]): void => {
    const masked = `${mask.name}/applied`;
    graph.inputs.push({ name: mask.name, type: 'float32', shape });
    const first = graph.nodes.findIndex(readers);
    graph.nodes = graph.nodes.map((node) =>
      readers(node) ? { ...node, inputs: node.inputs.map((input) => (input === value ? masked : input)) } : node,
    );
    const attributes = Attributes.from({});
    graph.nodes.splice(first, 0, {
      ...{ op: 'Mul', name: masked, domain: '', inputs: [value, mask.name], outputs: [masked], attributes },
    });
    masks.push(mask);
  };
  if (rates.dropout > 0) {
    const mask: Mask = { name: 'mask/dropout', dims: (n) => [n, features.length], rate: rates.dropout };
    const reads = (node: Node): boolean => node.inputs.includes(features.name);
    multiply(features.name, mask, reads, ['N', features.length]);
  }
  residuals.forEach(({ node, branch }, i) => {
    const rank = rankOf(branch);
    const rate = (rates.stochasticDepth * (i + 1)) / residuals.length;
    if (rate <= 0 || rank === undefined) return;
    const ones = new Array<number>(rank - 1).fill(1);
    const mask: Mask = { name: `mask/depth_${i}`, dims: (n) => [n, ...ones], rate };
    multiply(branch, mask, (reader) => reader.outputs[0] === node.outputs[0], ['N', ...ones]);
  });
  return { model: { ...model, graph }, masks };
}

/** Values of a mask for one step: 0, or 1 / (1 - rate) so that the expectation stays. */
export function drawMask(mask: Mask, batch: number, seed: number, step: number): Tensor & { data: Float32Array } {
  const dims = mask.dims(batch);
  const stream = random(seed, 'mask', mask.name, step);
  const kept = 1 / (1 - mask.rate);
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  for (let i = 0; i < data.length; i++) data[i] = stream.next() < mask.rate ? 0 : kept;
  return { type: 'float32', dims, data };
}
