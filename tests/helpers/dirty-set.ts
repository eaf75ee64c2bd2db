/** A folder with one of everything that cleaning looks for: wrong label, conflict, near copy, dark and broken picture. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { darkened, resaved, scene } from './fixtures.ts';

export const CLASSES = ['붉은 것', 'blue', 'green'] as const;
export const EACH = 22;

/** Relative paths of what is wrong. */
export const WRONG = {
  /** A blue scene in the folder of green ones. */
  label: 'green/blue-one.jpg',
  /** Byte for byte a blue scene, filed as red. */
  conflict: ['blue/blue0003.jpg', '붉은 것/copy.jpg'],
  /** The same green scene, saved twice. */
  near: ['green/green0004.jpg', 'green/again.jpg'],
  dark: '붉은 것/dark.jpg',
  broken: 'blue/broken.jpg',
} as const;

export async function drawDirtySet(folder: string): Promise<void> {
  const write = async (relative: string, bytes: Buffer): Promise<void> => {
    await mkdir(join(folder, relative, '..'), { recursive: true });
    await writeFile(join(folder, relative), bytes);
  };
  for (const [kind, name] of CLASSES.entries())
    for (let i = 0; i < EACH; i++)
      await write(`${name}/${name}${String(i).padStart(4, '0')}.jpg`, await scene(kind, i));
  await write(WRONG.label, await scene(1, 500));
  await write(WRONG.conflict[1], await scene(1, 3));
  await write(WRONG.near[1], await resaved(await scene(2, 4)));
  await write(WRONG.dark, await darkened(await scene(0, 600)));
  await write(WRONG.broken, (await scene(1, 700)).subarray(0, 900));
}
