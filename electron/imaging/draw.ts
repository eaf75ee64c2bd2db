/**
 * Drawing: text, shapes and encoding for pictures that the program makes itself (the demo document set).
 *
 * Everything here goes in and out as plain bytes, so that callers know nothing of the image library. Text is laid out
 * by Pango from font files given by path: no system font is needed, and none is used where the file has the glyph.
 */
import sharp, { type Sharp } from 'sharp';

/** Interleaved 8-bit pixels, row by row from the top left; 3 channels are sRGB, 4 add straight alpha. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
  channels: 3 | 4;
}

/** Coverage of ink, 0-255 a pixel, row by row. */
export interface Mask {
  data: Uint8Array;
  width: number;
  height: number;
}

export interface TextRequest {
  text: string;
  /** Family and weight as Pango names them, without a size: "Pretendard Bold". */
  family: string;
  /** Path of the font file that holds the family. A missing file is silent and falls back to any font. */
  fontFile: string;
  /** Em height in pixels. */
  size: number;
  /** Extra space between letters in pixels; 0 if left out. */
  spacing?: number;
  /** Wraps at this many pixels; one line if left out. */
  width?: number;
  align?: 'left' | 'centre' | 'right';
  justify?: boolean;
  /** Extra space between lines in pixels. */
  leading?: number;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe inside Pango or SVG markup. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/**
 * Lays text out and returns its coverage, cropped to the ink.
 *
 * @throws Error (native) if the text is empty or holds no ink
 */
export async function renderText(request: TextRequest): Promise<Mask> {
  const { text, family, fontFile, size, spacing = 0, width, align = 'left', justify = false, leading } = request;
  const body = escapeMarkup(text);
  // Pango counts letter spacing in 1/1024 points; at 72 dpi a point is a pixel.
  const markup =
    spacing === 0 ? body : `<span letter_spacing="${Math.round(spacing * 1024).toString()}">${body}</span>`;
  const image = sharp({
    text: {
      text: markup,
      font: `${family} ${size.toFixed(2)}`,
      fontfile: fontFile,
      dpi: 72,
      align,
      justify,
      ...(width === undefined ? {} : { width: Math.max(1, Math.round(width)), wrap: 'word-char' as const }),
      ...(leading === undefined ? {} : { spacing: Math.round(leading) }),
    },
  });
  const { data, info } = await image.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 1) throw new Error(`a text mask of ${String(info.channels)} channels`);
  return { data, width: info.width, height: info.height };
}

/** Rasterises an SVG document at its own size. Its `<text>` is slow and wants loaded fonts: use {@link renderText}. */
export async function renderSvg(svg: string): Promise<Pixels> {
  const { data, info } = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 4 };
}

const input = ({ data, width, height, channels }: Pixels) => sharp(data, { raw: { width, height, channels } });

async function output(image: Sharp, channels: 3 | 4): Promise<Pixels> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels };
}

/** Gaussian blur; sigma in pixels, 0.3-1000. */
export function blurPixels(pixels: Pixels, sigma: number): Promise<Pixels> {
  return output(input(pixels).blur(sigma), pixels.channels);
}

/** Resized to exactly width × height, aspect ignored. */
export function resizePixels(
  pixels: Pixels,
  width: number,
  height: number,
  kernel: 'nearest' | 'linear' | 'cubic' | 'lanczos3' = 'lanczos3',
): Promise<Pixels> {
  return output(input(pixels).resize(width, height, { fit: 'fill', kernel }), pixels.channels);
}

/** JPEG bytes; quality 1-100, colour halved in both directions (4:2:0) as cameras do. */
export function encodeJpeg(pixels: Pixels, quality: number): Promise<Buffer> {
  return input(pixels).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
}

/** RGB pixels of an encoded image of a kind that this file writes. */
export function decodePixels(encoded: Uint8Array): Promise<Pixels> {
  return output(sharp(encoded).removeAlpha().toColourspace('srgb'), 3);
}
