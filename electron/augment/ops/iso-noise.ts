import { normals } from '../noise.ts';
import { pixelOp } from '../op.ts';
import { luma } from '../raster.ts';

/** Deviation of luma noise in a middle grey at intensity 1, in levels. */
const LUMA = 40;
/** Colour noise of a camera is weaker than its luma noise. */
const COLOUR = 0.4;

/**
 * A camera at high sensitivity: shot noise, whose deviation grows with the root of the light, the same in all
 * channels, and weaker noise of colour.
 */
export const isoNoise = pixelOp(
  'iso-noise',
  { intensity: { unit: '', minimum: 0, maximum: 1, step: 0.05, default: [0.1, 0.4] } },
  (image, { intensity }, { random }) => {
    const next = normals(random);
    const { data } = image;
    const out = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
    // A little noise is left in black: the sensor reads with an error of its own.
    const deviations = Float64Array.from({ length: 256 }, (_, l) => intensity * LUMA * Math.sqrt((l + 16) / 144));
    for (let i = 0; i < out.length; i += 3) {
      const [r, g, b] = [out[i] as number, out[i + 1] as number, out[i + 2] as number];
      const deviation = deviations[Math.round(luma(r, g, b))] as number;
      const light = deviation * next();
      out[i] = r + light + COLOUR * deviation * next();
      out[i + 1] = g + light;
      out[i + 2] = b + light + COLOUR * deviation * next();
    }
    return image;
  },
);
