/** Opening an image file: bytes read once, refused early with a reason in words, never fatal. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { AssayError } from '../contract/index.ts';
import { type Readable, sniff } from './formats.ts';

// Each image is decoded once: a cache of operations only holds memory.
sharp.cache(false);

/** Larger files are no photographs or scans; reading them would take the memory of the others. */
const LARGEST_BYTES = 512 * 1024 * 1024;
/** sharp's own default: 0x3FFF squared. */
export const MOST_PIXELS = 268_402_689;
const WHITE = '#ffffff';

export interface OpenImage {
  bytes: Buffer;
  format: Readable;
}

const unreadable = (path: string, reason: string, cause?: unknown): AssayError =>
  new AssayError('image/unreadable', { subject: path, values: { reason }, cause });

/** Reads a file and decides by its content. Throws `image/unreadable`, `image/missing`. */
export async function readImage(path: string): Promise<OpenImage> {
  const bytes = await readBytes(path);
  const sniffed = sniff(bytes.subarray(0, 4096));
  if (sniffed.format === null)
    throw unreadable(
      path,
      basename(path) === 'Thumbs.db' ? 'a thumbnail cache of Windows, not an image' : sniffed.reason,
    );
  return { bytes, format: sniffed.format };
}

async function readBytes(path: string): Promise<Buffer> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
      throw new AssayError('image/missing', { subject: path, cause });
    throw unreadable(path, cause.code === 'EACCES' ? 'the file may not be read (permissions)' : cause.message, cause);
  });
  try {
    const { size } = await file.stat();
    if (size > LARGEST_BYTES)
      throw unreadable(
        path,
        `the file has ${Math.round(size / 1e6)} MB; at most ${Math.round(LARGEST_BYTES / 1e6)} are read`,
      );
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * The start of every pipeline: first page, turned as its EXIF says, transparent parts on white, 8-bit sRGB.
 * failOn 'warning' is the only level that reports corrupt entropy data.
 */
export function upright(bytes: Buffer): Sharp {
  return sharp(bytes, { failOn: 'warning', limitInputPixels: MOST_PIXELS, pages: 1, sequentialRead: true })
    .autoOrient()
    .flatten({ background: WHITE })
    .toColourspace('srgb');
}

/** libvips' words for what is wrong with a file in ours. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/exceeds pixel limit/.test(text)) return `it has more than ${Math.round(MOST_PIXELS / 1e6)} million pixels`;
  if (/premature end|truncated|unexpected end|bad seek|out of data/i.test(text))
    return 'the file is cut off: its end is missing';
  if (/Corrupt JPEG data|bad Huffman|invalid code/i.test(text)) return 'the picture data is damaged';
  if (/corrupt header|unsupported image format/i.test(text)) return 'the header of the file is damaged';
  if (/libpng|crc|zlib|inflate/i.test(text)) return 'the picture data is damaged';
  if (/Warning treated as error/.test(text)) return 'its structure is damaged';
  return text.split('\n')[0]?.trim() ?? 'it cannot be decoded';
}

/** Runs a decoding step and turns the decoder's complaint into `image/unreadable`. */
export async function decoding<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw unreadable(path, reasonOf(error), error);
  }
}
