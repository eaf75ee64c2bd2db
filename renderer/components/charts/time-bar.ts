/** Where time goes, as parts of one bar. */
export interface Part {
  name: string;
  seconds: number;
  tone: 1 | 2 | 3 | 4 | 5 | 6;
}

export interface Slice extends Part {
  /** Per cent of the whole, 0-100. */
  percent: number;
  /** The same as shown: whole numbers that add up to 100. */
  shown: number;
}

/** Shares of the whole; the shown figures are rounded by largest remainder, so that they add up to 100. */
export function timeSlices(parts: readonly Part[]): Slice[] {
  const total = parts.reduce((sum, p) => sum + p.seconds, 0);
  if (!(total > 0)) return [];
  const slices = parts.map((p) => ({ ...p, percent: (p.seconds / total) * 100, shown: 0 }));
  for (const s of slices) s.shown = Math.floor(s.percent);
  const missing = 100 - slices.reduce((sum, s) => sum + s.shown, 0);
  [...slices]
    .sort((a, b) => b.percent - b.shown - (a.percent - a.shown))
    .slice(0, missing)
    .forEach((s) => s.shown++);
  return slices;
}
