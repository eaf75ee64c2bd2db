import { type AxisMap, resizeMaps, sizeOf, type Value } from '../../onnx/index.ts';
import { type GradientBuilder } from '../gradient-builder.ts';
import { type Rule, rule } from '../rule.ts';
import { dims, reshapeTo } from '../shapes.ts';

/** Resize is a product of one matrix an axis; its gradient takes their transposes. */
const resize = rule('Resize', {
  inputs: ['X', 'roi?', 'scales?', 'sizes?'],
  keeps: [],
  backward({ b, attributes, inputs, roi, scales, sizes, dY }) {
    const maps = resizeMaps(attributes, dims(inputs[0]!), b.numbers(roi), b.numbers(scales), b.numbers(sizes));
    return { X: maps.reduce((gradient, map, axis) => (map ? shrink(b, gradient, axis, map) : gradient), dY) };
  },
});

/** One axis of the gradient from `map.to` back to `map.from` places. */
function shrink(b: GradientBuilder, gradient: Value, axis: number, map: AxisMap): Value {
  const shape = dims(gradient);
  const [prefix, suffix] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))];
  const result = shape.map((dim, i) => (i === axis ? map.from : dim));
  if (suffix === 1) {
    const weights = { type: 'float32' as const, dims: [map.to, map.from], data: Float32Array.from(map.weights) };
    return reshapeTo(b, b.matmul(reshapeTo(b, gradient, [prefix, map.to]), b.constant(weights)), result);
  }
  const turned = new Float32Array(map.from * map.to);
  for (let to = 0; to < map.to; to++)
    for (let from = 0; from < map.from; from++) turned[from * map.to + to] = map.weights[to * map.from + from]!;
  const weights = b.constant({ type: 'float32', dims: [map.from, map.to], data: turned });
  return reshapeTo(b, b.matmul(weights, reshapeTo(b, gradient, [prefix, map.to, suffix])), result);
}

export const RESIZE: readonly Rule[] = [resize];
