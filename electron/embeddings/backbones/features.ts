import { decodeModel, encodeModel, type Graph } from '../../onnx/index.ts';
import { assemble, type GraphInput, type InputForm, type Part } from './assemble.ts';
import { type BackboneSpec, type TapChoice, tapsOf } from './spec.ts';

export interface FeatureModel {
  /** An ONNX file with one output `features` [N, length] float32. */
  bytes: Uint8Array;
  inputs: GraphInput[];
  length: number;
  batch: number | null;
}

/** A backbone as a part of a larger graph. `size` must be one that it takes (`sizeFor`). */
export function partOf(bytes: Uint8Array, spec: BackboneSpec, choice: TapChoice, size: number, subject?: string): Part {
  return { model: decodeModel(bytes, { subject }), spec, taps: tapsOf(spec, choice), size };
}

/** The network that turns images into feature vectors. */
export function featureModel(parts: readonly Part[], form: InputForm = 'pixels'): FeatureModel {
  const { model, features, length, inputs, batch } = assemble(parts, form);
  declareOutput(model.graph, features, 'features', length);
  return { bytes: encodeModel(model), inputs, length, batch };
}

/** Gives a [N, length] value a name and hands it out. */
export function declareOutput(graph: Graph, value: string, name: string, length: number): void {
  if (value !== name)
    graph.nodes = graph.nodes.map((node) =>
      node.outputs.includes(value) || node.inputs.includes(value)
        ? {
            ...node,
            inputs: node.inputs.map((input) => (input === value ? name : input)),
            outputs: node.outputs.map((output) => (output === value ? name : output)),
          }
        : node,
    );
  graph.outputs.push({ name, type: 'float32', shape: [null, length] });
}
