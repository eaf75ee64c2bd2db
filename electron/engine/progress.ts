/** Rate and time left of a job, robust against bursts and pauses. */

const WINDOW_MS = 30_000;
const LEAST_MS = 1_500;

export interface Estimate {
  rate: number | null;
  secondsLeft: number | null;
}

/**
 * Keeps (time, done) samples of the last half minute. The rate is the slope between the oldest sample kept and the
 * newest: one slow image moves it little, a change of speed is forgotten within the window.
 */
export class RateMeter {
  #samples: { at: number; done: number }[] = [];

  /** A new phase counts anew: decoded images say nothing about fitted ones. */
  restart(): void {
    this.#samples = [];
  }

  add(at: number, done: number): void {
    const last = this.#samples.at(-1);
    if (last && at - last.at < 100) last.done = done;
    else this.#samples.push({ at, done });
    while (this.#samples.length > 2 && at - this.#samples[0]!.at > WINDOW_MS) this.#samples.shift();
  }

  estimate(total: number): Estimate {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < LEAST_MS || last.done <= first.done)
      return { rate: null, secondsLeft: null };
    const rate = ((last.done - first.done) / (last.at - first.at)) * 1000;
    return { rate, secondsLeft: total > 0 ? Math.max(0, (total - last.done) / rate) : null };
  }
}
