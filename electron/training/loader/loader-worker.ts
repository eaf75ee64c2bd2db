/** A worker thread of the loader: decodes, augments, and lays the bytes of a batch side by side. */
import { parentPort, workerData } from 'node:worker_threads';
import { applyPolicy, crop, type DrawKey, policyFor, poolOf, type Raster, type Rect } from '../../augment/index.ts';
import { type Policy, type Random, toAssayError } from '../../contract/index.ts';
import { loadPixels } from '../../imaging/index.ts';
import type { BatchRequest, FromLoader, LoadedBatch, LoaderSetup, ToLoader } from './protocol.ts';

const port = parentPort!;
const setup = workerData as LoaderSetup;
const { size, fit, seed, images, cache } = setup;
const bytes = size * size * 3;
const cached = cache && { pixels: new Uint8Array(cache.pixels), known: new Int32Array(cache.known) };

interface Picture extends Raster {
  content: Rect;
}

async function picture(row: number): Promise<Picture> {
  const at = row * 5;
  if (cached && Atomics.load(cached.known, at) === 1) {
    const [left, top, width, height] = cached.known.subarray(at + 1, at + 5) as unknown as [
      number,
      number,
      number,
      number,
    ];
    // A copy: pixel ops write into what they are given.
    const data = Buffer.from(cached.pixels.slice(row * bytes, (row + 1) * bytes));
    return { data, width: size, height: size, content: { left, top, width, height } };
  }
  const loaded = await loadPixels(images[row]!.path, { width: size, height: size, fit });
  if (cached) {
    cached.pixels.set(loaded.data, row * bytes);
    const { left, top, width, height } = loaded.content;
    cached.known.set([left, top, width, height], at + 1);
    Atomics.store(cached.known, at, 1);
  }
  return loaded;
}

function policyOf(row: number, mode: BatchRequest['mode'], key: DrawKey): Policy {
  if (mode !== 'augmented') return setup.twin;
  return setup.plan ? policyFor(setup.plan, images[row]!.class, key) : setup.policy;
}

const pools = new Map<string, number[]>();

/** Another page of the training fold; null where there is none, or it cannot be read. */
async function another(name: string, stream: Random): Promise<Raster | null> {
  const pool = pools.get(name) ?? poolOf(images, setup.plan ?? null, name);
  pools.set(name, pool);
  if (pool.length === 0) return null;
  const page = await picture(pool[stream.int(pool.length)]!).catch(() => null);
  return page && crop(page, page.content);
}

async function load({ rows, mode, draw }: BatchRequest): Promise<LoadedBatch> {
  const batch: LoadedBatch = {
    pixels: new Uint8Array(rows.length * bytes).fill(255),
    failed: [],
    decodeMs: 0,
    augmentMs: 0,
  };
  const began = performance.now();
  const decoded = await Promise.all(
    rows.map(async (row, at): Promise<Picture | null> => {
      if (row < 0) return null;
      try {
        return await picture(row);
      } catch (thrown) {
        const error = toAssayError(thrown);
        batch.failed.push({ at, reason: String(error.values.reason ?? error.message) });
        return null;
      }
    }),
  );
  batch.decodeMs = performance.now() - began;
  const decodedAt = performance.now();
  for (const [at, image] of decoded.entries()) {
    if (image === null) continue;
    const key = { seed, epoch: draw, hash: images[rows[at]!]!.hash };
    const shown =
      mode === 'plain'
        ? image
        : await applyPolicy(image, policyOf(rows[at]!, mode, key), key, {
            ...{ content: image.content, fit },
            pool: (stream) => another(images[rows[at]!]!.class, stream),
          });
    batch.pixels.set(shown.data, at * bytes);
  }
  batch.augmentMs = performance.now() - decodedAt;
  return batch;
}

let previous: Promise<unknown> = Promise.resolve();
let closing = false;

async function answer(id: number, request: BatchRequest): Promise<void> {
  if (closing) return;
  let message: FromLoader;
  try {
    const batch = await load(request);
    message = { id, batch };
    port.postMessage(message, [batch.pixels.buffer]);
  } catch (thrown) {
    message = { id, error: toAssayError(thrown).message };
    port.postMessage(message);
  }
}

port.on('message', (message: ToLoader) => {
  if ('close' in message) closing = true;
  // One batch at a time: its images are decoded side by side already.
  previous = previous.then(() => ('close' in message ? port.close() : answer(message.id, message.request)));
});
