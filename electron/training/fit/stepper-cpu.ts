/**
 * Training on a provider that computes in host memory: weights are inputs that are fed without a copy, gradients come
 * back into buffers of our own, and the optimizer walks over both in place.
 */
import { availableParallelism } from 'node:os';
import { inferenceGraph, trainingGraph, type TrainingGraph } from '../../autodiff/index.ts';
import { createSession, type Session } from '../../compute/index.ts';
import { type Recipe } from '../../contract/index.ts';
import { concretize, encodeModel, type Tensor } from '../../onnx/index.ts';
import { blockSize } from '../block-size.ts';
import { type LossSpec, lossForm } from '../losses.ts';
import { type ClassifierNetwork, inputShapes, LOGITS } from '../network/classifier.ts';
import { type Mask, withMasks } from '../network/masks.ts';
import { type Parameter } from '../network/parameters.ts';
import { clipFactor, momentsOf, type OptimizerSpec, updateRunning } from '../optimizers.ts';
import { momentsFor, OptimizerTeam } from './optimizer-team.ts';
import { roomFor, SharedFloats } from './shared-floats.ts';
import { LOSS_SCALE, LossScale } from './loss-scale.ts';
import { type State, stepFeeds, type StepFeeds, type Stepper, type StepRates, type StepResult } from './stepper.ts';

export interface StepperOptions {
  network: ClassifierNetwork;
  /** What is trained. */
  trained: readonly Parameter[];
  recipe: Recipe;
  loss: LossSpec;
  batch: number;
  /** Normalise by the statistics of the batch; otherwise by the running ones. */
  batchNorm: 'frozen' | 'batch';
  threads?: number;
  /** Provider that computes in host memory; default the CPU. */
  device?: string;
  /** Products and convolutions in float16; weights, moments and all else in float32. */
  half?: boolean;
}

type Floats = Omit<Tensor, 'data'> & { data: Float32Array };

/** PyTorch's default for running statistics, and what networks in ONNX form were trained with. */
export const MOMENTUM = 0.1;

export const optimizerSpec = ({ kind, momentum, beta1, beta2 }: Recipe['optimizer']): OptimizerSpec =>
  kind === 'adamw'
    ? { kind, beta1, beta2, epsilon: 1e-8 }
    : kind === 'lion'
      ? { kind, beta1, beta2 }
      : { kind, momentum, nesterov: true };

const copyOf = (tensor: Tensor): Floats => ({ ...tensor, data: Float32Array.from(tensor.data as Float32Array) });

export async function cpuStepper(options: StepperOptions): Promise<Stepper> {
  const { network, trained, recipe, batch } = options;
  // Other providers know nothing of the CPU's blocked layout.
  const device = options.device ?? 'cpu';
  const { half } = options;
  const own = device === 'cpu' && half !== true;
  const formulation = own ? 'cpu' : 'plain';
  const block = own ? await blockSize() : undefined;
  const names = trained.map(({ name }) => name);
  const masked = maskedModel(network, recipe, batch);
  const shapes = {
    ...inputShapes(network, batch),
    ...Object.fromEntries(masked.masks.map((mask) => [mask.name, mask.dims(batch)])),
  };
  const graph = trainingGraph(concretize(masked.model, { shapes, trainable: names }), {
    trainable: names,
    loss: lossForm(options.loss),
    batchNorm: options.batchNorm,
    formulation,
    block,
    half,
    output: LOGITS,
    recompute: recipe.device.recompute,
  });
  const settings = {
    device,
    optimization: 'disabled',
    subject: 'The training graph',
    threads: options.threads,
  } as const;
  const moving = graph.statistics.flatMap(({ runningMean, runningVariance }) => [runningMean, runningVariance]);
  const inputs = [...names, ...moving];
  const plain = concretize(network.model, { shapes: inputShapes(network, batch), trainable: inputs });
  const inference = inferenceGraph(plain, { inputs, formulation, block });
  const session = await createSession(encodeModel(graph.model), settings);
  const predictor = await createSession(encodeModel(inference), settings).catch(async (thrown: unknown) => {
    await session.release();
    throw thrown;
  });
  return new CpuStepper(options, graph, session, predictor, masked.masks, moving);
}

/** The network with a mask for every part that the recipe drops out; as it is where it drops nothing. */
export function maskedModel(network: ClassifierNetwork, recipe: Recipe, batch: number) {
  const { regularisation } = recipe;
  if (regularisation.dropout <= 0 && regularisation.stochasticDepth <= 0)
    return { model: network.model, masks: [] as Mask[] };
  const { known } = concretize(network.model, { shapes: inputShapes(network, batch) });
  // Branches in a frozen front are not in this graph.
  const nodes = new Set(network.model.graph.nodes.map((node) => node.outputs[0]));
  const residuals = network.blocks.residuals.filter(({ node }) => nodes.has(node.outputs[0]));
  const rankOf = (name: string): number | undefined => known.get(name)?.shape.length;
  return withMasks(network.model, regularisation, network.features, residuals, rankOf);
}

class CpuStepper implements Stepper {
  readonly batch: number;
  readonly masks: readonly Mask[];
  readonly #options: StepperOptions;
  readonly #graph: TrainingGraph;
  readonly #session: Session;
  readonly #predictor: Session;
  readonly #spec: OptimizerSpec;
  readonly #weights = new Map<string, Floats>();
  readonly #running = new Map<string, Floats>();
  readonly #moments = new Map<string, Float32Array[]>();
  readonly #team: OptimizerTeam;
  readonly #ema = new Map<string, Floats>();
  /** Buffers that the session writes into. */
  readonly #gradients = new Map<string, Floats>();
  /** Sums over the parts of a step, where there are several. */
  readonly #sums = new Map<string, Float32Array>();
  readonly #fetches: Record<string, Tensor | null> = {};
  readonly #scale = new LossScale();
  #parts = 0;

  constructor(
    options: StepperOptions,
    graph: TrainingGraph,
    session: Session,
    predictor: Session,
    masks: readonly Mask[],
    moving: readonly string[],
  ) {
    this.batch = options.batch;
    this.masks = masks;
    this.#options = options;
    this.#graph = graph;
    this.#session = session;
    this.#predictor = predictor;
    this.#spec = optimizerSpec(options.recipe.optimizer);
    const { initializers } = options.network.model.graph;
    for (const name of moving) this.#running.set(name, copyOf(initializers.get(name)!));
    const averaged = options.recipe.regularisation.ema > 0;
    const summed = options.recipe.accumulate > 1;
    const arrays = 2 + momentsOf(this.#spec) + Number(averaged) + Number(summed);
    const room = options.trained.reduce((sum, { size }) => sum + roomFor(size), 0);
    const floats = new SharedFloats(arrays * room);
    for (const { name, dims, size } of options.trained) {
      const tensor = initializers.get(name)!;
      const copied = (): Floats => ({ ...tensor, data: floats.copy(tensor.data as Float32Array) });
      this.#weights.set(name, copied());
      this.#moments.set(name, momentsFor(this.#spec, size, floats));
      if (averaged) this.#ema.set(name, copied());
      const gradient: Floats = { type: 'float32', dims, data: floats.take(size) };
      this.#gradients.set(name, gradient);
      this.#fetches[graph.gradients.get(name)!] = gradient;
      if (summed) this.#sums.set(name, floats.take(size));
    }
    const tensors = options.trained.map(({ name }) => ({
      weights: this.#weights.get(name)!.data,
      gradient: this.#gradientOf(name),
      moments: this.#moments.get(name)!,
      ema: this.#ema.get(name)?.data ?? null,
    }));
    this.#team = new OptimizerTeam(this.#spec, tensors, floats, options.threads ?? availableParallelism());
    if (graph.scaling) this.#fetches[graph.scaling.check] = null;
    for (const name of [graph.loss, graph.logits, ...graph.statistics.flatMap((s) => [s.mean, s.variance])])
      this.#fetches[name] = null;
  }

  async accumulate(given: StepFeeds): Promise<StepResult> {
    const feeds: Record<string, Tensor> = stepFeeds(this.#graph, given, this.masks, this.batch, this.#scale);
    for (const [name, tensor] of this.#weights) feeds[name] = tensor;
    const outputs = await this.#session.run(feeds, this.#fetches);
    if (this.#graph.scaling) this.#scale.saw((outputs[this.#graph.scaling.check]!.data as Float32Array)[0]!);
    this.#followStatistics(outputs);
    this.#parts++;
    if (this.#sums.size > 0) this.#addUp();
    return {
      loss: (outputs[this.#graph.loss]!.data as Float32Array)[0]!,
      logits: outputs[this.#graph.logits]!.data as Float32Array,
    };
  }

  #addUp(): void {
    for (const [name, { data }] of this.#gradients) {
      const sum = this.#sums.get(name)!;
      if (this.#parts === 1) sum.set(data);
      else for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + data[i]!;
    }
  }

  #followStatistics(outputs: Record<string, Tensor>): void {
    for (const { runningMean, runningVariance, mean, variance, count } of this.#graph.statistics) {
      const [m, v] = [outputs[mean]!.data as Float32Array, outputs[variance]!.data as Float32Array];
      updateRunning(this.#running.get(runningMean)!.data, m, MOMENTUM);
      updateRunning(this.#running.get(runningVariance)!.data, v, MOMENTUM, count / Math.max(1, count - 1));
    }
  }

  update({ rate, number }: StepRates, parts: number): Promise<void> {
    this.#parts = 0;
    if (!this.#scale.settle()) return Promise.resolve();
    const { trained, recipe, network } = this.#options;
    const { clipNorm, weightDecay, layerDecay } = recipe.optimizer;
    const share = 1 / parts;
    const gradients = trained.map(({ name }) => this.#gradientOf(name));
    // The norm is that of the mean: clip first, as if the batch had been one.
    const gradientScale = clipNorm > 0 ? share * clipFactor(gradients, clipNorm / share) : share;
    const depth = network.blocks.ends.length;
    const moves = trained.map(({ decay, block }) => ({
      rate: rate * layerDecay ** (depth - block),
      decay: decay ? weightDecay : 0,
    }));
    // Short trainings: the average must not remember the beginning longer than it lasted.
    const average = Math.min(recipe.regularisation.ema, (1 + number) / (10 + number));
    this.#team.step(moves, { number, gradientScale, average });
    return Promise.resolve();
  }

  async predict(inputs: Record<string, Tensor>): Promise<Float32Array> {
    const feeds: Record<string, Tensor> = { ...inputs };
    const fed = new Set(this.#predictor.inputs.map((port) => port.name));
    for (const [name, tensor] of await this.result()) if (fed.has(name)) feeds[name] = { type: 'float32', ...tensor };
    return (await this.#predictor.run(feeds))[LOGITS]!.data as Float32Array;
  }

  result(): Promise<State> {
    const weights = this.#ema.size > 0 ? this.#ema : this.#weights;
    return Promise.resolve(new Map([...weights, ...this.#running]));
  }

  state(): Promise<State> {
    const state: State = new Map([...this.#weights, ...this.#running]);
    for (const [name, { dims }] of this.#weights) {
      this.#moments.get(name)!.forEach((data, i) => state.set(`${name}/moment${i}`, { dims, data }));
      const ema = this.#ema.get(name);
      if (ema) state.set(`${name}/ema`, ema);
    }
    if (this.#graph.scaling) state.set(LOSS_SCALE, { dims: [2], data: this.#scale.state });
    return Promise.resolve(state);
  }

  restore(state: State): Promise<void> {
    const into = (target: Float32Array, name: string): void => target.set(state.get(name)!.data);
    for (const [name, { data }] of [...this.#weights, ...this.#running]) into(data, name);
    for (const [name, moments] of this.#moments) moments.forEach((data, i) => into(data, `${name}/moment${i}`));
    for (const [name, { data }] of this.#ema) into(data, `${name}/ema`);
    const scale = state.get(LOSS_SCALE);
    if (scale) this.#scale.state = scale.data;
    return Promise.resolve();
  }

  #gradientOf(name: string): Float32Array {
    return this.#sums.get(name) ?? this.#gradients.get(name)!.data;
  }

  async release(): Promise<void> {
    this.#team.close();
    await this.#session.release();
    await this.#predictor.release();
  }
}
