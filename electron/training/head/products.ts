/**
 * The two matrix products of a linear model, over ranges of rows. Two implementations: plain loops, which need nothing
 * and serve as the other's oracle, and the runtime, some thirty times as fast. Both sum in float32 or better.
 */
import { createSession, type Session } from '../../compute/session.ts';
import { encodeModel, graphBuilder } from '../../onnx/index.ts';

export interface Products {
  /** logits[range, K] = X[range, d] · weights[d, K] */
  forward(first: number, end: number, weights: Float32Array, logits: Float32Array): void | Promise<void>;
  /** gradient[d, K] = X[range, d]ᵀ · residuals[range, K] */
  backward(first: number, end: number, residuals: Float32Array, gradient: Float32Array): void | Promise<void>;
  release(): Promise<void>;
}

export interface Matrix {
  /** Row-major [rows, columns]. */
  values: Float32Array;
  columns: number;
}

/** Plain loops. */
export function plainProducts({ values, columns }: Matrix, classes: number): Products {
  const sums = new Float64Array(classes);
  return {
    forward(first, end, weights, logits) {
      for (let row = first; row < end; row++) {
        sums.fill(0);
        for (let j = 0; j < columns; j++) {
          const x = values[row * columns + j]!;
          for (let k = 0; k < classes; k++) sums[k]! += x * weights[j * classes + k]!;
        }
        logits.set(sums, (row - first) * classes);
      }
    },
    backward(first, end, residuals, gradient) {
      const total = new Float64Array(columns * classes);
      for (let row = first; row < end; row++) {
        const at = (row - first) * classes;
        for (let j = 0; j < columns; j++) {
          const x = values[row * columns + j]!;
          for (let k = 0; k < classes; k++) total[j * classes + k]! += x * residuals[at + k]!;
        }
      }
      gradient.set(total);
    },
    release: () => Promise.resolve(),
  };
}

/** The runtime's matrix product. Feeds are not copied, results are written in place. */
export async function runtimeProducts({ values, columns }: Matrix, classes: number): Promise<Products> {
  const forward = await productSession(false);
  const backward = await productSession(true);
  const rows = (first: number, end: number) => ({
    type: 'float32' as const,
    dims: [end - first, columns],
    data: values.subarray(first * columns, end * columns),
  });
  return {
    async forward(first, end, weights, logits) {
      await forward.run(
        { x: rows(first, end), w: { type: 'float32', dims: [columns, classes], data: weights } },
        { y: { type: 'float32', dims: [end - first, classes], data: logits } },
      );
    },
    async backward(first, end, residuals, gradient) {
      await backward.run(
        { x: rows(first, end), w: { type: 'float32', dims: [end - first, classes], data: residuals } },
        { y: { type: 'float32', dims: [columns, classes], data: gradient } },
      );
    },
    async release() {
      await forward.release();
      await backward.release();
    },
  };
}

function productSession(transA: boolean): Promise<Session> {
  const b = graphBuilder({ name: 'product' });
  const y = b.gemm(b.input('x', ['R', 'C']), b.input('w', ['I', 'K']), undefined, { transA });
  b.output(y, 'y', [null, 'K']);
  return createSession(encodeModel(b.model()), { subject: 'product' });
}
