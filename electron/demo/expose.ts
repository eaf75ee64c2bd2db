/** Exposes a shot: the painted page through the camera, with desk, shadows, light and noise, in one pass. */
import { blurPixels, type Pixels } from '../imaging/index.ts';
import { type Homography, inverse, type Quad, rectangleToQuad } from './homography.ts';
import { Draw } from './random.ts';
import { type Light, type Shot } from './shot.ts';

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
  const { width, height } = shot;
  const data = new Uint8ClampedArray(width * height * 3);
  fillFrame(data, page, corner, shot, random | 1);
  const pixels: Pixels = { data: new Uint8Array(data.buffer), width, height, channels: 3 };
  dirt(pixels, shot.specks, random);
  if (shot.grey) photocopy(pixels);
  return shot.blur >= 0.3 ? blurPixels(pixels, shot.blur) : pixels;
}

/** Offsets on the page of the four sampling points, for a step of one pixel in the frame's middle: the perspective is mild. */
function tapOffsets([a, b, c, d, e, f, g, h, k]: Homography, width: number, height: number): Float64Array {
  const w = (g * width) / 2 + (h * height) / 2 + k;
  const u = ((a * width) / 2 + (b * height) / 2 + c) / w;
  const v = ((d * width) / 2 + (e * height) / 2 + f) / w;
  const offsets = new Float64Array(8);
  TAPS.forEach(([x, y], i) => {
    offsets[i] = ((x - 0.5) * (a - g * u) + (y - 0.5) * (b - h * u)) / w;
    offsets[i + 4] = ((x - 0.5) * (d - g * v) + (y - 0.5) * (e - h * v)) / w;
  });
  return offsets;
}

/** Light along one axis of the frame, to be added up: half of the constant, the slope and the vignette. */
const lightAlong = (size: number, slope: number, vignette: number) =>
  Float64Array.from({ length: size }, (_, i) => {
    const at = (i + 0.5) / size - 0.5;
    return 0.5 + slope * at - vignette * at * at;
  });

/** The loop over all pixels: indices are within bounds by construction, hence the assertions. */
function fillFrame(data: Uint8ClampedArray, page: Pixels, corner: number, shot: Shot, seed: number): void {
  const { width, height, light, noise } = shot;
  const { data: source, width: pw, height: ph } = page;
  const map = inverse(rectangleToQuad(pw, ph, shot.quad));
  const [a, b, c, d, e, f, g, h, k] = map;
  const taps = tapOffsets(map, width, height);
  const [u0 = 0, u1 = 0, u2 = 0, u3 = 0, v0 = 0, v1 = 0, v2 = 0, v3 = 0] = taps;
  const [foldX, foldY] = foldTables(shot, pw, ph);
  const folded = shot.folds.length > 0;
  const bend = Float64Array.from({ length: pw }, (_, u) => shot.bend * Math.sin((Math.PI * u) / pw));
  const lightX = lightAlong(width, light.slopeX, light.vignette);
  const lightY = lightAlong(height, light.slopeY, light.vignette);
  const [gainRed, gainGreen, gainBlue] = light.gain;
  const around = surroundings(shot);
  const outside: [number, number, number] = [0, 0, 0];
  const margin = corner + 8;
  const table = bellTable();
  let state = seed;
  let out = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const w = 1 / (g * (x + 0.5) + h * (y + 0.5) + k);
      const u = (a * (x + 0.5) + b * (y + 0.5) + c) * w;
      let v = (d * (x + 0.5) + e * (y + 0.5) + f) * w;
      let red = 0;
      let green = 0;
      let blue = 0;
      if (u > margin && v > margin + 24 && u < pw - margin && v < ph - margin - 24) {
        // Well inside (the bend is less than 24 pixels): the four points need no check.
        v += bend[u | 0]!;
        const at0 = (((v + v0) | 0) * pw + ((u + u0) | 0)) * 3;
        const at1 = (((v + v1) | 0) * pw + ((u + u1) | 0)) * 3;
        const at2 = (((v + v2) | 0) * pw + ((u + u2) | 0)) * 3;
        const at3 = (((v + v3) | 0) * pw + ((u + u3) | 0)) * 3;
        red = source[at0]! + source[at1]! + source[at2]! + source[at3]!;
        green = source[at0 + 1]! + source[at1 + 1]! + source[at2 + 1]! + source[at3 + 1]!;
        blue = source[at0 + 2]! + source[at1 + 2]! + source[at2 + 2]! + source[at3 + 2]!;
      } else {
        if (u >= 0 && u < pw) v += bend[u | 0]!;
        let missing = 4;
        for (let t = 0; t < 4; t++) {
          const tu = u + taps[t]!;
          const tv = v + taps[t + 4]!;
          if (tu < 0 || tv < 0 || tu >= pw || tv >= ph) continue;
          if (corner > 0 && outsideCorner(tu, tv, pw, ph, corner)) continue;
          const at = ((tv | 0) * pw + (tu | 0)) * 3;
          red += source[at]!;
          green += source[at + 1]!;
          blue += source[at + 2]!;
          missing--;
        }
        if (missing > 0) {
          around(x, y, outside);
          red += outside[0] * missing;
          green += outside[1] * missing;
          blue += outside[2] * missing;
        }
      }
      let lit = 0.25 * (lightX[x]! + lightY[y]!);
      if (light.shade !== null) lit *= shadeAt(light.shade, (x + 0.5) / width - 0.5, (y + 0.5) / height - 0.5);
      if (folded && u >= 0 && v >= 0 && u < pw && v < ph) lit *= foldX[u | 0]! * foldY[v | 0]!;
      // xorshift32; 24 of its bits pick two deviates: most of the noise is shared by the channels.
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      const all = table[state & 4095]! * noise;
      const tint = table[(state >>> 12) & 4095]! * noise * 0.35;
      data[out] = red * lit * gainRed + all + tint;
      data[out + 1] = green * lit * gainGreen + all;
      data[out + 2] = blue * lit * gainBlue + all - tint;
      out += 3;
    }
  }
}

function shadeAt({ depth, cos, sin, at, soft }: NonNullable<Light['shade']>, fx: number, fy: number): number {
  const s = Math.max(0, Math.min(1, (cos * fx + sin * fy - at) / soft + 0.5));
  return 1 - depth * s * s * (3 - 2 * s);
}

/** What is seen beside the page: the scanner's lid, or the desk with the page's shadow on it. */
function surroundings({ desk, lid, cast, quad }: Shot): (x: number, y: number, into: [number, number, number]) => void {
  if (desk === null) {
    return (_x, _y, into) => {
      into[0] = into[1] = into[2] = lid;
    };
  }
  const sides = edges(quad);
  const cos = Math.cos((desk.degrees * Math.PI) / 180) * desk.zoom;
  const sin = Math.sin((desk.degrees * Math.PI) / 180) * desk.zoom;
  return (x, y, into) => {
    const tx = (x * cos + y * sin) & 255;
    const ty = (y * cos - x * sin) & 255;
    const texture = ((desk.tile[(ty << 8) | tx]! - 128) / 128) * desk.depth;
    let away = -Infinity;
    for (let i = 0; i < 12; i += 3)
      away = Math.max(away, sides[i]! * (x - cast.dx) + sides[i + 1]! * (y - cast.dy) + sides[i + 2]!);
    const near = Math.max(0, Math.min(1, 1 - away / cast.soft));
    const dim = 1 - cast.depth * near * near;
    into[0] = (desk.base[0] + texture) * dim;
    into[1] = (desk.base[1] + texture) * dim;
    into[2] = (desk.base[2] + texture) * dim;
  };
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
