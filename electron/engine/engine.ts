/** The engine: one object behind all doors. It validates every call against the contract and runs its procedure. */
import { join } from 'node:path';
import {
  AssayError,
  type Input,
  type JobInfo,
  type Output,
  type PictureRequest,
  type ProcedureName,
  type StudioEvent,
  contract,
} from '../contract/index.ts';
import { type Compute, createCompute } from '../compute/launcher.ts';
import { type ProcessEndpoint } from '../compute/protocol.ts';
import type { DemoParams, DemoResult, Tasks } from './tasks/index.ts';
import { type CallOptions, type Door, type EngineContext, type Handler, projectOf } from './context.ts';
import { DrawnPictures } from './drawn.ts';
import { Trainings } from './train/trainings.ts';
import { jobBodies } from './job-bodies.ts';
import { fileLog } from './log.ts';
import { type Picture, pictureOf } from './pictures.ts';
import { type Places } from './places.ts';
import { handlers } from './procedures/index.ts';
import { closeProject } from './project.ts';
import { openRecent, openSettings } from './settings.ts';

export interface EngineOptions {
  door: Door;
  places: Places;
  /** Starts a compute process: a child process in plain Node, a utility process under Electron. */
  spawnCompute: () => ProcessEndpoint;
  clock?: () => number;
}

export interface Engine {
  /** Validates `input`, runs the procedure. Rejects with an AssayError. */
  call<K extends ProcedureName>(name: K, input: Input<K>, options?: Partial<CallOptions>): Promise<Output<K>>;
  call(name: ProcedureName, input: unknown, options?: Partial<CallOptions>): Promise<unknown>;
  subscribe(listener: (event: StudioEvent) => void): () => void;
  /** Bytes of a picture; null where there is none. */
  picture(request: PictureRequest, signal?: AbortSignal): Promise<Picture | null>;
  /** Resolves when a job has ended, whatever its end. */
  finished(job: number): Promise<JobInfo>;
  /** Draws the demo set without a project. */
  drawDemo(
    params: DemoParams,
    options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void },
  ): Promise<DemoResult>;
  /** Cancels jobs, closes the project and ends compute. */
  close(): Promise<void>;
}

export function createEngine({ door, places, spawnCompute, clock = Date.now }: EngineOptions): Engine {
  const listeners = new Set<(event: StudioEvent) => void>();
  const compute: Compute<Tasks> = createCompute<Tasks>(spawnCompute);
  // A run of the runtime blocks its process's loop: what a person waits for has a process of its own.
  const interactive: Compute<Tasks> = createCompute<Tasks>(spawnCompute);
  const context: EngineContext = {
    get bodies() {
      return bodies;
    },
    door,
    places,
    settings: openSettings(places),
    recent: openRecent(places),
    compute,
    interactive,
    log: fileLog(join(places.config, 'assay.log'), clock),
    clock,
    drawn: new DrawnPictures(),
    trainings: new Trainings(),
    project: null,
    emit: (event) => listeners.forEach((listen) => listen(event)),
  };

  const bodies = jobBodies(context);

  async function call(name: ProcedureName, input: unknown, options: Partial<CallOptions> = {}): Promise<unknown> {
    const procedure = contract[name];
    const parsed = procedure.input.safeParse(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const reason = `${[name, ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'invalid'}`;
      throw new AssayError('contract/invalid', { values: { reason } });
    }
    if (procedure.project) {
      const project = projectOf(context);
      if (procedure.kind === 'write' && project.catalogue.readOnly) throw project.catalogue.inUse();
    }
    // The table is typed by name; a union of all handlers cannot be called without saying so.
    const handler = handlers[name] as Handler<ProcedureName>;
    const started = clock();
    try {
      const result = await handler(context, parsed.data as never, {
        signal: options.signal ?? new AbortController().signal,
      });
      // Tests check what goes out as strictly as what comes in.
      if (process.env.ASSAY_CHECK_OUTPUT === '1') procedure.output.parse(result);
      return result;
    } catch (thrown) {
      context.log.write('call-failed', {
        name,
        ms: clock() - started,
        error: thrown instanceof Error ? thrown.stack : String(thrown),
      });
      throw thrown;
    }
  }

  return {
    call: call as Engine['call'],
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    picture: (request, signal) => pictureOf(context, request, signal),
    finished: (job) => projectOf(context).jobs.finished(job),
    drawDemo: (params, { signal, onProgress }) =>
      compute.run('demo', params, { signal, onProgress: (done, total) => onProgress?.(done, total) }),
    async close() {
      await closeProject(context);
      compute.close();
      interactive.close();
    },
  };
}
