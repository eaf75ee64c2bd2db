/** Exposes a shot: the painted page through the camera, with desk, shadows, light and noise, in one pass. */
import { blurPixels, type Pixels } from '../imaging/index.ts';
import { inverse, type Quad, rectangleToQuad } from './homography.ts';
import { Draw } from './random.ts';
import { type Shot } from './shot.ts';

/** Where in a pixel the page is sampled: four points that no row or column repeats. */
const TAPS = [
  [0.375, 0.125],
  [0.875, 0.375],
  [0.125, 0.625],
  [0.625, 0.875],
] as const;

let bells: Float32Array | undefined;

/** Normal deviates to pick from by 12 random bits: a draw a pixel would cost more than the picture. */
export function bellTable(): Float32Array {
  if (bells === undefined) {
    const r = new Draw(0, 'noise');
    bells = Float32Array.from({ length: 4096 }, () => r.bell());
  }
  return bells;
}

/** Outward distance of (x, y) from each side of a quad, largest first wins: below zero inside. */
function edges(quad: Quad): Float64Array {
  const sides = new Float64Array(12);
  for (let i = 0; i < 4; i++) {
    const [x0, y0] = quad[i as 0 | 1 | 2 | 3];
    const [x1, y1] = quad[((i + 1) % 4) as 0 | 1 | 2 | 3];
    const length = Math.hypot(x1 - x0, y1 - y0);
    const nx = (y1 - y0) / length;
    const ny = -(x1 - x0) / length;
    sides.set([nx, ny, -(nx * x0 + ny * y0)], i * 3);
  }
  return sides;
}

function foldTables(shot: Shot, width: number, height: number): [Float32Array, Float32Array] {
  const x = new Float32Array(width).fill(1);
  const y = new Float32Array(height).fill(1);
  for (const { along, at, depth } of shot.folds) {
    const table = along === 'x' ? y : x;
    const middle = at * table.length;
    for (let i = 0; i < table.length; i++) {
      const d = (i - middle) / 9;
      // One side of a fold catches the light, the other loses it.
      table[i] = (table[i] ?? 1) * (1 - depth * Math.exp(-d * d * 3) + depth * 1.1 * d * Math.exp(-d * d * 0.35) * 0.6);
    }
  }
  return [x, y];
}

/**
 * The photograph.
 *
 * @param corner radius of the page's corners in page pixels
 * @param random 32 random bits for the noise
 */
export async function expose(page: Pixels, corner: number, shot: Shot, random: number): Promise<Pixels> {
  const { width, height, light, desk, cast } = shot;
  const pw = page.width;
  const ph = page.height;
  const source = page.data;
  const [a, b, c, d, e, f, g, h, k] = inverse(rectangleToQuad(pw, ph, shot.quad));
  const [foldX, foldY] = foldTables(shot, pw, ph);
  const bend = Float32Array.from({ length: pw }, (_, u) => shot.bend * Math.sin((Math.PI * u) / pw));
  // The page's step for one pixel of the frame, taken at the frame's middle: the perspective is mild.
  const wMid = (g * width) / 2 + (h * height) / 2 + k;
  const uMid = ((a * width) / 2 + (b * height) / 2 + c) / wMid;
  const vMid = ((d * width) / 2 + (e * height) / 2 + f) / wMid;
  const tapU = TAPS.map(([x, y]) => ((x - 0.5) * (a - g * uMid) + (y - 0.5) * (b - h * uMid)) / wMid);
  const tapV = TAPS.map(([x, y]) => ((x - 0.5) * (d - g * vMid) + (y - 0.5) * (e - h * vMid)) / wMid);
  const sides = edges(shot.quad);
  const table = bellTable();
  const data = new Uint8ClampedArray(width * height * 3);
  const deskCos = desk === null ? 0 : Math.cos((desk.degrees * Math.PI) / 180) * desk.zoom;
  const deskSin = desk === null ? 0 : Math.sin((desk.degrees * Math.PI) / 180) * desk.zoom;
  const { shade } = light;
  let state = random | 1;
  for (let y = 0; y < height; y++) {
    const fy = (y + 0.5) / height - 0.5;
    for (let x = 0; x < width; x++) {
      const w = g * (x + 0.5) + h * (y + 0.5) + k;
      const u = (a * (x + 0.5) + b * (y + 0.5) + c) / w;
      let v = (d * (x + 0.5) + e * (y + 0.5) + f) / w;
      if (u >= 0 && u < pw) v += bend[u | 0] ?? 0;
      let red = 0;
      let green = 0;
      let blue = 0;
      let inside = 0;
      for (let t = 0; t < 4; t++) {
        const tu = u + (tapU[t] ?? 0);
        const tv = v + (tapV[t] ?? 0);
        if (tu < 0 || tv < 0 || tu >= pw || tv >= ph) continue;
        if (corner > 0 && outsideCorner(tu, tv, pw, ph, corner)) continue;
        const at = ((tv | 0) * pw + (tu | 0)) * 3;
        red += source[at] ?? 0;
        green += source[at + 1] ?? 0;
        blue += source[at + 2] ?? 0;
        inside++;
      }
      if (inside > 0 && shot.folds.length > 0) {
        const fold =
          (foldX[Math.max(0, Math.min(pw - 1, u | 0))] ?? 1) * (foldY[Math.max(0, Math.min(ph - 1, v | 0))] ?? 1);
        red *= fold;
        green *= fold;
        blue *= fold;
      }
      if (inside < 4) {
        const rest = 4 - inside;
        if (desk === null) {
          red += shot.lid * rest;
          green += shot.lid * rest;
          blue += shot.lid * rest;
        } else {
          const tx = (x * deskCos + y * deskSin) & 255;
          const ty = (y * deskCos - x * deskSin) & 255;
          const texture = (((desk.tile[(ty << 8) | tx] ?? 128) - 128) / 128) * desk.depth;
          const sx = x - cast.dx;
          const sy = y - cast.dy;
          let away = -1e9;
          for (let i = 0; i < 12; i += 3) {
            const distance = (sides[i] ?? 0) * sx + (sides[i + 1] ?? 0) * sy + (sides[i + 2] ?? 0);
            if (distance > away) away = distance;
          }
          const near = Math.max(0, Math.min(1, 1 - away / cast.soft));
          const dim = (1 - cast.depth * near * near) * rest;
          red += (desk.base[0] + texture) * dim;
          green += (desk.base[1] + texture) * dim;
          blue += (desk.base[2] + texture) * dim;
        }
      }
      const fx = (x + 0.5) / width - 0.5;
      let lit = 1 + light.slopeX * fx + light.slopeY * fy - light.vignette * (fx * fx + fy * fy);
      if (shade !== null) {
        const s = Math.max(0, Math.min(1, (shade.cos * fx + shade.sin * fy - shade.at) / shade.soft + 0.5));
        lit *= 1 - shade.depth * s * s * (3 - 2 * s);
      }
      lit *= 0.25;
      // xorshift32; 24 of its bits pick three deviates: most of the noise is shared by the channels.
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      const all = (table[state & 4095] ?? 0) * shot.noise;
      const tint = (table[(state >>> 12) & 4095] ?? 0) * shot.noise * 0.35;
      const at = (y * width + x) * 3;
      data[at] = red * lit * light.gain[0] + all + tint;
      data[at + 1] = green * lit * light.gain[1] + all;
      data[at + 2] = blue * lit * light.gain[2] + all - tint;
    }
  }
  const pixels: Pixels = { data: new Uint8Array(data.buffer), width, height, channels: 3 };
  dirt(pixels, shot.specks, state);
  if (shot.grey) photocopy(pixels);
  return shot.blur >= 0.3 ? blurPixels(pixels, shot.blur) : pixels;
}

function outsideCorner(u: number, v: number, w: number, h: number, radius: number): boolean {
  const dx = u < radius ? radius - u : u > w - radius ? u - w + radius : 0;
  const dy = v < radius ? radius - v : v > h - radius ? v - h + radius : 0;
  return dx > 0 && dy > 0 && dx * dx + dy * dy > radius * radius;
}

/** Specks of the scanner's glass: one or two dark pixels each. */
function dirt({ data, width, height }: Pixels, count: number, seed: number): void {
  let state = seed | 1;
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const x = (state >>> 4) % (width - 1);
    const y = (state >>> 16) % height;
    const dark = 60 + (state & 127);
    const at = (y * width + x) * 3;
    data.fill(dark, at, at + ((state & 1) + 1) * 3);
  }
}

function photocopy({ data }: Pixels): void {
  for (let i = 0; i < data.length; i += 3) {
    const grey = 0.299 * (data[i] ?? 0) + 0.587 * (data[i + 1] ?? 0) + 0.114 * (data[i + 2] ?? 0);
    const hard = Math.max(0, Math.min(255, (grey - 128) * 1.35 + 138));
    data[i] = hard;
    data[i + 1] = hard;
    data[i + 2] = hard;
  }
}
