import { labelSizes, readEquation, sizeOf, type Value } from '../../onnx/index.ts';
import { type GradientBuilder } from '../gradient-builder.ts';
import { type Rule, rule, variadicRule } from '../rule.ts';
import { dims, reshapeTo } from '../shapes.ts';

/**
 * Y = A B, batches stretched over each other;  dA = dY B', dB = A' dY.
 * Against a plain matrix the rows of all batches are one matrix: one product instead of one a batch.
 */
const matmul = rule('MatMul', {
  inputs: ['A', 'B'],
  keeps: ['A', 'B'],
  backward({ b, A, B, dY }) {
    const [shapeA, shapeB] = [dims(A), dims(B)];
    const left = shapeA.length === 1 ? b.reshape(A, [1, ...shapeA]) : A;
    const right = shapeB.length === 1 ? b.reshape(B, [...shapeB, 1]) : B;
    const [m, n] = [dims(left).at(-2)!, dims(right).at(-1)!];
    const batch = dims(dY).slice(0, dims(dY).length - (shapeA.length > 1 ? 1 : 0) - (shapeB.length > 1 ? 1 : 0));
    const gradient = reshapeTo(b, dY, [...batch, m, n]);
    if (dims(right).length === 2) {
      const rows = sizeOf(batch) * m;
      const flat = reshapeTo(b, gradient, [rows, n]);
      const dA = reshapeTo(b, b.product(flat, right, { transB: true }), shapeA);
      const dB = b.product(reshapeTo(b, left, [rows, dims(left).at(-1)!]), flat, { transA: true });
      return { A: dA, B: reshapeTo(b, dB, shapeB) };
    }
    return {
      A: squeezeVector(b, b.product(gradient, right, { transB: true }), shapeA, -2),
      B: squeezeVector(b, b.product(left, gradient, { transA: true }), shapeB, -1),
    };
  },
});

/** The gradient of an operand that was a vector: batches are summed, then its axis of 1 goes. */
function squeezeVector(b: GradientBuilder, gradient: Value, shape: readonly number[], axis: -1 | -2): Value {
  if (shape.length > 1) return gradient;
  const from = dims(gradient);
  return reshapeTo(b, gradient, [...from.slice(0, -2), axis === -2 ? from.at(-1)! : from.at(-2)!]);
}

/** Y = alpha A' B' + beta C, either factor transposed. */
const gemm = rule('Gemm', {
  inputs: ['A', 'B', 'C?'],
  keeps: ['A', 'B'],
  backward({ b, attributes, A, B, C, dY }) {
    const [alpha, beta] = [attributes.float('alpha', 1), attributes.float('beta', 1)];
    const [transA, transB] = [attributes.int('transA', 0) === 1, attributes.int('transB', 0) === 1];
    const scaled = alpha === 1 ? dY : b.mul(dY, alpha);
    const dC = C && (beta === 1 ? dY : b.mul(dY, beta));
    return {
      A: transA ? b.product(B, scaled, { transA: transB, transB: true }) : b.product(scaled, B, { transB: !transB }),
      B: transB ? b.product(scaled, A, { transA: true, transB: transA }) : b.product(A, scaled, { transA: !transA }),
      ...(dC && { C: dC }),
    };
  },
});

/**
 * The gradient of an operand is the Einsum of dY and the other operands onto its labels. Labels that occur nowhere else
 * were summed: the result is stretched along them. Labels that it repeats were a diagonal: it is spread onto one.
 */
const einsum = variadicRule('Einsum', {
  keeps: 'inputs',
  backward({ b, attributes, inputs, dY }) {
    const operands = inputs as readonly Value[];
    const shapes = operands.map(dims);
    const equation = readEquation(
      attributes.string('equation', ''),
      shapes.map((shape) => shape.length),
    );
    const sizes = labelSizes(equation, shapes);
    // Letters of the ellipsis are digits here; the operator knows letters only.
    const spare = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter(
      (letter) => !equation.inputs.join('').includes(letter),
    );
    const letters = new Map([...sizes.keys()].map((label) => [label, /\d/.test(label) ? spare.shift()! : label]));
    const write = (term: string): string => [...term].map((label) => letters.get(label)!).join('');
    // An axis of 1 that the ellipsis stretches is stretched before, so that every label has one length.
    const full = operands.map((operand, i) => {
      const to = [...equation.inputs[i]!].map((label) => sizes.get(label)!);
      return sizeOf(to) === sizeOf(shapes[i]!) ? operand : b.expand(operand, to);
    });
    return equation.inputs.map((term, i) => {
      const others = equation.inputs.flatMap((other, k) => (k === i ? [] : [other]));
      const labels = [...new Set(term)];
      const reachable = new Set([...equation.output, ...others.join('')]);
      const target = labels.filter((label) => reachable.has(label));
      const terms = [equation.output, ...others].map(write).join(',');
      const values = [dY, ...full.filter((_, k) => k !== i)];
      let gradient = b.einsum(`${terms}->${write(target.join(''))}`, ...values);
      if (target.length < labels.length || labels.length < term.length)
        gradient = spread(b, gradient, target, labels, term, sizes);
      return gradient;
    });
  },
});

/** From the labels that the gradient has to all axes of the operand. */
function spread(
  b: GradientBuilder,
  gradient: Value,
  target: readonly string[],
  labels: readonly string[],
  term: string,
  sizes: ReadonlyMap<string, number>,
): Value {
  const length = (label: string): number => sizes.get(label)!;
  const all = b.expand(
    reshapeTo(
      b,
      gradient,
      labels.map((label) => (target.includes(label) ? length(label) : 1)),
    ),
    labels.map(length),
  );
  if (labels.length === term.length) return all;
  // Axis k of the operand carries the label's first axis, later axes of the same label pick the diagonal.
  const seen = new Set<string>();
  let shape: number[] = [];
  const masks: Value[] = [];
  [...term].forEach((label, axis) => {
    if (seen.has(label)) {
      const first = term.indexOf(label);
      const n = length(label);
      const eye = new Float32Array(n * n);
      for (let i = 0; i < n; i++) eye[i * n + i] = 1;
      const maskShape = [...term].map((_, k) => (k === first || k === axis ? n : 1));
      masks.push(b.constant({ type: 'float32', dims: maskShape, data: eye }));
      shape = [...shape, 1];
    } else {
      seen.add(label);
      shape = [...shape, length(label)];
    }
  });
  return masks.reduce((product, mask) => b.mul(product, mask), reshapeTo(b, all, shape));
}

export const MATMUL: readonly Rule[] = [matmul, gemm, einsum];
