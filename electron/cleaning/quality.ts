/**
 * Pictures that are odd among their own kind: by the quantiles of their class, not by fixed limits, so that a set of
 * night photographs is not all "dark" and a set of pages not all "bright". Absolute floors only where no set can make
 * it right.
 */
import { quantile } from '../evaluation/index.ts';
import { type QualityMeasures } from './measures.ts';

export const QUALITY_KINDS = [
  'damaged',
  'empty',
  'dark',
  'bright',
  'blurred',
  'low-information',
  'one-tone',
  'odd-size',
  'odd-aspect',
] as const;
export type QualityKind = (typeof QUALITY_KINDS)[number];

export interface QualityRow extends QualityMeasures {
  /** Upright, pixels. */
  width: number;
  height: number;
  /** Decoded only in part, or repaired. */
  damaged?: boolean;
}

export interface QualityFinding {
  row: number;
  kind: QualityKind;
  /** 0-1, higher = odder. */
  score: number;
  /** Measured, and the limit that it lies beyond (for damaged and empty: 0). */
  value: number;
  limit: number;
  likely: boolean;
}

/** One measured property. */
interface Property {
  kind: QualityKind;
  /** Value of a row; NaN: not judged by this. */
  of: (row: QualityRow) => number;
  side: 'low' | 'high' | 'both';
  /** Interquartile ranges smaller than this are taken as this: in an even set a trifle is no outlier. */
  least: number;
  /** Beyond this always. */
  floor?: number;
}

const PROPERTIES: readonly Property[] = [
  { kind: 'dark', of: (r) => r.brightness, side: 'low', least: 0.04, floor: 0.06 },
  // A page is white by nature; a photograph that is nearly all white has lost its subject.
  { kind: 'bright', of: (r) => (r.page ? NaN : r.brightness), side: 'high', least: 0.04, floor: 0.97 },
  { kind: 'blurred', of: (r) => r.sharpness, side: 'low', least: 0.05 },
  { kind: 'low-information', of: (r) => (r.page ? NaN : r.entropy), side: 'low', least: 0.3, floor: 1 },
  { kind: 'one-tone', of: (r) => (r.page ? NaN : r.oneTone), side: 'high', least: 0.08, floor: 0.98 },
  { kind: 'odd-size', of: (r) => Math.log2(Math.max(1, r.width * r.height)), side: 'both', least: 0.5 },
  { kind: 'odd-aspect', of: (r) => Math.log2(Math.max(1, r.width) / Math.max(1, r.height)), side: 'both', least: 0.15 },
];

/** Fences in interquartile ranges beyond the quartiles: certain, and worth a look if it is the outermost hundredth too. */
const SURE = 3;
const DOUBTFUL = 1.5;
/** A class smaller than this is judged among all images. */
const LEAST_CLASS = 20;
/** Ink below which a page is empty. */
const EMPTY = 0.0008;

/**
 * @param labels class of each row, −1 for none
 * @returns findings, oddest first; a row may have several kinds
 */
export function qualityFindings(rows: readonly QualityRow[], labels: Int32Array): QualityFinding[] {
  const out: QualityFinding[] = [];
  rows.forEach((row, i) => {
    if (row.damaged) out.push({ row: i, kind: 'damaged', score: 1, value: 0, limit: 0, likely: true });
    if (row.ink < EMPTY && row.contrast < 0.08)
      out.push({ row: i, kind: 'empty', score: 1 - row.contrast, value: row.ink, limit: EMPTY, likely: true });
  });
  const everyone = rows.map((_, i) => i);
  const byClass = new Map<number, number[]>();
  for (const i of everyone) {
    const label = labels[i] ?? -1;
    if (label >= 0) byClass.set(label, [...(byClass.get(label) ?? []), i]);
  }
  const judged = [...byClass.values()].filter((group) => group.length >= LEAST_CLASS);
  const inClass = new Set(judged.flat());
  for (const property of PROPERTIES) {
    for (const group of judged) judge(property, rows, group, group, out);
    const rest = everyone.filter((i) => !inClass.has(i));
    if (rest.length > 0) judge(property, rows, everyone, rest, out);
  }
  return out.sort((a, b) => b.score - a.score || a.row - b.row);
}

/** Judges `asked` by the quantiles of `group`. */
function judge(
  { kind, of, side, least, floor }: Property,
  rows: readonly QualityRow[],
  group: readonly number[],
  asked: readonly number[],
  out: QualityFinding[],
): void {
  const values = Float64Array.from(group, (i) => of(rows[i]!)).filter((v) => !Number.isNaN(v));
  if (values.length === 0) return;
  const q25 = quantile(values, 0.25);
  const q75 = quantile(values, 0.75);
  const spread = Math.max(least, q75 - q25);
  const outermost = { low: quantile(values, 0.01), high: quantile(values, 0.99) };
  const enough = values.length >= LEAST_CLASS;
  for (const i of asked) {
    const value = of(rows[i]!);
    if (Number.isNaN(value)) continue;
    const low = side !== 'high' && value < q25;
    if (!low && (side === 'low' || value <= q75)) continue;
    const beyond = (low ? q25 - value : value - q75) / spread;
    const always = floor !== undefined && (low ? value <= floor : value >= floor);
    const sure = always || (enough && beyond >= SURE);
    const outer = low ? value <= outermost.low : value >= outermost.high;
    if (!sure && !(enough && beyond >= DOUBTFUL && outer)) continue;
    const limit = low ? q25 - SURE * spread : q75 + SURE * spread;
    out.push({
      row: i,
      kind,
      score: always ? Math.max(0.75, 1 - 1 / (1 + beyond)) : 1 - 1 / (1 + beyond),
      value,
      limit,
      likely: sure,
    });
  }
}
