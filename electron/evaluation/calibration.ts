/**
 * Calibration: is a probability of 0.9 right nine times in ten?
 * Temperature scaling after Guo et al., "On Calibration of Modern Neural Networks" (2017).
 */

/** Probabilities are floored here before a logarithm: one certain mistake must not make a loss infinite. */
export const LOG_FLOOR = 1e-9;

export interface ReliabilityBin {
  /** Mean probability of the predicted class in this bin. */
  confidence: number;
  /** Share of these rows that are right. */
  accuracy: number;
  count: number;
}

/** Mean −ln p of the given label. `probabilities`: [n, K]; 0 for no rows. */
export function logLoss(probabilities: Float32Array, labels: Int32Array, classes: number): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++)
    sum -= Math.log(Math.max(LOG_FLOOR, probabilities[i * classes + labels[i]!]!));
  return labels.length > 0 ? sum / labels.length : 0;
}

/** Mean −ln p of the given label after scaling by `temperature`, without making the scaled array. */
function lossAt(logs: Float64Array, labels: Int32Array, classes: number, temperature: number): number {
  let loss = 0;
  for (let i = 0; i < labels.length; i++) {
    const at = i * classes;
    let sum = 0;
    // Rows of `logs` have their largest entry at 0: no overflow at any temperature.
    for (let k = 0; k < classes; k++) sum += Math.exp(logs[at + k]! / temperature);
    loss += Math.log(sum) - logs[at + labels[i]!]! / temperature;
  }
  return loss / Math.max(1, labels.length);
}

function centredLogs(probabilities: Float32Array, classes: number): Float64Array {
  const logs = new Float64Array(probabilities.length);
  for (let at = 0; at < logs.length; at += classes) {
    let top = -Infinity;
    for (let k = 0; k < classes; k++) {
      logs[at + k] = Math.log(Math.max(LOG_FLOOR, probabilities[at + k]!));
      top = Math.max(top, logs[at + k]!);
    }
    for (let k = 0; k < classes; k++) logs[at + k]! -= top;
  }
  return logs;
}

/**
 * The temperature T in [0.05, 20] that minimises the log loss of softmax(ln p / T): above 1 the model was too sure.
 * Golden-section search over ln T; the loss is convex in 1/T, so there is one minimum. 1 where there are no rows.
 * Fit it on rows the model was not trained on (out-of-fold or validation), never on the test split.
 */
export function fitTemperature(probabilities: Float32Array, labels: Int32Array, classes: number): number {
  if (labels.length === 0) return 1;
  const logs = centredLogs(probabilities, classes);
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(0.05);
  let high = Math.log(20);
  let left = high - ratio * (high - low);
  let right = low + ratio * (high - low);
  let atLeft = lossAt(logs, labels, classes, Math.exp(left));
  let atRight = lossAt(logs, labels, classes, Math.exp(right));
  while (high - low > 1e-4) {
    if (atLeft <= atRight) {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - ratio * (high - low);
      atLeft = lossAt(logs, labels, classes, Math.exp(left));
    } else {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + ratio * (high - low);
      atRight = lossAt(logs, labels, classes, Math.exp(right));
    }
  }
  return Math.exp((low + high) / 2);
}

/** softmax(ln p / T) per row, a new [n, K] array. @param temperature T of all rows, or [n] of each */
export function scaleByTemperature(
  probabilities: Float32Array,
  classes: number,
  temperature: number | ArrayLike<number>,
): Float32Array {
  const logs = centredLogs(probabilities, classes);
  const out = new Float32Array(probabilities.length);
  for (let at = 0; at < logs.length; at += classes) {
    const by = typeof temperature === 'number' ? temperature : temperature[at / classes]!;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(logs[at + k]! / by);
    for (let k = 0; k < classes; k++) out[at + k] = Math.exp(logs[at + k]! / by) / sum;
  }
  return out;
}

/** Reliability diagram over `bins` equal widths of confidence in (0, 1]; empty bins have count 0 and zeros. */
export function reliabilityBins(
  probabilities: Float32Array,
  labels: Int32Array,
  predicted: Int32Array,
  classes: number,
  bins = 15,
): ReliabilityBin[] {
  const out = Array.from({ length: bins }, () => ({ confidence: 0, accuracy: 0, count: 0 }));
  for (let i = 0; i < labels.length; i++) {
    const confidence = probabilities[i * classes + predicted[i]!]!;
    const bin = out[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))]!;
    bin.confidence += confidence;
    bin.accuracy += predicted[i] === labels[i] ? 1 : 0;
    bin.count++;
  }
  for (const bin of out)
    if (bin.count > 0) {
      bin.confidence /= bin.count;
      bin.accuracy /= bin.count;
    }
  return out;
}

/** Expected calibration error: mean over rows of |accuracy − confidence| of their bin, 0-1. */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  if (total === 0) return 0;
  return bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.accuracy - bin.confidence), 0) / total;
}
