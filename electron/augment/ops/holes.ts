import { pixelOp } from '../op.ts';

/** White rectangles somewhere in the picture, each side by itself up to `size` of the picture's. */
export const holes = pixelOp(
  'holes',
  {
    count: { unit: '', minimum: 1, maximum: 20, step: 1, default: [1, 3], whole: true },
    size: { unit: '%', minimum: 1, maximum: 50, step: 1, default: [4, 12] },
  },
  (image, { count, size }, { random }) => {
    const { data, width, height } = image;
    for (let n = 0; n < count; n++) {
      const w = Math.max(1, Math.round((random.between(0.5, 1) * size * width) / 100));
      const h = Math.max(1, Math.round((random.between(0.5, 1) * size * height) / 100));
      const left = random.int(Math.max(1, width - w + 1));
      const top = random.int(Math.max(1, height - h + 1));
      for (let y = top; y < Math.min(height, top + h); y++)
        data.fill(255, (y * width + left) * 3, (y * width + Math.min(width, left + w)) * 3);
    }
    return image;
  },
);
