/** Compute task: a picture for the screen. */
import { displayJpeg } from '../../imaging/index.ts';

export async function displayTask({ path, side }: { path: string; side: number }): Promise<{ bytes: Uint8Array }> {
  return { bytes: await displayJpeg(path, side) };
}
