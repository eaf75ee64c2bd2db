/**
 * How far a page leans, measured. Ink is projected on axes of many directions: along the lines of text the profile has
 * sharp steps, across them it is smooth (Postl 1986). Both axes count, so a page that lies on its side is measured as
 * well as an upright one.
 */
import { random } from '../contract/index.ts';
import { boxSums, type Grey, shrink } from './raster.ts';

export interface SkewOptions {
  /** Angles looked at, in degrees to either side. Default 35. */
  range?: number;
  /** How much higher the best direction must stand than the middle one of all; else 0 is the answer. Default 1.25. */
  least?: number;
}

/** Longest side on which is measured, in pixels. */
const SIDE = 480;
/** Ink pixels looked at. */
const MOST = 20_000;
/** Ink is this much darker than the mean around it, in levels. */
const DARKER = 18;
/** Half the side of that surrounding, in pixels. */
const AROUND = 10;
/** The frame of a picture is no writing: this share of each side is not looked at. */
const EDGE = 0.02;
const COARSE = 1;
const FINE = 0.1;

/** The angle in degrees by which the picture must be turned (clockwise on screen positive) to stand straight. */
export function measureSkew(image: Grey, { range = 35, least = 1.25 }: SkewOptions = {}): number {
  const small = shrink(image, SIDE);
  const ink = inkOf(small);
  if (ink.length < 400) return 0;
  const reach = Math.ceil(Math.hypot(small.width, small.height)) + 4;
  const bins = new Float64Array(2 * reach);
  const scores: { angle: number; score: number }[] = [];
  const best = (from: number, to: number, step: number): { angle: number; score: number } => {
    let top = { angle: 0, score: -1 };
    for (let i = 0; i <= Math.round((to - from) / step); i++) {
      const angle = from + i * step;
      const found = { angle, score: sharpness(ink, angle, bins, reach) };
      scores.push(found);
      if (found.score > top.score) top = found;
    }
    return top;
  };
  const coarse = best(-range, range, COARSE);
  const sorted = scores.map(({ score }) => score).sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1]!;
  if (coarse.score < least * middle) return 0;
  const fine = best(Math.max(-range, coarse.angle - COARSE), Math.min(range, coarse.angle + COARSE), FINE);
  // Zero has no sign, and angles are told in tenths.
  return Math.round(-fine.angle * 10) / 10 || 0;
}

/** Coordinates of ink, [n, 2], from the middle of the picture, each moved within its pixel. */
function inkOf(image: Grey): Float32Array {
  const { data, width, height } = image;
  const sums = boxSums(image);
  const found: number[] = [];
  const left = Math.ceil(width * EDGE);
  const top = Math.ceil(height * EDGE);
  for (let y = top; y < height - top; y++) {
    const [y0, y1] = [Math.max(0, y - AROUND), Math.min(height, y + AROUND + 1)];
    for (let x = left; x < width - left; x++) {
      const [x0, x1] = [Math.max(0, x - AROUND), Math.min(width, x + AROUND + 1)];
      const at = (row: number, column: number): number => sums[row * (width + 1) + column]!;
      const mean = (at(y1, x1) - at(y0, x1) - at(y1, x0) + at(y0, x0)) / ((y1 - y0) * (x1 - x0));
      if (data[y * width + x]! < mean - DARKER) found.push(y * width + x);
    }
  }
  const step = Math.max(1, found.length / MOST);
  const count = Math.floor(found.length / step);
  const out = new Float32Array(2 * count);
  // Whole pixels would line up at exactly 0° and nowhere else: each is moved within itself.
  const jitter = random(0, 'restore-skew');
  for (let i = 0; i < count; i++) {
    const pixel = found[Math.floor(i * step)]!;
    out[2 * i] = (pixel % width) - width / 2 + jitter.between(-0.5, 0.5);
    out[2 * i + 1] = Math.floor(pixel / width) - height / 2 + jitter.between(-0.5, 0.5);
  }
  return out;
}

/** Sum of squared steps of both profiles at an angle in degrees; a point is shared by the two bins that it lies between. */
function sharpness(ink: Float32Array, angle: number, bins: Float64Array, reach: number): number {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  let score = 0;
  for (let axis = 0; axis < 2; axis++) {
    const [a, b] = axis === 0 ? [-sin, cos] : [cos, sin];
    bins.fill(0);
    for (let i = 0; i < ink.length; i += 2) {
      const place = a * ink[i]! + b * ink[i + 1]! + reach;
      const low = Math.floor(place);
      const share = place - low;
      bins[low] = bins[low]! + 1 - share;
      bins[low + 1] = bins[low + 1]! + share;
    }
    for (let i = 1; i < bins.length; i++) score += (bins[i]! - bins[i - 1]!) ** 2;
  }
  return score;
}
