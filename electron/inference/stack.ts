/** Several classifiers and the rule that makes their answers one, as one classifier file. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AssayError } from '../contract/index.ts';
import { type NodeAdder, mergedOpsets, nodeAdder } from '../embeddings/index.ts';
import { type Combiner } from '../evaluation/index.ts';
import { decodeModel, encodeModel, floats, type Graph, ints, type Model } from '../onnx/index.ts';
import { metadataOf, type ModelInfo, modelInfo } from './model-file.ts';
import { writeWhole } from './whole-file.ts';

export interface StackModelParams {
  /** Classifier files, in the order in which the rule was fitted. */
  models: string[];
  /** Classes in the order of the answer. */
  classes: string[];
  rule: Combiner;
  provenance: Record<string, unknown>;
  out: string;
}

const OUTPUT = 'probabilities';
/** Probabilities are floored here before a logarithm, as where the rule was fitted. */
const FLOOR = 1e-9;

/** Writes the file. @throws AssayError `onnx/unsupported` where the networks cannot stand in one graph */
export async function stackModelTask({ models, out, ...rest }: StackModelParams): Promise<{ bytes: number }> {
  const files = await Promise.all(models.map(async (path) => ({ bytes: await readFile(path), name: basename(path) })));
  const bytes = stackModel(files, rest);
  await writeWhole(out, bytes);
  return { bytes: bytes.length };
}

interface Member {
  info: ModelInfo;
  model: Model;
}

export function stackModel(
  files: readonly { bytes: Uint8Array; name: string }[],
  { classes, rule, provenance }: Pick<StackModelParams, 'classes' | 'rule' | 'provenance'>,
): Uint8Array {
  const members = files.map(({ bytes, name }): Member => ({
    info: modelInfo(bytes, name),
    model: decodeModel(bytes, { subject: name }),
  }));
  const [first] = members as [Member];
  const refuse = (reason: string): never => {
    throw new AssayError('onnx/unsupported', { subject: files[0]!.name, values: { operator: 'a stack', reason } });
  };
  if (members.some(({ info }) => info.fit !== first.info.fit))
    refuse('some of the runs letterbox their pictures and others stretch them');
  const batches = [...new Set(members.map(({ info }) => info.batch))];
  if (batches.length > 1) refuse('the networks take batches of different sizes');
  const opsets = mergedOpsets(members.map(({ model }) => ({ ...model, graph: withoutSoftmax(model.graph) })));
  const graph: Graph = { name: 'assay', nodes: [], initializers: new Map(), inputs: [], outputs: [], values: [] };
  const sizes = [...new Set(members.flatMap(({ info }) => info.inputs.map(({ size }) => size)))];
  const inputs = sizes.map((size) => ({ name: sizes.length === 1 ? 'image' : `image_${size}`, size }));
  const batch = batches[0] ?? null;
  for (const { name, size } of inputs)
    graph.inputs.push({ name, type: 'float32', shape: [batch ?? 'N', 3, size, size] });
  const answers = members.map((member, m) => addMember(graph, member, `run${m + 1}/`, inputs));
  const add = nodeAdder(graph, opsets.get('') ?? 17);
  const columns = answers.map((answer, m) => {
    const { info } = members[m]!;
    const order = classes.map((name) => info.classes.indexOf(name));
    if (order.includes(-1) || order.length !== info.classes.length) refuse('the runs do not know the same classes');
    return order.every((k, i) => k === i) ? answer : add('Gather', [answer, ints(order)], { axis: 1 });
  });
  add('Identity', [combined(add, columns, rule)], {}, OUTPUT);
  graph.outputs.push({ name: OUTPUT, type: 'float32', shape: [batch ?? 'N', classes.length] });
  const licences = members.flatMap(({ model }) => JSON.parse(model.metadata.get('assay.licences') ?? '[]') as string[]);
  const metadata = metadataOf({ inputs, fit: first.info.fit, classes, temperature: 1, batch, licences, provenance });
  return encodeModel({ ...first.model, opsets, metadata, graph, extra: undefined });
}

/**
 * The graph without its last softmax. That stands on rows [N, classes], where Softmax means the same in every operator set,
 * though its meaning for other shapes changed with 13.
 */
const withoutSoftmax = (graph: Graph): Graph => ({
  ...graph,
  nodes: graph.nodes.filter(({ op, outputs }) => op !== 'Softmax' || outputs[0] !== graph.outputs[0]?.name),
});

/** Adds a classifier under a prefix, reading the shared inputs; returns its answer. */
function addMember(
  graph: Graph,
  { info, model }: Member,
  prefix: string,
  inputs: readonly { name: string; size: number }[],
): string {
  const shared = new Map(
    info.inputs.map(({ name, size }) => [name, inputs.find((input) => input.size === size)!.name]),
  );
  const rename = (name: string): string => (name === '' ? '' : (shared.get(name) ?? prefix + name));
  for (const [name, tensor] of model.graph.initializers) graph.initializers.set(rename(name), tensor);
  for (const node of model.graph.nodes)
    graph.nodes.push({
      ...node,
      name: node.name === '' ? '' : prefix + node.name,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    });
  return prefix + OUTPUT;
}

/** The rule of evaluation/combine.ts as a graph. */
function combined(add: NodeAdder, answers: readonly string[], rule: Combiner): string {
  const log = (x: string): string => add('Log', [add('Max', [x, floats([FLOOR])])]);
  if (rule.method === 'logistic') {
    const parts = answers.flatMap((answer) => {
      if (rule.form === 'proba') return [answer];
      return rule.form === 'logproba' ? [log(answer)] : [answer, log(answer)];
    });
    const x = add('Concat', parts, { axis: 1 });
    const weights = floats(rule.weights, [rule.weights.length / rule.bias.length, rule.bias.length]);
    return add('Softmax', [add('Gemm', [x, weights, floats(rule.bias)])], { axis: 1 });
  }
  const geometric = rule.method === 'geometric';
  const parts = answers.map((answer, m) => add('Mul', [geometric ? log(answer) : answer, floats([rule.weights[m]!])]));
  const sum = add('Sum', parts);
  return geometric ? add('Softmax', [sum], { axis: 1 }) : sum;
}
