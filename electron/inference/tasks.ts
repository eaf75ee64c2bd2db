/** Task of the compute process: writes a trained classifier. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Fit, partOf, readBackbone, sizeFor, type TapChoice } from '../embeddings/index.ts';
import { AssayError } from '../contract/index.ts';
import { decodeTensorFile } from '../onnx/index.ts';
import { classifierModel, type HeadWeights, type ModelInfo, modelInfo } from './model-file.ts';
import { writeWhole } from './whole-file.ts';

export interface ExportParams extends ExportShape {
  head: HeadWeights;
}

interface ExportShape {
  /** Prepared backbone files; their features were concatenated in this order. */
  backbones: string[];
  tap: TapChoice;
  /** Side asked for; null: each backbone's own. */
  size: number | null;
  fit: Fit;
  classes: string[];
  provenance: Record<string, unknown>;
  /** Where the model goes; replaced atomically. */
  out: string;
}

/** Writes one ONNX file and returns what it says of itself. */
export async function exportTask(params: ExportParams): Promise<ModelInfo & { bytes: number }> {
  const { backbones, tap, size, out, ...rest } = params;
  const parts = await Promise.all(
    backbones.map(async (path) => {
      const { spec } = await readBackbone(path);
      return partOf(await readFile(path), spec, tap, sizeFor(spec, size), basename(path));
    }),
  );
  const bytes = classifierModel({ parts, ...rest });
  await writeWhole(out, bytes);
  return { ...modelInfo(bytes, basename(out)), bytes: bytes.length };
}

export interface ExportFoldParams extends ExportShape {
  /** Tensor file of the heads by which a head's training predicted its folds. */
  heads: string;
  fold: number;
}

/** The classifier that predicted one fold. @throws AssayError `model/not-onnx` where the file does not hold it whole */
export async function exportFoldTask({ heads, fold, ...shape }: ExportFoldParams): Promise<{ bytes: number }> {
  const file = decodeTensorFile(await readFile(heads));
  const weights = file?.tensors.get(`fold-${fold}/weights`)?.data;
  const bias = file?.tensors.get(`fold-${fold}/bias`)?.data;
  if (!file || !weights || !bias)
    throw new AssayError('model/not-onnx', { subject: heads, values: { reason: 'the weights are damaged' } });
  return exportTask({ ...shape, head: { weights, bias, temperature: Number(file.note.temperature) || 1 } });
}
