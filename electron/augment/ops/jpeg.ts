import { pixelOp } from '../op.ts';

/** Through a JPEG of this quality (1-100, colour halved in both directions) and back. */
export const jpeg = pixelOp(
  'jpeg',
  { quality: { unit: '', minimum: 1, maximum: 100, step: 1, default: [30, 90], whole: true } },
  (image, { quality }, { jpeg: through }) => through(image, quality),
);
