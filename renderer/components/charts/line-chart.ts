/** Geometry of the line chart: values to paths, grid lines, and the places of the names at the lines' ends. */
import { linear, niceDomain, type Scale, spread, textWidth, ticks } from './scale.ts';

export type Dash = 'solid' | 'dashed' | 'dotted';

export interface Series {
  name: string;
  /** In rising order of x; a null y is a gap. */
  points: readonly { x: number; y: number | null }[];
  /** Series colour of the tokens, 1-6. */
  tone: 1 | 2 | 3 | 4 | 5 | 6;
  dash?: Dash;
  thin?: boolean;
  /** A dot at every point: values that were measured, not a curve. */
  dots?: boolean;
  /** An interval around the line. */
  band?: readonly { x: number; low: number; high: number }[];
}

export interface LineOptions {
  width: number;
  height: number;
  /** Left out: from the data, the y axis from 0. */
  x?: readonly [number, number];
  y?: readonly [number, number];
  formatX: (x: number) => string;
  formatY: (y: number) => string;
  /** Of the y axis; left out: as the values. */
  formatTick?: (y: number) => string;
}

export interface DrawnLine {
  series: Series;
  path: string;
  band: string;
  /** The last point, in px; null where the line has none. */
  end: { x: number; y: number; text: string; labelY: number } | null;
}

export interface LineLayout {
  left: number;
  right: number;
  top: number;
  bottom: number;
  toX: Scale;
  toY: Scale;
  xTicks: { at: number; text: string }[];
  yTicks: { at: number; text: string }[];
  lines: DrawnLine[];
  /** Every x that any line has, rising: the stops of the hover rule. */
  stops: number[];
}

/** Names nearer than this, in px, are moved apart. */
export const LABEL_GAP = 15;
const AXIS = 22;
const LABEL_OFFSET = 9;

const fixed = (v: number): string => v.toFixed(1);

/** An SVG path through the points; a gap starts a new stroke. */
export function pathOf(points: Series['points'], toX: Scale, toY: Scale): string {
  let path = '';
  let pen = 'M';
  for (const { x, y } of points) {
    if (y === null || !Number.isFinite(y)) {
      pen = 'M';
      continue;
    }
    path += `${pen}${fixed(toX(x))} ${fixed(toY(y))}`;
    pen = 'L';
  }
  return path;
}

/** The closed outline of an interval, or '' for none. */
export function bandOf(band: Series['band'], toX: Scale, toY: Scale): string {
  if (!band || band.length < 2) return '';
  const up = band.map(({ x, high }) => `${fixed(toX(x))} ${fixed(toY(high))}`);
  const down = [...band].reverse().map(({ x, low }) => `${fixed(toX(x))} ${fixed(toY(low))}`);
  return `M${[...up, ...down].join('L')}Z`;
}

const lastPoint = (series: Series): { x: number; y: number } | null => {
  for (let i = series.points.length - 1; i >= 0; i--) {
    const point = series.points[i];
    if (point && point.y !== null && Number.isFinite(point.y)) return { x: point.x, y: point.y };
  }
  return null;
};

function domains(series: readonly Series[], options: LineOptions): { x: [number, number]; y: [number, number] } {
  const xs = series.flatMap((s) => s.points.map((p) => p.x));
  const ys = series.flatMap((s) => [
    ...s.points.flatMap((p) => (p.y !== null && Number.isFinite(p.y) ? [p.y] : [])),
    ...(s.band ?? []).flatMap((b) => [b.low, b.high]),
  ]);
  const range = (values: number[], low: number): [number, number] =>
    values.reduce<[number, number]>(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [low, -Infinity]);
  const [left, right] = range(xs, Infinity);
  const [bottom, top] = range(ys, 0);
  return {
    x: options.x ? [...options.x] : xs.length === 0 ? [0, 1] : [left, right === left ? left + 1 : right],
    y: options.y ? [...options.y] : ys.length === 0 ? [0, 1] : niceDomain(bottom, top, 5),
  };
}

/** Round stops of the x axis; the first and last value always stand there, and no text touches another. */
function xStops(domain: [number, number], width: number, format: (x: number) => string): number[] {
  const room = Math.max(2, Math.floor(width / 90));
  const [first, last] = domain;
  const apart = (a: number, b: number): boolean =>
    (Math.abs(a - b) / (last - first || 1)) * width > (textWidth(format(a)) + textWidth(format(b))) / 2 + 8;
  const inner = ticks(first, last, room).filter((t) => apart(t, first) && apart(t, last));
  return [first, ...inner, last];
}

export function lineLayout(series: readonly Series[], options: LineOptions): LineLayout {
  const { width, height, formatX, formatY, formatTick = formatY } = options;
  const { x: xDomain, y: yDomain } = domains(series, options);
  const yValues = ticks(yDomain[0], yDomain[1], height < 120 ? 2 : 5);
  const left = 8 + Math.max(14, ...yValues.map((v) => textWidth(formatTick(v))));
  const ends = series.map(lastPoint);
  // A name stands after its line's end; where the line runs to the right edge, the plot gives it room.
  let right = width - 14;
  ends.forEach((end, i) => {
    const name = series[i]?.name;
    if (!end || name === undefined) return;
    const share = (end.x - xDomain[0]) / (xDomain[1] - xDomain[0] || 1);
    const label = Math.min(textWidth(`${name} ${formatY(end.y)}`), width * 0.4);
    if (share > 0) right = Math.min(right, left + (width - LABEL_OFFSET - label - left) / share);
  });
  right = Math.max(right, left + 40);
  const [top, bottom] = [8, height - AXIS];
  const toX = linear(xDomain, [left, right]);
  const toY = linear(yDomain, [bottom, top]);
  const clamp = (v: number): number => Math.min(bottom, Math.max(top, v));
  const shown = ends.map((end) => (end ? clamp(toY(end.y)) : null));
  const places = spread(
    shown.filter((y) => y !== null),
    LABEL_GAP,
    top + 2,
    bottom - 2,
  );
  let next = 0;
  return {
    left,
    right,
    top,
    bottom,
    toX,
    toY,
    xTicks: xStops(xDomain, right - left, formatX).map((v) => ({ at: toX(v), text: formatX(v) })),
    yTicks: yValues.map((v) => ({ at: toY(v), text: formatTick(v) })),
    lines: series.map((s, i) => {
      const end = ends[i];
      const y = shown[i];
      return {
        series: s,
        path: pathOf(s.points, toX, toY),
        band: bandOf(s.band, toX, toY),
        end:
          end && y !== null && y !== undefined
            ? { x: toX(end.x), y, text: `${s.name} ${formatY(end.y)}`.trim(), labelY: places[next++] ?? y }
            : null,
      };
    }),
    stops: [...new Set(series.flatMap((s) => s.points.map((p) => p.x)))].sort((a, b) => a - b),
  };
}

/** The stop nearest to a position in px; null where there is none. */
export function nearestStop(layout: LineLayout, px: number): number | null {
  const wanted = layout.toX.invert(px);
  let best: number | null = null;
  for (const stop of layout.stops) if (best === null || Math.abs(stop - wanted) < Math.abs(best - wanted)) best = stop;
  return best;
}

/** What every line is worth at x: its value there, or null where it has none. */
export function valuesAt(series: readonly Series[], x: number): { series: Series; y: number | null }[] {
  return series.map((s) => ({ series: s, y: s.points.find((p) => p.x === x)?.y ?? null }));
}

/** Rows of the table that a screen reader is given: at most `most`, evenly spaced, the last one always. */
export function tableStops(stops: readonly number[], most = 24): number[] {
  if (stops.length <= most) return [...stops];
  return Array.from(
    { length: most },
    (_, i) => stops[Math.round((i * (stops.length - 1)) / (most - 1))] ?? stops[0] ?? 0,
  );
}
