/** One image of the set: who, what, how printed, how photographed, how degraded; a function of its keys alone. */
import { encodeJpeg } from '../imaging/index.ts';
import { degrade } from './degrade.ts';
import { expose } from './expose.ts';
import { LAYOUTS } from './layouts/index.ts';
import { Draw } from './random.ts';
import { paint } from './raster.ts';
import { drawShot } from './shot.ts';
import { wear } from './wear.ts';

export type Purpose = 'train' | 'test';

export interface ImageKey {
  seed: number;
  purpose: Purpose;
  index: number;
  /** The class shown, 0-16. */
  class: number;
}

/** The image as JPEG bytes: training images are clean shots of quality 86-94, test images are degraded ones. */
export async function drawImage({ seed, purpose, index, class: id }: ImageKey): Promise<Buffer> {
  const layout = LAYOUTS[id];
  if (layout === undefined) throw new RangeError(`no layout for class ${String(id)}`);
  const stream = (part: string) => new Draw(seed, purpose, index, part);
  const sheet = layout(stream('content'), (...keys) => new Draw(seed, 'form', ...keys));
  if (sheet.kind === 'sheet') wear(sheet.page, stream('wear'));
  const camera = stream('camera');
  const shot = drawShot(camera, sheet, purpose === 'train' ? 753 : 763);
  const clean = await expose(await paint(sheet.page), sheet.page.corner, shot, camera.bits());
  const quality = camera.int(86, 94);
  if (purpose === 'train') return encodeJpeg(clean, quality);
  const fate = stream('degrade');
  return encodeJpeg(
    await degrade(clean, fate),
    fate.weighted([
      [quality, 6],
      [fate.int(25, 60), 4],
    ]),
  );
}
