/** Compute task: the very pixels of training for some images and draws. */
import { type Plan, type Policy, type Random } from '../../contract/index.ts';
import { aloneOf, applyPolicy, crop, policyFor, poolOf, type Raster } from '../../augment/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { encodePng, loadPixels } from '../../imaging/index.ts';

export interface PreviewParams {
  /** `class`: name of its class; empty without a label. */
  images: { path: string; hash: string; class: string }[];
  policy: Policy;
  /** By class group; it stands in place of `policy`. */
  plan?: Plan | null;
  /** Images of the training fold that may shine through. */
  pool: { path: string; hash: string; class: string; held: boolean }[];
  /** Draws an image; draw d is what epoch d of a training with this seed sees. */
  draws: number;
  /** In place of draws, each op of this policy alone, as epoch 0 draws it. */
  strip?: Policy | null;
  size: number;
  /** Default `letterbox`. */
  fit?: 'letterbox' | 'stretch';
  seed: number;
}

export interface PreviewBatch {
  image: number;
  original: Uint8Array;
  draws: { png: Uint8Array; parameters: { op: string; values: Record<string, number> }[] }[];
}

export async function previewTask(
  { images, policy, plan = null, pool, draws, strip = null, size, fit = 'letterbox', seed }: PreviewParams,
  context: TaskContext<PreviewBatch>,
): Promise<{ images: number }> {
  const load = (path: string) => loadPixels(path, { width: size, height: size, fit });
  /** As the loader's threads do it. */
  const another =
    (places: readonly number[]) =>
    async (stream: Random): Promise<Raster | null> => {
      if (places.length === 0) return null;
      const page = await load(pool[places[stream.int(places.length)]!]!.path).catch(() => null);
      return page && crop(page, page.content);
    };
  for (const [image, { path, hash, class: name }] of images.entries()) {
    context.signal.throwIfAborted();
    const pixels = await load(path);
    const places = poolOf(pool, plan, name);
    const drawn: PreviewBatch['draws'] = [];
    const shown = strip
      ? strip.ops.map((_, op) => ({ policy: aloneOf(strip, op), key: { seed, epoch: 0, hash } }))
      : Array.from({ length: draws }, (_, epoch) => {
          const key = { seed, epoch, hash };
          return { policy: plan ? policyFor(plan, name, key) : policy, key };
        });
    for (const { policy: one, key } of shown) {
      context.signal.throwIfAborted();
      const { parameters, ...raster } = await applyPolicy(pixels, one, key, {
        ...{ content: pixels.content, fit },
        pool: another(places),
      });
      drawn.push({ png: await encodePng(raster), parameters });
    }
    await context.emit({ image, original: await encodePng(pixels), draws: drawn });
  }
  return { images: images.length };
}
