/**
 * Augmentation as training does it (files to pixels in the loader's threads, one op at its default range) against a bare
 * sharp pipeline of the same op on the same files, in turns; the contest's plan by class group; and what a training of
 * `compact` at 128 px waits for its pictures.
 *
 * Sharp works on as many threads as there are cores, and so does the loader.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { DOCUMENT_CONTEST } from '../electron/augment/catalogue.ts';
import { PRESETS } from '../electron/augment/index.ts';
import { OPS } from '../electron/augment/ops/index.ts';
import { type Policy, type TrainingLive } from '../electron/contract/index.ts';
import { drawDemo } from '../electron/demo/index.ts';
import { BatchLoader } from '../electron/training/loader/loader.ts';
import { type LoaderImage } from '../electron/training/loader/protocol.ts';
import { benchEngine } from './bench-engine.ts';

const SIDE = 224;
const BATCH = 8;
const PICTURES = 96;
const ROUNDS = 3;
const IN_FLIGHT = 16;
/** Sharp's rivals stand at the middle of what our op draws. */
const WHITE = '#ffffff';
/** 3 × 3: 1 + alpha (9 at the centre − the sum), as our op. */
const SHARPEN = Array.from({ length: 9 }, (_, i) => (i === 4 ? 1 + 0.1 * 8 : -0.1));
const MOTION = Array.from({ length: 25 }, (_, i) => (Math.floor(i / 5) === i % 5 ? 1 : 0));

type Rival = (picture: Sharp) => Sharp | Promise<Sharp>;

const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
const again = async (picture: Sharp): Promise<Sharp> => sharp(await picture.removeAlpha().raw().toBuffer(), { raw });

/** What sharp has under one name or another; ops that it lacks have no ratio. */
const RIVALS: Readonly<Record<string, Rival>> = {
  rotate: async (p) => (await again(p)).rotate(10, { background: WHITE }).resize(SIDE, SIDE),
  affine: async (p) =>
    (await again(p)).affine([1, 0.05, -0.05, 1], { background: WHITE, interpolator: 'bicubic' }).resize(SIDE, SIDE),
  'flip-horizontal': (p) => p.flop(),
  'flip-vertical': (p) => p.flip(),
  'quarter-turn': async (p) => (await again(p)).rotate(90),
  'random-crop': async (p) =>
    (await again(p)).extract({ left: 10, top: 10, width: 200, height: 200 }).resize(SIDE, SIDE),
  'brightness-contrast': (p) => p.linear(1.1, -5),
  'hue-saturation-value': (p) => p.modulate({ hue: 5, saturation: 1.1, brightness: 1.02 }),
  clahe: (p) => p.clahe({ width: SIDE / 8, height: SIDE / 8, maxSlope: 2 }),
  sharpen: (p) => p.convolve({ width: 3, height: 3, kernel: SHARPEN }),
  jpeg: async (p) => sharp(await p.jpeg({ quality: 60 }).toBuffer()),
  downscale: async (p) => {
    const small = Math.round(0.8 * SIDE);
    const data = await (await again(p)).resize(small, small).raw().toBuffer();
    return sharp(data, { raw: { width: small, height: small, channels: 3 } }).resize(SIDE, SIDE);
  },
  'motion-blur': (p) => p.convolve({ width: 5, height: 5, kernel: MOTION }),
  grey: (p) => p.greyscale(),
  invert: (p) => p.negate({ alpha: false }),
};

interface Spent {
  seconds: number;
  cpu: number;
}

async function timed(into: Spent, work: () => Promise<unknown>): Promise<void> {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  await work();
  into.seconds += (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  into.cpu += (user + system) / 1e6;
}

interface Rate {
  op: string;
  /** Images a second, decoding included. */
  assay: number;
  sharp: number | null;
  /** assay / sharp. */
  ratio: number | null;
  /** Processor milliseconds an image. */
  cpuMs: { assay: number; sharp: number | null };
}

interface Setup {
  images: LoaderImage[];
  policy: Policy;
  plan?: typeof DOCUMENT_CONTEST;
  rival: Rival | undefined;
}

async function rateOf(op: string, { images, policy, plan, rival }: Setup): Promise<Rate> {
  const none: Policy = { name: 'none', ops: [] };
  const common = { size: SIDE, fit: 'letterbox', seed: 1, policy, twin: none } as const;
  // Nothing is kept: every round decodes, as sharp's does.
  const loader = new BatchLoader({ ...common, images, cacheBytes: 0, ...(plan && { plan }) });
  const own = async (count: number, draw: number): Promise<void> => {
    const requests = Array.from({ length: Math.floor(count / BATCH) }, (_, b) => ({
      ...{ rows: Array.from({ length: BATCH }, (_unused, i) => b * BATCH + i), mode: 'augmented' as const, draw },
      number: b,
    }));
    for await (const { failed } of loader.run(requests, new AbortController().signal))
      if (failed.length > 0) throw new Error(failed[0]!.reason);
  };
  const bare = async (count: number): Promise<void> => {
    const queue = images.slice(0, count).values();
    const lane = async (): Promise<void> => {
      for (const { path } of queue) {
        const resized = sharp(path).autoOrient().resize(SIDE, SIDE, { fit: 'contain', background: WHITE });
        const done = rival ? await rival(resized) : resized;
        await done.raw().toBuffer();
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  };
  const [a, s]: [Spent, Spent] = [
    { seconds: 0, cpu: 0 },
    { seconds: 0, cpu: 0 },
  ];
  try {
    await own(2 * BATCH, 0);
    await bare(2 * BATCH);
    for (let round = 0; round < ROUNDS; round++) {
      await timed(a, () => own(images.length, round));
      if (rival) await timed(s, () => bare(images.length));
    }
  } finally {
    await loader.close();
  }
  const count = ROUNDS * images.length;
  const rates = { assay: count / a.seconds, sharp: rival ? count / s.seconds : null };
  return {
    ...{ op, ...rates, ratio: rates.sharp === null ? null : rates.assay / rates.sharp },
    cpuMs: { assay: (1000 * a.cpu) / count, sharp: rival ? (1000 * s.cpu) / count : null },
  };
}

/** Drawn pages with their classes, as the loader takes them. */
async function pages(folder: string): Promise<LoaderImage[]> {
  await drawDemo({ folder, train: PICTURES, test: 0, noise: 0, seed: 1 });
  const rows = async (name: string): Promise<string[][]> =>
    (await readFile(join(folder, name), 'utf8'))
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
  const names = new Map((await rows('meta.csv')).map(([id, name]) => [id!, name!]));
  return (await rows('train.csv')).map(([id, target]) => ({
    ...{ path: join(folder, 'train', id!), hash: id!, class: names.get(target!)!, held: false },
  }));
}

export interface WaitingShare {
  images: number;
  epochs: number;
  /** Seconds in steps, and seconds in which a step waited for its pictures. */
  step: number;
  wait: number;
  /** wait / step; under 0.05 is promised. */
  share: number;
  /** The same from the second epoch on: threads started, pictures decoded. */
  later: number;
}

/** `compact` at 128 px with the contest's plan, by training's own clock. */
async function waitingShare(scratch: string, images: number, epochs: number): Promise<WaitingShare> {
  const engine = benchEngine(join(scratch, 'home'));
  try {
    await engine.call('project.create', { path: join(scratch, 'p.assay') });
    const draw = { folder: join(scratch, 'set'), train: images, test: 0, noise: 0, seed: 1 };
    await engine.finished((await engine.call('demo.start', draw)).job);
    const live: TrainingLive[] = [];
    const untell = engine.subscribe((event) => {
      if (event.type === 'training') live.push(event.live);
    });
    const { job } = await engine.call('train.start', {
      ...{ backbones: ['compact'], preset: 'full', size: 128, epochs },
      augmentation: { plan: DOCUMENT_CONTEST.name },
    });
    const { state, error } = await engine.finished(job);
    untell();
    const last = live.at(-1);
    const first = live.findLast(({ epoch }) => epoch <= 1);
    if (state !== 'done' || !last || !first) throw new Error(error?.message ?? state);
    const { step, wait } = last.time;
    const later = (wait - first.time.wait) / (step - first.time.step);
    return { images, epochs, step, wait, share: wait / step, later };
  } finally {
    await engine.close();
  }
}

export interface AugmentOptions {
  /** `ops` or `training` alone; left out: both. */
  only?: string | undefined;
  say(line: string): void;
}

export async function benchAugment({ only, say }: AugmentOptions): Promise<object> {
  const scratch = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  try {
    return {
      threads: availableParallelism(),
      ...(only !== 'training' && (await ops(scratch, say))),
      ...(only !== 'ops' && (await waiting(scratch, say))),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function ops(scratch: string, say: AugmentOptions['say']): Promise<object> {
  const images = await pages(join(scratch, 'pages'));
  const rates: Rate[] = [];
  const measure = async (op: string, setup: Omit<Setup, 'images'>): Promise<void> => {
    const rate = await rateOf(op, { ...setup, images });
    rates.push(rate);
    say(
      `${op}\t${rate.assay.toFixed(1)} images/s${rate.ratio === null ? '' : `\tratio ${rate.ratio.toFixed(2)}`}\t${rate.cpuMs.assay.toFixed(1)} ms${rate.cpuMs.sharp === null ? '' : ` against ${rate.cpuMs.sharp.toFixed(1)}`} of processor time`,
    );
  };
  await measure('none', { policy: PRESETS.find(({ name }) => name === 'none')!, rival: (picture) => picture });
  for (const { name } of OPS.values())
    await measure(name, {
      policy: { name, ops: [{ op: name, p: 1, ranges: {} }] },
      rival: RIVALS[name],
    });
  const nothing: Policy = { name: 'none', ops: [] };
  await measure(DOCUMENT_CONTEST.name, { policy: nothing, plan: DOCUMENT_CONTEST, rival: undefined });
  return { side: SIDE, images: images.length, rounds: ROUNDS, rates };
}

async function waiting(scratch: string, say: AugmentOptions['say']): Promise<object> {
  const training = await waitingShare(scratch, 340, 6);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  say(`compact at 128 px waits ${percent(training.share)} of its step time, ${percent(training.later)} later`);
  return { training };
}
