/** Several classifiers as one: the graphs side by side on one input, the mean of their probabilities. */
import { Attributes, decodeModel, encodeModel, floats, type Graph, type Node } from '../onnx/index.ts';

/** Metadata is the first one's, but for the temperatures. All must have the same input and output names and one operator set. */
export function ensembleModel(files: readonly Uint8Array[], subject: string): Uint8Array {
  const models = files.map((bytes) => decodeModel(bytes, { subject }));
  const first = models[0]!;
  const inputs = new Set(first.graph.inputs.map((input) => input.name));
  const [output] = first.graph.outputs as [Graph['outputs'][number]];
  const nodes: Node[] = [];
  const initializers: Graph['initializers'] = new Map();
  models.forEach(({ graph }, i) => {
    const rename = (name: string): string => (name === '' || inputs.has(name) ? name : `model${i + 1}/${name}`);
    for (const [name, tensor] of graph.initializers) initializers.set(rename(name), tensor);
    for (const node of graph.nodes)
      nodes.push({
        ...node,
        name: node.name === '' ? '' : rename(node.name),
        inputs: node.inputs.map(rename),
        outputs: node.outputs.map(rename),
      });
  });
  const plain = { domain: '', attributes: Attributes.from({}) };
  const parts = models.map((_, i) => `model${i + 1}/${output.name}`);
  initializers.set('ensemble/share', floats([1 / models.length]));
  nodes.push(
    { ...plain, op: 'Sum', name: 'ensemble/sum', inputs: parts, outputs: ['ensemble/sum'] },
    {
      ...plain,
      ...{ op: 'Mul', name: 'ensemble/mean', inputs: ['ensemble/sum', 'ensemble/share'], outputs: [output.name] },
    },
  );
  const graph: Graph = { ...first.graph, nodes, initializers, values: [] };
  // Of each, so that they can be taken out again; the mean is what an average of logits weighs the whole by.
  const temperatures = models.map(({ metadata }) => Number(metadata.get('assay.temperature') ?? 1));
  const mean = temperatures.reduce((sum, one) => sum + one, 0) / temperatures.length;
  const metadata = new Map([
    ...first.metadata,
    ['assay.temperature', String(mean)],
    ['assay.temperatures', JSON.stringify(temperatures)],
  ]);
  return encodeModel({ ...first, metadata, graph });
}
