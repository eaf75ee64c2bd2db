import { expect, test } from 'vitest';
import { decodePixels } from '../imaging/index.ts';
import { drawImage, type ImageKey } from './draw-image.ts';

const KEYS: ImageKey[] = [
  { seed: 1, purpose: 'train', index: 3, class: 3 },
  { seed: 1, purpose: 'train', index: 16, class: 16 },
  { seed: 1, purpose: 'test', index: 9, class: 9 },
  { seed: 1, purpose: 'test', index: 12, class: 12 },
];

test('an image is a function of its keys: any order, any neighbours, the same bytes', async () => {
  const alone: Buffer[] = [];
  for (const key of KEYS) alone.push(await drawImage(key));
  const together = await Promise.all([...KEYS].reverse().map((key) => drawImage(key)));
  expect(together.reverse().map((jpeg) => jpeg.toString('base64'))).toEqual(
    alone.map((jpeg) => jpeg.toString('base64')),
  );
});

test('seed, purpose and index each change the picture', async () => {
  const key = KEYS[0] as ImageKey;
  const variants: ImageKey[] = [key, { ...key, seed: 2 }, { ...key, index: 4 }, { ...key, purpose: 'test' }];
  const jpegs = await Promise.all(variants.map((variant) => drawImage(variant)));
  expect(new Set(jpegs.map((jpeg) => jpeg.toString('base64'))).size).toBe(variants.length);
});

test('the longer side lies within 512 to 753 pixels in training, 512 to 763 in test images', async () => {
  for (let index = 0; index < 17; index++) {
    for (const [purpose, top] of [
      ['train', 753],
      ['test', 763],
    ] as const) {
      const { width, height } = await decodePixels(await drawImage({ seed: 4, purpose, index, class: index }));
      expect(Math.max(width, height)).toBeGreaterThanOrEqual(512);
      expect(Math.max(width, height)).toBeLessThanOrEqual(top);
    }
  }
});
