/** Several opinions of one image made one. Pure. */
import { type Average } from '../contract/index.ts';

/** Below this a probability counts as this: its logarithm stays finite, and float32 can tell it from nothing. */
const FLOOR = 1e-30;

export interface Opinion {
  /** [K], sums to 1. */
  probabilities: ArrayLike<number>;
  /** By which the model's logits were divided. */
  temperature: number;
}

/**
 * The mean of opinions, [K], summing to 1.
 *
 * `probability`: arithmetic mean. `geometric`: geometric mean, made to sum to 1 again: one model that rules a class out
 * rules it out for all. `logit`: mean of the logits as they were before temperature, put through the softmax at the mean
 * temperature. A softmax forgets a constant, so a logit is the logarithm times the temperature: models of one
 * temperature give the geometric mean, of several the colder ones (the more sure of themselves) no longer weigh more.
 */
export function averaged(opinions: readonly Opinion[], how: Average): Float32Array {
  const [first] = opinions;
  if (!first) throw new RangeError('expected an opinion');
  const k = first.probabilities.length;
  if (opinions.length === 1) return Float32Array.from(first.probabilities);
  const n = opinions.length;
  if (how === 'probability')
    return Float32Array.from(
      { length: k },
      (_, c) => opinions.reduce((sum, { probabilities }) => sum + probabilities[c]!, 0) / n,
    );
  const mean = opinions.reduce((sum, { temperature }) => sum + temperature, 0) / n;
  const weightOf = ({ temperature }: Opinion): number => (how === 'logit' ? temperature / mean : 1) / n;
  const logs = Float64Array.from({ length: k }, (_, c) =>
    opinions.reduce(
      (sum, opinion) => sum + weightOf(opinion) * Math.log(Math.max(FLOOR, opinion.probabilities[c]!)),
      0,
    ),
  );
  const top = Math.max(...logs);
  const powers = logs.map((log) => Math.exp(log - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return Float32Array.from(powers, (power) => power / sum);
}
