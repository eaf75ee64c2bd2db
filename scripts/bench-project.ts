/**
 * Measurements on a project of the folder's images: training a head on features that are there already, opening the
 * project to its first page. The same project gives the model that the classify bench runs.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImportPlan } from '../electron/contract/index.ts';
import { type Engine } from '../electron/engine/index.ts';
import { benchEngine } from './bench-engine.ts';

export interface BenchProject {
  path: string;
  home: string;
  /** The classifier that the first training wrote. */
  model: string;
  /** Seconds of a whole training on cached features: reading, fit, export, evaluation, process start. */
  training: number;
  images: number;
  macroF1: number | null;
  remove(): Promise<void>;
}

async function job(engine: Engine, id: number): Promise<Record<string, unknown>> {
  const info = await engine.finished(id);
  if (info.state !== 'done') throw new Error(info.error?.message ?? info.state);
  return info.result ?? {};
}

const secondsSince = (start: number): number => (performance.now() - start) / 1000;

export const PLAN = {
  labels: 'folders',
  tables: [] as ImportPlan['tables'],
  split: 'none',
  validationShare: 0,
  testShare: 0.2,
  seed: 1,
} satisfies Partial<ImportPlan> as Omit<ImportPlan, 'source'>;

/** Imports the folder and trains `backbone` twice: once computing features, once with all of them there. */
export async function benchProject(folder: string, backbone: string): Promise<BenchProject> {
  const scratch = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  const path = join(scratch, 'p.assay');
  const home = join(scratch, 'home');
  const engine = benchEngine(home);
  try {
    await engine.call('project.create', { path });
    const plan: ImportPlan = { ...PLAN, source: folder, split: 'draw' };
    const { images } = await job(engine, (await engine.call('import.start', plan)).job);
    const first = await engine.call('train.start', { backbones: [backbone] });
    await job(engine, first.job);
    const start = performance.now();
    const again = await engine.call('train.start', { backbones: [backbone] });
    const { macroF1 } = await job(engine, again.job);
    const training = secondsSince(start);
    const model = join(scratch, 'model.onnx');
    await cp(join(path, 'runs', String(first.run), 'model.onnx'), model);
    return {
      ...{ path, home, model, training, images: Number(images) },
      macroF1: typeof macroF1 === 'number' ? macroF1 : null,
      remove: () => rm(scratch, { recursive: true, force: true }),
    };
  } catch (thrown) {
    await rm(scratch, { recursive: true, force: true });
    throw thrown;
  } finally {
    await engine.close();
  }
}

/** Seconds from nothing to the first page of the grid with its classes and the pictures of the first 24 tiles; best of 3. */
export async function benchOpen({ path, home }: BenchProject): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    const engine = benchEngine(home);
    try {
      await engine.call('project.open', { path });
      await engine.call('classes.list', {});
      const { tiles } = await engine.call('view.open', { query: '', first: 120 });
      for (const { hash } of tiles.slice(0, 24))
        if (hash && !(await engine.picture({ kind: 'thumbnail', hash }))) throw new Error('a picture is missing');
      took.push(secondsSince(start));
    } finally {
      await engine.close();
    }
  }
  return Math.min(...took);
}
