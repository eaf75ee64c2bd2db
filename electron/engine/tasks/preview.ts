/** Compute task: the very pixels of training for some images and draws. */
import { type Policy } from '../../contract/index.ts';
import { applyPolicy } from '../../augment/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { encodePng, loadPixels } from '../../imaging/index.ts';

export interface PreviewParams {
  images: { path: string; hash: string }[];
  policy: Policy;
  /** Draws an image; draw d is what epoch d of a training with this seed sees. */
  draws: number;
  size: number;
  seed: number;
}

export interface PreviewBatch {
  image: number;
  original: Uint8Array;
  draws: { png: Uint8Array; parameters: { op: string; values: Record<string, number> }[] }[];
}

export async function previewTask(
  { images, policy, draws, size, seed }: PreviewParams,
  context: TaskContext<PreviewBatch>,
): Promise<{ images: number }> {
  for (const [image, { path, hash }] of images.entries()) {
    context.signal.throwIfAborted();
    const pixels = await loadPixels(path, { width: size, height: size, fit: 'letterbox' });
    const drawn: PreviewBatch['draws'] = [];
    for (let epoch = 0; epoch < draws; epoch++) {
      const { parameters, ...raster } = await applyPolicy(
        pixels,
        policy,
        { seed, epoch, hash },
        { content: pixels.content },
      );
      drawn.push({ png: await encodePng(raster), parameters });
    }
    await context.emit({ image, original: await encodePng(pixels), draws: drawn });
  }
  return { images: images.length };
}
