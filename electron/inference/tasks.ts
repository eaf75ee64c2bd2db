/** Tasks of the compute process: write a trained classifier, and classify files with one. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AssayError } from '../contract/index.ts';
import { createSessionPool, type TaskContext } from '../compute/index.ts';
import { type Fit, partOf, readBackbone, runImages, sizeFor, type TapChoice } from '../embeddings/index.ts';
import { classifierModel, type HeadWeights, type ModelInfo, modelInfo, runnableModel } from './model-file.ts';
import { writeWhole } from './whole-file.ts';

export interface ExportParams {
  /** Prepared backbone files; their features were concatenated in this order. */
  backbones: string[];
  tap: TapChoice;
  /** Side asked for; null: each backbone's own. */
  size: number | null;
  fit: Fit;
  head: HeadWeights;
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

export interface ClassifyParams {
  /** A classifier written by `exportTask`. */
  model: string;
  paths: string[];
  /** `quarter-turns`: the mean of the probabilities of the four turns; upright or not, the answer is the same. */
  views: 'none' | 'quarter-turns';
}

/** A part of the answers, in the order of `paths`. */
export interface ClassifyBatch {
  /** Index of the first image in `paths`. */
  first: number;
  /** [images, classes]; zeros for files that could not be read. */
  probabilities: Float32Array;
  /** For each image why it could not be read: code and words; null where it was. */
  troubles: ({ code: string; reason: string } | null)[];
}

/**
 * Classifies files. Batches come in order, and the next waits while the taker is busy. An image's digits depend on
 * nothing but the image and the model: a run that goes on after a kill gives what an uninterrupted one gives.
 */
export async function classifyTask(
  { model, paths, views }: ClassifyParams,
  context: TaskContext<ClassifyBatch>,
): Promise<{ classes: string[]; images: number; failed: number }> {
  const subject = basename(model);
  const { bytes, inputs, output, classes, fit, batch } = runnableModel(await readFile(model), subject);
  const turns = views === 'quarter-turns' ? 4 : 1;
  const pool = createSessionPool(bytes, { subject });
  let failed = 0;
  try {
    const options = { pool, inputs, output, fit, batch, length: classes.length, signal: context.signal };
    context.progress(0, paths.length, 'classify');
    for await (const { first, results } of runImages(paths, { ...options, views: turns })) {
      const probabilities = new Float32Array(results.length * classes.length);
      const troubles = results.map((result, i) => {
        if (!(result instanceof AssayError)) {
          probabilities.set(meanOf(result, classes.length), i * classes.length);
          return null;
        }
        failed++;
        return { code: result.code, reason: String(result.values.reason ?? result.message) };
      });
      await context.emit({ first, probabilities, troubles });
      context.progress(first + results.length, paths.length, 'classify');
    }
    return { classes, images: paths.length, failed };
  } finally {
    await pool.close();
  }
}

/** Mean over rows of [rows, length]. */
function meanOf(rows: Float32Array, length: number): Float32Array {
  const count = rows.length / length;
  if (count === 1) return rows;
  return Float32Array.from({ length }, (_, k) => {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += rows[row * length + k]!;
    return sum / count;
  });
}
