/** Opening an image file: bytes read once, refused early with a reason in words, never fatal. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { AssayError } from '../contract/index.ts';
import { type Readable, isUnmarkedCmyk, sniff } from './formats.ts';

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
  const trouble = await silentTrouble(bytes, sniffed.format);
  if (trouble) throw unreadable(path, trouble);
  return { bytes, format: sniffed.format };
}

/** What decoders pass over in silence, giving a black picture. */
async function silentTrouble(bytes: Buffer, format: Readable): Promise<string | null> {
  if (format === 'jpeg' && isUnmarkedCmyk(bytes))
    return 'a CMYK JPEG without the mark that says whether its colours are inverted; save it as RGB';
  if (format !== 'tiff') return null;
  const header = await sharp(bytes)
    .metadata()
    .catch(() => null);
  return header?.depth === 'float' || header?.depth === 'double'
    ? 'a TIFF of floating-point values, of which it is not known what is white; save it with 8 or 16 bits'
    : null;
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
async function reasonOf(bytes: Buffer, error: unknown): Promise<string> {
  const text = error instanceof Error ? error.message : String(error);
  if (/exceeds pixel limit/.test(text)) return tooLarge(bytes);
  if (/Corrupt JPEG data|bad Huffman|invalid code/i.test(text)) return 'the picture data is damaged';
  if (/premature end|truncated|unexpected end|bad seek|out of data/i.test(text) || endless(bytes))
    return 'the file is cut off: its end is missing';
  if (/corrupt header|unsupported image format/i.test(text)) return 'the header of the file is damaged';
  if (/libpng|crc|zlib|inflate/i.test(text)) return 'the picture data is damaged';
  if (/Warning treated as error/.test(text)) return 'its structure is damaged';
  return text.split('\n')[0]?.trim() ?? 'it cannot be decoded';
}

async function tooLarge(bytes: Buffer): Promise<string> {
  const most = `at most ${Math.round(MOST_PIXELS / 1e6)} million are decoded`;
  // Only the header is read here.
  const size = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => null);
  if (!size) return `it has too many pixels; ${most}`;
  const millions = Math.round((size.width * size.height) / 1e6);
  return `it has ${size.width} × ${size.height} = ${millions} million pixels; ${most}`;
}

/** Whether a PNG or WebP lacks its end, which their decoders call by many names. */
function endless(bytes: Buffer): boolean {
  const kind = sniff(bytes.subarray(0, 4096)).format;
  if (kind === 'png') return !bytes.includes('IEND');
  return kind === 'webp' && bytes.length >= 8 && bytes.readUInt32LE(4) + 8 > bytes.length;
}

/** Runs a decoding step and turns the decoder's complaint into `image/unreadable`. */
export async function decoding<T>(path: string, bytes: Buffer, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw unreadable(path, await reasonOf(bytes, error), error);
  }
}
