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
  protected override load(request: BatchRequest): Promise<LoadedBatch> {
    this.begun++;
    return super.load(request);
  }
}

const open = (workers: number) => {
  const noisy = { name: 'noisy', ops: [{ op: 'gaussian-noise', p: 1, ranges: {} }] };
  return new Counted({ images, size: 24, fit: 'stretch', seed: 3, policy: noisy, twin: noisy, workers });
};

const requests = (draw: number): BatchRequest[] =>
  [0, 1, 2, 3].map((at) => ({ rows: [4 * at, 4 * at + 1], mode: 'augmented', draw, number: 4 * draw + at }));

async function taken(loader: BatchLoader, draw: number, then?: BatchRequest[]): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const { pixels } of loader.run(requests(draw), signal, then)) found.push(pixels);
  return found;
}

test('what is begun early is what would be given in its turn, is begun once, and is bounded', async () => {
  const [early, plain] = [open(1), open(2)];
  try {
    early.ahead(requests(0));
    expect(early.begun).toBe(2);
    const first = await taken(early, 0, requests(1));
    // One thread has two batches under way: those of the next epoch are begun when this one has none left.
    expect(early.begun).toBe(6);
    const second = await taken(early, 1);
    expect(early.begun).toBe(8);
    expect(first).toEqual(await taken(plain, 0));
    expect(second).toEqual(await taken(plain, 1));
    expect(first).not.toEqual(second);
  } finally {
    await Promise.all([early.close(), plain.close()]);
  }
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
