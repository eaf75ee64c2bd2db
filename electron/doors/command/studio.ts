/** What commands share: an engine with a project open, and waiting for a job with its progress shown. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError, type JobInfo, type WireError } from '../../contract/index.ts';
import { type Engine, createEngine, defaultPlaces, forkCompute } from '../../engine/index.ts';
import { type Invocation } from './command.ts';

export function newEngine(door: 'command' | 'browser'): Engine {
  return createEngine({ door, places: defaultPlaces(), spawnCompute: forkCompute });
}

interface ProjectUse {
  /** Makes the project where there is none. */
  create?: boolean;
  /** Only looks: also while a window, a browser or another command has the project open. */
  reader?: boolean;
}

/** Opens the project named by --project, runs `body`, closes it whatever happens. */
export async function withProject<T>(
  call: Invocation,
  body: (engine: Engine) => Promise<T>,
  { create = false, reader = false }: ProjectUse = {},
): Promise<T> {
  const path = call.options.resolve(call.options.required('project'));
  const engine = newEngine('command');
  try {
    const fresh = create && !existsSync(join(path, 'catalogue.db'));
    if (fresh) await engine.call('project.create', { path });
    else if (reader) await openToRead(engine, path);
    else await engine.call('project.open', { path });
    return await body(engine);
  } finally {
    await engine.close();
  }
}

/** As `withProject`, for a command that only looks. */
export const withReader = <T>(call: Invocation, body: (engine: Engine) => Promise<T>): Promise<T> =>
  withProject(call, body, { reader: true });

/** A catalogue of an older program has to be brought up to date first, which only a writer may. */
async function openToRead(engine: Engine, path: string): Promise<void> {
  try {
    await engine.call('project.open', { path, reader: true });
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'project/in-use') throw error;
    await engine.call('project.open', { path });
  }
}

/** Waits for a job, showing its progress; Ctrl+C cancels it. Throws the job's error where it failed. */
export async function finishJob(engine: Engine, job: number, call: Invocation): Promise<JobInfo> {
  const cancel = () => void engine.call('jobs.cancel', { job }).catch(() => {});
  call.signal.addEventListener('abort', cancel);
  const unsubscribe = engine.subscribe((event) => {
    if (event.type === 'job' && event.job.id === job) call.terminal.progress(event.job);
  });
  try {
    const info = await engine.finished(job);
    if (info.state === 'failed' && info.error) throw AssayError.fromWire(info.error as WireError);
    if (info.state !== 'done') throw new AssayError('internal/cancelled');
    return info;
  } finally {
    unsubscribe();
    call.signal.removeEventListener('abort', cancel);
    call.terminal.endProgress();
  }
}

/** Numbers a run by `--run` ("3", "run 3"), or the newest. */
export async function runOf(engine: Engine, call: Invocation): Promise<number> {
  const given = call.options.string('run');
  if (given !== undefined) return runNamed(engine, given);
  const runs = await engine.call('runs.list', {});
  const newest = runs.filter((run) => run.state === 'done').sort((a, b) => b.id - a.id)[0];
  if (!newest) throw new AssayError('run/unknown', { subject: '', values: { known: knownOf(runs) } });
  return newest.id;
}

const knownOf = (runs: readonly { id: number }[]): string => runs.map((run) => run.id).join(', ') || 'none yet';

/** A run by its number ("3", "run 3") or its name. @throws AssayError `run/unknown` */
export async function runNamed(engine: Engine, given: string): Promise<number> {
  const runs = await engine.call('runs.list', {});
  const run = runs.find(
    (candidate) => String(candidate.id) === given.replace(/^run[\s-]*/i, '') || candidate.name === given,
  );
  if (!run) throw new AssayError('run/unknown', { subject: given, values: { known: knownOf(runs) } });
  return run.id;
}

/** The id of a class by its name; a new one only where that was asked for. Throws `label/class-unknown`. */
export async function classNamed(engine: Engine, name: string, create = false): Promise<number> {
  const classes = await engine.call('classes.list', {});
  const found = classes.find((c) => c.name.normalize('NFC') === name.normalize('NFC'));
  if (found) return found.id;
  if (create) return (await engine.call('classes.create', { name })).id;
  throw new AssayError('label/class-unknown', {
    subject: name,
    values: { known: classes.map((c) => c.name).join(', ') },
  });
}

export const seconds = (since: number): number => Math.round((Date.now() - since) / 10) / 100;

export const PROJECT_OPTION = { type: 'string', value: 'P', about: 'the project, a folder NAME.assay' } as const;
