import { expect, test } from 'vitest';
import { random, RESTORATIONS } from '../contract/index.ts';
import { bilateral, nonLocalMeans } from './denoise.ts';
import { equaliseChannels } from './equalise.ts';
import { cropWhite, measureSkew, type Raster, restore, straighten, turned } from './index.ts';
import { greyOf } from './raster.ts';
import { deblur, laplacianVariance } from './sharpness.ts';

/** A page: words in lines on white, with a wide white border. */
function page(width = 420, height = 560): Raster {
  const data = new Uint8Array(width * height * 3).fill(255);
  const draw = random(7, 'page');
  const right = width - Math.round(width / 7);
  for (let line = Math.round(height / 9); line < (height * 8) / 9; line += 14)
    for (let x = width - right; x < right;) {
      const word = 8 + draw.int(30);
      for (let y = line; y < line + 5; y++)
        data.fill(30, (y * width + x) * 3, (y * width + Math.min(right, x + word)) * 3);
      x += word + 5;
    }
  return { data, width, height };
}

const noisy = (image: Raster, deviation: number): Raster => {
  const draw = random(3, 'noise');
  return {
    ...image,
    data: image.data.map((v) => Math.min(255, Math.max(0, Math.round(v + deviation * draw.normal())))),
  };
};

const meanError = (a: Raster, b: Raster): number =>
  a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length;

test('a lean between -35° and 35° is measured to half a degree, whichever quarter the page lies in', () => {
  const upright = page();
  expect(Math.abs(measureSkew(greyOf(upright)))).toBeLessThanOrEqual(0.3);
  for (const angle of [-31, -12.5, -3, 2, 8, 27]) {
    const leaning = turned(noisy(upright, 6), angle);
    expect(measureSkew(greyOf(leaning)), `${angle}°`).toBeCloseTo(-angle, 0);
  }
  expect(measureSkew(greyOf(turned(turned(upright, 90), 9)))).toBeCloseTo(-9, 0);
});

test('noise and an even ground have no direction: they are left alone', () => {
  const flat = { data: new Uint8Array(200 * 200 * 3).fill(180), width: 200, height: 200 };
  expect(measureSkew(greyOf(flat))).toBe(0);
  expect(measureSkew(greyOf(noisy(flat, 40)))).toBe(0);
});

test('the white border goes, the writing stays, and an empty page stays whole', () => {
  const cropped = cropWhite(page());
  expect(cropped.width).toBeGreaterThan(300);
  expect(cropped.width).toBeLessThan(330);
  expect(cropped.height).toBeLessThan(470);
  const empty = { data: new Uint8Array(100 * 100 * 3).fill(255), width: 100, height: 100 };
  expect(cropWhite(empty)).toBe(empty);
  const straight = straighten(turned(page(), 11));
  expect(Math.abs(straight.degrees + 11)).toBeLessThanOrEqual(0.5);
  expect(Math.abs(straight.width - cropped.width)).toBeLessThan(14);
});

test('both filters take noise away and keep edges', () => {
  const clean = cropWhite(page(160, 200));
  const dirty = noisy(clean, 12);
  for (const filtered of [nonLocalMeans(dirty, 14), bilateral(dirty, 5, 30)])
    expect(meanError(filtered, clean)).toBeLessThan(0.8 * meanError(dirty, clean));
  expect(meanError(nonLocalMeans(clean, 6), clean)).toBeLessThan(2);
});

test('a moved picture is made sharper, and equalising fills the range', () => {
  const clean = page(160, 200);
  const moved = { ...clean, data: new Uint8Array(clean.data.length) };
  for (let i = 0; i < clean.data.length; i++) {
    let sum = 0;
    for (let k = -4; k <= 4; k++) sum += clean.data[i + 3 * k] ?? 255;
    moved.data[i] = Math.round(sum / 9);
  }
  const better = deblur(moved, Infinity, 12);
  const steps = ({ data }: Raster): number =>
    data.reduce((sum, value, i) => sum + (i < 3 ? 0 : (value - data[i - 3]!) ** 2), 0);
  expect(steps(better)).toBeGreaterThan(1.5 * steps(moved));
  expect(laplacianVariance(moved)).toBeLessThan(laplacianVariance(clean));
  expect(meanError(better, clean)).toBeLessThan(meanError(moved, clean));
  const dull = { ...clean, data: Uint8Array.from({ length: clean.data.length }, (_, i) => 100 + (i % 30)) };
  const levels = equaliseChannels(dull).data;
  expect([Math.min(...levels), Math.max(...levels)]).toEqual([0, 255]);
});

test.each(RESTORATIONS)('%s is a function of seed and content alone', async (op) => {
  const image = page(96, 128);
  const before = Uint8Array.from(image.data);
  const results = new Set<string>();
  for (let i = 0; i < 6; i++) {
    const key = { seed: 42, hash: `image ${i}` };
    const [one, two] = [await restore(image, op, key), await restore(image, op, key)];
    expect(Buffer.compare(one.data, two.data)).toBe(0);
    results.add(Buffer.from(one.data).toString('base64'));
  }
  expect(image.data).toEqual(before);
  if (op === 'deskew') expect(results.size).toBe(1);
  else expect(results.size).toBeGreaterThan(3);
});
