/**
 * The optimizer as a graph, for devices on which weights and gradients stay: the formulas of optimizers.ts as nodes.
 * Rates and corrections that change with the step are inputs of one element.
 */
import { type GraphBuilder, graphBuilder, type Model, type Value } from '../../onnx/index.ts';
import { type OptimizerSpec } from '../optimizers.ts';

export interface UpdatedTensor {
  name: string;
  dims: readonly number[];
  /** Weight decay of this tensor. */
  decay: number;
  /** Factor on the learning rate. */
  rate: number;
}

/** A running statistic: value := (1 - momentum) value + momentum factor batch. */
export interface FollowedStatistic {
  name: string;
  dims: readonly number[];
  factor: number;
}

export interface UpdateGraphOptions {
  spec: OptimizerSpec;
  tensors: readonly UpdatedTensor[];
  /** Limit of the norm of all gradients together; 0: none. */
  clipNorm: number;
  /** Whether weights are averaged too. */
  averaged: boolean;
}

/** Inputs of one element that every step feeds. */
export const STEP_INPUTS = ['rate', 'first', 'second', 'share', 'average'] as const;
export type StepInputs = Record<(typeof STEP_INPUTS)[number], number>;

/**
 * Inputs: the tensors' names with their weights, `NAME/gradient` (a sum; `share` makes the mean), `NAME/momentN`,
 * `NAME/ema`, and STEP_INPUTS: the learning rate, AdamW's corrections 1/(1 - beta1^s) and 1/sqrt(1 - beta2^s), the share,
 * the averaging factor. Outputs: `next/…` of each.
 */
export function updateGraph({ spec, tensors, clipNorm, averaged }: UpdateGraphOptions): Model {
  const b = graphBuilder({ name: 'update' });
  const step = Object.fromEntries(STEP_INPUTS.map((name) => [name, b.input(name, [1])])) as Record<
    (typeof STEP_INPUTS)[number],
    Value
  >;
  const gradients = tensors.map(({ name, dims }) => b.input(`${name}/gradient`, dims));
  const scale = clipNorm > 0 ? b.mul(step.share, clipFactorOf(b, gradients, step.share, clipNorm)) : step.share;
  tensors.forEach((tensor, i) => {
    const { name, dims } = tensor;
    const w = b.input(name, dims);
    const g = b.mul(gradients[i]!, scale);
    const moments = Array.from({ length: spec.kind === 'adamw' ? 2 : 1 }, (_, m) =>
      b.input(`${name}/moment${m}`, dims),
    );
    const rate = tensor.rate === 1 ? step.rate : b.mul(step.rate, tensor.rate);
    const { weights, next } = moved(b, spec, { w, g, moments, rate, decay: tensor.decay, step });
    b.output(weights, `next/${name}`, dims);
    next.forEach((moment, m) => b.output(moment, `next/${name}/moment${m}`, dims));
    if (!averaged) return;
    const ema = b.input(`${name}/ema`, dims);
    const mean = b.add(b.mul(ema, step.average), b.mul(weights, b.sub(1, step.average)));
    b.output(mean, `next/${name}/ema`, dims);
  });
  return b.model();
}

/** min(1, limit / (n + 1e-6)), n the L2 norm of the mean gradients together. */
function clipFactorOf(b: GraphBuilder, gradients: readonly Value[], share: Value, limit: number): Value {
  const squares = gradients.map((g) => b.reshape(b.reduceSum(b.mul(g, g), undefined, { keepDims: false }), [1]));
  const sum = squares.reduce((total, square) => b.add(total, square));
  const norm = b.mul(b.sqrt(sum), share);
  return b.min(b.div(limit, b.add(norm, 1e-6)), b.constant({ type: 'float32', dims: [1], data: Float32Array.of(1) }));
}

interface Move {
  w: Value;
  g: Value;
  moments: Value[];
  rate: Value;
  decay: number;
  step: Record<(typeof STEP_INPUTS)[number], Value>;
}

function moved(b: GraphBuilder, spec: OptimizerSpec, move: Move): { weights: Value; next: Value[] } {
  const { w, g, moments, rate, decay, step } = move;
  const kept = decay > 0 && spec.kind !== 'sgd' ? b.sub(w, b.mul(b.mul(w, rate), decay)) : w;
  switch (spec.kind) {
    case 'adamw': {
      const { beta1, beta2, epsilon } = spec;
      const mean = b.add(b.mul(moments[0]!, beta1), b.mul(g, 1 - beta1));
      const square = b.add(b.mul(moments[1]!, beta2), b.mul(b.mul(g, g), 1 - beta2));
      const size = b.add(b.mul(b.sqrt(square), step.second), epsilon);
      return { weights: b.sub(kept, b.div(b.mul(mean, b.mul(rate, step.first)), size)), next: [mean, square] };
    }
    case 'lion': {
      const { beta1, beta2 } = spec;
      const direction = b.add(b.mul(moments[0]!, beta1), b.mul(g, 1 - beta1));
      // Sign is missing on some devices: two steep steps.
      const up = b.hardSigmoid(direction, 2 ** 100, 0);
      const down = b.hardSigmoid(direction, -(2 ** 100), 0);
      const next = b.add(b.mul(moments[0]!, beta2), b.mul(g, 1 - beta2));
      return { weights: b.sub(kept, b.mul(b.sub(up, down), rate)), next: [next] };
    }
    case 'sgd': {
      const slope = decay > 0 ? b.add(g, b.mul(w, decay)) : g;
      const speed = b.add(b.mul(moments[0]!, spec.momentum), slope);
      const way = spec.nesterov ? b.add(slope, b.mul(speed, spec.momentum)) : speed;
      return { weights: b.sub(w, b.mul(way, rate)), next: [speed] };
    }
  }
}

/** Running statistics that follow those of a batch: inputs NAME and `NAME/batch`, outputs `next/NAME`. */
export function statisticsGraph(statistics: readonly FollowedStatistic[], momentum: number): Model {
  const b = graphBuilder({ name: 'statistics' });
  for (const { name, dims, factor } of statistics) {
    const [running, batch] = [b.input(name, dims), b.input(`${name}/batch`, dims)];
    b.output(b.add(b.mul(running, 1 - momentum), b.mul(batch, momentum * factor)), `next/${name}`, dims);
  }
  return b.model();
}

/** Sums of gradients over the parts of a step: inputs `NAME/gradient` and `NAME/sum`, outputs `next/NAME/sum`. */
export function sumGraph(tensors: readonly Pick<UpdatedTensor, 'name' | 'dims'>[]): Model {
  const b = graphBuilder({ name: 'sum' });
  for (const { name, dims } of tensors)
    b.output(b.add(b.input(`${name}/sum`, dims), b.input(`${name}/gradient`, dims)), `next/${name}/sum`, dims);
  return b.model();
}

/** Values handed on: how a device's memory is filled (inputs on the host) and read (outputs on the host). */
export function copyGraph(tensors: readonly Pick<UpdatedTensor, 'name' | 'dims'>[]): Model {
  const b = graphBuilder({ name: 'copy' });
  for (const { name, dims } of tensors) b.output(b.identity(b.input(name, dims)), `next/${name}`, dims);
  return b.model();
}
