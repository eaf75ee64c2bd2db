import { pixelOp } from '../op.ts';
import { resize } from '../resize.ts';

/** Made smaller and back to its size: detail is lost as in a small scan that was enlarged. */
export const downscale = pixelOp(
  'downscale',
  { factor: { unit: '×', minimum: 0.1, maximum: 1, step: 0.05, default: [0.7, 0.9] } },
  (image, { factor }) => {
    const width = Math.max(1, Math.round(image.width * factor));
    const height = Math.max(1, Math.round(image.height * factor));
    if (width === image.width && height === image.height) return image;
    return resize(resize(image, width, height), image.width, image.height);
  },
);
