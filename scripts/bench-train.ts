/**
 * Training speed of whole networks: images a second with AdamW, against inference of the same file in the same run, and
 * against PyTorch eager in the same minutes. Every network runs in processes of its own that take turns.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Span, type StepResult, type StepSetting } from './bench-train-step.ts';

const run = promisify(execFile);

export interface TrainBench {
  name: string;
  batch: number;
  size: number;
  threads: number;
  /** Parts of the forward pass are computed again instead of kept. */
  recompute: boolean;
  /** Images a second by the clock, medians of the spans. */
  training: number;
  inference: number;
  /** training / inference. */
  ratio: number;
  /** The same from processor time, which other programs on the machine hardly change. */
  cpu: { training: number; inference: number; ratio: number };
  optimizerShare: number;
  /** Megabytes. */
  memory: { peak: number; estimated: number; activations: number; peakOverActivations: number };
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
const best = (spans: readonly Span[], of: keyof Span): number => Math.max(...spans.map((span) => span[of]));
const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

async function steps(setting: StepSetting): Promise<StepResult> {
  const script = join(import.meta.dirname, 'bench-train-step.ts');
  const { stdout } = await run(process.execPath, ['--expose-gc', script, JSON.stringify(setting)]);
  return JSON.parse(stdout) as StepResult;
}

/** One network; defaults as the peer's script has them: 16 images of 224 pixels. */
export async function benchTrain(setting: StepSetting): Promise<TrainBench> {
  const { name, training, inference, optimizer, memory } = await steps(setting);
  const of = (spans: readonly Span[], kind: keyof Span): number => median(spans.map((span) => span[kind]));
  const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
  const { batch, size, threads, recompute = false } = setting;
  return {
    ...{ name, batch, size, threads, recompute },
    training: round(of(training, 'wall')),
    inference: round(of(inference, 'wall')),
    ratio: round(of(training, 'wall') / of(inference, 'wall'), 3),
    cpu: {
      training: round(of(training, 'cpu')),
      inference: round(of(inference, 'cpu')),
      ratio: round(of(training, 'cpu') / of(inference, 'cpu'), 3),
    },
    optimizerShare: round(optimizer, 3),
    memory: {
      peak: megabytes(memory.measured),
      estimated: megabytes(memory.estimated),
      activations: megabytes(memory.activations),
      peakOverActivations: round(memory.overActivations),
    },
  };
}

export interface RivalBench {
  models: {
    name: string;
    /** Images a second of training by the clock, best span of all turns. */
    ours: number;
    torch: number;
    ratio: number;
    /** ours / torch in processor time. */
    cpuRatio: number;
  }[];
}

interface Peer {
  training: Span[];
}

/**
 * The settings at which the peer is fastest. Without the first two its threads and those of its matrix library spin
 * against each other; without the last two its allocator hands every large value back to the system, and page faults take
 * half of its time and more (resnet18 7.5 images a second without them, 20 with; see electron/autodiff/LOG.md).
 */
const peerSettings = (threads: number): Record<string, string> => ({
  OMP_WAIT_POLICY: 'passive',
  GOMP_SPINCOUNT: '0',
  OMP_NUM_THREADS: String(threads),
  OPENBLAS_NUM_THREADS: String(threads),
  MALLOC_TRIM_THRESHOLD_: '4000000000',
  MALLOC_MMAP_THRESHOLD_: '4000000000',
});

/**
 * Every network of the folder here and in PyTorch, in turns. The folder holds NAME.onnx.gz and torch_bench.py, which
 * knows the same networks by name.
 * @throws Error where no Python with torch, torchvision and a fast BLAS is found
 */
export async function benchRival(
  folder: string,
  setting: { threads: number; turns: number; only: readonly string[] },
): Promise<RivalBench> {
  const { threads, turns, only } = setting;
  const python = await pythonWithTorch();
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.onnx.gz'))
    .map((file) => ({ name: file.replace('.onnx.gz', ''), file: join(folder, file) }))
    .filter(({ name }) => only.length === 0 || only.includes(name));
  const models: RivalBench['models'] = [];
  for (const { name, file } of files) {
    const [ours, torch]: [Span[], Span[]] = [[], []];
    for (let turn = 0; turn < turns; turn++) {
      ours.push(...(await steps({ file, batch: 16, size: 224, threads, rounds: 3 })).training);
      const { stdout } = await run(python, [join(folder, 'torch_bench.py'), String(threads), name], {
        env: { ...process.env, ...peerSettings(threads) },
      });
      torch.push(...(JSON.parse(stdout) as Peer).training);
    }
    models.push({
      name,
      ours: round(best(ours, 'wall')),
      torch: round(best(torch, 'wall')),
      ratio: round(best(ours, 'wall') / best(torch, 'wall'), 3),
      cpuRatio: round(best(ours, 'cpu') / best(torch, 'cpu'), 3),
    });
    console.error(models.at(-1));
  }
  return { models };
}

async function pythonWithTorch(): Promise<string> {
  for (const python of [process.env.PYTHON, 'python3', '/usr/bin/python3'])
    if (python !== undefined)
      try {
        const { stdout } = await run(python, ['-c', LIBRARIES]);
        if (/openblas|mkl|blis/i.test(stdout)) return python;
      } catch {
        continue;
      }
  throw new Error(
    'No Python here imports torch and torchvision over a fast BLAS: against the reference one a comparison says nothing ' +
      '(Debian: python3-torch, python3-torchvision, libopenblas0-pthread).',
  );
}

/** Prints the libraries that a product of matrices has loaded. */
const LIBRARIES =
  'import torch, torchvision; torch.ones(64, 64) @ torch.ones(64, 64); print(open("/proc/self/maps").read())';
