/** The training loop: from one batch to the next, whatever the device. */
import { AssayError } from '../../contract/index.ts';
import { type TaskContext } from '../../compute/protocol.ts';
import { argmax, type Confusion, macroF1Of } from '../../evaluation/index.ts';
import { batchesOf, mixedTargets, mixingOf } from '../loader/order.ts';
import { type BatchMode, type BatchRequest } from '../loader/protocol.ts';
import { type BatchSource, type StepInputs } from '../loader/source.ts';
import { lossRows, type LossSpec } from '../losses.ts';
import { type ClassifierNetwork } from '../network/classifier.ts';
import { drawMask } from '../network/masks.ts';
import { learningRate, type ScheduleSpec } from '../schedules.ts';
import { type FitPoint, loadCheckpoint, type Progress, saveCheckpoint } from './checkpoint.ts';
import { type Stepper } from './stepper.ts';
import { freshStopping, judge } from './stopping.ts';
import type { FitBatch, FitLive, FitParams, FitResult } from './task.ts';
import { heldBatches, validate } from './validate.ts';

export interface FitSurroundings {
  params: FitParams;
  network: ClassifierNetwork;
  loss: LossSpec;
  stepper: Stepper;
  source: BatchSource;
  batch: number;
  context: TaskContext<FitBatch>;
}

/** Seconds between checkpoints within an epoch, and how many times longer than the writing they must be apart. */
const CHECKPOINT_SECONDS = 30;
const CHECKPOINT_SHARE = 20;
const LIVE_MS = 300;
/** Points of the training curve that are kept. */
const CURVE = 600;

/** The batches of an epoch: a function of the training and the epoch alone. */
export function epochRequests({ images, recipe }: FitParams, batch: number, epoch: number): BatchRequest[] {
  const rows = images.flatMap(({ held }, row) => (held ? [] : [row]));
  const labels = rows.map((row) => images[row]!.label);
  const { draws } = recipe.augmentation;
  const draw = draws > 0 ? epoch % draws : epoch;
  const batches = batchesOf({ rows, labels, sampler: recipe.data.sampler, batch, seed: recipe.seed }, epoch);
  const first = epoch * batches.length;
  return batches.map((one, i) => ({ rows: one, mode: 'augmented', draw, number: first + i }));
}

export class Fit {
  readonly #s: FitSurroundings;
  readonly #labels: Int32Array;
  readonly #learned: number[] = [];
  readonly #held: number[] = [];
  readonly #schedule: ScheduleSpec;
  readonly #batches: number;
  readonly #updates: number;
  readonly #troubled = new Set<string>();
  readonly #time = { decode: 0, augment: 0, step: 0, wait: 0 };
  #progress: Progress;
  #began = 0;
  #before = 0;
  #lastLive = 0;
  #lastSaved = performance.now();
  #saveMs = 0;
  #recent: number[] = [];
  #epochBegan = 0;
  #epochImages = 0;

  constructor(surroundings: FitSurroundings) {
    this.#s = surroundings;
    const { params, batch } = surroundings;
    const { images, recipe, classes } = params;
    images.forEach((image, i) => (image.held ? this.#held : this.#learned).push(i));
    this.#labels = Int32Array.from(images, (image) => image.label);
    this.#batches = Math.floor(this.#learned.length / batch);
    this.#updates = Math.ceil(this.#batches / recipe.accumulate) * recipe.epochs;
    this.#schedule = scheduleOf(recipe, this.#updates);
    this.#progress = {
      ...{ epoch: 0, batch: 0, steps: 0, loss: 0, images: 0, stopped: false, points: [], curve: [], seconds: 0 },
      confusion: new Array<number>(classes.length ** 2).fill(0),
      stopping: freshStopping(),
    };
  }

  /** @param keep writes the weights as they are as the best so far */
  async run(keep: (temperature: number) => Promise<void>): Promise<FitResult> {
    const { params, stepper, context } = this.#s;
    const found = await loadCheckpoint(params.checkpoint, params.key);
    if (found) {
      await stepper.restore(found.state);
      this.#progress = found.progress;
      this.#before = found.progress.seconds;
    }
    this.#began = performance.now();
    const until = Math.min(params.recipe.epochs, params.until ?? Infinity);
    try {
      while (this.#progress.epoch < until && !this.#progress.stopped) await this.#epoch(keep);
    } catch (thrown) {
      if (context.signal.aborted) await this.#save();
      throw thrown;
    }
    const { points, curve, epoch, stopped } = this.#progress;
    return { points, curve, seconds: this.#seconds(), paused: epoch < params.recipe.epochs && !stopped };
  }

  async #epoch(keep: (temperature: number) => Promise<void>): Promise<void> {
    const { source, context } = this.#s;
    const progress = this.#progress;
    const requests = this.#plan(progress.epoch).slice(progress.batch);
    const [clean, robust] = this.#validations();
    const after = [...clean, ...robust, ...this.#next()];
    this.#epochBegan = performance.now();
    this.#epochImages = 0;
    let asked = performance.now();
    let at = 0;
    for await (const loaded of source.run(requests, context.signal, after)) {
      const waited = performance.now() - asked;
      this.#time.wait += waited / 1000;
      this.#time.decode += loaded.decodeMs / 1000;
      this.#time.augment += loaded.augmentMs / 1000;
      await this.#step(requests[at++]!.rows, loaded);
      await this.#report('train');
      await this.#saveInBetween();
      if (context.signal.aborted) throw new AssayError('internal/cancelled');
      asked = performance.now();
    }
    await this.#endEpoch(keep);
  }

  #plan(epoch: number): BatchRequest[] {
    return epochRequests(this.#s.params, this.#s.batch, epoch);
  }

  /** Batches of the next epoch; none after the last one. */
  #next(): BatchRequest[] {
    const { recipe, until = Infinity } = this.#s.params;
    const epoch = this.#progress.epoch + 1;
    return epoch < Math.min(recipe.epochs, until) ? this.#plan(epoch) : [];
  }

  /** Batches of the validation, clean and degraded. */
  #validations(): [clean: BatchRequest[], robust: BatchRequest[]] {
    const { params, batch } = this.#s;
    const of = (mode: BatchMode): BatchRequest[] => heldBatches(this.#held, batch, mode);
    return [of('plain'), params.recipe.data.robust ? of('degraded') : []];
  }

  async #step(rows: readonly number[], { inputs, failed }: StepInputs): Promise<void> {
    const { params, stepper, network, batch } = this.#s;
    const { recipe } = params;
    const progress = this.#progress;
    const { classes } = network;
    this.#tellTroubles(rows, failed);
    const bad = new Set(failed.map((one) => one.at));
    const targets = new Float32Array(batch * classes);
    rows.forEach((row, i) => !bad.has(i) && (targets[i * classes + this.#labels[row]!] = 1));
    const number = progress.epoch * this.#batches + progress.batch;
    const mixing = mixingOf(recipe.regularisation, batch, recipe.seed, number);
    const mixed = mixing ? mixedTargets(targets, classes, network.size, mixing) : targets;
    const masks = new Map(
      stepper.masks.map((mask) => [mask.name, drawMask(mask, batch, recipe.seed, number).data] as const),
    );
    const began = performance.now();
    const count = Math.max(1, batch - bad.size);
    const result = await stepper.accumulate({
      ...{ inputs, targets: mixed, masks },
      rows: lossRows(this.#s.loss, mixed, classes, count),
    });
    if (!Number.isFinite(result.loss))
      throw new AssayError('train/diverged', { values: { epoch: progress.epoch + 1, step: number + 1 } });
    const parts = (progress.batch % recipe.accumulate) + 1;
    if (parts === recipe.accumulate || progress.batch + 1 === this.#batches) {
      const rate = learningRate(this.#schedule, recipe.optimizer.rate, progress.steps, this.#updates);
      progress.steps++;
      await stepper.update({ rate, number: progress.steps }, parts);
    }
    this.#time.step += (performance.now() - began) / 1000;
    this.#count(rows, bad, result, number);
  }

  #count(
    rows: readonly number[],
    bad: ReadonlySet<number>,
    { loss, logits }: { loss: number; logits: Float32Array },
    number: number,
  ): void {
    const { classes } = this.#s.network;
    const progress = this.#progress;
    const predicted = argmax(logits, classes);
    rows.forEach((row, i) => {
      if (!bad.has(i)) progress.confusion[this.#labels[row]! * classes + predicted[i]!]!++;
    });
    progress.loss += loss * (rows.length - bad.size);
    progress.images += rows.length - bad.size;
    progress.batch++;
    this.#epochImages += rows.length;
    this.#recent.push(loss);
    if (this.#recent.length > 20) this.#recent.shift();
    const every = Math.max(1, Math.ceil((this.#batches * this.#s.params.recipe.epochs) / CURVE));
    if ((number + 1) % every === 0) progress.curve.push({ step: number + 1, loss });
  }

  #tellTroubles(rows: readonly number[], failed: StepInputs['failed']): void {
    const { params, context } = this.#s;
    for (const { at, reason } of failed) {
      const { path } = params.images[rows[at]!]!;
      if (this.#troubled.has(path)) continue;
      this.#troubled.add(path);
      context.log(`${path}: ${reason}`);
    }
  }

  async #endEpoch(keep: (temperature: number) => Promise<void>): Promise<void> {
    const { params, stepper, source, network, context } = this.#s;
    const { recipe } = params;
    const progress = this.#progress;
    const { classes } = network;
    const rate = learningRate(this.#schedule, recipe.optimizer.rate, Math.max(0, progress.steps - 1), this.#updates);
    await this.#report('validate', true);
    const took = (performance.now() - this.#epochBegan) / 1000;
    const held = { rows: this.#held, labels: this.#labels, classes };
    const [plain, degraded] = this.#validations();
    const next = this.#next();
    const afterPlain = { requests: plain, then: [...degraded, ...next] };
    const clean = await validate(stepper, source, { ...held, ...afterPlain }, context.signal);
    const robust = recipe.data.robust
      ? await validate(stepper, source, { ...held, requests: degraded, then: next }, context.signal)
      : null;
    const confusion: Confusion = { classes, cells: Float64Array.from(progress.confusion) };
    const own = { loss: progress.loss / Math.max(1, progress.images), f1: macroF1Of(confusion) };
    const warming = recipe.schedule.kind !== 'constant' && progress.steps <= recipe.schedule.warmup * this.#updates;
    const { best, stop } = judge(progress.stopping, recipe.stopping, { ...(clean ?? own), warming });
    if (best) await keep(clean?.temperature ?? 1);
    const point: FitPoint = {
      ...{ epoch: progress.epoch + 1, step: (progress.epoch + 1) * this.#batches, rate, ...own },
      ...{ validationLoss: clean?.loss ?? null, validationF1: clean?.f1 ?? null },
      ...{ robustLoss: robust?.loss ?? null, robustF1: robust?.f1 ?? null },
      ...{ imagesPerSecond: this.#epochImages / Math.max(0.001, took), seconds: this.#seconds(), best },
    };
    progress.points.push(point);
    Object.assign(progress, { epoch: progress.epoch + 1, batch: 0, loss: 0, images: 0, stopped: stop });
    progress.confusion.fill(0);
    await this.#save();
    await context.emit({ type: 'epoch', point, worst: clean?.worst ?? [] });
  }

  #seconds(): number {
    return this.#before + (performance.now() - this.#began) / 1000;
  }

  async #report(phase: FitLive['phase'], always = false): Promise<void> {
    const now = performance.now();
    if (!always && now - this.#lastLive < LIVE_MS) return;
    this.#lastLive = now;
    const { recipe } = this.#s.params;
    const progress = this.#progress;
    const total = this.#batches * recipe.epochs;
    const done = progress.epoch * this.#batches + progress.batch;
    const perSecond = this.#epochImages / Math.max(0.001, (now - this.#epochBegan) / 1000);
    const left = (total - done) * this.#s.batch;
    const live: FitLive = {
      ...{ phase, epoch: progress.epoch + 1, epochs: recipe.epochs, step: done, steps: total },
      loss: this.#recent.length > 0 ? this.#recent.reduce((sum, loss) => sum + loss, 0) / this.#recent.length : null,
      rate: learningRate(this.#schedule, recipe.optimizer.rate, progress.steps, this.#updates),
      imagesPerSecond: perSecond,
      time: { ...this.#time },
      memoryBytes: process.memoryUsage.rss(),
      // Validation takes its part of every epoch: a forward pass is about a quarter of a step.
      secondsLeft:
        perSecond > 0
          ? left / perSecond + (recipe.epochs - progress.epoch) * this.#held.length * (0.25 / perSecond)
          : null,
    };
    await this.#s.context.emit({ type: 'live', live, curve: progress.curve });
  }

  async #saveInBetween(): Promise<void> {
    // Only where nothing is half accumulated.
    if (this.#progress.batch % this.#s.params.recipe.accumulate !== 0) return;
    const since = performance.now() - this.#lastSaved;
    if (since > Math.max(CHECKPOINT_SECONDS * 1000, CHECKPOINT_SHARE * this.#saveMs)) await this.#save();
  }

  async #save(): Promise<void> {
    const { params, stepper } = this.#s;
    // A cancelled step between two parts is repeated from the last whole one.
    if (this.#progress.batch % params.recipe.accumulate !== 0) return;
    const began = performance.now();
    this.#progress.seconds = this.#seconds();
    await saveCheckpoint(params.checkpoint, params.key, await stepper.state(), this.#progress);
    this.#lastSaved = performance.now();
    this.#saveMs = this.#lastSaved - began;
  }
}

/** The recipe's shares in steps. */
function scheduleOf({ schedule, optimizer, epochs }: FitParams['recipe'], updates: number): ScheduleSpec {
  const { kind, warmup, minimum, restarts, every, factor } = schedule;
  switch (kind) {
    case 'constant':
      return { kind };
    case 'step':
      return { kind, every: Math.max(1, Math.round((every * updates) / epochs)), factor };
    case 'one-cycle':
      return { kind, rise: Math.max(0.01, warmup) };
    case 'warmup-cosine':
      return { kind, warmup: Math.round(warmup * updates), minimum: minimum * optimizer.rate, restarts };
  }
}
