/**
 * Resize as what it is: along every axis a linear map, so the whole is a product of small matrices and its gradient
 * that of their transposes. Definition: ONNX operators, Resize (versions 11 to 19), as onnxruntime computes it.
 */
import { type Attributes } from '../attributes.ts';
import { sizeOf } from '../tensor.ts';
import {
  axisOf,
  given,
  type InferCall,
  need,
  needConstant,
  type Operator,
  stridesOf,
  unsupported,
  walk,
} from './operator.ts';

/** [to, from] weights of one axis, row-major; undefined where the axis stays as it is. */
export interface AxisMap {
  readonly from: number;
  readonly to: number;
  readonly weights: Float64Array;
}

interface Axis {
  from: number;
  to: number;
  scale: number;
  /** Start and end of the region of interest, for tf_crop_and_resize. */
  region: readonly [number, number];
}

/** The source coordinate of place `x` of the result. */
function coordinate(x: number, axis: Axis, mode: string): number {
  const { from, to, scale } = axis;
  switch (mode) {
    case 'asymmetric':
      return x / scale;
    case 'align_corners':
      return to === 1 ? 0 : (x * (from - 1)) / (to - 1);
    case 'pytorch_half_pixel':
      return to > 1 ? (x + 0.5) / scale - 0.5 : 0;
    case 'tf_half_pixel_for_nn':
      return (x + 0.5) / scale;
    case 'tf_crop_and_resize': {
      const [start, end] = axis.region;
      return to > 1
        ? start * (from - 1) + (x * (end - start) * (from - 1)) / (to - 1)
        : 0.5 * (start + end) * (from - 1);
    }
    case 'half_pixel_symmetric': {
      const adjustment = to / (scale * from);
      const center = from / 2;
      return center * (1 - adjustment) + (x + 0.5) / scale - 0.5;
    }
    default:
      return (x + 0.5) / scale - 0.5;
  }
}

function nearest(x: number, mode: string): number {
  switch (mode) {
    case 'floor':
      return Math.floor(x);
    case 'ceil':
      return Math.ceil(x);
    case 'round_prefer_ceil':
      return Math.floor(x + 0.5);
    default:
      return Math.ceil(x - 0.5);
  }
}

/** Keys' cubic kernel with parameter a. */
function cubic(distance: number, a: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  if (d < 2) return a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a;
  return 0;
}

function axisMap(axis: Axis, attributes: Attributes): AxisMap {
  const { from, to } = axis;
  const mode = attributes.string('mode', 'nearest');
  const transform = attributes.string('coordinate_transformation_mode', 'half_pixel');
  const a = attributes.float('cubic_coeff_a', -0.75);
  const antialias = attributes.int('antialias', 0) === 1 && axis.scale < 1;
  const exclude = attributes.int('exclude_outside', 0) === 1;
  const weights = new Float64Array(to * from);
  const clamp = (i: number): number => Math.min(from - 1, Math.max(0, i));
  for (let x = 0; x < to; x++) {
    const at = coordinate(x, axis, transform);
    const add = (i: number, weight: number): void => void (weights[x * from + clamp(i)]! += weight);
    // Outside the image tf_crop_and_resize gives a constant: no weight, no gradient.
    if (transform === 'tf_crop_and_resize' && (at < 0 || at > from - 1)) continue;
    if (mode === 'nearest') {
      add(nearest(at, attributes.string('nearest_mode', 'round_prefer_floor')), 1);
      continue;
    }
    const stretch = antialias ? 1 / axis.scale : 1;
    const radius = (mode === 'cubic' ? 2 : 1) * stretch;
    const kernel =
      mode === 'cubic' ? (d: number) => cubic(d / stretch, a) : (d: number) => Math.max(0, 1 - Math.abs(d) / stretch);
    const taps: [number, number][] = [];
    let sum = 0;
    for (let i = Math.ceil(at - radius); i <= Math.floor(at + radius); i++) {
      const outside = i < 0 || i > from - 1;
      if (outside && (exclude || antialias)) continue;
      const weight = kernel(at - i);
      taps.push([i, weight]);
      sum += weight;
    }
    for (const [i, weight] of taps) add(i, exclude || antialias ? weight / sum : weight);
  }
  return { from, to, weights };
}

/** What a Resize does, axis by axis; undefined for an axis that it leaves alone. */
export function resizeMaps(
  attributes: Attributes,
  shape: readonly number[],
  roi: readonly number[] | undefined,
  scales: readonly number[] | undefined,
  sizes: readonly number[] | undefined,
): (AxisMap | undefined)[] {
  const rank = shape.length;
  const axes = attributes
    .ints(
      'axes',
      shape.map((_, i) => i),
    )
    .map((axis) => axisOf(axis, rank));
  const table: Axis[] = shape.map((dim) => ({ from: dim, to: dim, scale: 1, region: [0, 1] }));
  const policy = attributes.string('keep_aspect_ratio_policy', 'stretch');
  let common: number | undefined;
  if (sizes !== undefined && sizes.length > 0 && policy !== 'stretch') {
    const ratios = axes.map((axis, i) => sizes[i]! / shape[axis]!);
    common = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  }
  axes.forEach((axis, i) => {
    const from = shape[axis]!;
    const region: [number, number] = roi && roi.length > 0 ? [roi[i]!, roi[i + axes.length]!] : [0, 1];
    if (sizes !== undefined && sizes.length > 0) {
      const to = common === undefined ? sizes[i]! : Math.round(common * from);
      table[axis] = { from, to, scale: common ?? to / from, region };
    } else {
      const scale = scales![i]!;
      table[axis] = { from, to: Math.floor(from * scale), scale, region };
    }
  });
  return table.map((axis) =>
    axis.from === axis.to && axis.scale === 1 && axis.region[0] === 0 && axis.region[1] === 1
      ? undefined
      : axisMap(axis, attributes),
  );
}

function mapsOf(call: InferCall): (AxisMap | undefined)[] {
  const optional = (i: number): readonly number[] | undefined =>
    call.inputs[i] === undefined ? undefined : needConstant(call, i, 'size');
  const [roi, scales, sizes] = [optional(1), optional(2), optional(3)];
  if (!scales?.length && !sizes?.length) throw unsupported(call.node, 'it has neither scales nor sizes');
  return resizeMaps(call.attributes, need(call, 0).shape, roi, scales, sizes);
}

export const RESIZE: Operator = {
  infer: (call) => {
    const { type, shape } = need(call, 0);
    return [{ type, shape: mapsOf(call).map((map, i) => map?.to ?? shape[i]!) }];
  },
  evaluate: (call) => {
    const x = given(call, 0);
    const [roi, scales, sizes] = [1, 2, 3].map((i) => call.inputs[i] && [...call.inputs[i].data]);
    let { data } = x;
    const dims = [...x.dims];
    resizeMaps(call.attributes, x.dims, roi, scales, sizes).forEach((map, axis) => {
      if (map === undefined) return;
      const source = data;
      const strides = stridesOf(dims);
      const stride = strides[axis]!;
      dims[axis] = map.to;
      data = new Float64Array(sizeOf(dims));
      walk(
        dims,
        strides.map((s, i) => (i === axis ? 0 : s)),
        0,
        (at, base) => {
          const row = Math.floor(at / stride) % map.to;
          let sum = 0;
          for (let i = 0; i < map.from; i++) sum += map.weights[row * map.from + i]! * source[base + i * stride]!;
          data[at] = sum;
        },
      );
    });
    return [data];
  },
};
