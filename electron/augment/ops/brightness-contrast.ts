import { pixelOp } from '../op.ts';
import { levels, mapLevels } from '../raster.ts';

/** level → (level − 127.5) (1 + contrast) + 127.5 + 255 brightness. */
export const brightnessContrast = pixelOp(
  'brightness-contrast',
  {
    brightness: { unit: '', minimum: -1, maximum: 1, step: 0.01, default: [-0.15, 0.15] },
    contrast: { unit: '', minimum: -1, maximum: 1, step: 0.01, default: [-0.15, 0.15] },
  },
  (image, { brightness, contrast }) =>
    mapLevels(
      image,
      levels((level) => (level - 127.5) * (1 + contrast) + 127.5 + 255 * brightness),
    ),
);
