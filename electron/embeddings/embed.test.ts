import { copyFileSync, mkdtempSync, rmSync, truncateSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TaskContext } from '../compute/index.ts';
import { encodePng } from '../imaging/index.ts';
import { type EmbedParams, embedTask, FeatureFile, prepareTask } from './index.ts';

let folder: string;
let images: { hash: string; path: string }[];
let params: Omit<EmbedParams, 'folder' | 'images'>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-embed-'));
  const { path } = await prepareTask({ name: 'classic', cache: join(folder, 'cache') });
  params = { backbone: path, tap: 'depths', size: null, fit: 'stretch' };
  images = [];
  for (let i = 0; i < 90; i++) {
    const file = join(folder, `${i}.png`);
    const data = new Uint8Array(20 * 30 * 3).map((_, at) => (at * (i + 3)) % 256);
    writeFileSync(file, await encodePng({ data, width: 20, height: 30 }));
    images.push({ hash: (i + 1).toString(16).padStart(32, '0'), path: file });
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function context(onProgress: (done: number) => void = () => undefined) {
  const controller = new AbortController();
  const task: TaskContext = {
    signal: controller.signal,
    progress: onProgress,
    log: () => undefined,
    emit: () => Promise.resolve(),
  };
  return { task, controller };
}

async function rowsOf(path: string, length: number): Promise<Float32Array> {
  const file = await FeatureFile.open(path, length);
  const into = new Float32Array(images.length * length);
  expect(
    await file.read(
      images.map((image) => image.hash),
      { into, width: length, offset: 0 },
    ),
  ).toEqual([]);
  await file.close();
  return into;
}

test('an interrupted run goes on and ends with the very rows of an uninterrupted one', async () => {
  const whole = await embedTask({ ...params, images, folder: join(folder, 'whole') }, context().task);
  expect(whole.embedded).toBe(90);

  const cut = { ...params, images, folder: join(folder, 'cut') };
  const { task, controller } = context((done) => {
    if (done > 40) controller.abort(new Error('stop'));
  });
  await expect(embedTask(cut, task)).rejects.toThrow('stop');
  const rest = await embedTask(cut, context().task);
  expect(rest.embedded).toBeLessThan(60);

  // And once more after a crash that cut off the last block.
  const torn = { ...params, images, folder: join(folder, 'torn') };
  await embedTask({ ...torn, images: images.slice(0, 70) }, context().task);
  truncateSync(rest.path.replace('cut', 'torn'), statSync(rest.path.replace('cut', 'torn')).size - 100);
  expect((await embedTask(torn, context().task)).embedded).toBeGreaterThan(20);

  const expected = await rowsOf(whole.path, whole.length);
  expect(await rowsOf(rest.path, rest.length)).toEqual(expected);
  expect(await rowsOf(rest.path.replace('cut', 'torn'), rest.length)).toEqual(expected);
});

test('what cannot be read is listed and the rest is embedded', async () => {
  const broken = join(folder, 'broken.png');
  copyFileSync(images[0]!.path, broken);
  truncateSync(broken, 300);
  const some = [
    images[0]!,
    { hash: 'a'.repeat(32), path: broken },
    { hash: 'b'.repeat(32), path: join(folder, 'gone') },
    images[1]!,
  ];
  const result = await embedTask({ ...params, images: some, folder: join(folder, 'bad') }, context().task);
  expect(result.embedded).toBe(2);
  expect(result.troubles.map(({ hash, code }) => [hash[0], code])).toEqual([
    ['a', 'image/unreadable'],
    ['b', 'image/missing'],
  ]);
});

test('another fit is another file', async () => {
  const one = await embedTask({ ...params, images: images.slice(0, 1), folder }, context().task);
  const other = await embedTask({ ...params, fit: 'letterbox', images: images.slice(0, 1), folder }, context().task);
  expect(other.path).not.toBe(one.path);
});
