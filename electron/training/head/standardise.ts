/** Features with mean 0 and deviation 1; the way back is folded into the weights afterwards. */

export interface Standard {
  mean: Float64Array;
  /** 1 / deviation; 0 for a feature that never changes: it says nothing. */
  scale: Float64Array;
}

/** Mean and deviation of every column of [rows, columns]. */
export function standardOf(values: Float32Array, columns: number): Standard {
  const rows = values.length / columns;
  const mean = new Float64Array(columns);
  const scale = new Float64Array(columns);
  for (let i = 0, j = 0; i < values.length; i++) {
    mean[j]! += values[i]! / rows;
    if (++j === columns) j = 0;
  }
  for (let i = 0, j = 0; i < values.length; i++) {
    const distance = values[i]! - mean[j]!;
    scale[j]! += (distance * distance) / rows;
    if (++j === columns) j = 0;
  }
  for (let j = 0; j < columns; j++) {
    const deviation = Math.sqrt(scale[j]!);
    scale[j] = deviation > 1e-6 * (Math.abs(mean[j]!) + 1e-6) ? 1 / deviation : 0;
  }
  return { mean, scale };
}

export function standardise(values: Float32Array, columns: number, { mean, scale }: Standard): void {
  for (let i = 0, j = 0; i < values.length; i++) {
    values[i] = (values[i]! - mean[j]!) * scale[j]!;
    if (++j === columns) j = 0;
  }
}

/**
 * Weights for features as they come: W' = scale · W, b' = b − mean · W'.
 * @param parameters weights [columns, classes], then bias [classes]
 */
export function unstandardise(
  parameters: Float64Array,
  classes: number,
  { mean, scale }: Standard,
): { weights: Float32Array; bias: Float32Array } {
  const size = parameters.length - classes;
  const weights = new Float32Array(size);
  const bias = parameters.slice(size);
  for (let j = 0; j < mean.length; j++)
    for (let k = 0; k < classes; k++) {
      const weight = parameters[j * classes + k]! * scale[j]!;
      weights[j * classes + k] = weight;
      bias[k]! -= mean[j]! * weight;
    }
  return { weights, bias: Float32Array.from(bias) };
}
