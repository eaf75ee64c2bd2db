/** Tasks of the compute process: writes a portable model with its page, and runs one as another program would. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AssayError } from '../../contract/index.ts';
import { createSession, type TaskContext } from '../../compute/index.ts';
import { loadPicture } from '../../imaging/index.ts';
import { modelInfo } from '../model-file.ts';
import { writeWhole } from '../whole-file.ts';
import { portableModel } from './graph.ts';
import { guideOf } from './guide.ts';

export interface PortableParams {
  /** A classifier of a run. */
  model: string;
  /** What the run is called. */
  run: string;
  out: string;
  /** The page beside it. */
  guide: string;
  /** Whether the temperature stays inside. */
  calibrated: boolean;
}

/** Writes both files whole. @throws AssayError `model/preprocessing`, `onnx/unsupported` */
export async function portableTask({
  model,
  run,
  out,
  guide,
  calibrated,
}: PortableParams): Promise<{ bytes: number; classes: string[] }> {
  const file = await readFile(model);
  const { classes, fit } = modelInfo(file, basename(model));
  const bytes = portableModel(file, basename(model), { calibrated });
  await writeWhole(out, bytes);
  await writeWhole(guide, Buffer.from(guideOf({ file: basename(out), classes, run, fit, calibrated })));
  return { bytes: bytes.length, classes };
}

export interface PortableRunParams {
  model: string;
  paths: string[];
  /** Length of a row. */
  classes: number;
}

/** Larger pictures than decoders take: nothing is made smaller on the way in. */
const ANY_SIDE = 0x3fff;

/** Probabilities [paths, classes] of decoded pictures of their own sizes; a row of zeros where a file could not be read. */
export async function portableRunTask(
  { model, paths, classes }: PortableRunParams,
  context: TaskContext,
): Promise<{ probabilities: Float32Array }> {
  const session = await createSession(model, { subject: basename(model) });
  const probabilities = new Float32Array(paths.length * classes);
  try {
    for (const [i, path] of paths.entries()) {
      if (context.signal.aborted) throw new AssayError('internal/cancelled');
      const picture = await loadPicture(path, ANY_SIDE).catch((thrown: unknown) => {
        if (thrown instanceof AssayError) return null;
        throw thrown;
      });
      if (picture) {
        const { data, width, height } = picture;
        const answer = await session.run({ picture: { type: 'uint8', dims: [height, width, 3], data } });
        probabilities.set(answer.probabilities!.data as Float32Array, i * classes);
      }
      context.progress(i + 1, paths.length, 'check');
    }
  } finally {
    await session.release();
  }
  return { probabilities };
}
