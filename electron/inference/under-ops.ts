/** Task of the compute process: what a trained model still makes of pictures after one op of a policy at a time. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AssayError, type Plan, type Policy, type Random } from '../contract/index.ts';
import { aloneOf, applyPolicy, crop, policyFor, type Raster, type Rect } from '../augment/index.ts';
import { createSessionPool, type TaskContext } from '../compute/index.ts';
import { type Fit, type GraphInput, runImages } from '../embeddings/index.ts';
import { loadPixels } from '../imaging/index.ts';
import { runnableModel } from './model-file.ts';

export interface UnderOpsParams {
  /** A classifier of Assay's. */
  model: string;
  images: { path: string; hash: string; /** Column of its true class. */ column: number }[];
  lists: {
    policy: Policy;
    /** Indices of the images that it is for. */
    images: number[];
    /** Files that may shine through them, in the order of the training's pool. */
    pool: string[];
    /** In place of each op alone: all that this plan draws together for an image of this class; told as op 0. */
    whole?: { plan: Plan; class: string };
  }[];
  /** Draws an op and image: those of the first epochs of a training with this seed. */
  draws: number;
  seed: number;
}

/** Probability of the true class; `op` -1: of the picture as it is; not a number where the file could not be read. */
export interface Judged {
  list: number;
  op: number;
  image: number;
  draw: number;
  p: number;
}

type Item = Omit<Judged, 'p'>;
type Pixels = Raster & { content: Rect };

/** Decoded pictures kept: the work goes image by image, so that one is decoded once for all its ops. */
const KEPT = 8;

/**
 * Every image as it is, then each op of each of its lists alone on it (or a whole plan's draws). Emits in the order of the images; an op's values
 * are those of training (`aloneOf`). A file that cannot be read stops nothing.
 * @throws AssayError of the model's file
 */
export async function underOpsTask(
  { model, images, lists, draws, seed }: UnderOpsParams,
  context: TaskContext<Judged[]>,
): Promise<{ asked: number; failed: number }> {
  const subject = basename(model);
  const { bytes, inputs, output, fit, batch, classes } = runnableModel(await readFile(model), subject);
  const items = itemsOf(images.length, lists, draws);
  const decoded = recently((path: string, size: number) => loadPixels(path, { width: size, height: size, fit }));

  async function drawn(item: Item, { size }: GraphInput): Promise<Uint8Array> {
    const { path, hash } = images[item.image]!;
    const pixels = await decoded(path, size);
    if (item.op < 0) return pixels.data;
    const { policy, pool, whole } = lists[item.list]!;
    const key = { seed, epoch: item.draw, hash };
    const drawnBy = whole ? policyFor(whole.plan, whole.class, key) : aloneOf(policy, item.op);
    const { data } = await applyPolicy(pixels, drawnBy, key, {
      ...{ content: pixels.content, fit },
      pool: (stream) => another(pool, stream, size, fit),
    });
    return data;
  }

  const pool = createSessionPool(bytes, { subject });
  let failed = 0;
  try {
    context.progress(0, items.length, 'classify');
    const places = items.map((_, i) => String(i));
    const load = (place: string, of: readonly GraphInput[]) =>
      Promise.all(of.map((input) => drawn(items[Number(place)]!, input)));
    const options = { pool, inputs, output, fit, batch, length: classes.length, load, signal: context.signal };
    for await (const { first, results } of runImages(places, options)) {
      const judged = results.map((row, i): Judged => {
        const item = items[first + i]!;
        if (!(row instanceof AssayError)) return { ...item, p: row[images[item.image]!.column]! };
        failed++;
        return { ...item, p: NaN };
      });
      await context.emit(judged);
      context.progress(first + results.length, items.length, 'classify');
    }
    return { asked: items.length, failed };
  } finally {
    await pool.close();
  }
}

function itemsOf(count: number, lists: UnderOpsParams['lists'], draws: number): Item[] {
  const items: Item[] = [];
  for (let image = 0; image < count; image++) {
    items.push({ list: -1, op: -1, image, draw: 0 });
    for (const [list, { policy, images, whole }] of lists.entries())
      if (images.includes(image))
        for (let op = 0; op < (whole ? 1 : policy.ops.length); op++)
          for (let draw = 0; draw < draws; draw++) items.push({ list, op, image, draw });
  }
  return items;
}

/** As the loader of a training does it. */
async function another(pool: readonly string[], stream: Random, size: number, fit: Fit): Promise<Raster | null> {
  if (pool.length === 0) return null;
  const path = pool[stream.int(pool.length)]!;
  const page = await loadPixels(path, { width: size, height: size, fit }).catch(() => null);
  return page && crop(page, page.content);
}

function recently(load: (path: string, size: number) => Promise<Pixels>): typeof load {
  const kept = new Map<string, Promise<Pixels>>();
  return async (path, size) => {
    const key = `${size} ${path}`;
    const found = kept.get(key) ?? load(path, size);
    kept.delete(key);
    kept.set(key, found);
    for (const old of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(old);
    }
    // A copy: pixel ops write into what they are given.
    const pixels = await found;
    return { ...pixels, data: Buffer.from(pixels.data) };
  };
}
