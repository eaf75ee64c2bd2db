/** The classifier file of a trained network: its weights in place of the backbone's, and everything foldable folded. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AssayError } from '../contract/index.ts';
import { type Fit, partOf, readBackbone, sizeFor, type TapChoice } from '../embeddings/index.ts';
import { decodeTensorFile, floats, type Tensor, untied } from '../onnx/index.ts';
import { ensembleModel } from './ensemble.ts';
import { classifierModel } from './model-file.ts';
import { writeWhole } from './whole-file.ts';

export interface TrainedParams {
  /** The prepared backbone that the training began with. */
  backbone: string;
  tap: TapChoice;
  size: number | null;
  fit: Fit;
  classes: string[];
  provenance: Record<string, unknown>;
  /** Tensor file with the trained weights; `head/weights` and `head/bias` are the head's. */
  trained: string;
  out: string;
}

/** Writes one ONNX file. @throws AssayError `model/not-onnx` where the weights' file is damaged */
export async function exportTrainedTask(params: TrainedParams): Promise<{ bytes: number }> {
  const { spec } = await readBackbone(params.backbone);
  const file = decodeTensorFile(await readFile(params.trained));
  if (!file)
    throw new AssayError('model/not-onnx', { subject: params.trained, values: { reason: 'the weights are damaged' } });
  const part = partOf(await readFile(params.backbone), spec, params.tap, sizeFor(spec, params.size), spec.title);
  const tensors = new Map(
    [...file.tensors].map(([name, { dims, data }]): [string, Tensor] => [name, floats(data, dims)]),
  );
  const head = {
    weights: file.tensors.get('head/weights')!.data,
    bias: file.tensors.get('head/bias')!.data,
    temperature: Number(file.note.temperature) || 1,
  };
  const { fit, classes, provenance } = params;
  const parts = [{ ...part, model: untied(part.model) }];
  const bytes = classifierModel({ parts, fit, head, classes, provenance, trained: tensors });
  await writeWhole(params.out, bytes);
  return { bytes: bytes.length };
}

export interface EnsembleParams {
  /** Classifier files of the same classes, in the same order, with the same inputs. */
  models: string[];
  out: string;
}

/** One file whose probabilities are the mean of several. */
export async function ensembleTask({ models, out }: EnsembleParams): Promise<{ bytes: number }> {
  const files = await Promise.all(models.map((path) => readFile(path)));
  const bytes = ensembleModel(files, basename(out));
  await writeWhole(out, bytes);
  return { bytes: bytes.length };
}
