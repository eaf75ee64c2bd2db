/**
 * Addresses of pictures, relative to the page; every door serves them (custom protocol in the window, HTTP in the
 * browser). Those named by a content hash never change and are cached for ever.
 */

/** Thumbnail, longest side 256 px. */
export const thumbnail = (hash: string): string => `pictures/thumbnail/${hash}.jpg`;
/** The image turned upright, longest side at most `side` px (multiples of 256; 0 = every pixel). */
export const display = (hash: string, side: number): string => `pictures/display/${hash}-${side}.jpg`;
/** A lossless picture that the engine drew (augmentation preview). */
export const drawn = (key: string): string => `pictures/drawn/${key}.png`;
/** Picture `index` of a recent project's strip. `key` is the project's. */
export const strip = (key: string, index: number): string => `pictures/strip/${key}-${index}.jpg`;
/** Thumbnail of a row of a batch (a file that is not in the catalogue). */
export const batchPicture = (batch: number, row: number): string => `pictures/batch/${batch}-${row}.jpg`;

export type PictureRequest =
  | { kind: 'thumbnail'; hash: string }
  | { kind: 'display'; hash: string; side: number }
  | { kind: 'drawn'; key: string }
  | { kind: 'strip'; key: string; index: number }
  | { kind: 'batch'; batch: number; row: number };

/** Reads an address made above; null for anything else, so that a door never opens a path it was sent. */
export function parsePicture(address: string): PictureRequest | null {
  const match = /^\/?pictures\/(thumbnail|display|drawn|strip|batch)\/([\w-]+)\.(?:jpg|png)$/.exec(address);
  if (!match) return null;
  const [, kind, name = ''] = match;
  const pair = /^(\w+)-(\d+)$/.exec(name);
  switch (kind) {
    case 'thumbnail':
      return /^[0-9a-f]{32}$/.test(name) ? { kind, hash: name } : null;
    case 'display':
      return pair?.[1] && /^[0-9a-f]{32}$/.test(pair[1]) ? { kind, hash: pair[1], side: Number(pair[2]) } : null;
    case 'drawn':
      return /^[0-9a-f]{16,64}$/.test(name) ? { kind, key: name } : null;
    case 'strip':
      return pair?.[1] ? { kind, key: pair[1], index: Number(pair[2]) } : null;
    case 'batch':
      return pair?.[1] && /^\d+$/.test(pair[1]) ? { kind, batch: Number(pair[1]), row: Number(pair[2]) } : null;
    default:
      return null;
  }
}
