import { pixelOp } from '../op.ts';

/** Hue turns, saturation and value move, in the hexcone model (Smith 1978); grey stays grey whatever the hue. */
export const hueSaturationValue = pixelOp(
  'hue-saturation-value',
  {
    hue: { unit: '°', minimum: -180, maximum: 180, step: 1, default: [-8, 8] },
    saturation: { unit: '%', minimum: -100, maximum: 100, step: 1, default: [-4, 4] },
    value: { unit: '%', minimum: -100, maximum: 100, step: 1, default: [-4, 4] },
  },
  (image, { hue, saturation, value }) => {
    const { data } = image;
    const out = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
    const turn = hue / 60;
    const more = saturation / 100;
    const lift = (value / 100) * 255;
    for (let i = 0; i < out.length; i += 3) {
      const [r, g, b] = [out[i] as number, out[i + 1] as number, out[i + 2] as number];
      const high = Math.max(r, g, b);
      const chroma = high - Math.min(r, g, b);
      const v = Math.min(255, Math.max(0, high + lift));
      // Grey has no hue to saturate.
      if (chroma === 0) {
        out[i] = out[i + 1] = out[i + 2] = v;
        continue;
      }
      const sector = high === r ? (g - b) / chroma : high === g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma;
      const h = (((sector + turn) % 6) + 6) % 6;
      const c = v * Math.min(1, Math.max(0, chroma / high + more));
      const x = c * (1 - Math.abs((h % 2) - 1));
      const low = v - c;
      out[i] = low + (h < 1 || h >= 5 ? c : h < 2 || h >= 4 ? x : 0);
      out[i + 1] = low + (h >= 1 && h < 3 ? c : h < 4 ? x : 0);
      out[i + 2] = low + (h >= 3 && h < 5 ? c : h >= 2 ? x : 0);
    }
    return image;
  },
);
