import { pixelOp } from '../op.ts';

/** Adds `alpha` times the difference to the eight neighbours; the border repeats itself outwards. */
export const sharpen = pixelOp(
  'sharpen',
  { alpha: { unit: '×', minimum: 0, maximum: 1, step: 0.01, default: [0.05, 0.15] } },
  ({ data, width, height }, { alpha }) => {
    const out = new Uint8ClampedArray(data.length);
    for (let y = 0; y < height; y++) {
      const rows = [Math.max(0, y - 1) * width, y * width, Math.min(height - 1, y + 1) * width] as const;
      for (let x = 0; x < width; x++) {
        const left = Math.max(0, x - 1);
        const right = Math.min(width - 1, x + 1);
        for (let c = 0; c < 3; c++) {
          let sum = 0;
          for (const row of rows) {
            sum += (data[(row + left) * 3 + c] as number) + (data[(row + x) * 3 + c] as number);
            sum += data[(row + right) * 3 + c] as number;
          }
          const at = (rows[1] + x) * 3 + c;
          const here = data[at] as number;
          out[at] = here + alpha * (9 * here - sum);
        }
      }
    }
    return { data: new Uint8Array(out.buffer), width, height };
  },
);
