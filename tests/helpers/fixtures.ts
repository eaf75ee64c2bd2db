/** Small pictures that a classifier can tell apart, drawn when a test needs them: nothing binary is committed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** Ground colour and direction of the stripes of each kind. */
const KINDS = [
  { ground: [200, 60, 50], across: true },
  { ground: [60, 110, 200], across: false },
  { ground: [70, 170, 80], across: true },
  { ground: [210, 190, 60], across: false },
] as const;

/** A small sequence of whole numbers in [0, 256), different for every picture and always the same. */
function numbers(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
}

/** JPEG bytes of picture `index` of a kind: stripes of its direction on its colour, moved and noisy. */
export async function picture(kind: number, index: number, side = 64): Promise<Buffer> {
  const { ground, across } = KINDS[kind % KINDS.length]!;
  const next = numbers(kind * 100_003 + index);
  const shift = next() % 16;
  const light = (next() % 60) - 30;
  const data = Buffer.alloc(side * side * 3);
  for (let y = 0, at = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const stripe = ((across ? y : x) + shift) % 16 < 4 ? -40 : 0;
      for (const value of ground) data[at++] = Math.max(0, Math.min(255, value + stripe + light + (next() % 24) - 12));
    }
  return sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

export interface PictureSet {
  /** Folder names, one a class; '' puts the pictures into the folder itself. */
  classes: string[];
  /** Pictures a class. */
  each: number;
  /** Pixels. */
  side?: number;
}

/** Draws a folder a class; returns the relative paths, '/' separated. */
export async function drawPictures(folder: string, { classes, each, side }: PictureSet): Promise<string[]> {
  const paths: string[] = [];
  for (const [kind, name] of classes.entries()) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < each; i++) {
      const relative = [name, `${name.replaceAll('/', '-')}${String(i).padStart(4, '0')}.jpg`]
        .filter(Boolean)
        .join('/');
      await writeFile(join(folder, relative), await picture(kind, i, side));
      paths.push(relative);
    }
  }
  return paths;
}

/** Writes a text file and the folders above it. */
export async function writeText(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

/**
 * JPEG bytes of picture `index` of a kind: boxes at their own places on the kind's colour. No two are alike, and a
 * classifier can tell the kinds apart.
 */
export async function scene(kind: number, index: number, side = 192): Promise<Buffer> {
  const { ground, across } = KINDS[kind % KINDS.length]!;
  const next = numbers(kind * 100_003 + 7919 * (index + 1));
  const data = Buffer.alloc(side * side * 3);
  for (let at = 0; at < data.length; at++) data[at] = ground[at % 3]!;
  for (let box = 0; box < 14; box++) {
    const [x, y] = [(next() * side) >> 8, (next() * side) >> 8];
    const long = 20 + (next() % 50);
    const short = 6 + (next() % 10);
    const [width, height] = across ? [long, short] : [short, long];
    const shade = next();
    for (let row = y; row < Math.min(side, y + height); row++)
      data.fill(shade, 3 * (row * side + x), 3 * (row * side + Math.min(side, x + width)));
  }
  return sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer();
}

/** The picture saved once more, smaller and coarser: the same to people, other bytes. */
export const resaved = (jpeg: Buffer, side = 150): Promise<Buffer> =>
  sharp(jpeg).resize(side, side).jpeg({ quality: 60 }).toBuffer();

/** The picture nearly black. */
export const darkened = (jpeg: Buffer): Promise<Buffer> => sharp(jpeg).linear(0.08, 0).jpeg({ quality: 90 }).toBuffer();
