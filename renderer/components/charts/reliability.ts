/** Geometry of the reliability diagram: accuracy over stated probability. */
import { linear, type Scale } from './scale.ts';

export interface Bin {
  /** Mean stated probability of the bin, 0-1. */
  confidence: number;
  /** Share of it that was right, 0-1. */
  accuracy: number;
  /** Images in it. */
  count: number;
}

export interface ReliabilityLayout {
  toX: Scale;
  toY: Scale;
  path: string;
  /** Area of a dot is proportional to its images, between 3 and 9 px of radius. */
  dots: { x: number; y: number; radius: number; bin: Bin }[];
}

/** Empty bins are left out: they say nothing. */
export function reliabilityLayout(
  bins: readonly Bin[],
  box: { left: number; right: number; top: number; bottom: number },
): ReliabilityLayout {
  const toX = linear([0, 1], [box.left, box.right]);
  const toY = linear([0, 1], [box.bottom, box.top]);
  const full = bins.filter((b) => b.count > 0).sort((a, b) => a.confidence - b.confidence);
  const most = Math.max(1, ...full.map((b) => b.count));
  const dots = full.map((bin) => ({
    x: toX(bin.confidence),
    y: toY(bin.accuracy),
    radius: Math.max(3, Math.sqrt(bin.count / most) * 9),
    bin,
  }));
  return { toX, toY, path: dots.map((d, i) => `${i ? 'L' : 'M'}${d.x.toFixed(1)} ${d.y.toFixed(1)}`).join(''), dots };
}
