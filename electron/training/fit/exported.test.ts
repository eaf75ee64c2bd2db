/** What is exported says what the training's own graph said. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSession } from '../../compute/index.ts';
import { random, trainRequest } from '../../contract/index.ts';
import { type BackboneSpec, writeSpec } from '../../embeddings/index.ts';
import { exportTrainedTask } from '../../inference/index.ts';
import { decodeModel, encodeModel, encodeTensorFile, floats, fullTensor, graphBuilder } from '../../onnx/index.ts';
import { classifierNetwork, LOGITS } from '../network/classifier.ts';
import { lossRows } from '../losses.ts';
import { fillRecipe } from '../recipe.ts';
import { softmaxInPlace } from '../softmax.ts';
import { cpuStepper } from './stepper-cpu.ts';

const [SIZE, BATCH, CLASSES, CHANNELS] = [16, 8, 3, 16];
const stream = random(5, 'exported');
const normal = (dims: number[], deviation: number) =>
  floats(
    Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => stream.normal() * deviation),
    dims,
  );

/** Convolutions with batch normalisation, as a prepared backbone. */
function backbone(): Uint8Array {
  const b = graphBuilder();
  let x = b.input('input', ['N', 3, SIZE, SIZE]);
  for (const [i, from] of [3, CHANNELS].entries()) {
    const weights = b.initializer(`w${i}`, normal([CHANNELS, from, 3, 3], 0.2));
    const vector = (name: string, value: number) => b.initializer(`${name}${i}`, fullTensor([CHANNELS], value));
    const conv = b.conv(x, weights, undefined, { strides: [2, 2], pads: [1, 1, 1, 1] });
    x = b.relu(b.batchNorm(conv, vector('scale', 1), vector('bias', 0), vector('mean', 0), vector('variance', 1)));
  }
  b.output(x, 'features', ['N', CHANNELS, 4, 4]);
  const spec: BackboneSpec = {
    ...{ title: 'Test', about: '', licence: 'none', nativeSize: SIZE, fixedSize: SIZE, multiple: SIZE },
    input: { name: 'input', layout: 'NCHW', type: 'float32', batch: null },
    preprocessing: { colour: 'RGB', mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    taps: [{ name: 'features', kind: 'map', channels: CHANNELS, stride: 4 }],
    ...{ depths: ['features'], last: ['features'] },
  };
  return writeSpec(encodeModel(b.model()), spec);
}

test('the exported file gives the logits of the training to 1e-5, batch normalisation folded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-exported-'));
  const path = (name: string): string => join(folder, name);
  try {
    writeFileSync(path('backbone.onnx'), backbone());
    const network = await classifierNetwork({
      backbone: path('backbone.onnx'),
      tap: 'depths',
      size: SIZE,
      classes: CLASSES,
    });
    expect(network.statistics).toHaveLength(2);
    const recipe = fillRecipe(trainRequest.parse({ backbones: ['test'], preset: 'full' }), {
      ...{ untrained: true, transformer: false },
    });
    const loss = { kind: 'cross-entropy' } as const;
    const stepper = await cpuStepper({
      ...{ network, trained: network.parameters, recipe, loss, batch: BATCH, batchNorm: 'batch' },
    });
    const pixels = Uint8Array.from({ length: BATCH * SIZE * SIZE * 3 }, () => stream.int(256));
    const inputs = { [network.input]: { type: 'uint8', dims: [BATCH, SIZE, SIZE, 3], data: pixels } } as const;
    const targets = Float32Array.from({ length: BATCH * CLASSES }, (_, i) => (i % CLASSES === i % 2 ? 1 : 0));
    for (let number = 1; number <= 5; number++) {
      await stepper.accumulate({ inputs, rows: lossRows(loss, targets, CLASSES, BATCH), targets, masks: new Map() });
      await stepper.update({ rate: 0.01, number }, 1);
    }
    const expected = Float32Array.from(await stepper.predict(inputs));
    writeFileSync(path('trained.bin'), encodeTensorFile(await stepper.result(), { temperature: 1 }));
    await exportTrainedTask({
      ...{ backbone: path('backbone.onnx'), tap: 'depths', size: SIZE, fit: 'stretch', provenance: {} },
      ...{ classes: ['a', 'b', 'c'], trained: path('trained.bin'), out: path('model.onnx') },
    });
    const model = decodeModel(readFileSync(path('model.onnx')), { subject: 'model' });
    expect(model.graph.nodes.map((node) => node.op)).not.toContain('BatchNormalization');
    model.graph.outputs.push({ name: LOGITS, type: 'float32', shape: ['N', CLASSES] });
    const session = await createSession(encodeModel(model), { threads: 1 });
    const planes = new Float32Array(pixels.length);
    for (let n = 0, plane = SIZE * SIZE; n < BATCH; n++)
      for (let i = 0; i < plane * 3; i++)
        planes[n * plane * 3 + (i % 3) * plane + Math.floor(i / 3)] = pixels[n * plane * 3 + i]!;
    const image = { type: 'float32', dims: [BATCH, 3, SIZE, SIZE], data: planes } as const;
    const outputs = await session.run({ image });
    (outputs[LOGITS]!.data as Float32Array).forEach((value, i) =>
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5),
    );
    softmaxInPlace(expected, CLASSES);
    (outputs.probabilities!.data as Float32Array).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
    await session.release();
    await stepper.release();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
