/**
 * Training and inference speed of one ONNX file on this machine, in a process of its own so that its peak memory is its
 * own: node scripts/bench-train-step.ts SETTING-as-JSON prints one JSON line. See bench-train.ts.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { memoryOf, trainingGraph } from '../electron/autodiff/index.ts';
import { createSession, type Session } from '../electron/compute/session.ts';
import { random } from '../electron/contract/index.ts';
import { concretize, decodeModel, encodeModel, feedsOf, type Model, type Tensor } from '../electron/onnx/index.ts';
import { blockSize } from '../electron/training/block-size.ts';
import { momentsFor, OptimizerTeam, type Tracked } from '../electron/training/fit/optimizer-team.ts';
import { roomFor, SharedFloats } from '../electron/training/fit/shared-floats.ts';
import { momentsOf, type OptimizerSpec } from '../electron/training/optimizers.ts';

export interface StepSetting {
  file: string;
  batch: number;
  size: number;
  threads: number;
  /** Spans of training and of inference, taking turns. */
  rounds: number;
  /** Values between blocks are kept, those inside computed again. */
  recompute?: boolean;
}

/** Images a second: by the clock, and by the processor time of the process times the number of threads. */
export interface Span {
  wall: number;
  cpu: number;
}

export interface StepResult {
  name: string;
  training: Span[];
  inference: Span[];
  /** Share of a step's clock time that the optimizer takes. */
  optimizer: number;
  /** Bytes. */
  memory: {
    /** Largest size of the process over its size before the session was made, weights and optimizer state counted too. */
    measured: number;
    estimated: number;
    /** What the forward pass leaves for the backward pass. */
    activations: number;
    /** Measured, without weights, gradients and optimizer state, over activations. */
    overActivations: number;
  };
}

type Floats = Tensor & { data: Float32Array };

const ADAMW: OptimizerSpec = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const PASSES = 4;
const STEPS = 2;

/** As the peer's script does it: one unmeasured, then `count` as one span. */
async function span(work: () => Promise<void>, count: number, { batch, threads }: StepSetting): Promise<Span> {
  await work();
  const before = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < count; i++) await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { wall: (count * batch) / seconds, cpu: (count * batch * threads * 1e6) / (user + system) };
}

/** Every float initializer but running statistics. */
function trainableOf({ graph }: Model): Map<string, Floats> {
  const statistics = new Set(
    graph.nodes.filter((node) => node.op === 'BatchNormalization').flatMap((node) => node.inputs.slice(3, 5)),
  );
  const weights = new Map<string, Floats>();
  for (const [name, tensor] of graph.initializers)
    if (tensor.type === 'float32' && tensor.dims.length > 0 && !statistics.has(name))
      weights.set(name, tensor as Floats);
  return weights;
}

/** Training with AdamW and inference of the same file, spans in turn. */
export async function measureSteps(setting: StepSetting): Promise<StepResult> {
  const { file, batch, size, threads, rounds, recompute } = setting;
  const raw = readFileSync(file);
  const bytes = file.endsWith('.gz') ? gunzipSync(raw) : raw;
  const model = decodeModel(bytes, { subject: basename(file) });
  const input = feedsOf(model.graph)[0]!;
  const shape = [batch, 3, size, size];
  const found = trainableOf(model);
  const room = [...found.values()].reduce((sum, { data }) => sum + roomFor(data.length), 0);
  const floats = new SharedFloats((2 + momentsOf(ADAMW)) * room);
  const weights = new Map([...found].map(([name, tensor]) => [name, { ...tensor, data: floats.copy(tensor.data) }]));
  const trainable = [...weights.keys()];
  const network = concretize(model, { shapes: { [input.name]: shape }, trainable });
  const graph = trainingGraph(network, {
    ...{ trainable, loss: { kind: 'cross-entropy' }, batchNorm: 'batch', formulation: 'cpu' },
    block: await blockSize(),
    recompute,
  });
  const estimate = memoryOf(graph);
  const draw = random(1, 'bench', 'train');
  const images: Tensor = {
    ...{ type: 'float32', dims: shape },
    data: Float32Array.from({ length: batch * 3 * size * size }, () => 2 * draw.next() - 1),
  };
  const [, classes] = graph.values.get(graph.logits)!.shape as [number, number];
  const rows = new Float32Array(batch * classes);
  for (let i = 0; i < batch; i++) rows[i * classes + (i % classes)] = 1 / batch;
  const feeds: Record<string, Tensor> = {
    ...Object.fromEntries(weights),
    [input.name]: images,
    [graph.rows]: { type: 'float32', dims: [batch, classes], data: rows },
  };
  const encoded = encodeModel(graph.model);
  globalThis.gc?.();
  const atFirst = process.memoryUsage().rss;
  const gradients = new Map<string, Floats>();
  const tracked: Tracked[] = [];
  const fetches: Record<string, Tensor | null> = {};
  for (const { name } of graph.model.graph.outputs) fetches[name] = null;
  for (const [name, { dims, data }] of weights) {
    const gradient: Floats = { type: 'float32', dims, data: floats.take(data.length) };
    gradients.set(name, gradient);
    fetches[graph.gradients.get(name)!] = gradient;
    tracked.push({
      weights: data,
      gradient: gradient.data,
      moments: momentsFor(ADAMW, data.length, floats),
      ema: null,
    });
  }
  const session: Session = await createSession(encoded, { threads, optimization: 'disabled' });
  const team = new OptimizerTeam(ADAMW, tracked, floats, threads);
  const moves = [...weights.values()].map(({ dims }) => ({ rate: 1e-4, decay: dims.length > 1 ? 0.02 : 0 }));
  let number = 0;
  let optimizing = 0;
  let stepping = 0;
  const step = async (): Promise<void> => {
    const start = performance.now();
    await session.run(feeds, fetches);
    const between = performance.now();
    number++;
    team.step(moves, { number, gradientScale: 1, average: 0 });
    optimizing += performance.now() - between;
    stepping += performance.now() - start;
  };
  // The first step starts the optimizer's threads.
  await step();
  [optimizing, stepping] = [0, 0];
  const training = [await span(step, STEPS, setting)];
  const measured = process.resourceUsage().maxRSS * 1024 - atFirst;
  const predictor = await createSession(bytes, { threads });
  const fed = { [input.name]: images };
  const infer = async (): Promise<void> => void (await predictor.run(fed));
  const inference = [await span(infer, PASSES, setting)];
  for (let round = 1; round < rounds; round++) {
    training.push(await span(step, STEPS, setting));
    inference.push(await span(infer, PASSES, setting));
  }
  await predictor.release();
  await session.release();
  team.close();
  // Gradients and two moments: all that is known not to be activations.
  const own = 3 * estimate.weights;
  return {
    name: basename(file).replace(/\.onnx(\.gz)?$/, ''),
    training,
    inference,
    optimizer: optimizing / stepping,
    memory: {
      measured,
      // The weights stood there before; two moments came.
      estimated: estimate.peak - estimate.weights + 2 * estimate.weights,
      activations: estimate.activations,
      overActivations: (measured - own) / estimate.activations,
    },
  };
}

if (import.meta.main) console.log(JSON.stringify(await measureSteps(JSON.parse(process.argv[2]!) as StepSetting)));
