/** Starts the engine and its compute processes, hands ports between them, starts the engine again after a crash. */
import { app, MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type PictureRequest } from '../contract/index.ts';
import { type FromEngine, type ToEngine } from '../doors/index.ts';
import { type Work } from './leaving.ts';

const ENGINE = join(import.meta.dirname, '../engine/main.mjs');
const COMPUTE = join(import.meta.dirname, '../engine/compute-process.mjs');
/** An engine that ends more often than this in a minute is not started again. */
const MOST_RESTARTS = 3;

export interface Picture {
  bytes: Uint8Array;
  type: string;
  immutable: boolean;
}

export class EngineHost {
  /** What would be cut short if the program ended now. */
  work: Work = { jobs: 0, locale: 'en' };
  /** Told when `work` has changed. */
  onWork: () => void = () => undefined;
  #engine: UtilityProcess | null = null;
  readonly #compute = new Map<number, UtilityProcess>();
  readonly #pictures = new Map<number, (picture: Picture | null) => void>();
  #nextPicture = 1;
  #restarts: number[] = [];
  #quitting = false;
  readonly #onRestart: () => void;

  /** @param onRestart called after a crash, once the new engine is there: windows need new ports. */
  constructor(onRestart: () => void) {
    this.#onRestart = onRestart;
    this.#start();
  }

  /** Gives a window's end of a fresh port; the other end is the engine's. */
  connect(): MessagePortMain {
    const { port1, port2 } = new MessageChannelMain();
    this.#post({ kind: 'client' }, [port1]);
    return port2;
  }

  picture(request: PictureRequest): Promise<Picture | null> {
    const id = this.#nextPicture++;
    return new Promise((resolve) => {
      this.#pictures.set(id, resolve);
      this.#post({ kind: 'picture', id, request });
    });
  }

  open(path: string): void {
    this.#post({ kind: 'open', path });
  }

  /** Lets the engine close its project; resolves when it has ended. */
  quit(): Promise<void> {
    this.#quitting = true;
    const engine = this.#engine;
    if (!engine) return Promise.resolve();
    return new Promise((resolve) => {
      const force = setTimeout(() => engine.kill(), 5_000);
      engine.once('exit', () => {
        clearTimeout(force);
        for (const compute of this.#compute.values()) compute.kill();
        resolve();
      });
      this.#post({ kind: 'quit' });
    });
  }

  #post(message: ToEngine, ports: MessagePortMain[] = []): void {
    this.#engine?.postMessage(message, ports);
  }

  #start(): void {
    const engine = utilityProcess.fork(ENGINE, [], {
      serviceName: 'Assay engine',
      stdio: 'inherit',
      // A packaged app brings its networks converted.
      env: app.isPackaged ? { ...process.env, ASSAY_RESOURCES: join(process.resourcesPath, 'backbones') } : process.env,
    });
    this.#engine = engine;
    engine.on('message', (message: FromEngine) => this.#receive(message));
    engine.on('exit', () => this.#ended(engine));
  }

  #working(work: Work): void {
    this.work = work;
    this.onWork();
  }

  #ended(engine: UtilityProcess): void {
    if (this.#engine !== engine) return;
    this.#engine = null;
    this.#working({ ...this.work, jobs: 0 });
    for (const resolve of this.#pictures.values()) resolve(null);
    this.#pictures.clear();
    for (const compute of this.#compute.values()) compute.kill();
    this.#compute.clear();
    const now = Date.now();
    this.#restarts = [...this.#restarts.filter((at) => now - at < 60_000), now];
    if (this.#quitting || this.#restarts.length > MOST_RESTARTS) return;
    this.#start();
    this.#onRestart();
  }

  #receive(message: FromEngine): void {
    switch (message.kind) {
      case 'picture':
        this.#pictures.get(message.id)?.(message.picture);
        this.#pictures.delete(message.id);
        break;
      case 'spawn-compute':
        this.#spawnCompute(message.id);
        break;
      case 'kill-compute':
        this.#compute.get(message.id)?.kill();
        break;
      case 'work':
        this.#working({ jobs: message.jobs, locale: message.locale });
        break;
      case 'up':
      case 'open-failed':
        break;
    }
  }

  #spawnCompute(id: number): void {
    const compute = utilityProcess.fork(COMPUTE, [], {
      serviceName: 'Assay compute',
      stdio: 'inherit',
      // Decoding runs on libuv's threads: as many as cores, four at least.
      env: { ...process.env, UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())) },
    });
    this.#compute.set(id, compute);
    const { port1, port2 } = new MessageChannelMain();
    compute.postMessage({ kind: 'engine' }, [port1]);
    this.#post({ kind: 'compute', id }, [port2]);
    compute.on('exit', (code) => {
      this.#compute.delete(id);
      this.#post({ kind: 'compute-exit', id, code });
    });
  }
}
