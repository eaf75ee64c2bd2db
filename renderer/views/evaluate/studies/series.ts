/** Results of studies as lines to draw. */
import { type StudyResult } from '../../../../electron/contract/study.ts';
import { type Series } from '../../../components/charts/index.ts';

/** Macro F1 over images a second, from slow to fast. */
export function cascadeSeries({ points }: StudyResult<'cascade'>): Series[] {
  const rising = [...points].sort((a, b) => a.imagesPerSecond - b.imagesPerSecond);
  return [
    {
      name: '',
      tone: 1,
      points: rising.map((p) => ({ x: p.imagesPerSecond, y: p.macroF1 })),
      band: rising.map((p) => ({ x: p.imagesPerSecond, low: p.interval[0], high: p.interval[1] })),
    },
  ];
}

/** Macro F1 over the side of the input. */
export const resolutionSeries = ({ points }: StudyResult<'resolution'>): Series[] => [
  {
    name: '',
    tone: 1,
    points: points.map((p) => ({ x: p.size, y: p.macroF1 })),
    band: points.map((p) => ({ x: p.size, low: p.interval[0], high: p.interval[1] })),
  },
];

/** An axis of scores that begins at a round place below the lowest: differences near 1 stay visible. */
export function scoreAxis(series: readonly Series[]): [number, number] {
  const values = series.flatMap((s) => [...s.points.flatMap((p) => p.y ?? []), ...(s.band ?? []).map((b) => b.low)]);
  const least = Math.min(1, ...values);
  const step = least > 0.9 ? 0.02 : 0.1;
  return [Math.max(0, Math.floor(least / step - 1e-9) * step), 1];
}

/** "384, 512" as sides; null where there is none, undefined where a word is no whole number of the range. */
export function sizesOf(text: string): number[] | null | undefined {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  if (words.length === 0) return null;
  const sizes = words.map(Number);
  return sizes.length <= 12 && sizes.every((n) => Number.isInteger(n) && n >= 32 && n <= 2048) ? sizes : undefined;
}

/** A story as a table: a step a line. */
export function storyCsv({ steps }: StudyResult<'story'>): string {
  const head =
    'step,run,macro_f1,low,high,gain,gain_low,gain_high,to_baseline,to_baseline_low,to_baseline_high,seconds';
  const rows = steps.map((s) =>
    [
      ...[s.step, s.run, s.macroF1, ...s.interval, s.gain, ...s.gainInterval],
      ...[s.toBaseline, ...s.toBaselineInterval, s.seconds],
    ].join(','),
  );
  return `${[head, ...rows].join('\n')}\n`;
}
