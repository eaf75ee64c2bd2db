/** Whole networks: a folder with `case.json`, the network, data and what 40 steps must give. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Session } from '../../electron/compute/session.ts';
import { inferenceGraph, trainingGraph, type TrainingGraph } from '../../electron/autodiff/index.ts';
import { concretize, decodeModel, type Model, operatorsOf, sizeOf, type Tensor } from '../../electron/onnx/index.ts';
import { lossForm, lossRows, type LossSpec } from '../../electron/training/losses.ts';
import {
  average,
  clipFactor,
  momentsOf,
  optimize,
  type OptimizerSpec,
  updateRunning,
} from '../../electron/training/optimizers.ts';
import { floatsOf, largestDifference, norm, open, relative, type Result, type Setting } from './measure.ts';

interface NetworkCase {
  name: string;
  input: { name: string; shape: (number | string)[] };
  imageShape: number[];
  output: string;
  classes: number;
  batch: number;
  batches: number;
  evalCount: number;
  steps: number;
  trainable: {
    name: string;
    shape: number[];
    offset: number;
    count: number;
    decay: boolean;
    gradientNorm: number;
    gradientFloat32Error: number;
    noise?: boolean;
  }[];
  targets: { kind: 'labels'; labels: number[][] } | { kind: 'soft'; file: string };
  loss: LossSpec;
  batchNorm: { mode: 'none' | 'frozen' | 'batch'; momentum?: number; runningVariance?: 'biased' | 'unbiased' };
  optimizer: { kind: 'sgd' | 'adamw' | 'lion'; decay?: number; clipNorm?: number } & Record<string, unknown>;
  ema?: number | { decay: number };
  lr: number[];
  reference: {
    losses: number[];
    lossesFloat32: number[];
    evalLogits: number[][];
    evalLogitsFloat32Error: number;
    emaEvalLogits?: number[][];
    finalRunning?: { name: string; sum: number; norm: number }[];
  };
}

/** One case: gradients at step 0, the training, evaluation logits. */
export async function networkCase(folder: string, setting: Setting): Promise<Result> {
  const about = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as NetworkCase;
  const result: Result = {
    name: about.name,
    kind: 'network',
    ok: false,
    gradientError: 0,
    lossDeviation: 0,
    logitsDeviation: 0,
    operators: {},
    problems: [],
  };
  try {
    await new Trial(folder, about, setting, result).run();
  } catch (error) {
    result.problems.push(error instanceof Error ? error.message : String(error));
  }
  result.ok = result.problems.length === 0;
  return result;
}

class Trial {
  readonly #folder: string;
  readonly #about: NetworkCase;
  readonly #setting: Setting;
  readonly #result: Result;
  readonly #model: Model;
  readonly #images: Float32Array;
  readonly #weights = new Map<string, Tensor & { data: Float32Array }>();
  readonly #running = new Map<string, Tensor & { data: Float32Array }>();
  readonly #moments = new Map<string, Float32Array[]>();
  readonly #ema = new Map<string, Tensor & { data: Float32Array }>();

  constructor(folder: string, about: NetworkCase, setting: Setting, result: Result) {
    this.#folder = folder;
    this.#about = about;
    this.#setting = setting;
    this.#result = result;
    this.#model = decodeModel(readFileSync(join(folder, 'model.onnx')), { subject: about.name });
    this.#images = floatsOf(join(folder, 'inputs.f32'));
    result.operators = Object.fromEntries(operatorsOf(this.#model.graph));
  }

  async run(): Promise<void> {
    const { input, imageShape, batch, trainable, loss, batchNorm, output } = this.#about;
    for (const { name } of trainable) {
      this.#weights.set(name, copyOf(this.#model, name));
      this.#ema.set(name, copyOf(this.#model, name));
    }
    const network = concretize(this.#model, {
      shapes: { [input.name]: [batch, ...imageShape] },
      trainable: this.#weights.keys(),
      subject: this.#about.name,
    });
    const graph = trainingGraph(network, {
      trainable: [...this.#weights.keys()],
      loss: lossForm(loss),
      batchNorm: batchNorm.mode === 'batch' ? 'batch' : 'frozen',
      formulation: this.#setting.formulation,
      block: this.#setting.block,
      output,
    });
    const session = await open(graph.model, this.#setting, this.#about.name);
    try {
      await this.#train(graph, session);
    } finally {
      await session.release();
    }
    await this.#evaluate();
  }

  async #train(graph: TrainingGraph, session: Session): Promise<void> {
    const { steps, batches, reference } = this.#about;
    const gradients = new Map<string, Float32Array>();
    for (let step = 0; step < steps; step++) {
      const outputs = await session.run(this.#feeds(graph, step % batches));
      for (const [name, output] of graph.gradients) gradients.set(name, outputs[output]!.data as Float32Array);
      if (step === 0) this.#compareGradients(gradients);
      const loss = (outputs[graph.loss]!.data as Float32Array)[0]!;
      const [expected, float32] = [reference.losses[step]!, reference.lossesFloat32[step]!];
      const off = Math.abs(loss - expected);
      const deviation = off / Math.max(Math.abs(expected), 1e-12);
      if (!(deviation <= this.#result.lossDeviation!)) this.#result.lossDeviation = deviation;
      if (!(off <= 1e-4 * (1 + Math.abs(expected)) + 10 * Math.abs(float32 - expected)))
        this.#problem(`loss of step ${step}: ${loss} instead of ${expected}`);
      this.#update(gradients, step);
      this.#updateRunning(graph, outputs);
    }
  }

  #feeds(graph: TrainingGraph, index: number): Record<string, Tensor> {
    const { batch, imageShape, classes, loss, input } = this.#about;
    const size = batch * sizeOf(imageShape);
    const images = this.#images.subarray(index * size, (index + 1) * size);
    const targets = this.#targets(index);
    const dims = [batch, classes];
    const feeds: Record<string, Tensor> = {
      [input.name]: { type: 'float32', dims: [batch, ...imageShape], data: images },
      [graph.rows]: { type: 'float32', dims, data: lossRows(loss, targets, classes, batch) },
    };
    if (graph.targets !== undefined) feeds[graph.targets] = { type: 'float32', dims, data: targets };
    for (const [name, tensor] of this.#weights) feeds[name] = tensor;
    return feeds;
  }

  #targets(index: number): Float32Array {
    const { targets, batch, classes } = this.#about;
    const size = batch * classes;
    if (targets.kind === 'soft')
      return floatsOf(join(this.#folder, targets.file)).subarray(index * size, (index + 1) * size);
    const rows = new Float32Array(size);
    targets.labels[index]!.forEach((label, row) => (rows[row * classes + label] = 1));
    return rows;
  }

  #compareGradients(gradients: ReadonlyMap<string, Float32Array>): void {
    const reference = floatsOf(join(this.#folder, 'grads.f32'));
    for (const { name, offset, count, gradientNorm, gradientFloat32Error, noise } of this.#about.trainable) {
      if (noise) continue;
      const expected = reference.subarray(offset, offset + count);
      const error = relative(gradients.get(name)!, expected);
      if (!(error <= this.#result.gradientError)) {
        this.#result.gradientError = error;
        this.#result.worstGradient = name;
      }
      if (!(gradientNorm === 0 ? error === 0 : error <= Math.max(1e-4, 10 * gradientFloat32Error)))
        this.#problem(`gradient of ${name}: ${error.toExponential(2)}`);
    }
  }

  #update(gradients: ReadonlyMap<string, Float32Array>, step: number): void {
    const { trainable, optimizer, lr, ema } = this.#about;
    const spec = optimizer as unknown as OptimizerSpec;
    const gradientScale = optimizer.clipNorm ? clipFactor(gradients.values(), optimizer.clipNorm) : 1;
    for (const { name, decay } of trainable) {
      const weights = this.#weights.get(name)!.data;
      let moments = this.#moments.get(name);
      if (moments === undefined) {
        moments = Array.from({ length: momentsOf(spec) }, () => new Float32Array(weights.length));
        this.#moments.set(name, moments);
      }
      const decayed = decay ? (optimizer.decay ?? 0) : 0;
      optimize(spec, weights, gradients.get(name)!, moments, {
        rate: lr[step]!,
        decay: decayed,
        number: step + 1,
        gradientScale,
      });
      if (ema) average(this.#ema.get(name)!.data, weights, typeof ema === 'number' ? ema : ema.decay);
    }
  }

  #updateRunning(graph: TrainingGraph, outputs: Record<string, Tensor>): void {
    const { momentum = 0.1, runningVariance } = this.#about.batchNorm;
    for (const { runningMean, runningVariance: variance, count, ...read } of graph.statistics) {
      const factor = runningVariance === 'biased' ? 1 : count / (count - 1);
      for (const [name, output, scale] of [
        [runningMean, read.mean, 1],
        [variance, read.variance, factor],
      ] as const) {
        if (!this.#running.has(name)) this.#running.set(name, copyOf(this.#model, name));
        updateRunning(this.#running.get(name)!.data, outputs[output]!.data as Float32Array, momentum, scale);
      }
    }
  }

  async #evaluate(): Promise<void> {
    const { reference } = this.#about;
    // Told, not judged: means carry the drift of weights that are noise (a bias before batch statistics).
    for (const { name, norm: length } of reference.finalRunning ?? []) {
      const deviation = Math.abs(norm(this.#running.get(name)?.data ?? []) - length) / length;
      this.#result.runningDeviation = Math.max(this.#result.runningDeviation ?? 0, deviation);
    }
    await this.#compareLogits('logits', this.#weights, reference.evalLogits);
    if (reference.emaEvalLogits) await this.#compareLogits('averaged logits', this.#ema, reference.emaEvalLogits);
  }

  async #compareLogits(what: string, weights: ReadonlyMap<string, Tensor>, expected: number[][]): Promise<void> {
    const { batch, batches, evalCount, imageShape, input, output, reference } = this.#about;
    // A batch that is fixed in the file is filled up with zeros.
    const fixed = typeof input.shape[0] === 'number' ? input.shape[0] : evalCount;
    const tensors = new Map<string, Tensor>([...weights, ...this.#running]);
    const network = concretize(this.#model, {
      shapes: { [input.name]: [fixed, ...imageShape] },
      trainable: tensors.keys(),
    });
    const { formulation, block } = this.#setting;
    const model = inferenceGraph(network, { inputs: [...tensors.keys()], formulation, block });
    const session = await open(model, this.#setting, this.#about.name);
    const size = sizeOf(imageShape);
    const logits: number[] = [];
    try {
      for (let start = 0; start < evalCount; start += fixed) {
        const count = Math.min(fixed, evalCount - start);
        const data = new Float32Array(fixed * size);
        const first = (batch * batches + start) * size;
        data.set(this.#images.subarray(first, first + count * size));
        const image: Tensor = { type: 'float32', dims: [fixed, ...imageShape], data };
        const outputs = await session.run({ ...Object.fromEntries(tensors), [input.name]: image });
        logits.push(...(outputs[output]!.data as Float32Array).subarray(0, count * this.#about.classes));
      }
    } finally {
      await session.release();
    }
    const deviation = largestDifference(logits, expected.flat());
    if (!(deviation <= this.#result.logitsDeviation!)) this.#result.logitsDeviation = deviation;
    const largest = expected.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (!(deviation <= Math.max(1e-3, 10 * reference.evalLogitsFloat32Error) * largest))
      this.#problem(`${what}: ${deviation} off, the largest is ${largest}`);
  }

  #problem(text: string): void {
    if (this.#result.problems.length < 10) this.#result.problems.push(text);
  }
}

function copyOf(model: Model, name: string): Tensor & { data: Float32Array } {
  const tensor = model.graph.initializers.get(name)!;
  return { type: tensor.type, dims: tensor.dims, data: (tensor.data as Float32Array).slice() };
}
