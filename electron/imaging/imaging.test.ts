import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openThumbnailCache } from './cache.ts';
import { sniff } from './formats.ts';
import { ingest, loadPixels, mapOrdered } from './index.ts';
import { scanFolder } from './scan.ts';

const shared = process.env.ASSAY_SHARED ?? join(import.meta.dirname, '../../../shared');
const odd = join(shared, 'data/odd-images');

async function relatives(root: string): Promise<string[]> {
  const found = [];
  for await (const file of scanFolder(root)) found.push(file.relative);
  return found;
}

test.skipIf(!existsSync(odd))(
  'every odd file is imported or named as unreadable, as its manifest says (needs shared data)',
  async () => {
    const manifest = parse(readFileSync(join(odd, 'manifest.csv')), { columns: true }) as {
      file: string;
      expected: string;
    }[];
    const outcome = new Map<string, string | null>();
    for await (const file of scanFolder(odd))
      outcome.set(file.relative.normalize('NFC'), (await ingest(file.path)).image.reason);
    const wrong = manifest.filter(({ file, expected }) => {
      const reason = outcome.get(file.normalize('NFC'));
      if (reason === undefined) return true;
      return expected === 'imported' ? reason !== null : expected === 'unreadable' ? reason === null : false;
    });
    expect(wrong).toEqual([]);
  },
);

test.skipIf(!existsSync(odd))(
  'all eight EXIF orientations give one picture of one turned size (needs shared data)',
  async () => {
    const sizes = new Set<string>();
    const pictures: Buffer[] = [];
    for (let o = 1; o <= 8; o++) {
      const path = join(odd, `exif-orientation-${o}.jpg`);
      const { image } = await ingest(path);
      sizes.add(`${image.width}x${image.height}`);
      pictures.push((await loadPixels(path, { width: 24, height: 32, fit: 'stretch' })).data);
    }
    expect([...sizes]).toEqual(['120x160']);
    for (const picture of pictures) {
      const difference = picture.reduce((sum, v, i) => sum + Math.abs(v - (pictures[0]?.[i] ?? 0)), 0) / picture.length;
      expect(difference).toBeLessThan(6);
    }
  },
);

test('content decides, not the name: an SVG in any encoding never reaches a decoder', () => {
  const svg = '<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg"/>';
  for (const bytes of [
    Buffer.from(svg),
    Buffer.from('\uFEFF' + svg),
    Buffer.from('\uFEFF' + svg, 'utf16le'),
    Buffer.from('  \n<svg:svg>'),
  ]) {
    expect(sniff(bytes)).toMatchObject({ format: null });
  }
});

test('letterboxing keeps the aspect on white, stretching fills', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-imaging-'));
  const file = join(folder, '검정.png');
  await sharp({ create: { width: 200, height: 100, channels: 3, background: '#000' } })
    .png()
    .toFile(file);
  const boxed = await loadPixels(file, { width: 64, height: 64, fit: 'letterbox' });
  expect(boxed.data.length).toBe(64 * 64 * 3);
  expect(boxed.data[0]).toBe(255);
  expect(boxed.data[(32 * 64 + 32) * 3]).toBe(0);
  const stretched = await loadPixels(file, { width: 64, height: 64, fit: 'stretch' });
  expect(Math.max(...stretched.data)).toBe(0);
});

test('the scan is in stable order and follows no link out of the folder', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'assay-outside-'));
  writeFileSync(join(outside, 'secret.jpg'), 'x');
  const root = mkdtempSync(join(tmpdir(), 'assay-scan-'));
  mkdirSync(join(root, 'b'));
  mkdirSync(join(root, 'p.assay'));
  for (const name of ['z.jpg', 'a.PNG', 'b/c.webp', '.hidden.jpg', 'notes.txt', 'p.assay/x.jpg'])
    writeFileSync(join(root, name), 'x');
  symlinkSync(join(outside, 'secret.jpg'), join(root, 'link.jpg'));
  symlinkSync(outside, join(root, 'linked'));
  expect(await relatives(root)).toEqual(['a.PNG', 'b/c.webp', 'z.jpg']);
});

test('a folder that is not there is named', async () => {
  await expect(relatives('/nowhere/at/all')).rejects.toMatchObject({
    code: 'import/no-source',
    subject: '/nowhere/at/all',
  });
});

test('thumbnails survive reopening, and a damaged cache is begun anew', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'assay-cache-')), 'cache.db');
  const hash = 'a'.repeat(32);
  const first = openThumbnailCache(file);
  first.put([{ hash, bytes: Buffer.from([1, 2, 3]) }]);
  first.close();
  const again = openThumbnailCache(file);
  expect(again.get(hash)).toEqual(Buffer.from([1, 2, 3]));
  again.close();
  writeFileSync(file, 'not a database at all, but long enough to be read as the head of one.'.repeat(20));
  const anew = openThumbnailCache(file);
  expect(anew.get(hash)).toBeNull();
  anew.close();
});

test('results come in order whatever each one takes, and never more than the limit are under way', async () => {
  let running = 0;
  let most = 0;
  const work = async (item: number) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, (7 - item) * 2));
    running--;
    return item;
  };
  const results = [];
  for await (const result of mapOrdered([0, 1, 2, 3, 4, 5, 6], work, { limit: 3 })) results.push(result);
  expect(results).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(most).toBe(3);
});
