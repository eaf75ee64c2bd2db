/** What an import wants of a file: hash, size, thumbnail, measures. One read, one decode. */
import sharp from 'sharp';
import { toAssayError } from '../contract/index.ts';
import { contentHash } from './hash.ts';
import { measure } from './measure.ts';
import { decoding, readImage, upright } from './read.ts';

export const THUMBNAIL_SIDE = 256;
export const THUMBNAIL_QUALITY = 82;

export interface Ingested {
  path: string;
  /** xxh128 of the file's bytes, 32 hexadecimal digits; null where they could not be read. */
  hash: string | null;
  format: string | null;
  /** Turned; null where unreadable. */
  width: number | null;
  height: number | null;
  brightness: number | null;
  blur: number | null;
  /** Why it could not be read, in words; null where it could. */
  reason: string | null;
}

/** Thumbnail (JPEG, longest side 256, never enlarged) and its pixels. */
async function thumbnailOf(
  path: string,
  bytes: Buffer,
): Promise<{ jpeg: Buffer; rgb: Buffer; width: number; height: number }> {
  return decoding(path, bytes, async () => {
    const { data, info } = await upright(bytes)
      .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'inside', withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: THUMBNAIL_QUALITY })
      .toBuffer();
    return { jpeg, rgb: data, width, height };
  });
}

/** Reads one file. Never rejects for a bad file: its reason is in the result. */
export async function ingest(path: string): Promise<{ image: Ingested; thumbnail: Uint8Array | null }> {
  const image: Ingested = {
    path,
    hash: null,
    format: null,
    width: null,
    height: null,
    brightness: null,
    blur: null,
    reason: null,
  };
  try {
    const { bytes, format } = await readImage(path);
    image.hash = await contentHash(bytes);
    image.format = format;
    const stored = await decoding(path, bytes, () => sharp(bytes, { pages: 1 }).metadata());
    const { jpeg, rgb, width, height } = await thumbnailOf(path, bytes);
    image.width = stored.autoOrient.width;
    image.height = stored.autoOrient.height;
    Object.assign(image, measure(rgb, width, height));
    return { image, thumbnail: jpeg };
  } catch (thrown) {
    const error = toAssayError(thrown);
    image.reason = String(error.values.reason ?? error.message);
    return { image, thumbnail: null };
  }
}
