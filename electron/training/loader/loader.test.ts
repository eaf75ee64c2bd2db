import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawPictures } from '../../../tests/helpers/fixtures.ts';
import { BatchLoader } from './loader.ts';
import { type BatchRequest, type LoadedBatch } from './protocol.ts';

const signal = new AbortController().signal;
let folder: string;
let images: { path: string; hash: string; class: string; held: boolean }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-loader-'));
  const paths = await drawPictures(folder, { classes: ['red', 'blue'], each: 8, side: 24 });
  images = paths.map((path, i) => ({ path: join(folder, path), hash: String(i), class: 'red', held: false }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Counts what its threads are asked for. */
class Counted extends BatchLoader {
  begun = 0;
  override load(request: BatchRequest): Promise<LoadedBatch> {
    this.begun++;
    return super.load(request);
  }
}

const open = (workers: number) => {
  const noisy = { name: 'noisy', ops: [{ op: 'gaussian-noise', p: 1, ranges: {} }] };
  return new Counted({ images, size: 24, fit: 'stretch', seed: 3, policy: noisy, twin: noisy, workers });
};

const requests = (draw: number): BatchRequest[] =>
  [0, 1, 2, 3, 4, 5].map((at) => ({ rows: [2 * at, 2 * at + 1], mode: 'augmented', draw, number: 6 * draw + at }));

async function taken(loader: BatchLoader, draw: number, then?: BatchRequest[]): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const { pixels } of loader.run(requests(draw), signal, then)) found.push(pixels);
  return found;
}

test('what is begun early is what would be given in its turn, is begun once, and is bounded', async () => {
  const [early, plain] = [open(1), open(2)];
  try {
    early.ahead(requests(0));
    expect(early.begun).toBe(4);
    const first = await taken(early, 0, requests(1));
    // One thread has four batches under way: those of the next epoch are begun when this one has none left.
    expect(early.begun).toBe(10);
    const second = await taken(early, 1);
    expect(early.begun).toBe(12);
    expect(first).toEqual(await taken(plain, 0));
    expect(second).toEqual(await taken(plain, 1));
    expect(first).not.toEqual(second);
  } finally {
    await Promise.all([early.close(), plain.close()]);
  }
});

test('batches of many bytes are few at once, and closing waits for no more than one a thread', async () => {
  const plain = { name: 'none', ops: [] };
  const large = new Counted({ images, size: 2400, fit: 'stretch', seed: 3, policy: plain, twin: plain, workers: 1 });
  large.ahead(requests(0));
  expect(large.begun).toBe(2);
  await large.close();

  const small = open(1);
  let answered = 0;
  const loads = requests(0).map(async (request) => {
    await small.load(request);
    answered++;
  });
  await loads[0];
  await small.close();
  expect(answered).toBeLessThan(loads.length);
});

test('what was begun early and is not asked for after all does no harm', async () => {
  const [early, plain] = [open(2), open(2)];
  try {
    early.ahead(requests(5));
    early.ahead(requests(1));
    expect(await taken(early, 0)).toEqual(await taken(plain, 0));
  } finally {
    await Promise.all([early.close(), plain.close()]);
  }
});
