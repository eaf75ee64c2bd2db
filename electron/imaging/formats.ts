/**
 * What a file is, by its first bytes: its name is never believed. Only the formats listed as readable ever reach a
 * decoder, so an SVG (which could refer to other files) or a PDF is refused whatever it is called.
 */

export type Readable = 'jpeg' | 'png' | 'gif' | 'webp' | 'tiff' | 'avif';

export type Sniffed = { format: Readable } | { format: null; reason: string };

const ascii = (head: Uint8Array, from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));

const starts = (head: Uint8Array, bytes: readonly number[], at = 0): boolean =>
  bytes.every((byte, i) => head[at + i] === byte);

const refuse = (what: string): Sniffed => ({ format: null, reason: what });

/** Containers of the HEIF family say in their brand what is inside. */
function heif(head: Uint8Array): Sniffed | null {
  if (ascii(head, 4, 8) !== 'ftyp') return null;
  const brands = ascii(head, 8, Math.min(head.length, 64));
  if (brands.includes('avif') || brands.includes('avis')) return { format: 'avif' };
  if (/hei[cxs]|hev[cx]|mif1/.test(brands)) return refuse('a HEIC picture, which Assay cannot decode; save it as JPEG');
  return refuse('a video or another media file, not an image');
}

const REFUSED: readonly (readonly [number[], string])[] = [
  [[0x25, 0x50, 0x44, 0x46], 'a PDF document, not an image; export its pages as PNG'],
  [[0x42, 0x4d], 'a BMP picture, which Assay cannot decode; save it as PNG'],
  [[0x00, 0x00, 0x01, 0x00], 'an icon file, which Assay cannot decode; save it as PNG'],
  [[0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50], 'a JPEG 2000 picture, which Assay cannot decode; save it as JPEG'],
  [[0xff, 0x4f, 0xff, 0x51], 'a JPEG 2000 picture, which Assay cannot decode; save it as JPEG'],
  [[0xff, 0x0a], 'a JPEG XL picture, which Assay cannot decode; save it as JPEG'],
  [[0x00, 0x00, 0x00, 0x0c, 0x4a, 0x58], 'a JPEG XL picture, which Assay cannot decode; save it as JPEG'],
  [[0x38, 0x42, 0x50, 0x53], 'a Photoshop document, which Assay cannot decode; save it as PNG'],
  [[0x1f, 0x8b], 'a compressed file, not an image'],
  [[0x50, 0x4b], 'an archive, not an image'],
  [[0x4d, 0x5a], 'a program, not an image'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'a system or office file, not an image'],
  [[0x00, 0x05, 0x16, 0x07], 'a companion file of macOS, not an image'],
];

/** Text in UTF-8 or UTF-16, with or without a mark: an SVG, a failed download, a table. */
function textual(head: Uint8Array): Sniffed | null {
  const raw = ascii(head, 0, Math.min(head.length, 4096));
  const zeros = raw.split('\0').length - 1;
  // Every second byte of Latin text in UTF-16 is zero; with other shares of zeros it is no text.
  const utf16 = zeros > 0.3 * raw.length && zeros < 0.6 * raw.length;
  const text = utf16 ? raw.replaceAll('\0', '') : raw;
  if (/<(\w+:)?svg[\s>]/i.test(text)) return refuse('an SVG drawing; Assay reads pixels only. Save it as PNG');
  if (/^\W*<(!doctype html|html)/i.test(text)) return refuse('a web page, probably of a failed download');
  if (/<\?xml|<!DOCTYPE/i.test(text)) return refuse('an XML text or SVG drawing, not an image');
  if (/^P[1-7]\s/.test(text)) return refuse('a PPM picture, which Assay cannot decode; save it as PNG');
  const printable = [...text.slice(0, 512)].filter((c) => c >= ' ' || c === '\n' || c === '\r' || c === '\t').length;
  return text.length > 0 && printable > 0.97 * Math.min(512, text.length) ? refuse('a text file, not an image') : null;
}

/** Decides by the first 4 kB of a file. `reason` is in words and fits after "… cannot be read as an image:". */
export function sniff(head: Uint8Array): Sniffed {
  if (head.length === 0) return refuse('the file is empty');
  if (starts(head, [0xff, 0xd8, 0xff])) return { format: 'jpeg' };
  if (starts(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return { format: 'png' };
  if (ascii(head, 0, 4) === 'GIF8') return { format: 'gif' };
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return { format: 'webp' };
  if (starts(head, [0x49, 0x49, 0x2a, 0]) || starts(head, [0x4d, 0x4d, 0, 0x2a])) return { format: 'tiff' };
  if (starts(head, [0x49, 0x49, 0x2b, 0]) || starts(head, [0x4d, 0x4d, 0, 0x2b])) return { format: 'tiff' };
  if (head.every((byte) => byte === 0)) return refuse('the file holds only zero bytes, as a broken copy leaves behind');
  const refused = REFUSED.find(([bytes]) => starts(head, bytes));
  if (refused) return refuse(refused[1]);
  return heif(head) ?? textual(head) ?? refuse('the content is of no known image format');
}

/**
 * A JPEG of four components without an Adobe marker: whether 0 is no ink or all ink is anybody's guess, and the decoder
 * guesses black. Walks the segments up to the frame header.
 */
export function isUnmarkedCmyk(bytes: Uint8Array): boolean {
  let at = 2;
  let adobe = false;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return bytes[at + 9] === 4 && !adobe;
    if (marker === 0xee && ascii(bytes, at + 4, at + 9) === 'Adobe') adobe = true;
    at += 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0);
  }
  return false;
}
