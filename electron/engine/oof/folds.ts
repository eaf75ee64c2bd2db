/** In which fold a run held each image out, kept in its folder. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const schema = z.record(z.string().regex(/^\d+$/), z.number().int().nonnegative());
const fileIn = (folder: string): string => join(folder, 'folds.json');

/** Where a head keeps what predicted its folds. */
export const foldHeads = (folder: string): string => join(folder, 'fold-heads.bin');

/** @param folds fold from 0 on of each image; negative ones are left out */
export async function keepFolds(folder: string, images: readonly number[], folds: ArrayLike<number>): Promise<void> {
  const kept = Object.fromEntries(images.flatMap((image, i) => (folds[i]! >= 0 ? [[image, folds[i]!]] : [])));
  const temporary = `${fileIn(folder)}.${process.pid}.tmp`;
  await writeFile(temporary, JSON.stringify(kept), { flush: true });
  await rename(temporary, fileIn(folder));
}

/** Fold by image; empty where the run has kept none. */
export async function foldsOf(folder: string): Promise<Map<number, number>> {
  const text = await readFile(fileIn(folder), 'utf8').catch(() => '{}');
  return new Map(Object.entries(schema.parse(JSON.parse(text))).map(([image, fold]) => [Number(image), fold]));
}
