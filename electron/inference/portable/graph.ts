/**
 * A classifier that takes a picture as a decoder gives it: uint8 [H, W, 3] of any size, red, green, blue. What Assay does
 * to pixels in front of a network (imaging/pixels.ts) is part of the graph (resize.ts).
 */
import { AssayError } from '../../contract/index.ts';
import { type NodeAdder, nodeAdder } from '../../embeddings/index.ts';
import { decodeModel, encodeModel, type Graph, ints, scalar, typeNumber } from '../../onnx/index.ts';
import { modelInfo } from '../model-file.ts';
import { uncalibrate } from '../temperature.ts';
import { fitted } from './resize.ts';

/** Operators of the resize (Range, Round, Clip with inputs) are of this operator set. */
const LEAST_OPSET = 11;
export const PICTURE = 'picture';
const OUTPUT = 'probabilities';
/** Axes of Unsqueeze and ReduceSum became an input with operator set 13. */
export function axesAware(add: NodeAdder, opset: number): NodeAdder {
  return (op, inputs, attributes = {}, output) => {
    const { axes, ...rest } = attributes;
    if (opset < 13 || !Array.isArray(axes) || (op !== 'Unsqueeze' && op !== 'ReduceSum'))
      return add(op, inputs, attributes, output);
    return add(op, [...inputs, ints(axes as number[])], rest, output);
  };
}

/**
 * The classifier with its preprocessing inside.
 * Input `picture`: uint8 [H, W, 3], upright, red, green, blue. Output `probabilities`: float32 [classes].
 * @param bytes a file of `classifierModel`
 * @param calibrated false: without the temperature that the file has inside
 * @throws AssayError `model/preprocessing` where it is none, `onnx/unsupported` below operator set 11
 */
export function portableModel(
  bytes: Uint8Array,
  subject: string,
  { calibrated = true }: { calibrated?: boolean } = {},
): Uint8Array {
  const info = modelInfo(bytes, subject);
  const model = decodeModel(bytes, { subject });
  if (!calibrated) uncalibrate(model, subject);
  const opset = model.opsets.get('') ?? 1;
  if (opset < LEAST_OPSET)
    throw new AssayError('onnx/unsupported', {
      subject,
      values: { operator: 'Range', reason: `its operator set is ${opset}, and the resize needs ${LEAST_OPSET}` },
    });
  const inner = model.graph;
  const front: Graph = { ...inner, nodes: [], initializers: inner.initializers, inputs: [], outputs: [], values: [] };
  const add = axesAware(prefixedAdder(nodeAdder(front, opset)), opset);
  const planes = add('Cast', [add('Transpose', [PICTURE], { perm: [2, 0, 1] })], { to: typeNumber('float32') });
  const shape = add('Cast', [add('Shape', [PICTURE])], { to: typeNumber('float64') });
  const side = (at: number): string => add('Gather', [shape, scalar(at, 'int64')], { axis: 0 });
  const sides = { height: side(0), width: side(1) };
  for (const { name, size } of info.inputs) {
    const one = fitted(add, planes, sides, size, info.fit);
    // A network of a fixed batch sees the picture as often as it must.
    const fed =
      info.batch === null || info.batch === 1 ? one : add('Concat', Array<string>(info.batch).fill(one), { axis: 0 });
    add('Identity', [fed], {}, `fitted/${name}`);
  }
  const renamed = new Map(info.inputs.map(({ name }) => [name, `portable/fitted/${name}`]));
  const nodes = inner.nodes.map((node) => ({
    ...node,
    name: node.name === OUTPUT ? `${OUTPUT}/rows` : node.name,
    inputs: node.inputs.map((name) => renamed.get(name) ?? name),
    outputs: node.outputs.map((name) => (name === OUTPUT ? `${OUTPUT}/rows` : name)),
  }));
  front.nodes.push(...nodes);
  nodeAdder(front, opset)('Gather', [`${OUTPUT}/rows`, scalar(0, 'int64')], { axis: 0 }, OUTPUT);
  model.graph = {
    ...front,
    inputs: [{ name: PICTURE, type: 'uint8', shape: ['height', 'width', 3] }],
    outputs: [{ name: OUTPUT, type: 'float32', shape: [info.classes.length] }],
  };
  model.metadata = new Map([
    ...[...model.metadata].filter(([key]) => key !== 'assay.kind' && key !== 'assay.inputs' && key !== 'assay.batch'),
    ['assay.kind', 'portable-classifier'],
    ['assay.input', JSON.stringify({ name: PICTURE, type: 'uint8', layout: 'HWC', colour: 'RGB', fit: info.fit })],
  ]);
  return encodeModel(model);
}

/** Names that cannot meet those of a network. */
function prefixedAdder(add: NodeAdder): NodeAdder {
  let counter = 0;
  return (op, inputs, attributes, output) => add(op, inputs, attributes, `portable/${output ?? `${op}_${++counter}`}`);
}
