/**
 * npm run check:device -- [webgpu] [--size N] [--steps N] [--json]
 *
 * Trains `compact` and `compact-vit` a few steps on the device and on the CPU, with the same pictures, masks and rates:
 * losses, logits and the whole state must agree. No part of a step may fall back to the CPU. Exit 1 where one does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { random, trainRequest } from '../electron/contract/index.ts';
import { builtInBackbone } from '../electron/embeddings/index.ts';
import { type Tensor } from '../electron/onnx/index.ts';
import { cpuStepper } from '../electron/training/fit/stepper-cpu.ts';
import { deviceStepper } from '../electron/training/fit/stepper-device.ts';
import { type Stepper } from '../electron/training/fit/stepper.ts';
import { planesOf } from '../electron/training/loader/source.ts';
import { lossRows } from '../electron/training/losses.ts';
import { classifierNetwork } from '../electron/training/network/classifier.ts';
import { drawMask } from '../electron/training/network/masks.ts';
import { fillRecipe } from '../electron/training/recipe.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '32' },
    steps: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
  },
});
const device = positionals[0] ?? 'webgpu';
const size = Number(options.size);
const [BATCH, CLASSES] = [8, 3];
/** Float32 through some steps of AdamW; weights whose gradient is rounding alone (a bias before a norm) drift freely. */
const TOLERANCE = { loss: 1e-5, logits: 1e-4, state: 5e-3 };
const loss = { kind: 'cross-entropy' } as const;

interface Outcome {
  network: string;
  ok: boolean;
  lossDeviation: number;
  logitsDeviation: number;
  stateDeviation: number;
  fellBack: string[];
  secondsAStep: { device: number; cpu: number };
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

async function stateDeviation(a: Stepper, b: Stepper): Promise<number> {
  const [left, right] = [await a.state(), await b.state()];
  let most = 0;
  for (const [name, { data }] of left) {
    if (name.includes('/moment')) continue;
    const other = right.get(name)!.data;
    most = Math.max(most, norm(data.map((value, i) => value - other[i]!)) / Math.max(1e-3, norm(data)));
  }
  return most;
}

async function compare(name: string, cache: string): Promise<Outcome> {
  const file = await builtInBackbone(name, { cache });
  const recipe = fillRecipe(
    trainRequest.parse({ backbones: [name], preset: 'full', regularisation: { stochasticDepth: 0.2, dropout: 0.1 } }),
    { untrained: true, transformer: name.includes('vit') },
  );
  const networkOf = (form: 'pixels' | 'image') =>
    classifierNetwork({ backbone: file.path, tap: 'depths', size, classes: CLASSES, form });
  const [plain, planes] = [await networkOf('pixels'), await networkOf('image')];
  const common = { recipe, loss, batch: BATCH, batchNorm: 'batch' } as const;
  const fellBack: string[] = [];
  const own = await cpuStepper({ ...common, network: plain, trained: plain.parameters });
  const other = await deviceStepper({
    ...{ ...common, network: planes, trained: planes.parameters, device },
    onFallBack: (what) => fellBack.push(what),
  });
  const stream = random(1, 'check-device', name);
  const outcome: Outcome = {
    ...{ network: name, ok: false, lossDeviation: 0, logitsDeviation: 0, stateDeviation: 0, fellBack },
    secondsAStep: { device: 0, cpu: 0 },
  };
  const draw = (): { pixels: Record<string, Tensor>; image: Record<string, Tensor> } => {
    const pixels = Uint8Array.from({ length: BATCH * size * size * 3 }, () => stream.int(256));
    const dims = [BATCH, size, size, 3];
    const image: Tensor = {
      ...{ type: 'float32', dims: [BATCH, 3, size, size], data: planesOf(pixels, BATCH, size) },
    };
    return { pixels: { [plain.input]: { type: 'uint8', dims, data: pixels } }, image: { [planes.input]: image } };
  };
  const steps = Number(options.steps);
  for (let number = 1; number <= steps; number++) {
    const { pixels, image } = draw();
    const targets = Float32Array.from({ length: BATCH * CLASSES }, (_, i) =>
      i % CLASSES === Math.floor(i / CLASSES) % CLASSES ? 1 : 0,
    );
    const rows = lossRows(loss, targets, CLASSES, BATCH);
    const masks = new Map(own.masks.map((mask) => [mask.name, drawMask(mask, BATCH, 1, number).data] as const));
    const run = async (stepper: Stepper, inputs: Record<string, Tensor>) => {
      const began = performance.now();
      const result = await stepper.accumulate({ inputs, rows, targets, masks });
      await stepper.update({ rate: 0.003, number }, 1);
      return { ...result, seconds: (performance.now() - began) / 1000 };
    };
    const [a, b] = [await run(own, pixels), await run(other, image)];
    outcome.lossDeviation = Math.max(outcome.lossDeviation, Math.abs(a.loss - b.loss) / a.loss);
    // The first step compiles the device's programs.
    if (number > 1) outcome.secondsAStep.cpu += a.seconds / (steps - 1);
    if (number > 1) outcome.secondsAStep.device += b.seconds / (steps - 1);
  }
  const { pixels, image } = draw();
  const [left, right] = [await own.predict(pixels), await other.predict(image)];
  outcome.logitsDeviation = Math.max(...left.map((value, i) => Math.abs(value - right[i]!)));
  outcome.stateDeviation = await stateDeviation(own, other);
  outcome.ok =
    fellBack.length === 0 &&
    outcome.lossDeviation <= TOLERANCE.loss &&
    outcome.logitsDeviation <= TOLERANCE.logits &&
    outcome.stateDeviation <= TOLERANCE.state;
  await own.release();
  await other.release();
  return outcome;
}

const cache = mkdtempSync(join(tmpdir(), 'assay-device-'));
try {
  const networks: Outcome[] = [];
  for (const name of ['compact', 'compact-vit']) {
    const outcome = await compare(name, cache);
    networks.push(outcome);
    const figures = [outcome.lossDeviation, outcome.logitsDeviation, outcome.stateDeviation].map((v) =>
      v.toExponential(1),
    );
    console.error(
      `${outcome.ok ? 'ok  ' : 'FAIL'} ${name.padEnd(12)} loss ${figures[0]} logits ${figures[1]} state ${figures[2]}` +
        `${outcome.fellBack.length > 0 ? ` on the CPU: ${outcome.fellBack.join(', ')}` : ''}`,
    );
  }
  const ok = networks.every((network) => network.ok);
  if (options.json) console.log(JSON.stringify({ ok, device, networks }, null, 1));
  process.exitCode = ok ? 0 : 1;
} finally {
  rmSync(cache, { recursive: true, force: true });
}
