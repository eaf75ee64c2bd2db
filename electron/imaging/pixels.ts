/**
 * The pixels that a network sees. One function for training, validation, preview and batch: interpolation,
 * antialiasing, orientation and colour cannot differ between them.
 */
import sharp, { type Sharp } from 'sharp';
import { decoding, readImage, upright } from './read.ts';

export interface Target {
  width: number;
  height: number;
  /** `letterbox`: the whole image, centred on white. `stretch`: both sides scaled to fit. */
  fit: 'letterbox' | 'stretch';
}

/** Interleaved 8-bit pixels, [height, width, 3] or [height, width, 1]. */
export interface RawImage {
  data: Buffer;
  width: number;
  height: number;
}

const scaled = (image: Sharp, { width, height, fit }: Target): Sharp =>
  image.resize(width, height, {
    fit: fit === 'letterbox' ? 'contain' : 'fill',
    background: '#ffffff',
    kernel: 'cubic',
  });

/**
 * Decodes a file to RGB of exactly the target's size. Cubic, antialiased when it shrinks.
 * Throws `image/unreadable`, `image/missing`.
 */
export async function loadPixels(path: string, target: Target): Promise<RawImage> {
  const { bytes } = await readImage(path);
  return decoding(path, async () => ({ ...target, data: await scaled(upright(bytes), target).raw().toBuffer() }));
}

/** Grey, longest side at most `side`, never enlarged: what duplicates are compared on. */
export async function loadGrey(path: string, side: number): Promise<RawImage> {
  const { bytes } = await readImage(path);
  return decoding(path, async () => {
    const { data, info } = await upright(bytes)
      .greyscale()
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  });
}

/** JPEG for the screen, longest side at most `side` (0: as large as it is). */
export async function displayJpeg(path: string, side: number): Promise<Buffer> {
  const { bytes } = await readImage(path);
  return decoding(path, () => {
    const image = upright(bytes);
    return (side > 0 ? image.resize(side, side, { fit: 'inside', withoutEnlargement: true }) : image)
      .jpeg({ quality: 90 })
      .toBuffer();
  });
}

/** Lossless PNG of raw RGB: the very pixels, for the preview. */
export function encodePng({
  data,
  width,
  height,
}: {
  data: Uint8Array;
  width: number;
  height: number;
}): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 3 })
    .toBuffer();
}
