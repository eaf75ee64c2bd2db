/**
 * Images through a network: decoding (libuv's threads) and sessions (worker threads) side by side, results in order,
 * and never more in memory than is being worked on. Batches always have the same size, filled up with empty rows, so
 * that an image's digits do not depend on its neighbours, nor on where an interrupted run went on.
 */
import { AssayError, toAssayError } from '../contract/index.ts';
import { type SessionPool } from '../compute/index.ts';
import { type Feeds } from '../compute/session.ts';
import { loadPixels } from '../imaging/index.ts';
import { type Tensor } from '../onnx/index.ts';
import { type GraphInput } from './backbones/assemble.ts';
import { type Fit } from './key.ts';
import { type View, viewOf } from './turn.ts';

const AS_IT_IS: readonly View[] = [0];

export interface ImageRunOptions {
  pool: SessionPool;
  /** Inputs of the form `pixels`. */
  inputs: readonly GraphInput[];
  /** Output to return, [rows, length] float32. */
  output: string;
  length: number;
  fit: Fit;
  /** The batch that the network insists on; null: what suits the size. */
  batch: number | null;
  /** The views in which each image is seen; default: as it is. */
  views?: readonly View[];
  /** Where the pixels come from, one square of interleaved RGB an input; default: the file by `loadPixels`. */
  load?: (path: string, inputs: readonly GraphInput[], fit: Fit) => Promise<readonly Uint8Array[]>;
  signal: AbortSignal;
}

export interface ImageRun {
  /** Index of the first image in `paths`. */
  first: number;
  /** For each image its rows one after another, [views.length, length]; or why it could not be read. */
  results: (Float32Array | AssayError)[];
}

/** Pixels a run at most, in images of 224 × 224: small enough to stay near the cache. */
const PIXELS = 8 * 224 * 224;

/** Images a batch; with several inputs the largest decides. */
export function batchFor(inputs: readonly GraphInput[], fixed: number | null): number {
  if (fixed !== null) return fixed;
  const side = Math.max(...inputs.map((input) => input.size));
  return Math.max(1, Math.min(16, Math.floor(PIXELS / (side * side))));
}

/** @throws AssayError of the network; what is wrong with an image is among the results */
export async function* runImages(paths: readonly string[], options: ImageRunOptions): AsyncGenerator<ImageRun> {
  const { pool, signal, views = AS_IT_IS } = options;
  const rows = batchFor(options.inputs, options.batch);
  // A batch holds whole images; a network that takes one row at a time sees the turns one after another.
  const images = Math.max(1, Math.floor(rows / views.length));
  // Two more than are being run: one waiting, one being decoded.
  const depth = pool.size + 2;
  const open: Promise<ImageRun>[] = [];
  let next = 0;
  try {
    while (next < paths.length || open.length > 0) {
      while (open.length < depth && next < paths.length) {
        signal.throwIfAborted();
        const run = runBatch(paths.slice(next, next + images), next, rows, options);
        // A rejection is looked at when its turn comes.
        run.catch(() => undefined);
        open.push(run);
        next += images;
      }
      yield await open.shift()!;
    }
  } finally {
    await Promise.allSettled(open);
  }
}

async function runBatch(paths: string[], first: number, rows: number, options: ImageRunOptions): Promise<ImageRun> {
  const { inputs, fit, length, views = AS_IT_IS, load = loadFile } = options;
  const decoded = await Promise.all(paths.map((path) => load(path, inputs, fit).catch(toAssayError)));
  const readable = decoded.flatMap((image) => (image instanceof AssayError ? [] : [image]));
  const runs = Math.ceil((readable.length * views.length) / rows);
  const values = new Float32Array(runs * rows * length);
  for (let run = 0; run < runs; run++) {
    options.signal.throwIfAborted();
    const feeds = pack(readable, inputs, run * rows, rows, views);
    const outputs = await options.pool.run(feeds);
    values.set(outputs[options.output]!.data as Float32Array, run * rows * length);
  }
  let at = 0;
  const results = decoded.map((image) => {
    if (image instanceof AssayError) return image;
    const start = at;
    at += views.length * length;
    return values.subarray(start, at);
  });
  return { first, results };
}

/** Pixels of a file for every input. */
async function loadFile(path: string, inputs: readonly GraphInput[], fit: Fit): Promise<Uint8Array[]> {
  const sizes = inputs.map(({ size }) => loadPixels(path, { width: size, height: size, fit }));
  return (await Promise.all(sizes)).map((image) => image.data);
}

/** Rows [from, from + rows) of images × views, as the network's inputs. */
function pack(
  images: (readonly Uint8Array[])[],
  inputs: readonly GraphInput[],
  from: number,
  rows: number,
  views: readonly View[],
): Feeds {
  const feeds: Record<string, Tensor> = {};
  inputs.forEach(({ name, size }, which) => {
    const bytes = size * size * 3;
    const data = new Uint8Array(rows * bytes);
    for (let row = 0; row < rows; row++) {
      const pixels = images[Math.floor((from + row) / views.length)]?.[which];
      const target = data.subarray(row * bytes, (row + 1) * bytes);
      if (pixels) viewOf(pixels, size, views[(from + row) % views.length]!, target);
    }
    feeds[name] = { type: 'uint8', dims: [rows, size, size, 3], data };
  });
  return feeds;
}
