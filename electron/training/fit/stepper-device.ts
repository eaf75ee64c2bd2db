/**
 * Training on a device with memory of its own: weights, moments, averages and gradients stay there from step to step;
 * loss and logits come back. Steps, optimizer and statistics are graphs on the device.
 */
import { inferenceGraph, trainingGraph, type TrainingGraph } from '../../autodiff/index.ts';
import { createSession, type Resident, type Session } from '../../compute/index.ts';
import { AssayError } from '../../contract/index.ts';
import { concretize, encodeModel, type Model, sizeOf, type Tensor } from '../../onnx/index.ts';
import { lossForm } from '../losses.ts';
import { inputShapes, LOGITS } from '../network/classifier.ts';
import { type Mask } from '../network/masks.ts';
import { momentsOf, type OptimizerSpec } from '../optimizers.ts';
import { maskedModel, MOMENTUM, optimizerSpec, type StepperOptions } from './stepper-cpu.ts';
import { LOSS_SCALE, LossScale } from './loss-scale.ts';
import { type State, stepFeeds, type StepFeeds, type Stepper, type StepRates, type StepResult } from './stepper.ts';
import { copyGraph, statisticsGraph, type StepInputs, sumGraph, updateGraph } from './update-graph.ts';

export interface DeviceStepperOptions extends StepperOptions {
  device: string;
  /** Told where a part of a step must be computed on the CPU. */
  onFallBack: (what: string) => void;
}

interface Sessions {
  step: Session;
  predict: Session;
  update: Session;
  statistics: Session | null;
  sum: Session | null;
  upload: Session;
  download: Session;
}

interface Shaped {
  name: string;
  dims: readonly number[];
}

export async function deviceStepper(options: DeviceStepperOptions): Promise<Stepper> {
  const { network, trained, recipe, batch, device } = options;
  const names = trained.map(({ name }) => name);
  const masked = maskedModel(network, recipe, batch);
  const shapes = {
    ...inputShapes(network, batch),
    ...Object.fromEntries(masked.masks.map((mask) => [mask.name, mask.dims(batch)])),
  };
  const graph = trainingGraph(concretize(masked.model, { shapes, trainable: names }), {
    trainable: names,
    loss: lossForm(options.loss),
    ...{ batchNorm: options.batchNorm, formulation: 'webgpu', output: LOGITS },
    recompute: recipe.device.recompute,
    half: options.half,
  });
  const moving = graph.statistics.flatMap(({ runningMean, runningVariance }) => [runningMean, runningVariance]);
  const inputs = [...names, ...moving];
  const plain = concretize(network.model, { shapes: inputShapes(network, batch), trainable: inputs });
  const spec = optimizerSpec(recipe.optimizer);
  const averaged = recipe.regularisation.ema > 0;
  const shaped = shapesOf(options, graph, spec, averaged);
  const depth = network.blocks.ends.length;
  const update = updateGraph({
    ...{ spec, averaged, clipNorm: recipe.optimizer.clipNorm },
    tensors: trained.map(({ name, dims, decay, block }) => ({
      ...{ name, dims, decay: decay ? recipe.optimizer.weightDecay : 0 },
      rate: recipe.optimizer.layerDecay ** (depth - block),
    })),
  });
  const followed = graph.statistics.flatMap(({ runningMean, runningVariance, count }) => [
    { name: runningMean, dims: dimsOf(options, runningMean), factor: 1 },
    { name: runningVariance, dims: dimsOf(options, runningVariance), factor: count / Math.max(1, count - 1) },
  ]);
  const outputs = (model: Model): string[] => model.graph.outputs.map((output) => output.name);
  const onHost = new Set([graph.loss, graph.logits, graph.scaling?.check]);
  const opened: Session[] = [];
  const open = async (what: string, model: Model, resident: readonly string[]): Promise<Session> => {
    const session = await openOn(device, what, model, resident, options.onFallBack);
    opened.push(session);
    return session;
  };
  const copies = copyGraph(shaped);
  const sum = recipe.accumulate > 1 ? sumGraph(trained) : null;
  const statistics = followed.length > 0 ? statisticsGraph(followed, MOMENTUM) : null;
  try {
    const sessions: Sessions = {
      step: await open(
        'the step',
        graph.model,
        outputs(graph.model).filter((name) => !onHost.has(name)),
      ),
      predict: await open('the prediction', inferenceGraph(plain, { inputs, formulation: 'webgpu' }), []),
      update: await open('the optimizer', update, outputs(update)),
      statistics: statistics && (await open('the running statistics', statistics, outputs(statistics))),
      sum: sum && (await open('the sum of gradients', sum, outputs(sum))),
      upload: await open('the upload', copies, outputs(copies)),
      download: await open('the download', copies, []),
    };
    const stepper = new DeviceStepper(options, graph, sessions, spec, masked.masks, shaped);
    await stepper.restore(startOf(options, shaped));
    return stepper;
  } catch (thrown) {
    // A device may take some of the graphs and refuse another: nothing of them stays behind.
    await Promise.all(opened.map((session) => session.release()));
    throw thrown;
  }
}

const dimsOf = ({ network }: StepperOptions, name: string): readonly number[] =>
  network.model.graph.initializers.get(name)!.dims;

/** Every tensor of the state. */
function shapesOf(options: StepperOptions, graph: TrainingGraph, spec: OptimizerSpec, averaged: boolean): Shaped[] {
  const moving = graph.statistics.flatMap(({ runningMean, runningVariance }) => [runningMean, runningVariance]);
  return [
    ...options.trained.flatMap(({ name, dims }) => [
      { name, dims },
      ...Array.from({ length: momentsOf(spec) }, (_, m) => ({ name: `${name}/moment${m}`, dims })),
      ...(averaged ? [{ name: `${name}/ema`, dims }] : []),
    ]),
    ...moving.map((name) => ({ name, dims: dimsOf(options, name) })),
  ];
}

/** The network's own weights, moments of zero. */
function startOf({ network }: StepperOptions, shaped: readonly Shaped[]): State {
  const { initializers } = network.model.graph;
  return new Map(
    shaped.map(({ name, dims }) => {
      const own = initializers.get(name.replace(/\/ema$/, ''));
      const data = own ? Float32Array.from(own.data as Float32Array) : new Float32Array(sizeOf(dims));
      return [name, { dims, data }];
    }),
  );
}

/** Wholly on the device where it can be; otherwise with the rest on the CPU, and said so. */
async function openOn(
  device: string,
  what: string,
  model: Model,
  resident: readonly string[],
  onFallBack: (what: string) => void,
): Promise<Session> {
  const bytes = encodeModel(model);
  const options = { device, resident, optimization: 'disabled', subject: `The training graph (${what})` } as const;
  try {
    return await createSession(bytes, { ...options, wholly: true });
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || !/fallback|fall-back|CPU EP/i.test(String(thrown.values.reason)))
      throw thrown;
    onFallBack(what);
    return createSession(bytes, options);
  }
}

class DeviceStepper implements Stepper {
  readonly batch: number;
  readonly masks: readonly Mask[];
  readonly #options: DeviceStepperOptions;
  readonly #graph: TrainingGraph;
  readonly #sessions: Sessions;
  readonly #spec: OptimizerSpec;
  readonly #shaped: readonly Shaped[];
  readonly #state = new Map<string, Resident>();
  /** Gradients of the last part, or their sums. */
  readonly #gradients = new Map<string, Resident>();
  readonly #scale = new LossScale();
  #parts = 0;

  constructor(
    options: DeviceStepperOptions,
    graph: TrainingGraph,
    sessions: Sessions,
    spec: OptimizerSpec,
    masks: readonly Mask[],
    shaped: readonly Shaped[],
  ) {
    this.batch = options.batch;
    this.masks = masks;
    this.#options = options;
    this.#graph = graph;
    this.#sessions = sessions;
    this.#spec = spec;
    this.#shaped = shaped;
  }

  async accumulate(given: StepFeeds): Promise<StepResult> {
    const feeds: Record<string, Tensor | Resident> = stepFeeds(this.#graph, given, this.masks, this.batch, this.#scale);
    for (const { name } of this.#options.trained) feeds[name] = this.#state.get(name)!;
    const outputs = await this.#sessions.step.runResident(feeds);
    if (this.#graph.scaling) this.#scale.saw(((outputs[this.#graph.scaling.check] as Tensor).data as Float32Array)[0]!);
    await this.#followStatistics(outputs);
    await this.#addUp(outputs);
    this.#parts++;
    return {
      loss: ((outputs[this.#graph.loss] as Tensor).data as Float32Array)[0]!,
      logits: (outputs[this.#graph.logits] as Tensor).data as Float32Array,
    };
  }

  async #addUp(outputs: Record<string, Tensor | Resident>): Promise<void> {
    const { sum } = this.#sessions;
    const fresh = this.#options.trained.map(
      ({ name }) => [name, outputs[this.#graph.gradients.get(name)!] as Resident] as const,
    );
    if (this.#parts === 0 || sum === null) {
      for (const [name, gradient] of fresh) this.#replace(this.#gradients, name, gradient);
      return;
    }
    const feeds: Record<string, Resident> = {};
    for (const [name, gradient] of fresh) {
      feeds[`${name}/gradient`] = gradient;
      feeds[`${name}/sum`] = this.#gradients.get(name)!;
    }
    const sums = await sum.runResident(feeds);
    for (const [name, gradient] of fresh) {
      gradient.dispose();
      this.#replace(this.#gradients, name, sums[`next/${name}/sum`] as Resident);
    }
  }

  async #followStatistics(outputs: Record<string, Tensor | Resident>): Promise<void> {
    const { statistics } = this.#sessions;
    if (statistics === null) return;
    const feeds: Record<string, Tensor | Resident> = {};
    const used: Resident[] = [];
    for (const { runningMean, runningVariance, mean, variance } of this.#graph.statistics)
      for (const [name, output] of [
        [runningMean, mean],
        [runningVariance, variance],
      ] as const) {
        feeds[name] = this.#state.get(name)!;
        feeds[`${name}/batch`] = outputs[output]!;
        used.push(outputs[output] as Resident);
      }
    this.#takeOver(await statistics.runResident(feeds));
    for (const tensor of used) tensor.dispose();
  }

  async update({ rate, number }: StepRates, parts: number): Promise<void> {
    this.#parts = 0;
    if (!this.#scale.settle()) return;
    const { recipe, trained } = this.#options;
    const { spec } = { spec: this.#spec };
    const steps: StepInputs = {
      ...{ rate, share: 1 / parts, first: 1, second: 1 },
      average: Math.min(recipe.regularisation.ema, (1 + number) / (10 + number)),
      ...(spec.kind === 'adamw' && {
        first: 1 / (1 - spec.beta1 ** number),
        second: 1 / Math.sqrt(1 - spec.beta2 ** number),
      }),
    };
    const feeds: Record<string, Tensor | Resident> = {};
    for (const port of this.#sessions.update.inputs) {
      const resident = this.#state.get(port.name);
      if (resident) feeds[port.name] = resident;
      else if (port.name in steps)
        feeds[port.name] = {
          ...{ type: 'float32', dims: [1] },
          data: Float32Array.of(steps[port.name as keyof StepInputs]),
        };
    }
    for (const { name } of trained) feeds[`${name}/gradient`] = this.#gradients.get(name)!;
    this.#takeOver(await this.#sessions.update.runResident(feeds));
  }

  async predict(inputs: Record<string, Tensor>): Promise<Float32Array> {
    const feeds: Record<string, Tensor | Resident> = { ...inputs };
    for (const { name } of this.#sessions.predict.inputs)
      if (!(name in inputs)) feeds[name] = this.#state.get(`${name}/ema`) ?? this.#state.get(name)!;
    return ((await this.#sessions.predict.runResident(feeds))[LOGITS] as Tensor).data as Float32Array;
  }

  /** Read through a copy whose outputs lie on the host: asking a device's tensor for its data ends the process. */
  async state(): Promise<State> {
    const outputs = await this.#sessions.download.runResident(Object.fromEntries(this.#state));
    const state: State = new Map(
      this.#shaped.map(({ name, dims }) => [
        name,
        { dims, data: (outputs[`next/${name}`] as Tensor).data as Float32Array },
      ]),
    );
    if (this.#graph.scaling) state.set(LOSS_SCALE, { dims: [2], data: this.#scale.state });
    return state;
  }

  async result(): Promise<State> {
    const all = await this.state();
    const names = [...all.keys()].filter((name) => name !== LOSS_SCALE && !/\/(moment\d|ema)$/.test(name));
    return new Map(names.map((name) => [name, all.get(`${name}/ema`) ?? all.get(name)!]));
  }

  async restore(state: State): Promise<void> {
    const scale = state.get(LOSS_SCALE);
    if (scale) this.#scale.state = scale.data;
    const feeds = this.#shaped.map(({ name, dims }): [string, Tensor] => [
      name,
      { type: 'float32', dims, data: state.get(name)!.data },
    ]);
    this.#takeOver(await this.#sessions.upload.runResident(Object.fromEntries(feeds)));
  }

  async release(): Promise<void> {
    for (const tensor of [...this.#state.values(), ...this.#gradients.values()]) tensor.dispose();
    for (const session of Object.values(this.#sessions) as (Session | null)[]) await session?.release();
  }

  #takeOver(outputs: Record<string, Tensor | Resident>): void {
    for (const [name, tensor] of Object.entries(outputs))
      this.#replace(this.#state, name.replace(/^next\//, ''), tensor as Resident);
  }

  #replace(map: Map<string, Resident>, name: string, tensor: Resident): void {
    map.get(name)?.dispose();
    map.set(name, tensor);
  }
}
