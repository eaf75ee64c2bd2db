/**
 * `classic`: features without any training, as an ONNX graph of plain operators: histograms of oriented gradients
 * (Dalal and Triggs, "Histograms of Oriented Gradients for Human Detection", 2005) and colour, both on coarse grids.
 * A yardstick: what a network does not beat clearly, it is not worth.
 */
import { floats, graphBuilder, type Model, type Value } from '../../onnx/index.ts';
import { type BackboneSpec } from './spec.ts';

const SIDE = 128;
const BINS = 8;
const CELLS = 8;
const COLOUR_CELLS = 4;
const COLOUR_LEVELS = 8;
const GRADIENTS = BINS * CELLS * CELLS;
const COLOURS = 3 * COLOUR_CELLS * COLOUR_CELLS + 3 * COLOUR_LEVELS;

export const classicSpec: BackboneSpec = {
  title: 'Classic',
  about: 'Edge directions and colours on a grid; no network and no training. A yardstick for the others.',
  licence: 'Apache-2.0',
  input: { name: 'input', layout: 'NCHW', type: 'float32', batch: null },
  nativeSize: SIDE,
  fixedSize: SIDE,
  multiple: SIDE,
  preprocessing: { colour: 'RGB', mean: [0, 0, 0], std: [1, 1, 1] },
  taps: [{ name: 'features', kind: 'vector', channels: GRADIENTS + COLOURS, stride: null }],
  depths: ['features'],
  last: ['features'],
};

export function classicModel(): Model {
  const b = graphBuilder({ name: 'classic' });
  const x = b.input('input', ['N', 3, SIDE, SIDE]);
  const cell = SIDE / CELLS;

  // Luma, then central differences; the border repeats.
  const grey = b.conv(x, b.constant(floats([0.299, 0.587, 0.114], [1, 3, 1, 1])));
  const padded = b.pad(grey, [0, 0, 1, 1, 0, 0, 1, 1], { mode: 'edge' });
  const kernels = floats([0, 0, 0, -1, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0], [2, 1, 3, 3]);
  const [gx, gy] = b.split(b.conv(padded, b.constant(kernels)), 1, [1, 1]) as [Value, Value];

  // Direction without sign by the double angle: |g| cos 2θ and |g| sin 2θ are rational in gx, gy. A bin takes the
  // part of the magnitude that points its way, narrowed to about one bin's width by the fourth power.
  const xx = b.mul(gx, gx);
  const yy = b.mul(gy, gy);
  const magnitude = b.sqrt(b.add(b.add(xx, yy), 1e-8));
  const turned = b.concat([b.sub(xx, yy), b.mul(b.mul(gx, gy), 2)], 1);
  const unit = b.div(turned, b.mul(magnitude, magnitude));
  const angles = Array.from({ length: BINS }, (_, k) => (2 * Math.PI * k) / BINS);
  const towards = floats(
    angles.flatMap((a) => [Math.cos(a), Math.sin(a)]),
    [BINS, 2, 1, 1],
  );
  const share = b.relu(b.conv(unit, b.constant(towards)));
  const squared = b.mul(share, share);
  const bins = b.mul(b.mul(squared, squared), magnitude);

  // Sum over cells; each cell against its 3 × 3 neighbourhood, so that light and contrast cancel.
  const cells = b.averagePool(bins, { kernel: [cell, cell], strides: [cell, cell] });
  const energy = b.reduceSum(b.mul(cells, cells), [1]);
  const around = b.averagePool(energy, { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] });
  const gradients = b.sqrt(b.div(cells, b.add(b.sqrt(around), 0.01)));

  // Colours: mean of each cell, and how often each level occurs (triangles, so that it is smooth).
  const patch = SIDE / COLOUR_CELLS;
  const means = b.averagePool(x, { kernel: [patch, patch], strides: [patch, patch] });
  const small = b.averagePool(x, { kernel: [2, 2], strides: [2, 2] });
  const levels = b.constant(
    floats(
      Array.from({ length: COLOUR_LEVELS }, (_, k) => k / (COLOUR_LEVELS - 1)),
      [1, 1, COLOUR_LEVELS, 1, 1],
    ),
  );
  const distance = b.mul(b.abs(b.sub(b.unsqueeze(small, [2]), levels)), COLOUR_LEVELS - 1);
  const histogram = b.sqrt(b.reduceMean(b.relu(b.sub(1, distance)), [3, 4], { keepDims: false }));

  const all = b.concat([b.flatten(gradients), b.flatten(means), b.flatten(histogram)], 1);
  b.output(all, 'features', ['N', GRADIENTS + COLOURS]);
  return b.model();
}
