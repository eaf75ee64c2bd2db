import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openThumbnailCache } from './cache.ts';
import { sniff } from './formats.ts';
import { ingest, loadPixels, mapOrdered } from './index.ts';
import { scanFolder, scanNames } from './scan.ts';
import { sortByName } from './sort.ts';

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

test.skipIf(!existsSync(odd))(
  'colour profiles are obeyed: the same four patches from every space (needs shared data)',
  async () => {
    const patches = [
      [200, 80, 60],
      [60, 160, 80],
      [70, 90, 180],
      [128, 128, 128],
    ];
    for (const name of ['srgb-none.png', 'display-p3.png', 'adobe-rgb.png', 'swapped.png', 'adobe-rgb.jpg']) {
      const { data } = await loadPixels(join(odd, `icc-${name}`), { width: 160, height: 40, fit: 'stretch' });
      const seen = patches.map((_, i) => [...data.subarray((20 * 160 + 20 + 40 * i) * 3).subarray(0, 3)]);
      patches.flat().forEach((level, i) => {
        expect(Math.abs(level - (seen.flat()[i] ?? 0)), name).toBeLessThanOrEqual(name.endsWith('jpg') ? 5 : 3);
      });
    }
  },
);

test.skipIf(!existsSync(odd))(
  'every kind of picture gives 8-bit RGB: grey, 16 bits, palettes, CMYK, strips (needs shared data)',
  async () => {
    for (const name of [
      'gray.jpg gray16.png rgb16.png palette-alpha.png one-bit.png gray-alpha.png cmyk.tif fax-g4.tif',
      'strip-1x5000.png strip-5000x1.jpg one-pixel.png animated.gif multi-page.tif ten-bit.avif',
    ].flatMap((names) => names.split(' '))) {
      const { data, content } = await loadPixels(join(odd, name), { width: 96, height: 64, fit: 'letterbox' });
      expect(data.length, name).toBe(96 * 64 * 3);
      expect(content.width === 96 || content.height === 64, name).toBe(true);
    }
    const clear = await loadPixels(join(odd, 'fully-transparent.png'), { width: 8, height: 8, fit: 'stretch' });
    expect(Math.min(...clear.data)).toBe(255);
    // A ramp from black to white, without a step.
    const ramp = await loadPixels(join(odd, 'gray16.png'), { width: 240, height: 4, fit: 'stretch' });
    for (let x = 1; x < 240; x++) {
      const step = (ramp.data[x * 3] ?? 0) - (ramp.data[x * 3 - 3] ?? 0);
      expect(step).toBeGreaterThanOrEqual(0);
      expect(step).toBeLessThanOrEqual(3);
    }
  },
);

test.skipIf(!existsSync(odd))('a refusal says why, in words (needs shared data)', async () => {
  const reasons: Record<string, RegExp> = {
    'huge-20000x14000.png': /20000 × 14000 = 280 million pixels/,
    'zero-bytes.jpg': /empty/,
    'trunc-jpeg-50pct.jpg': /cut off/,
    'trunc-png-60pct.png': /cut off/,
    'jpeg-bitrot.jpg': /damaged/,
    'svg-named.jpg': /SVG/,
    'pdf-named.jpg': /PDF/,
    'heic-named.jpg': /HEIC/,
    'float32.tif': /floating-point/,
    'cmyk-no-adobe.jpg': /CMYK/,
  };
  for (const [name, words] of Object.entries(reasons))
    expect((await ingest(join(odd, name))).image.reason, name).toMatch(words);
});

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
  expect(boxed.content).toEqual({ left: 0, top: 16, width: 64, height: 32 });
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

test('names are sorted as one sort would, however many there are', async () => {
  const items = Array.from({ length: 23_456 }, (_, i) => ({ name: `${((i * 7919) % 23_456) % 9000}.jpg`, i }));
  const slow = [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.i - b.i));
  expect(await sortByName(items)).toEqual(slow);
});

test('names alone are the same files in the same order', async () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-scan-'));
  mkdirSync(join(root, 'm'));
  for (let i = 0; i < 300; i++) writeFileSync(join(root, i % 3 === 0 ? 'm' : '.', `${i}.png`), '');
  const names: string[] = [];
  for await (const name of scanNames(root)) names.push(name);
  expect(names).toEqual(await relatives(root));
  expect(names).toHaveLength(300);
});

test('a scan that is cancelled ends', async () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-scan-'));
  for (let i = 0; i < 100; i++) writeFileSync(join(root, `${i}.png`), '');
  const stop = new AbortController();
  const scan = async () => {
    for await (const file of scanFolder(root, { signal: stop.signal })) if (file.relative !== '') stop.abort();
  };
  await expect(scan()).rejects.toMatchObject({ code: 'internal/cancelled' });
});

test('a folder that vanishes during the scan is named', async () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-scan-'));
  for (const folder of ['a', 'b']) {
    mkdirSync(join(root, folder));
    writeFileSync(join(root, folder, '1.png'), '');
  }
  const scan = async () => {
    for await (const file of scanFolder(root)) if (file.relative === 'a/1.png') rmSync(root, { recursive: true });
  };
  await expect(scan()).rejects.toMatchObject({ code: 'import/source-vanished', subject: root });
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
