import { pixelOp } from '../op.ts';

/** Multiplies every pixel by itself with 1 ± up to `strength`: noise that leaves black alone. */
export const speckle = pixelOp(
  'speckle',
  { strength: { unit: '×', minimum: 0, maximum: 0.5, step: 0.01, default: [0.02, 0.1] } },
  (image, { strength }, { random }) => {
    const { data } = image;
    const out = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
    for (let i = 0; i < out.length; i += 3) {
      const factor = random.between(1 - strength, 1 + strength);
      out[i] = (out[i] as number) * factor;
      out[i + 1] = (out[i + 1] as number) * factor;
      out[i + 2] = (out[i + 2] as number) * factor;
    }
    return image;
  },
);
