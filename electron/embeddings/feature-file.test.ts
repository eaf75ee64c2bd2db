import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FeatureFile } from './feature-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-features-'));
  path = join(folder, 'deep', 'features');
});
afterEach(() => rmSync(folder, { recursive: true }));

const hash = (i: number): string => i.toString(16).padStart(32, '0');
const row = (i: number): number[] => [i, i + 0.5, -i];

async function write(...blocks: number[][]): Promise<void> {
  const file = await FeatureFile.open(path, 3);
  for (const block of blocks) await file.append(block.map(hash), new Float32Array(block.flatMap(row)));
  await file.close();
}

async function rowsOf(file: FeatureFile, wanted: number[]) {
  const values = new Float32Array(3 * wanted.length);
  const missing = await file.read(wanted.map(hash), { into: values, width: 3, offset: 0 });
  return { values, missing };
}

async function read(wanted: number[]) {
  const file = await FeatureFile.open(path, 3);
  const rows = await rowsOf(file, wanted);
  await file.close();
  return rows;
}

test('rows come back by content hash in the order asked for, over several sessions', async () => {
  await write([1, 2], [3]);
  await write([4]);
  expect(await read([4, 2, 9, 2, 3])).toEqual({
    values: new Float32Array([...row(4), ...row(2), 0, 0, 0, ...row(2), ...row(3)]),
    missing: [2],
  });
});

test('a block cut off by a crash is ignored and written over', async () => {
  await write([1, 2], [3, 4]);
  truncateSync(path, statSync(path).size - 5);
  expect((await read([1, 2, 3, 4])).missing).toEqual([2, 3]);
  await write([5]);
  expect((await read([1, 2, 5])).missing).toEqual([]);
});

test('a last block of the right length with wrong bytes is ignored', async () => {
  await write([1], [2]);
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.at(-1)! ^ 1, bytes.length - 1);
  writeFileSync(path, bytes);
  expect((await read([1, 2])).missing).toEqual([1]);
});

test('a block damaged in the middle loses its own rows only, and they can be written again', async () => {
  await write([1], [2], [3]);
  const bytes = readFileSync(path);
  const at = 16 + (16 + 28) + 16 + 16; // first value of the second block
  bytes.writeUInt8(bytes[at]! ^ 255, at);
  writeFileSync(path, bytes);
  const file = await FeatureFile.open(path, 3);
  expect((await rowsOf(file, [1, 2, 3])).missing).toEqual([1]);
  expect(file.has(hash(2))).toBe(false);
  await file.append([hash(2)], new Float32Array(row(2)));
  expect((await rowsOf(file, [2])).values).toEqual(new Float32Array(row(2)));
  await file.close();
});

test('a file of another row length or kind is begun anew', async () => {
  await write([1]);
  const other = await FeatureFile.open(path, 2);
  expect(other.rows).toBe(0);
  await other.close();
  writeFileSync(path, 'not features at all');
  expect((await read([1])).missing).toEqual([0]);
});

test('two files fill their own columns of one matrix', async () => {
  await write([1, 2]);
  const file = await FeatureFile.open(path, 3);
  const into = new Float32Array(10).fill(7);
  await file.read([hash(2), hash(1)], { into, width: 5, offset: 2 });
  expect(into).toEqual(new Float32Array([7, 7, ...row(2), 7, 7, ...row(1)]));
  await file.close();
});

test('opened to be read, nothing is made, mended or cut', async () => {
  const missing = await FeatureFile.open(path, 3, 'read');
  expect([missing.rows, existsSync(path)]).toEqual([0, false]);
  await write([1, 2], [3]);
  truncateSync(path, statSync(path).size - 1);
  const before = readFileSync(path);
  const torn = await FeatureFile.open(path, 3, 'read');
  const other = await FeatureFile.open(path, 4, 'read');
  expect([torn.rows, other.rows]).toEqual([2, 0]);
  await torn.close();
  await other.close();
  expect(readFileSync(path).equals(before)).toBe(true);
});
