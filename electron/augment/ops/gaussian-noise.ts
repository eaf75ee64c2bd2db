import { normals } from '../noise.ts';
import { pixelOp } from '../op.ts';

/** Adds normal noise to every level by itself. `deviation` is its standard deviation, of 255 levels. */
export const gaussianNoise = pixelOp(
  'gaussian-noise',
  { deviation: { unit: 'levels', minimum: 0, maximum: 60, step: 0.5, default: [2.5, 5] } },
  (image, { deviation }, { random }) => {
    const next = normals(random);
    const { data } = image;
    const out = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
    for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + deviation * next();
    return image;
  },
);
