import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findDuplicates } from '../../cleaning/index.ts';
import { openThumbnailCache } from '../../imaging/cache.ts';
import { resaved, scene } from '../../../tests/helpers/fixtures.ts';
import { scratch } from '../../../tests/helpers/scratch.ts';
import { openSketches, sketchesOf } from './sketch-store.ts';
import { type SurveyFile, surveyThreads } from './survey-threads.ts';

const place = scratch();
const files: SurveyFile[] = [];

/** Three families of four copies, whose links several pairs could be, and three pictures that stand alone. */
beforeAll(async () => {
  const put = (bytes: Buffer): void => {
    const path = place.path(`${files.length}.jpg`);
    writeFileSync(path, bytes);
    files.push({ path, hash: `${files.length}` });
  };
  for (let n = 0; n < 3; n++) {
    const original = await scene(n, n);
    put(original);
    put(await resaved(original));
    put(await scene(n + 3, n));
    put(await resaved(original, 170));
    put(await resaved(await resaved(original, 180), 160));
  }
  openThumbnailCache(place.path('cache.db')).close();
});
afterAll(() => place.remove());

/** All that a search says, with so many threads; `inMemory`: sketches beyond so many lie in a file. */
async function found(size: number, inMemory: number) {
  const { shared, close } = openSketches(files.length, place.path(), inMemory);
  const threads = surveyThreads({ sketches: shared, thumbnails: place.path('cache.db') }, size);
  try {
    await threads.sketch({ from: 0, files: files.slice(0, 7), measured: false });
    await threads.sketch({ from: 7, files: files.slice(7), measured: false });
    return await findDuplicates(
      sketchesOf(shared),
      threads.hands((row) => files[row]!),
    );
  } finally {
    await threads.close();
    close();
  }
}

test('one thread and three, sketches in memory and in a file: the same links, figures and families', async () => {
  const alone = await found(1, Infinity);
  expect(alone.families.map(({ members }) => members)).toEqual([
    [0, 1, 3, 4],
    [5, 6, 8, 9],
    [10, 11, 13, 14],
  ]);
  expect(alone.families[0]?.links).toHaveLength(3);
  for (const [threads, inMemory] of [
    [3, Infinity],
    [1, 0],
    [3, 0],
  ] as const)
    expect(await found(threads, inMemory)).toEqual(alone);
});

test('the file of the sketches has no name that a stopped process could leave behind', () => {
  const before = readdirSync(place.path());
  const { close } = openSketches(10, place.path(), 0);
  expect(readdirSync(place.path())).toEqual(before);
  close();
  expect(existsSync(place.path('cache.db'))).toBe(true);
});
