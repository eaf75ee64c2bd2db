/**
 * What augmentation by class group, cleaned labels and the second look in four orientations are each worth on the demo
 * set's degraded test split: paired image by image with the same training or look without them.
 *
 * Nothing is chosen by the test split: epochs, size and gate are fixed before, labels are judged by heads that never saw a
 * test image.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Input, random } from '../electron/contract/index.ts';
import { planSplit } from '../electron/demo/plan.ts';
import { type Engine } from '../electron/engine/index.ts';
import { pairedBootstrap } from '../electron/evaluation/index.ts';
import { benchEngine } from './bench-engine.ts';
import { answersOf, finished, truthOf } from './bench-two-stage.ts';

export interface GainsOptions {
  train: number;
  test: number;
  /** Shares of wrong training labels; the first one also measures augmentation and the second look. */
  noise: readonly number[];
  /** Of the whole network `compact`; 0: heads alone. */
  epochs: number;
  size: number;
  /** Where the set is drawn, or was; left out: in a folder that goes away. */
  set?: string;
  say(line: string): void;
}

/** The contest's base rate of a doubtful image, written down before any of this was measured. */
const GATE = 0.3;
/** Of a class, the share that may be relabelled unseen. */
const MOST_OF_CLASS = 0.25;
const SEED = 1;

interface Gain {
  noise: number;
  what: string;
  images: number;
  before: number;
  after: number;
  gain: number;
  /** Paired bootstrap, 90 %. */
  interval: [number, number];
}

interface Set {
  engine: Engine;
  scratch: string;
  folder: string;
  options: GainsOptions;
}

/** Draws, trains and compares; figures are said as they come. */
export async function benchGains(options: GainsOptions): Promise<object> {
  const scratch = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  const engine = benchEngine(join(scratch, 'home'));
  const started = performance.now();
  const gains: Gain[] = [];
  const tell = (gain: Gain): void => {
    gains.push(gain);
    const [before, after, by, low, high] = [gain.before, gain.after, gain.gain, ...gain.interval].map((v) =>
      v.toFixed(4),
    );
    options.say(`noise ${gain.noise}\t${gain.what}\t${before} to ${after}\tgain ${by} (${low} to ${high})`);
  };
  try {
    const { train, test } = options;
    const set: Set = { engine, scratch, folder: options.set ?? join(scratch, 'demo'), options };
    await engine.drawDemo({ folder: set.folder, train, test, noise: 0, seed: SEED }, {});
    options.say(`drew ${train} images to learn from and ${test} degraded ones`);
    for (const [at, noise] of options.noise.entries()) await measure(set, noise, at === 0, tell);
    return { set: { train, test }, gains, seconds: (performance.now() - started) / 1000 };
  } finally {
    await engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function measure(set: Set, noise: number, whole: boolean, tell: (gain: Gain) => void): Promise<void> {
  const { engine, options, scratch, folder } = set;
  const table = join(scratch, `labels-${noise}.csv`);
  const images = planSplit(SEED, 'train', options.train, noise);
  const rows = images.map(({ id, given }) => `${id},${given}`);
  await writeFile(table, ['ID,target', ...rows, ''].join('\n'));
  const { classes } = await truthOf(folder);
  const given = new Map(images.map((image) => [image.id, classes[image.given]!]));
  const suggested = await suggestions(set, noise, table);
  await engine.call('project.create', { path: join(scratch, `whole-${noise}.assay`) });
  const tables = [table, join(folder, 'test-truth.csv')];
  await imported(set, folder, tables);

  const compared = async (what: string, first: number, second: number): Promise<void> => {
    const { images, macroF1 } = await engine.call('runs.compare', { first, second, split: 'test', list: 0 });
    const { first: before, second: after, difference: gain, interval } = macroF1;
    tell({ noise, what, images, before, after, gain, interval });
  };
  const network = (plan: string) => ({ backbones: ['compact'], preset: 'full' as const, augmentation: { plan } });
  const contest = network('document contest');
  const head = { backbones: ['photo'] };
  const [train, look] = [trainer(set), second(set, noise, tell)];

  const headBefore = await train('head on photo', head);
  if (whole) await look('second look, head on photo', headBefore);
  const plain = whole && options.epochs > 0 ? await train('network, no augmentation', network('none')) : null;
  const groups = options.epochs > 0 ? await train('network, by class group', contest) : null;
  if (plain !== null && groups !== null) {
    await compared('augmentation by class group, network', plain, groups);
    await look('second look, network by class group', groups);
  }
  const changed = await relabelled(engine, suggested.unseen);
  options.say(`noise ${noise}\t${changed} labels replaced unseen by likely suggestions`);
  await compared('cleaned unseen, head on photo', headBefore, await train('head on photo, cleaned unseen', head));
  await engine.call('labels.apply', { selection: { query: 'split:train' }, change: { class: null } });
  await relabelled(engine, given);
  const mended = await relabelled(engine, suggested.reviewed);
  options.say(`noise ${noise}\t${mended} labels mended in review`);
  await compared('cleaned in review, head on photo', headBefore, await train('head on photo, reviewed', head));
  if (groups !== null) {
    const reviewed = await train('network, reviewed', contest);
    await compared('cleaned in review, network by class group', groups, reviewed);
  }
}

async function imported({ engine, folder }: Set, source: string, tables: readonly string[]): Promise<void> {
  const classNames = join(folder, 'meta.csv');
  const plan: Input<'import.start'> = {
    ...{ source, labels: 'tables', split: 'folders' },
    tables: tables.map((path) => ({ path, classNames })),
  };
  await finished(engine, (await engine.call('import.start', plan)).job);
}

/** New class by file name, of labels that the queue holds for likely wrong. */
interface Cleaned {
  /** Every suggestion accepted, at most a quarter of a class. */
  unseen: Map<string, string>;
  /** Looked at by somebody who knows: what is wrong gets its true class, what is right stays. */
  reviewed: Map<string, string>;
}

/** Judged in a project without test images. */
async function suggestions(set: Set, noise: number, table: string): Promise<Cleaned> {
  const { engine, scratch, folder, options } = set;
  await engine.call('project.create', { path: join(scratch, `judged-${noise}.assay`) });
  await imported(set, join(folder, 'train'), [table]);
  const { job } = await engine.call('clean.start', { kinds: ['label-error'], backbones: ['photo', 'page'] });
  await finished(engine, job);
  const classes = await engine.call('classes.list', {});
  const counts = new Map(classes.map(({ id, counts: { total } }) => [id, total]));
  const names = new Map(classes.map(({ id, name }) => [id, name]));
  const { findings } = await engine.call('clean.findings', { kind: 'label-error', count: 10_000 });
  const truth = new Map(planSplit(SEED, 'train', options.train, noise).map((image) => [image.id, image]));
  const meta = (await truthOf(folder)).classes;
  const taken = new Map<number, number>();
  const out: Cleaned = { unseen: new Map(), reviewed: new Map() };
  let asked = 0;
  // Most doubtful first.
  for (const { likely, given, suggested, images } of [...findings].sort((a, b) => b.score - a.score)) {
    const image = truth.get(images[0]?.name ?? '');
    if (!likely || given === null || suggested === null || !image) continue;
    asked++;
    if (image.given !== image.class) out.reviewed.set(image.id, meta[image.class]!);
    const before = taken.get(given) ?? 0;
    if (before + 1 > MOST_OF_CLASS * (counts.get(given) ?? 0)) continue;
    taken.set(given, before + 1);
    out.unseen.set(image.id, names.get(suggested) ?? '');
  }
  const wrong = [...truth.values()].filter((image) => image.given !== image.class).length;
  options.say(`noise ${noise}\t${wrong} wrong labels; ${asked} likely ones, ${out.reviewed.size} of them wrong`);
  return out;
}

/** Labels of the open project, replaced by the suggestions. */
async function relabelled(engine: Engine, suggested: ReadonlyMap<string, string>): Promise<number> {
  const classes = new Map((await engine.call('classes.list', {})).map(({ id, name }) => [name, id]));
  const { view, total, tiles } = await engine.call('view.open', { query: 'split:train', first: 500 });
  while (tiles.length < total)
    tiles.push(...(await engine.call('view.tiles', { view, from: tiles.length, count: 500 })).tiles);
  await engine.call('view.close', { view });
  const byClass = new Map<number, number[]>();
  for (const { id, name } of tiles) {
    const to = classes.get(suggested.get(name) ?? '');
    if (to !== undefined) byClass.set(to, [...(byClass.get(to) ?? []), id]);
  }
  let changed = 0;
  for (const [to, ids] of byClass)
    changed += (await engine.call('labels.apply', { selection: { ids }, change: { class: to } })).changed;
  return changed;
}

const trainer =
  ({ engine, options }: Set) =>
  async (name: string, request: Input<'train.start'>): Promise<number> => {
    const { epochs, size } = options;
    const began = performance.now();
    const whole: Input<'train.start'> = { ...request, name, seed: SEED, ...(request.preset && { epochs, size }) };
    const started = await engine.call('train.start', whole);
    await finished(engine, started.job);
    const { macroF1 } = await engine.call('runs.evaluate', { run: started.run, split: 'test' });
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    options.say(`trained ${name}\ttest macro F1 ${macroF1.toFixed(4)}\t${seconds} s`);
    return started.run;
  };

/** A run's single look at the test files against the same with a second look at what it doubts. */
const second =
  ({ engine, scratch, folder, options }: Set, noise: number, tell: (gain: Gain) => void) =>
  async (what: string, run: number): Promise<void> => {
    const { classes, truth } = await truthOf(folder);
    const names = [...truth.keys()];
    const answers: Int32Array[] = [];
    for (const op of [null, 'deskew'] as const) {
      const out = join(scratch, `${noise}-${run}-${op}.jsonl`);
      const request: Input<'batch.start'> = { folder: join(folder, 'test'), out, run };
      if (op) request.stage2 = { op, gate: GATE, route: 'entropy', blend: 1 };
      const { job } = await engine.call('batch.start', request);
      const { routed } = await finished(engine, job);
      if (op) options.say(`${what}\t${String(routed)} of ${names.length} looked at again`);
      const said = await answersOf(out);
      answers.push(Int32Array.from(names, (file) => classes.indexOf(said.get(file) ?? '')));
    }
    const labels = Int32Array.from(names, (name) => truth.get(name)!);
    const [before, after] = answers as [Int32Array, Int32Array];
    const paired = pairedBootstrap(labels, before, after, classes.length, random(SEED, 'bench-gains'));
    tell({
      ...{ noise, what, images: names.length, before: paired.first, after: paired.second, gain: paired.difference },
      interval: paired.interval,
    });
  };
