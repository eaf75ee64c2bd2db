import { pixelOp } from '../op.ts';
import { levels, mapLevels } from '../raster.ts';

const INVERTED = levels((level) => 255 - level);

/** Light becomes dark, as in a negative. */
export const invert = pixelOp('invert', {}, (image) => mapLevels(image, INVERTED));
