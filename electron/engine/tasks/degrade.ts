/** Compute task: degraded copies of images as files, each always the same way. */
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Policy, toAssayError } from '../../contract/index.ts';
import { applyPolicy } from '../../augment/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { encodeJpeg, loadPixels, mapOrdered } from '../../imaging/index.ts';

export interface DegradeParams {
  images: { path: string; hash: string }[];
  policy: Policy;
  seed: number;
  folder: string;
}

/** Side of a copy in pixels, about that of the contest's pages; the white around the picture stays in it. */
const SIDE = 640;
/** So high that what is seen is the policy's damage, not this file's. */
const QUALITY = 95;

/** Paths of the copies; of an image that cannot be read, why. A copy that is there is not made again. */
export async function degradeTask(
  { images, policy, seed, folder }: DegradeParams,
  context: TaskContext,
): Promise<{ files: ({ path: string } | { trouble: string })[] }> {
  await mkdir(folder, { recursive: true });
  const copy = async ({ path, hash }: { path: string; hash: string }) => {
    const out = join(folder, `${hash}.jpg`);
    try {
      if (await stat(out).catch(() => null)) return { path: out };
      const { content, ...pixels } = await loadPixels(path, { width: SIDE, height: SIDE, fit: 'letterbox' });
      const { data, width, height } = await applyPolicy(pixels, policy, { seed, epoch: 0, hash }, { content });
      const bytes = await encodeJpeg({ data: new Uint8Array(data), width, height, channels: 3 }, QUALITY);
      await writeFile(`${out}.tmp`, bytes);
      await rename(`${out}.tmp`, out);
      return { path: out };
    } catch (thrown) {
      const error = toAssayError(thrown);
      if (!error.code.startsWith('image/')) throw thrown;
      return { trouble: String(error.values.reason ?? error.message) };
    }
  };
  const files: Awaited<ReturnType<typeof copy>>[] = [];
  for await (const file of mapOrdered(images, copy, { signal: context.signal })) {
    files.push(file);
    context.progress(files.length, images.length, 'degrade');
  }
  return { files };
}
