/** The test shift: what happened to the contest's test images, on top of a clean shot. */
import { blurPixels, decodePixels, encodeJpeg, type Pixels, resizePixels } from '../imaging/index.ts';
import { bellTable } from './expose.ts';
import { type Draw } from './random.ts';

/** Turned by degrees about the middle, mirrored first where asked; the frame grows, corners take the fill. */
function turn(
  pixels: Pixels,
  degrees: number,
  mirrorX: boolean,
  mirrorY: boolean,
  skew: readonly [number, number],
  fill: number,
): Pixels {
  const { data, width, height } = pixels;
  const angle = (degrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const w = Math.round(Math.abs(width * cos) + Math.abs(height * sin));
  const h = Math.round(Math.abs(width * sin) + Math.abs(height * cos));
  const out = new Uint8Array(w * h * 3);
  const sx = mirrorX ? -1 : 1;
  const sy = mirrorY ? -1 : 1;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const fx = x + 0.5 - w / 2;
      const fy = y + 0.5 - h / 2;
      const depth = 1 + (skew[0] * fx) / w + (skew[1] * fy) / h;
      const u = ((fx * cos + fy * sin) / depth) * sx + width / 2 - 0.5;
      const v = ((fy * cos - fx * sin) / depth) * sy + height / 2 - 0.5;
      const at = (y * w + x) * 3;
      const u0 = Math.floor(u);
      const v0 = Math.floor(v);
      if (u0 < 0 || v0 < 0 || u0 >= width - 1 || v0 >= height - 1) {
        const near = u0 >= -1 && v0 >= -1 && u0 < width && v0 < height;
        const from = near
          ? (Math.max(0, Math.min(height - 1, v0)) * width + Math.max(0, Math.min(width - 1, u0))) * 3
          : -1;
        for (let c = 0; c < 3; c++) out[at + c] = from < 0 ? fill : (data[from + c] ?? 0);
        continue;
      }
      const fu = u - u0;
      const fv = v - v0;
      const from = (v0 * width + u0) * 3;
      const below = from + width * 3;
      for (let c = 0; c < 3; c++) {
        const top = (data[from + c] ?? 0) * (1 - fu) + (data[from + 3 + c] ?? 0) * fu;
        const low = (data[below + c] ?? 0) * (1 - fu) + (data[below + 3 + c] ?? 0) * fu;
        out[at + c] = top * (1 - fv) + low * fv + 0.5;
      }
    }
  }
  return { data: out, width: w, height: h, channels: 3 };
}

function addNoise({ data }: Pixels, sigma: number, chroma: number, random: number): void {
  const table = bellTable();
  let state = random | 1;
  for (let i = 0; i < data.length; i += 3) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const all = (table[state & 4095] ?? 0) * sigma;
    const tint = (table[(state >>> 12) & 4095] ?? 0) * sigma * chroma;
    data[i] = clamp((data[i] ?? 0) + all + tint);
    data[i + 1] = clamp((data[i + 1] ?? 0) + all);
    data[i + 2] = clamp((data[i + 2] ?? 0) + all - tint);
  }
}

const clamp = (v: number) => (v < 0 ? 0 : v > 255 ? 255 : v);

/** A straight smear over `length` pixels, along x or y. */
function smear({ data, width, height, channels }: Pixels, length: number, alongX: boolean): Pixels {
  const out = new Uint8Array(data.length);
  const step = alongX ? 3 : width * 3;
  const half = (length - 1) / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const place = alongX ? x : y;
      const last = (alongX ? width : height) - 1;
      const low = Math.max(-half, -place);
      const high = Math.min(half, last - place);
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let i = low; i <= high; i++) sum += data[at + c + i * step] ?? 0;
        out[at + c] = sum / (high - low + 1);
      }
    }
  }
  return { data: out, width, height, channels };
}

function grade({ data }: Pixels, brightness: number, contrast: number, grey: boolean): void {
  for (let i = 0; i < data.length; i += 3) {
    let [r, g, b] = [data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0];
    if (grey) r = g = b = 0.299 * r + 0.587 * g + 0.114 * b;
    data[i] = clamp((r - 128) * contrast + 128 + brightness);
    data[i + 1] = clamp((g - 128) * contrast + 128 + brightness);
    data[i + 2] = clamp((b - 128) * contrast + 128 + brightness);
  }
}

/** image + α · other where both lie: another page shining through, which brightens. */
function shineThrough(pixels: Pixels, alpha: number): void {
  const { data } = pixels;
  const mirrored = turn(pixels, 0, true, false, [0, 0], 255).data;
  for (let i = 0; i < data.length; i++) data[i] = clamp((data[i] ?? 0) * (1 - alpha) + (mirrored[i] ?? 0) * alpha + 2);
}

/**
 * A degraded version of a clean picture, its longer side within 512-763 pixels: turned (any angle, quarter, upside
 * down), mirrored, tilted; then smaller, blurred, noisy, washed, re-encoded.
 */
export async function degrade(clean: Pixels, r: Draw): Promise<Pixels> {
  const degrees = r.weighted([
    [0, 26],
    [90, 13],
    [180, 16],
    [270, 13],
    [r.real(-40, 40), 24],
    [r.real(-180, 180), 8],
  ]);
  const mirrorX = r.chance(0.16);
  const mirrorY = r.chance(0.1);
  const skew = r.chance(0.3) ? ([r.bell() * 0.12, r.bell() * 0.12] as const) : ([0, 0] as const);
  const fill = r.weighted([
    [255, 7],
    [0, 2],
    [127, 1],
  ]);
  const tilted = degrees % 90 === 0 ? degrees + (r.chance(0.5) ? r.bell() * 3 : 0) : degrees;
  let pixels: Pixels = turn(clean, tilted, mirrorX, mirrorY, skew, fill);
  const long = Math.max(pixels.width, pixels.height);
  const target = Math.max(512, Math.min(763, long));
  const shrink = r.chance(0.4) ? r.real(0.5, 0.9) : 1;
  const size = (scale: number) => [Math.round(pixels.width * scale), Math.round(pixels.height * scale)] as const;
  if (shrink < 1) pixels = await resizePixels(pixels, ...size((target / long) * shrink), 'linear');
  if (Math.max(pixels.width, pixels.height) !== target) {
    const scale = target / Math.max(pixels.width, pixels.height);
    pixels = await resizePixels(pixels, ...size(scale), r.pick(['linear', 'cubic', 'lanczos3']));
  }
  if (r.chance(0.3)) pixels = await blurPixels(pixels, r.real(0.5, 1.6));
  if (r.chance(0.22)) pixels = smear(pixels, r.pick([3, 5, 5, 7]), r.chance(0.5));
  if (r.chance(0.14)) shineThrough(pixels, r.real(0.08, 0.2));
  if (r.chance(0.5)) grade(pixels, r.bell() * 14, r.real(0.75, 1.2), r.chance(0.35));
  if (r.chance(0.55)) addNoise(pixels, r.real(4, 24), r.real(0, 0.7), r.bits());
  if (r.chance(0.3)) pixels = await decodePixels(await encodeJpeg(pixels, r.int(12, 45)));
  return pixels;
}
