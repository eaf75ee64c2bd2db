/**
 * `compact`: a small residual network with group normalisation (Wu and He 2018), to be trained from nothing on pictures
 * of 64 to 224 pixels. About 0.3 million weights: a few minutes on two cores.
 */
import { fullTensor, graphBuilder, type Model, type Value } from '../../onnx/index.ts';
import { untrainedSpec } from './untrained.ts';
import { Weights } from './weights.ts';

const GROUPS = 8;
/** Channels, blocks and stride of each stage; the stem halves the picture before them. */
const STAGES = [
  { channels: 32, blocks: 2, stride: 2 },
  { channels: 64, blocks: 2, stride: 2 },
  { channels: 80, blocks: 1, stride: 2 },
] as const;
const STEM = 24;
const FEATURES = 80;

export const compactSpec = untrainedSpec({
  title: 'Compact',
  about: 'A small convolutional network without any training: train it whole on your own images.',
  multiple: 16,
  tap: { name: 'features', kind: 'map', channels: FEATURES, stride: 16 },
});

export function compactModel(seed: number): Model {
  const b = graphBuilder({ name: 'compact' });
  const weights = new Weights(b, seed);
  const image = b.input('input', ['N', 3, 'height', 'width']);

  const conv = (x: Value, name: string, from: number, to: number, kernel: number, stride: number): Value => {
    const pad = (kernel - 1) / 2;
    const filter = weights.filter(`${name}/weights`, [to, from, kernel, kernel]);
    return b.conv(x, filter, undefined, { strides: [stride, stride], pads: [pad, pad, pad, pad] });
  };
  const norm = (x: Value, name: string, channels: number): Value => {
    // As exporters write it: groups as the channels of an instance normalisation, then scale and bias a channel.
    const grouped = b.reshape(x, [0, GROUPS, -1]);
    const scaled = b.instanceNorm(grouped, b.constant(fullTensor([GROUPS], 1)), b.constant(fullTensor([GROUPS], 0)));
    const back = b.reshape(scaled, b.shape(x));
    const scale = weights.constant(`${name}/scale`, [channels, 1, 1], 1);
    return b.add(b.mul(back, scale), weights.constant(`${name}/bias`, [channels, 1, 1], 0));
  };

  let x = b.relu(norm(conv(image, 'stem', 3, STEM, 3, 2), 'stem/norm', STEM));
  let from = STEM;
  STAGES.forEach(({ channels, blocks, stride }, s) => {
    for (let i = 0; i < blocks; i++) {
      const name = `stage${s + 1}/block${i + 1}`;
      const step = i === 0 ? stride : 1;
      const inner = b.relu(norm(conv(x, `${name}/a`, from, channels, 3, step), `${name}/a/norm`, channels));
      const branch = norm(conv(inner, `${name}/b`, channels, channels, 3, 1), `${name}/b/norm`, channels);
      const around = from === channels && step === 1 ? x : conv(x, `${name}/around`, from, channels, 1, step);
      x = b.relu(b.add(branch, around));
      from = channels;
    }
  });
  b.output(x, 'features', ['N', FEATURES, null, null]);
  return b.model();
}
