import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AssayError } from '../contract/index.ts';
import { drawDemo } from './draw-demo.ts';

let base = '';
let folder = '';
const SETTINGS = { train: 20, test: 3, noise: 0.2, seed: 11 };

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay demo 그림 '));
  folder = join(base, 'set');
  await drawDemo({ folder, ...SETTINGS });
});
afterAll(() => rm(base, { recursive: true, force: true }));

const table = async (name: string) =>
  (await readFile(join(folder, name), 'utf8'))
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

async function bytes(of: string): Promise<Map<string, string>> {
  const names = (await readdir(of, { recursive: true })).filter((name) => name.endsWith('.jpg')).sort();
  const pairs = names.map(async (name) => [name, (await readFile(join(of, name))).toString('base64')] as const);
  return new Map(await Promise.all(pairs));
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (thrown: unknown) => (thrown instanceof AssayError ? thrown.code : String(thrown)),
  );

test('the tables name exactly the images that are there', async () => {
  expect((await table('train.csv')).map(([id]) => id)).toEqual((await readdir(join(folder, 'train'))).sort());
  expect((await table('test-truth.csv')).map(([id]) => id)).toEqual((await readdir(join(folder, 'test'))).sort());
  expect((await table('sample_submission.csv')).map(([id]) => id)).toEqual(
    (await table('test-truth.csv')).map(([id]) => id),
  );
  expect((await table('meta.csv')).map(([target]) => Number(target))).toEqual(Array.from({ length: 17 }, (_, i) => i));
});

test('the truth explains every given label, and a fifth of them is wrong', async () => {
  const given = new Map((await table('train.csv')).map(([id, target]) => [id, target]));
  const truth = await table('truth.csv');
  expect(truth.every(([id, , label]) => given.get(id) === label)).toBe(true);
  expect(truth.filter(([, target, label]) => target !== label)).toHaveLength(4);
});

test('a second call draws only what is missing or cut short, and the bytes come back', async () => {
  const before = await bytes(folder);
  const [first = '', second = ''] = [...before.keys()];
  await rm(join(folder, first));
  await truncate(join(folder, second), 900);
  await writeFile(join(folder, 'train', 'left-over.jpg.part'), 'x');
  const seen: number[] = [];
  const result = await drawDemo({ folder, ...SETTINGS, onProgress: (done) => seen.push(done) });
  expect(result).toEqual({ train: 20, test: 3, classes: 17, noisy: 4 });
  expect(seen).toEqual([21, 22, 23]);
  expect(await bytes(folder)).toEqual(before);
  expect(await readdir(join(folder, 'train'))).not.toContain('left-over.jpg.part');
});

test('a cancelled call stops early with its code, and the next one ends with the bytes of an uninterrupted one', async () => {
  const other = join(base, 'cancelled');
  const control = new AbortController();
  const stopped = drawDemo({
    folder: other,
    ...SETTINGS,
    signal: control.signal,
    onProgress: (done) => {
      if (done === 4) control.abort();
    },
  });
  expect(await codeOf(stopped)).toBe('internal/cancelled');
  expect((await bytes(other)).size).toBeLessThan(23);
  await drawDemo({ folder: other, ...SETTINGS });
  expect(await bytes(other)).toEqual(await bytes(folder));
});

test('a folder with other settings, with other things, or that is a file is refused as demo/output', async () => {
  expect(await codeOf(drawDemo({ folder, ...SETTINGS, seed: 12 }))).toBe('demo/output');
  await writeFile(join(base, 'file'), '');
  expect(await codeOf(drawDemo({ folder: join(base, 'file'), ...SETTINGS }))).toBe('demo/output');
  expect(await codeOf(drawDemo({ folder: base, ...SETTINGS }))).toBe('demo/output');
});

test('settings out of range are refused before anything is written', async () => {
  const none = join(base, 'none');
  for (const wrong of [
    { train: 16 },
    { train: 17.5 },
    { test: -1 },
    { noise: 0.6 },
    { noise: Number.NaN },
    { seed: 0.5 },
  ])
    expect(await codeOf(drawDemo({ folder: none, ...SETTINGS, ...wrong }))).toBe('contract/invalid');
  expect(await readdir(base)).not.toContain('none');
});
