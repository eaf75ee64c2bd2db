/**
 * Temperatures of a classifier file: the logits were divided by them (Guo et al., "On Calibration of Modern Neural
 * Networks", 2017), fitted on images that the network had not learned from. Here they are read, and taken out again.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AssayError } from '../contract/index.ts';
import { Attributes, floats, type Model, readMetadata } from '../onnx/index.ts';

const OUTPUT = 'probabilities';

/** One, or one for each network of the file. Empty where a file of several does not say them (an older one). */
function temperaturesIn(metadata: ReadonlyMap<string, string>, networks: number): number[] {
  const all = metadata.get('assay.temperatures');
  if (all !== undefined) return (JSON.parse(all) as unknown[]).map(Number);
  const one = Number(metadata.get('assay.temperature') ?? 1);
  return networks > 1 ? [] : [one];
}

/** Softmax nodes that end a network of the graph, in their order: one, or one for each network of an ensemble. */
const endings = ({ graph }: Model) =>
  graph.nodes.filter(({ op, outputs }) => op === 'Softmax' && /^(model\d+\/)?probabilities$/.test(outputs[0] ?? ''));

/**
 * Multiplies the logits by the temperatures that they were divided by: changes the graph and what it says of itself.
 * A file whose networks were stacked has temperature 1 and stays as it is.
 * @throws AssayError `model/preprocessing` where a file of several networks does not say their temperatures
 */
export function uncalibrate(model: Model, subject = 'The model'): void {
  const known = model.metadata;
  const none = !known.has('assay.temperatures') && Number(known.get('assay.temperature') ?? 1) === 1;
  const ends = none ? [] : endings(model);
  const temperatures = temperaturesIn(model.metadata, ends.length);
  if (ends.length > 0 && temperatures.length !== ends.length)
    throw new AssayError('model/preprocessing', {
      subject,
      values: { reason: 'it holds several networks and does not say their temperatures; train the run again' },
    });
  const { graph } = model;
  ends.forEach((end, i) => {
    const logits = end.inputs[0]!;
    const [by, raw] = [`${OUTPUT}/temperature-${i}`, `${OUTPUT}/raw-${i}`];
    graph.initializers.set(by, floats([temperatures[i]!]));
    const place = graph.nodes.indexOf(end);
    graph.nodes.splice(
      place,
      1,
      {
        ...{ op: 'Mul', domain: '', name: raw, inputs: [logits, by], outputs: [raw], attributes: Attributes.from({}) },
      },
      { ...end, inputs: [raw] },
    );
  });
  model.metadata = new Map([...model.metadata, ['assay.temperature', '1'], ['assay.calibrated', 'false']]);
  model.metadata.delete('assay.temperatures');
}

/** What a file says of its temperatures; empty where it does not. */
export async function temperaturesTask({ model }: { model: string }): Promise<{ temperatures: number[] }> {
  const metadata = readMetadata(await readFile(model), basename(model));
  // The file of folds trained before temperatures were listed has the first one's only: its networks are not counted here.
  return { temperatures: temperaturesIn(metadata, 1) };
}
