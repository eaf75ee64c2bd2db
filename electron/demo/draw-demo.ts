/** Writes the drawn set into a folder; a second call goes on where a first one stopped. */
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AssayError, toAssayError } from '../contract/index.ts';
import { DEMO_CLASSES } from './classes.ts';
import { drawImage } from './draw-image.ts';
import { type PlannedImage, planSplit } from './plan.ts';
import { type DemoSettings, demoTables } from './tables.ts';

export interface DemoOptions {
  /** Where to write: a new or empty folder, or one that an interrupted call with the same settings left. */
  folder: string;
  /** Training images, 17 or more; 1,570 if left out. */
  train?: number;
  /** Test images, 0 or more; 3,140 if left out. */
  test?: number;
  /** Share of training labels made wrong, 0-0.5; 0.03 if left out. */
  noise?: number;
  /** A whole number; 1 if left out. */
  seed?: number;
  /** Stops the drawing; what is written stays and is taken up by the next call. */
  signal?: AbortSignal;
  /** After every image: images ready, images in all. */
  onProgress?: (done: number, total: number) => void;
}

export interface DemoResult {
  train: number;
  test: number;
  classes: number;
  /** Wrong labels planted in train.csv. */
  noisy: number;
}

/** Raised when the drawings change: a folder of an older version is not continued with newer pictures. */
const VERSION = 1;
const SETTINGS_FILE = 'demo.json';

/**
 * Draws the demo set: FOLDER/train, FOLDER/test and the contest's tables beside them (see the written README.md).
 * Every image depends on (seed, split, index) alone, so the same settings give the same bytes in any order.
 *
 * @throws AssayError contract/invalid for a setting out of range; demo/output where the folder cannot take the set;
 *   internal/cancelled when the signal stops it; disk/full
 */
export async function drawDemo(options: DemoOptions): Promise<DemoResult> {
  const settings = checked(options);
  const { folder, signal, onProgress } = options;
  const train = planSplit(settings.seed, 'train', settings.train, settings.noise);
  const test = planSplit(settings.seed, 'test', settings.test, 0);
  try {
    await prepareFolder(folder, settings);
    const waiting = await unfinished(folder, [...train, ...test]);
    const total = train.length + test.length;
    let done = total - waiting.length;
    onProgress?.(done, total);
    await inFlight(waiting, availableParallelism(), async (image) => {
      if (signal?.aborted === true) throw new AssayError('internal/cancelled');
      await writeWhole(join(folder, image.purpose, image.id), await drawImage(image));
      done++;
      onProgress?.(done, total);
    });
    // Tables last: a folder that has them is complete.
    for (const [name, text] of Object.entries(demoTables(settings, train, test)))
      await writeWhole(join(folder, name), text);
  } catch (thrown) {
    throw asOutputError(thrown, folder);
  }
  const noisy = train.filter((image) => image.given !== image.class).length;
  return { train: train.length, test: test.length, classes: DEMO_CLASSES.length, noisy };
}

function checked({ folder, train = 1570, test = 3140, noise = 0.03, seed = 1 }: DemoOptions): DemoSettings {
  const invalid = (reason: string) => new AssayError('contract/invalid', { values: { reason } });
  if (folder === '') throw invalid('folder: expected a path');
  if (!Number.isInteger(train) || train < DEMO_CLASSES.length)
    throw invalid(`train: expected 17 or more images, received ${String(train)}`);
  if (!Number.isInteger(test) || test < 0) throw invalid(`test: expected 0 or more images, received ${String(test)}`);
  if (!(noise >= 0 && noise <= 0.5)) throw invalid(`noise: expected a share of 0 to 0.5, received ${String(noise)}`);
  if (!Number.isSafeInteger(seed)) throw invalid(`seed: expected a whole number, received ${String(seed)}`);
  return { version: VERSION, train, test, noise, seed };
}

/** Makes the folders, or recognises those of an interrupted call by their settings. */
async function prepareFolder(folder: string, settings: DemoSettings): Promise<void> {
  const text = `${JSON.stringify(settings)}\n`;
  await mkdir(folder, { recursive: true });
  const entries = (await readdir(folder)).filter((name) => !name.endsWith(PART));
  if (entries.includes(SETTINGS_FILE)) {
    const found = await readFile(join(folder, SETTINGS_FILE), 'utf8');
    if (found !== text) throw refuse(folder, `it holds a demo set with other settings: ${found.trim()}`);
  } else if (entries.length > 0) {
    throw refuse(folder, 'it is not empty');
  } else {
    await writeWhole(join(folder, SETTINGS_FILE), text);
  }
  await mkdir(join(folder, 'train'), { recursive: true });
  await mkdir(join(folder, 'test'), { recursive: true });
}

const refuse = (folder: string, reason: string, cause?: unknown) =>
  new AssayError('demo/output', { subject: folder, values: { reason }, cause });

/** Errors of the file system say which folder; a full disk keeps its own code. */
function asOutputError(thrown: unknown, folder: string): AssayError {
  const error = toAssayError(thrown);
  if (error.code !== 'internal/fault' || !(thrown instanceof Error) || !('syscall' in thrown)) return error;
  return refuse(folder, thrown.message, thrown);
}

const PART = '.part';

/** Under its own name only when complete: a kill leaves a .part file, which the next call writes over. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path + PART, content);
  await rename(path + PART, path);
}

/** The images that are not there whole; leftovers of an interrupted call are removed. */
async function unfinished(folder: string, images: readonly PlannedImage[]): Promise<PlannedImage[]> {
  const there = new Set<string>();
  for (const split of ['train', 'test']) {
    for (const name of await readdir(join(folder, split))) {
      if (name.endsWith(PART)) await rm(join(folder, split, name), { force: true });
      else there.add(`${split}/${name}`);
    }
  }
  const missing: PlannedImage[] = [];
  for (const image of images) {
    const known = there.has(`${image.purpose}/${image.id}`);
    if (!known || !(await endsAsJpeg(join(folder, image.purpose, image.id)))) missing.push(image);
  }
  return missing;
}

/** A file cut short by a power failure lacks the end marker FF D9. */
async function endsAsJpeg(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size < 4) return false;
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, size - 2);
    return buffer[0] === 0xff && buffer[1] === 0xd9;
  } finally {
    await file.close();
  }
}

/** Runs `work` over the items, `lanes` at a time; the first failure stops the lanes and is thrown once all are still. */
async function inFlight<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const lane = async () => {
    while (next < items.length && failures.length === 0) {
      const item = items[next++] as T;
      try {
        await work(item);
      } catch (thrown) {
        failures.push(thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, lanes) }, lane));
  if (failures.length > 0) throw failures[0];
}
