/**
 * What is measured of a picture for the quality search, on ink and edges rather than on all pixels: a page is mostly
 * white, and that is no fault of it.
 */
import { boxMean, type Grey, type Plane } from './duplicates/grey.ts';

export interface QualityMeasures {
  /** Mean, 0 black to 1 white. */
  brightness: number;
  /** 95th less 5th percentile, 0-1. */
  contrast: number;
  /** Of the histogram of 64 levels, 0-6 bits. */
  entropy: number;
  /** Share of the commonest 16 levels of 256, 0-1: near 1 is a picture of one tone. */
  oneTone: number;
  /** Share of pixels clearly darker than their surroundings, 0-1. */
  ink: number;
  /** Light ground with some ink: judged as a page. */
  page: boolean;
  /**
   * How steep the edges are, 0-1: the steepest tenth's rise over one pixel as a share of the whole rise nearby.
   * Independent of contrast and of how many edges there are. NaN where there is no edge to judge.
   */
  sharpness: number;
}

/** Grey levels that an edge rises at least. */
const EDGE = 24;
/** Fewer edge pixels than this share say nothing of sharpness. */
const LEAST_EDGES = 0.0005;

/** @param grey of one longest side for all pictures that are compared (a thumbnail of 256 does) */
export function measureQuality(grey: Grey): QualityMeasures {
  const { data, width, height } = grey;
  const n = data.length;
  const counts = new Uint32Array(256);
  let sum = 0;
  for (const v of data) {
    counts[v]! += 1;
    sum += v;
  }
  const level = (share: number): number => {
    let below = 0;
    for (let v = 0; v < 256; v++) if ((below += counts[v]!) > share * n) return v;
    return 255;
  };
  let entropy = 0;
  for (let bin = 0; bin < 64; bin++) {
    const p = (counts[4 * bin]! + counts[4 * bin + 1]! + counts[4 * bin + 2]! + counts[4 * bin + 3]!) / n;
    if (p > 0) entropy -= p * Math.log2(p);
  }
  let window = 0;
  let commonest = 0;
  for (let v = 0; v < 256; v++) {
    window += counts[v]! - (v >= 16 ? counts[v - 16]! : 0);
    commonest = Math.max(commonest, window);
  }
  const plane: Plane = { data: new Float32Array(data), width, height };
  const around = boxMean(plane, Math.max(4, Math.round(Math.max(width, height) / 24)));
  let ink = 0;
  for (let i = 0; i < n; i++) if (data[i]! < 0.85 * around.data[i]! - 4) ink++;
  const share = ink / n;
  return {
    brightness: sum / n / 255,
    contrast: (level(0.95) - level(0.05)) / 255,
    entropy,
    oneTone: commonest / n,
    ink: share,
    page: level(0.5) >= 170 && level(0.9) - level(0.4) <= 40 && share < 0.35,
    sharpness: sharpnessOf(grey),
  };
}

/** Steepness of the edges: rise over two pixels against the range within three, at pixels where that range is an edge. */
function sharpnessOf({ data, width, height }: Grey): number {
  const ratios = new Uint32Array(101);
  let edges = 0;
  for (let y = 3; y < height - 3; y += 1)
    for (let x = 3; x < width - 3; x++) {
      const i = y * width + x;
      for (const step of [1, width]) {
        const a = data[i - 3 * step]!;
        const b = data[i + 3 * step]!;
        const range = Math.abs(b - a);
        if (range < EDGE) continue;
        const rise = Math.abs(data[i + step]! - data[i]!);
        edges++;
        ratios[Math.min(100, Math.round((100 * rise) / range))]! += 1;
      }
    }
  if (edges < LEAST_EDGES * data.length) return NaN;
  let above = 0;
  for (let r = 100; r > 0; r--) if ((above += ratios[r]!) >= edges / 10) return r / 100;
  return 0;
}
