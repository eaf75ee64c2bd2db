/**
 * The pixels that a network sees. One function for training, validation, preview and batch: interpolation,
 * antialiasing, orientation and colour cannot differ between them.
 */
import sharp, { type ResizeOptions } from 'sharp';
import { contentHash } from './hash.ts';
import { decoding, MOST_PIXELS, readImage, upright } from './read.ts';

export interface Target {
  width: number;
  height: number;
  /** `letterbox`: the whole image, centred on white. `stretch`: both sides scaled to fit. */
  fit: 'letterbox' | 'stretch';
  /** Interpolation, antialiased when it shrinks; a model says which one it was trained with. Default cubic. */
  kernel?: 'linear' | 'cubic' | 'lanczos3';
}

/** Interleaved 8-bit pixels, [height, width, 3] or [height, width, 1]. */
export interface RawImage {
  data: Buffer;
  width: number;
  height: number;
}

/** Pixels of a target's size and where the picture lies in them: all of it, or what the white leaves. */
export interface Loaded extends RawImage {
  content: { left: number; top: number; width: number; height: number };
}

/** `picture` centred on white. */
function boxed(picture: RawImage, { width, height }: Target): Loaded {
  const content = {
    left: (width - picture.width) >> 1,
    top: (height - picture.height) >> 1,
    width: picture.width,
    height: picture.height,
  };
  if (picture.width === width && picture.height === height) return { ...picture, content };
  const data = Buffer.alloc(width * height * 3, 255);
  const row = picture.width * 3;
  for (let y = 0; y < picture.height; y++)
    picture.data.copy(data, ((content.top + y) * width + content.left) * 3, y * row, (y + 1) * row);
  return { data, width, height, content };
}

const howTo = ({ width, height, fit, kernel = 'cubic' }: Target): ResizeOptions => ({
  ...{ width, height, kernel },
  fit: fit === 'letterbox' ? 'inside' : 'fill',
});

/**
 * Decodes a file to RGB of exactly the target's size.
 *
 * The pixels are those of `fitPixels` of the whole upright picture, whatever the file's format: the decoders of JPEG and
 * WebP could make the picture smaller themselves, in their own ways, and no other program that is given the picture could
 * then see what a network saw here. An extract of everything keeps the library from it, and turns the picture first.
 * Throws `image/unreadable`, `image/missing`.
 */
export async function loadPixels(path: string, target: Target): Promise<Loaded> {
  const { bytes } = await readImage(path);
  return decoding(path, bytes, async () => {
    const { autoOrient, depth } = await sharp(bytes, { limitInputPixels: MOST_PIXELS, pages: 1 }).metadata();
    const whole = upright(bytes).extract({ left: 0, top: 0, width: autoOrient.width, height: autoOrient.height });
    if (depth !== 'uchar') {
      // More than 8 bits are rounded before the resize: so they are where a picture is handed over.
      const { data, info } = await whole.raw().toBuffer({ resolveWithObject: true });
      return fitPixels({ data, width: info.width, height: info.height }, target);
    }
    const { data, info } = await whole.resize(howTo(target)).raw().toBuffer({ resolveWithObject: true });
    return boxed({ data, width: info.width, height: info.height }, target);
  });
}

/**
 * The whole picture upright, longest side at most `side` and never enlarged, with the hash of the file's bytes: what is
 * restored before a network sees it. Throws `image/unreadable`, `image/missing`.
 */
export async function loadPicture(path: string, side: number): Promise<RawImage & { hash: string }> {
  const { bytes } = await readImage(path);
  const hash = await contentHash(bytes);
  return decoding(path, bytes, async () => {
    const { data, info } = await upright(bytes)
      .resize(side, side, { fit: 'inside', withoutEnlargement: true, kernel: 'cubic' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, hash };
  });
}

/** Pixels already in memory, [height, width, 3], at exactly the target's size: by the kernel of `loadPixels`. */
export async function fitPixels(picture: RawImage, target: Target): Promise<Loaded> {
  const { data, info } = await sharp(picture.data, {
    raw: { width: picture.width, height: picture.height, channels: 3 },
  })
    .resize(howTo(target))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return boxed({ data, width: info.width, height: info.height }, target);
}

/** Grey, longest side at most `side`, never enlarged: what duplicates are compared on. */
export async function loadGrey(path: string, side: number): Promise<RawImage> {
  const { bytes } = await readImage(path);
  return greyOf(bytes, side, path);
}

/** The same of bytes that are read already, such as a thumbnail's. Throws `image/unreadable` of `path`. */
export function greyOf(bytes: Buffer, side: number, path: string): Promise<RawImage> {
  return decoding(path, bytes, async () => {
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
  return decoding(path, bytes, () => {
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
