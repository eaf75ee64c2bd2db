/** What a network sees is a function of the decoded picture, not of the file that it came in. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { random } from '../contract/index.ts';
import { fitPixels, loadPicture, loadPixels } from './index.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'assay whole '))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Edges, tones and noise, [height, width, 3]. */
function drawn(width: number, height: number): Buffer {
  const draw = random(1, 'whole-test', width, height);
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) data[at++] = ((x >> 3) + (y >> 2)) % 3 ? (x + y * 2 + c * 40) % 230 : draw.int(256);
  return data;
}

const picture = (width = 1003, height = 777) =>
  sharp(drawn(width, height), { raw: { width, height, channels: 3 as const } });

const files: Record<string, () => Promise<Buffer>> = {
  'jpeg, 8 times as large': () => picture().jpeg({ quality: 80 }).toBuffer(),
  'jpeg with whole colour': () => picture().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
  'grey jpeg': () => picture().greyscale().jpeg().toBuffer(),
  'jpeg on its side': () => picture().jpeg().withMetadata({ orientation: 6 }).toBuffer(),
  'jpeg mirrored': () => picture().jpeg().withMetadata({ orientation: 5 }).toBuffer(),
  'cmyk jpeg': () => picture().toColourspace('cmyk').jpeg().toBuffer(),
  'jpeg with a profile': () => picture().withIccProfile('p3').jpeg().toBuffer(),
  'webp, lossy': () => picture().webp({ quality: 80 }).toBuffer(),
  'webp with holes': () => picture().ensureAlpha(0.4).webp().toBuffer(),
  png: () => picture().png().toBuffer(),
  'png of 16 bits': () => picture().toColourspace('rgb16').png().toBuffer(),
  'png of a palette': () => picture().png({ palette: true }).toBuffer(),
  'grey tiff': () => picture().greyscale().tiff({ compression: 'lzw' }).toBuffer(),
  'small jpeg': () => picture(61, 47).jpeg().toBuffer(),
};

test.each(Object.keys(files))('%s: the pixels are those of the whole picture, made smaller', async (name) => {
  const path = join(folder, name);
  writeFileSync(path, await files[name]!());
  const whole = await loadPicture(path, 0x3fff);
  for (const [size, fit] of [
    [128, 'letterbox'],
    [224, 'stretch'],
  ] as const) {
    const target = { width: size, height: size, fit };
    const [seen, wanted] = await Promise.all([loadPixels(path, target), fitPixels(whole, target)]);
    expect(seen.content).toEqual(wanted.content);
    // A file is made smaller while it is read, line by line: where a kernel's place lies on a cut, the last bit decides.
    let [off, worst] = [0, 0];
    seen.data.forEach((level, i) => {
      const apart = Math.abs(level - wanted.data[i]!);
      if (apart > 0) off++;
      worst = Math.max(worst, apart);
    });
    expect(worst).toBeLessThanOrEqual(2);
    expect(off / seen.data.length).toBeLessThan(0.05);
  }
});
