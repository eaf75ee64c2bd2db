/** Learning rates by step. t = 0, 1, ... counts steps, `steps` is their number. */
export type ScheduleSpec =
  | { kind: 'constant' }
  /** base * factor^floor(t / every) */
  | { kind: 'step'; every: number; factor: number }
  /** base (t + 1) / warmup for t < warmup, then half a cosine down to `minimum`, `restarts` times over. */
  | { kind: 'warmup-cosine'; warmup: number; minimum: number; restarts?: number }
  /** Up to base in the first `rise` (0 to 1) of all steps, down to base / `final` by cosine (Smith 2018). */
  | { kind: 'one-cycle'; rise?: number; initial?: number; final?: number };

const cosine = (from: number, to: number, share: number): number =>
  to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));

/** The learning rate of step t. */
export function learningRate(spec: ScheduleSpec, base: number, t: number, steps: number): number {
  switch (spec.kind) {
    case 'constant':
      return base;
    case 'step':
      return base * spec.factor ** Math.floor(t / spec.every);
    case 'warmup-cosine': {
      if (t < spec.warmup) return (base * (t + 1)) / spec.warmup;
      const cycles = 1 + (spec.restarts ?? 0);
      const length = Math.max(1, (steps - spec.warmup) / cycles);
      const position = t - spec.warmup;
      return cosine(
        base,
        spec.minimum,
        Math.min(1, (position - Math.min(cycles - 1, Math.floor(position / length)) * length) / length),
      );
    }
    case 'one-cycle': {
      const { rise = 0.3, initial = 25, final = 1e4 } = spec;
      const top = Math.max(1, Math.round(rise * steps));
      if (t < top) return cosine(base / initial, base, t / top);
      return cosine(base, base / final, Math.min(1, (t - top) / Math.max(1, steps - top - 1)));
    }
  }
}
