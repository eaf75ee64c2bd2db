/**
 * `compact-vit`: a small vision transformer (Dosovitskiy and others 2021) to be trained from nothing. Patches come out of
 * three convolutions (Xiao and others 2021), places out of a depthwise one (Chu and others 2021): so any size serves, and
 * a few thousand pictures are enough to start.
 */
import { graphBuilder, type Model, type Value } from '../../onnx/index.ts';
import { untrainedSpec } from './untrained.ts';
import { Weights } from './weights.ts';

const WIDTH = 96;
const DEPTH = 4;
const HEADS = 3;
const HIDDEN = 2 * WIDTH;
const STEM = [24, 48, WIDTH] as const;

export const compactVitSpec = untrainedSpec({
  title: 'Compact ViT',
  about: 'A small vision transformer without any training: train it whole on your own images.',
  multiple: 8,
  tap: { name: 'features', kind: 'tokens', channels: WIDTH, stride: null },
});

export function compactVitModel(seed: number): Model {
  const b = graphBuilder({ name: 'compact-vit' });
  const weights = new Weights(b, seed);
  const image = b.input('input', ['N', 3, 'height', 'width']);

  const linear = (x: Value, name: string, from: number, to: number): Value => {
    const w = weights.normal(`${name}/weights`, [from, to], Math.sqrt(1 / from));
    return b.add(b.matmul(x, w), weights.constant(`${name}/bias`, [to], 0));
  };
  const norm = (x: Value, name: string): Value =>
    b.layerNorm(x, weights.constant(`${name}/scale`, [WIDTH], 1), weights.constant(`${name}/bias`, [WIDTH], 0));
  // x Phi(x), as exporters write it.
  const gelu = (x: Value): Value => b.mul(b.mul(x, b.add(b.erf(b.div(x, Math.SQRT2)), 1)), 0.5);

  let map = image;
  STEM.forEach((channels, i) => {
    const filter = weights.filter(`stem${i + 1}/weights`, [channels, i === 0 ? 3 : STEM[i - 1]!, 3, 3]);
    const bias = weights.constant(`stem${i + 1}/bias`, [channels], 0);
    const out = b.conv(map, filter, bias, { strides: [2, 2], pads: [1, 1, 1, 1] });
    map = i < 2 ? b.relu(out) : out;
  });
  const places = weights.normal('places/weights', [WIDTH, 1, 3, 3], 0.1);
  map = b.add(map, b.conv(map, places, undefined, { pads: [1, 1, 1, 1], group: WIDTH }));
  let x = b.transpose(b.reshape(map, [0, WIDTH, -1]), [0, 2, 1]);

  const side = WIDTH / HEADS;
  for (let i = 0; i < DEPTH; i++) {
    const name = `block${i + 1}`;
    const joined = linear(norm(x, `${name}/norm1`), `${name}/qkv`, WIDTH, 3 * WIDTH);
    const [q, k, v] = b.split(joined, 2, [WIDTH, WIDTH, WIDTH]).map((part) => b.reshape(part, [0, 0, HEADS, side])) as [
      Value,
      Value,
      Value,
    ];
    const scores = b.matmul(b.transpose(q, [0, 2, 1, 3]), b.transpose(k, [0, 2, 3, 1]));
    const attention = b.softmax(b.mul(scores, 1 / Math.sqrt(side)));
    const seen = b.transpose(b.matmul(attention, b.transpose(v, [0, 2, 1, 3])), [0, 2, 1, 3]);
    x = b.add(x, linear(b.reshape(seen, [0, 0, WIDTH]), `${name}/out`, WIDTH, WIDTH));
    const hidden = gelu(linear(norm(x, `${name}/norm2`), `${name}/wide`, WIDTH, HIDDEN));
    x = b.add(x, linear(hidden, `${name}/narrow`, HIDDEN, WIDTH));
  }
  b.output(norm(x, 'norm'), 'features', ['N', null, WIDTH]);
  return b.model();
}
