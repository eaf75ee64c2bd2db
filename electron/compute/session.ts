/**
 * Sessions of the runtime: the only file that imports onnxruntime-node, and it does so at the first session.
 * A run blocks its thread until it is done and cannot be stopped; cancel between runs, or end the process.
 */
import { availableParallelism } from 'node:os';
import type * as Runtime from 'onnxruntime-node';
import { AssayError } from '../contract/errors.ts';
import type { DataType, Dim, Tensor } from '../onnx/index.ts';

export interface SessionOptions {
  /** Threads within an operator; default: every core. One session a worker thread wants 1. */
  threads?: number;
  /** Execution provider, see devices.ts; default `cpu`. */
  device?: string;
  /** Graph optimization; `disabled` creates large training graphs in half the time. Default `all`. */
  optimization?: 'disabled' | 'basic' | 'all';
  /** Plan memory from the first run's shapes; off halves the peak of training graphs at the same speed. Default false. */
  memoryPattern?: boolean;
  /** Tensor files beside a model that is given as bytes: name in the model → bytes. */
  external?: ReadonlyMap<string, Uint8Array>;
  /** Outputs that stay on the device: they come back as `Resident` and are fed to the next run as they are. */
  resident?: readonly string[];
  /** Refuse the model rather than compute a part of it on the CPU. Default false. */
  wholly?: boolean;
  /** What the model is called in error messages. */
  subject?: string;
}

/** A tensor in the memory of a device. It is freed by `dispose`, not by forgetting it. */
export class Resident {
  readonly type: DataType;
  readonly dims: readonly number[];
  /** The runtime's tensor: only this module looks into it. */
  readonly native: Runtime.Tensor;

  constructor(native: Runtime.Tensor) {
    this.native = native;
    this.type = native.type as DataType;
    this.dims = native.dims;
  }

  dispose(): void {
    this.native.dispose();
  }
}

export interface Port {
  readonly name: string;
  readonly type: DataType | undefined;
  readonly shape: readonly Dim[];
}

export type Feeds = Readonly<Record<string, Tensor>>;
/** Outputs wanted; a tensor is an own buffer that the run writes into, null lets the runtime allocate. */
export type Fetches = Readonly<Record<string, Tensor | null>>;

export interface Session {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /**
   * One run. Feeds are not copied. Without `fetches` every output is returned. An output with an own buffer is
   * written there, and the tensor given comes back.
   * @throws AssayError `model/run-failed`
   */
  run(feeds: Feeds, fetches?: Fetches): Promise<Record<string, Tensor>>;
  /**
   * One run whose feeds may lie on the device; outputs named in `resident` come back there. Every output is returned.
   * @throws AssayError `model/run-failed`
   */
  runResident(feeds: Readonly<Record<string, Tensor | Resident>>): Promise<Record<string, Tensor | Resident>>;
  /** Frees the native memory; the session is of no use afterwards. */
  release(): Promise<void>;
}

/** Microseconds that a thread of a session waits awake for the next operator (autodiff/LOG.md). */
const SPIN = '50';

let runtime: Promise<typeof Runtime> | undefined;

function load(): Promise<typeof Runtime> {
  runtime ??= (async () => {
    // The binding takes float16 as bits in a Uint16Array only where the engine has no Float16Array.
    Reflect.deleteProperty(globalThis, 'Float16Array');
    const ort = await import('onnxruntime-node');
    ort.env.logLevel = 'error';
    return ort;
  })();
  return runtime;
}

/** Names of the execution providers that this build of the runtime carries; whether a device answers is another matter. */
export async function providers(): Promise<string[]> {
  const ort = await load();
  return ort.listSupportedBackends().map((backend) => backend.name);
}

/**
 * Opens a model, from a path (data beside it is found there) or from bytes.
 * @throws AssayError `model/not-onnx` where the runtime cannot read it, `model/external-data` where data is missing,
 * `model/run-failed` for everything else that it refuses.
 */
export async function createSession(model: string | Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const ort = await load();
  const subject = options.subject ?? (typeof model === 'string' ? model : 'The model');
  const settings: Runtime.InferenceSession.SessionOptions = {
    executionProviders: [options.device ?? 'cpu'],
    intraOpNumThreads: options.threads ?? availableParallelism(),
    interOpNumThreads: 1,
    graphOptimizationLevel: options.optimization ?? 'all',
    enableMemPattern: options.memoryPattern ?? false,
    // What goes wrong in a run is thrown; the runtime need not print it too.
    logSeverityLevel: 4,
    extra: {
      session: {
        // Values near zero must not slow a run down a hundredfold.
        set_denormal_as_zero: '1',
        // Operators of a step follow each other within microseconds: a thread that sleeps between them wakes too late.
        // One that waits longer must sleep, for decoding and other sessions want the core.
        intra_op: { allow_spinning: '1', spin_duration_us: SPIN },
        force_spinning_stop: '1',
        ...(options.wholly && { disable_cpu_ep_fallback: '1' }),
      },
    },
  };
  if (options.resident)
    settings.preferredOutputLocation = Object.fromEntries(options.resident.map((name) => [name, 'gpu-buffer']));
  if (options.external) settings.externalData = [...options.external].map(([path, data]) => ({ path, data }));
  try {
    const session =
      typeof model === 'string'
        ? await ort.InferenceSession.create(model, settings)
        : await ort.InferenceSession.create(model, settings);
    return wrap(ort, session, subject);
  } catch (thrown) {
    throw refused(thrown, subject);
  }
}

function wrap(ort: typeof Runtime, session: Runtime.InferenceSession, subject: string): Session {
  const outputNames = session.outputNames;
  return {
    inputs: session.inputMetadata.map(port),
    outputs: session.outputMetadata.map(port),
    async run(feeds, fetches) {
      const fed: Record<string, Runtime.Tensor> = {};
      for (const [name, tensor] of Object.entries(feeds)) fed[name] = native(ort, tensor);
      try {
        if (!fetches) {
          const outputs = await session.run(fed);
          return Object.fromEntries(outputNames.map((name) => [name, plain(outputs[name]!)]));
        }
        const wanted: Record<string, Runtime.Tensor | null> = {};
        for (const [name, tensor] of Object.entries(fetches)) wanted[name] = tensor && native(ort, tensor);
        const outputs = await session.run(fed, wanted);
        return Object.fromEntries(
          Object.entries(fetches).map(([name, own]) => [name, own ?? plain(outputs[name]!)] as const),
        );
      } catch (thrown) {
        throw new AssayError('model/run-failed', { subject, values: { reason: reasonOf(thrown) }, cause: thrown });
      }
    },
    async runResident(feeds) {
      const fed: Record<string, Runtime.Tensor> = {};
      for (const [name, tensor] of Object.entries(feeds))
        fed[name] = tensor instanceof Resident ? tensor.native : native(ort, tensor);
      try {
        const outputs = await session.run(fed);
        return Object.fromEntries(
          outputNames.map((name) => {
            const output = outputs[name]!;
            return [name, output.location === 'gpu-buffer' ? new Resident(output) : plain(output)];
          }),
        );
      } catch (thrown) {
        throw new AssayError('model/run-failed', { subject, values: { reason: reasonOf(thrown) }, cause: thrown });
      }
    },
    release: () => session.release(),
  };
}

function native(ort: typeof Runtime, { type, data, dims }: Tensor): Runtime.Tensor {
  // The constructor is overloaded by type name; ours are the runtime's names.
  return new ort.Tensor(type as 'float32', data as Float32Array, dims);
}

function plain(tensor: Runtime.Tensor): Tensor {
  return { type: tensor.type as DataType, dims: tensor.dims, data: tensor.data as Tensor['data'] };
}

function port(meta: Runtime.InferenceSession.ValueMetadata): Port {
  if (!meta.isTensor) return { name: meta.name, type: undefined, shape: [] };
  return { name: meta.name, type: meta.type as DataType, shape: meta.shape.map((d) => (d === '' ? null : d)) };
}

const reasonOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0]!.slice(0, 500);

/** The runtime's errors have no code: they are told apart by their words. */
function refused(thrown: unknown, subject: string): AssayError {
  const reason = reasonOf(thrown);
  const code = /protobuf parsing failed|data pointer is null|No graph was found|doesn't exist|INVALID_PROTOBUF/i.test(
    reason,
  )
    ? 'model/not-onnx'
    : /external|GetExtDataFromTensorProto|cannot get file size|model_path/i.test(reason)
      ? 'model/external-data'
      : 'model/run-failed';
  return new AssayError(code, { subject, values: { reason }, cause: thrown });
}
