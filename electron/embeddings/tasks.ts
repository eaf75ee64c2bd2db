/** Tasks of the compute process around backbones and their features. */
import { lstatSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AssayError } from '../contract/index.ts';
import { createSessionPool, type TaskContext } from '../compute/index.ts';
import { builtInBackbone, type BuiltInPlaces, readBackbone } from './backbones/built-in.ts';
import { featureModel, partOf } from './backbones/features.ts';
import { inspectModel } from './backbones/inspect.ts';
import { type BackboneFile, hashOf, sizeFor, type TapChoice } from './backbones/spec.ts';
import { FeatureFile } from './feature-file.ts';
import { runImages } from './image-runs.ts';
import { featureKey, type Fit } from './key.ts';

export type PrepareParams = BuiltInPlaces & { name: string };

/** A built-in backbone as a file, converted on first use. @throws AssayError `model/unknown` */
export const prepareTask = ({ name, ...places }: PrepareParams): Promise<BackboneFile> => builtInBackbone(name, places);

export interface InspectParams {
  /** The file that a person chose; data beside it is read. */
  file: string;
  /** Where the project keeps its own copy, one file with its specification inside. */
  out: string;
  /** What it shall be called. */
  name: string;
  size?: number | null;
  mean?: readonly number[] | null;
  std?: readonly number[] | null;
  colour?: 'RGB' | 'BGR' | null;
  taps?: readonly string[] | null;
}

const LARGEST_MODEL = 2 ** 31;

/** Takes an ONNX file into the project. @throws AssayError as `inspectModel` */
export async function inspectTask({ file, out, ...options }: InspectParams): Promise<BackboneFile> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new AssayError('model/not-onnx', { subject: basename(file), values: { reason }, cause });
  };
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => refuse(cause.message, cause));
  if (bytes.length === 0) refuse('the file is empty');
  if (bytes.length > LARGEST_MODEL) refuse('it is larger than 2 GB');
  const inspected = await inspectModel(bytes, {
    ...options,
    subject: basename(file),
    external: readBeside(dirname(file)),
  });
  await mkdir(dirname(out), { recursive: true });
  const temporary = `${out}.${process.pid}.tmp`;
  await writeFile(temporary, inspected.bytes, { flush: true });
  await rename(temporary, out);
  return { path: out, hash: hashOf(inspected.bytes), bytes: inspected.bytes.length, spec: inspected.spec };
}

/** Reads files beside the model when it asks for them; the decoder asks for plain names in its folder only. */
function readBeside(folder: string): (location: string) => Uint8Array | undefined {
  const cache = new Map<string, Uint8Array | undefined>();
  return (location) => {
    if (!cache.has(location)) {
      const path = join(folder, location);
      const file = lstatSync(path, { throwIfNoEntry: false });
      // A link may lead anywhere.
      cache.set(location, file?.isFile() ? readFileSync(path) : undefined);
    }
    return cache.get(location);
  };
}

export interface EmbedParams {
  /** A prepared backbone file. */
  backbone: string;
  tap: TapChoice;
  /** Side in pixels asked for; null: the backbone's own. */
  size: number | null;
  fit: Fit;
  /** Folder of feature files. */
  folder: string;
  images: { hash: string; path: string }[];
}

export interface EmbedTrouble {
  hash: string;
  path: string;
  /** Code and sentence of what is wrong with the file. */
  code: string;
  reason: string;
}

export interface EmbedResult {
  /** The feature file and the length of its rows. */
  path: string;
  length: number;
  size: number;
  /** Images embedded now; the others were there already. */
  embedded: number;
  troubles: EmbedTrouble[];
}

/** Rows appended at once, and lost at most when the process is killed. */
const ROWS_A_BLOCK = 64;

/**
 * Embeds the images that the feature file does not hold yet. Killed and started again, it goes on where the last whole
 * block ends. Files that cannot be read are listed, never fatal.
 */
export async function embedTask(params: EmbedParams, context: TaskContext): Promise<EmbedResult> {
  const { folder, images, fit } = params;
  const backbone = await readBackbone(params.backbone);
  const size = sizeFor(backbone.spec, params.size);
  const part = partOf(await readFile(backbone.path), backbone.spec, params.tap, size, basename(backbone.path));
  const model = featureModel([part]);
  const path = join(folder, `${featureKey(backbone, params)}.features`);
  const file = await FeatureFile.open(path, model.length);
  const pool = createSessionPool(model.bytes, { subject: basename(backbone.path) });
  const writer = blockWriter(file);
  try {
    // One row an image, however often it lies around.
    const wanted = new Map(images.filter(({ hash }) => !file.has(hash)).map((image) => [image.hash, image]));
    const todo = [...wanted.values()];
    const troubles: EmbedTrouble[] = [];
    const there = images.length - todo.length;
    context.progress(there, images.length, 'embed');
    const runs = runImages(
      todo.map((image) => image.path),
      {
        ...{ pool, fit, inputs: model.inputs, length: model.length, batch: model.batch },
        output: 'features',
        signal: context.signal,
      },
    );
    let embedded = 0;
    for await (const { first, results } of runs) {
      for (const [i, result] of results.entries()) {
        const { hash, path: imagePath } = todo[first + i]!;
        if (result instanceof AssayError) {
          const reason = String(result.values.reason ?? result.message);
          troubles.push({ hash, path: imagePath, code: result.code, reason });
          context.log(`${imagePath}: ${reason}`);
        } else {
          embedded++;
          await writer.add(hash, result);
        }
      }
      context.progress(there + first + results.length, images.length, 'embed');
    }
    return { path, length: model.length, size, embedded, troubles };
  } finally {
    // Cancelled or not: what was computed stays.
    await writer.end();
    await pool.close();
    await file.close();
  }
}

/** Gathers rows into blocks. */
function blockWriter(file: FeatureFile) {
  let hashes: string[] = [];
  const values = new Float32Array(ROWS_A_BLOCK * file.length);
  const write = async (): Promise<void> => {
    await file.append(hashes, values.subarray(0, hashes.length * file.length));
    hashes = [];
  };
  return {
    async add(hash: string, row: Float32Array): Promise<void> {
      values.set(row, hashes.length * file.length);
      hashes.push(hash);
      if (hashes.length === ROWS_A_BLOCK) await write();
    },
    async end(): Promise<void> {
      await write();
      await file.flush();
    },
  };
}
