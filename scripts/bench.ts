/**
 * npm run bench -- [NAME …] [--json] [--backbone NAME] [--most N] [FOLDER]
 * npm run bench -- train --model FILE [--batch 16] [--size 224] [--threads N] [--recompute] [--json]
 * npm run bench -- train --rival torch [--threads N] [--only NAME,…] [--json]
 * npm run bench -- cleaning [--backbone NAME[,NAME]] [--only PART,…] [--draws N] [--json]
 * npm run bench -- two-stage [--backbone NAME[,NAME]] [--images N] [--epochs N] [--json]
 * npm run bench -- gains [--train N] [--images N] [--epochs N] [--size N] [--noise SHARE[,SHARE]] [--set FOLDER] [--json]
 * npm run bench -- augment [--only ops|training] [--json]
 *
 * Measures what the README promises, as ratios of two ways of doing the same on the same files in the same run. Without
 * a FOLDER it takes the photographs of the shared test data (`ASSAY_SHARED`, or ../shared beside the repository).
 */
import { existsSync, statSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchAugment } from './bench-augment.ts';
import { benchClassify } from './bench-classify.ts';
import { benchCleaning } from './bench-cleaning.ts';
import { benchGains } from './bench-gains.ts';
import { benchImport, benchWholeImport } from './bench-import.ts';
import { type BenchProject, benchOpen, benchProject } from './bench-project.ts';
import { benchRival, benchTrain } from './bench-train.ts';
import { benchTwoStage } from './bench-two-stage.ts';

interface Setting {
  folder: string;
  most: number | undefined;
  /** Made once, by the first bench that wants it. */
  project: () => Promise<BenchProject>;
}

interface Bench {
  about: string;
  run(setting: Setting): Promise<object>;
}

const BENCHES: Record<string, Bench> = {
  import: {
    about: 'the whole import against a bare sharp loop with the same outputs; ratio 0.9 is promised',
    run: async ({ folder, most }) => ({
      ...(await benchWholeImport({ folder })),
      perFile: await benchImport({ folder, most }),
    }),
  },
  classify: {
    about: 'classification against the slower of decoding alone and the network alone; ratio 0.9 is promised',
    run: async ({ folder, most, project }) => benchClassify({ folder, most, model: (await project()).model }),
  },
  train: {
    about: 'a head on cached features; under 10 s for 2,500 images is promised',
    async run({ project }) {
      const { images, training, macroF1 } = await project();
      return { images, seconds: training, macroF1 };
    },
  },
  cleaning: {
    about: 'wrong labels, copies and what is left: the figures of cleaning/README.md (asked for by name, some minutes)',
    run: () => cleaning(),
  },
  'two-stage': {
    about: 'views and second looks on the degraded demo test split, paired with a single look (by name, minutes)',
    run: () => twoStage(),
  },
  gains: {
    about:
      'augmentation by class group, cleaned labels, second look: gains on the degraded demo test split (by name, an hour)',
    run: () => gains(),
  },
  augment: {
    about: 'ops against bare sharp (0.8 is promised), the contest plan, what a training waits (by name, a minute)',
    run: () => benchAugment({ only: values.only, say }),
  },
  open: {
    about: 'opening a project to its first page; under 2 s for 2,500 images is promised',
    async run({ project }) {
      const made = await project();
      return { images: made.images, seconds: await benchOpen(made) };
    },
  },
};

function usage(problem: string): never {
  const names = Object.entries(BENCHES).map(([name, { about }]) => `  ${name.padEnd(9)} ${about}`);
  console.error(
    [
      problem,
      'Usage: npm run bench -- [NAME …] [--json] [--backbone NAME] [--most N] [FOLDER]',
      '       npm run bench -- train --model FILE [--batch 16] [--size 224] [--threads N] [--recompute] [--json]',
      '       npm run bench -- train --rival torch [--threads N] [--only NAME,…] [--json]',
      '       npm run bench -- cleaning [--backbone NAME[,NAME]] [--only PART,…] [--draws N] [--json]',
      '       npm run bench -- two-stage [--backbone NAME[,NAME]] [--images N] [--epochs N] [--json]',
      '       npm run bench -- gains [--train N] [--images N] [--epochs N] [--size N] [--noise SHARE[,SHARE]] [--set FOLDER] [--json]',
      ...names,
    ].join('\n'),
  );
  process.exit(2);
}

function commandLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        backbone: { type: 'string', default: 'photo' },
        most: { type: 'string' },
        model: { type: 'string' },
        train: { type: 'string' },
        rival: { type: 'string' },
        batch: { type: 'string', default: '16' },
        size: { type: 'string' },
        threads: { type: 'string' },
        only: { type: 'string' },
        images: { type: 'string' },
        set: { type: 'string' },
        noise: { type: 'string', default: '0.03' },
        epochs: { type: 'string' },
        draws: { type: 'string' },
        recompute: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
}

const { values, positionals } = commandLine();
const from = process.env.ASSAY_INVOKED_FROM ?? process.cwd();
const names = positionals.filter((word) => Object.hasOwn(BENCHES, word));
const folders = positionals.filter((word) => !Object.hasOwn(BENCHES, word));
if (folders.length > 1) usage(`Which of these folders: ${folders.join(', ')}?`);
const shared = process.env.ASSAY_SHARED ?? resolve(import.meta.dirname, '../../shared');
/** These draw their own pictures. */
const DRAWN: readonly string[] = ['two-stage', 'gains', 'augment'];
const BY_NAME: readonly string[] = ['cleaning', ...DRAWN];
const drawn = names.length > 0 && names.every((name) => DRAWN.includes(name));
const networks = values.model !== undefined || values.rival !== undefined;
const folder = folders[0] === undefined ? join(shared, 'data', 'trashnet') : resolve(from, folders[0]);
if (networks) {
  if (names.join() !== 'train') usage('--model and --rival belong to train.');
} else if (!drawn && (!existsSync(folder) || !statSync(folder).isDirectory()))
  usage(folders.length > 0 ? `${folder} is no folder.` : 'The shared test data is not here: name a folder of images.');
const most = values.most === undefined ? undefined : Number(values.most);
if (most !== undefined && !(most >= 1)) usage(`--most takes a number, not "${values.most}".`);

const whole = (
  name: 'batch' | 'size' | 'threads' | 'train' | 'images' | 'epochs' | 'draws',
  missing: number,
  least = 1,
): number => {
  const number = Number(values[name] ?? missing);
  if (!(Number.isInteger(number) && number >= least)) usage(`--${name} takes a whole number, not "${values[name]}".`);
  return number;
};

const say = (line: string): void => {
  if (!values.json) console.log(line);
};

/** Small by default: a few minutes on two cores. */
function twoStage(): Promise<object> {
  const images = whole('images', 204, 17);
  return benchTwoStage({
    ...{ train: 2 * images, test: images, backbones: values.backbone.split(','), epochs: whole('epochs', 0, 0), say },
  });
}

/** The contest's numbers by default. */
function gains(): Promise<object> {
  const noise = values.noise.split(',').map(Number);
  if (noise.some((share) => !(share >= 0 && share <= 0.5))) usage(`--noise takes shares, not "${values.noise}".`);
  return benchGains({
    ...{ train: whole('train', 1570, 34), test: whole('images', 3140, 17), noise, say },
    ...{ epochs: whole('epochs', 30, 0), size: whole('size', 96, 32) },
    ...(values.set !== undefined && { set: resolve(from, values.set) }),
  });
}

/** What cleaning finds, in the shared test data. */
function cleaning(): Promise<object> {
  if (!existsSync(join(shared, 'data', 'near-duplicates'))) return usage('The shared test data is not here.');
  const parts = values.only?.split(',');
  // Fewer than two draws have no standard error.
  const draws = whole('draws', 5, 2);
  return benchCleaning({ shared, backbones: values.backbone.split(','), draws, say, ...(parts ? { parts } : {}) });
}

/** Whole networks: this file, or the files of the shared folder beside PyTorch. */
async function benchNetworks(): Promise<object> {
  const threads = whole('threads', availableParallelism());
  if (values.rival !== undefined) {
    if (values.rival !== 'torch') usage(`The only rival is torch, not "${values.rival}".`);
    const only = values.only?.split(',') ?? [];
    return benchRival(join(shared, 'data', 'bench-models'), { threads, turns: 2, only });
  }
  const file = resolve(from, values.model!);
  if (!existsSync(file)) usage(`${file} is not there.`);
  const [batch, size] = [whole('batch', 16), whole('size', 224)];
  return benchTrain({ ...{ file, batch, size, threads }, rounds: 3, recompute: values.recompute });
}

let made: Promise<BenchProject> | undefined;
const setting: Setting = { folder, most, project: () => (made ??= benchProject(folder, values.backbone)) };
const document: Record<string, unknown> = {
  machine: { cores: availableParallelism(), processor: cpus()[0]?.model ?? 'unknown', node: process.version },
  load: loadavg()[0],
};
try {
  const everything = Object.keys(BENCHES).filter((name) => !BY_NAME.includes(name));
  for (const name of names.length > 0 ? names : everything) {
    const result = await (networks ? benchNetworks() : BENCHES[name]?.run(setting));
    // Of the rival's bench the networks are the document.
    if (values.rival === undefined) document[name] = result;
    else Object.assign(document, result);
    if (!values.json) console.log(name, result);
  }
} finally {
  await (await made?.catch(() => undefined))?.remove();
}
if (values.json) console.log(JSON.stringify(document));
else console.log(document.machine);
