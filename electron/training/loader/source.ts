/** Where a step's inputs come from: pixels as they are, or what a frozen front makes of them. */
import { type SessionPool } from '../../compute/index.ts';
import { AssayError } from '../../contract/index.ts';
import { type Tensor } from '../../onnx/index.ts';
import { type Crossing } from '../network/split.ts';
import { type BatchLoader } from './loader.ts';
import { type BatchRequest } from './protocol.ts';

export interface StepInputs {
  inputs: Record<string, Tensor>;
  failed: { at: number; reason: string }[];
  decodeMs: number;
  augmentMs: number;
}

/** Batches in the order asked for, a bounded number ahead. */
export interface BatchSource {
  /** @param then what will be asked for after these: begun as soon as the last of these is under way */
  run(
    requests: readonly BatchRequest[],
    signal: AbortSignal,
    then?: Iterable<BatchRequest>,
  ): AsyncGenerator<StepInputs>;
  /** Begins with the first of these before anybody asks for them. */
  ahead(requests: Iterable<BatchRequest>): void;
  close(): Promise<void>;
}

export interface PixelOptions {
  loader: BatchLoader;
  input: string;
  size: number;
  /** `image`: float32 [n, 3, size, size] for devices that know no bytes. */
  form: 'pixels' | 'image';
  /** Changes a batch of bytes before it is used (mixing); called in the order of the requests. */
  change?: (pixels: Uint8Array, request: BatchRequest) => void;
}

export function pixelSource({ loader, input, size, form, change }: PixelOptions): BatchSource {
  return {
    async *run(requests, signal, then) {
      let at = 0;
      for await (const { pixels, ...rest } of loader.run(requests, signal, then)) {
        const request = requests[at++]!;
        change?.(pixels, request);
        const n = request.rows.length;
        const tensor: Tensor =
          form === 'pixels'
            ? { type: 'uint8', dims: [n, size, size, 3], data: pixels }
            : { type: 'float32', dims: [n, 3, size, size], data: planesOf(pixels, n, size) };
        yield { inputs: { [input]: tensor }, ...rest };
      }
    },
    ahead: (requests) => loader.ahead(requests),
    close: () => loader.close(),
  };
}

/** Bytes [n, size, size, 3] as float32 [n, 3, size, size]. */
export function planesOf(pixels: Uint8Array, n: number, size: number): Float32Array {
  const plane = size * size;
  const data = new Float32Array(pixels.length);
  for (let image = 0; image < n; image++)
    for (let i = 0, from = image * plane * 3, to = image * plane * 3; i < plane; i++, from += 3, to++) {
      data[to] = pixels[from]!;
      data[to + plane] = pixels[from + 1]!;
      data[to + 2 * plane] = pixels[from + 2]!;
    }
  return data;
}

export interface FrontOptions {
  pixels: BatchSource;
  /** The frozen front: sessions of one thread side by side. */
  pool: SessionPool;
  input: string;
  crossings: readonly Crossing[];
  /** Whether draws repeat, so that keeping them pays. */
  repeats: boolean;
  /** Bytes that may be kept. */
  cacheBytes?: number;
}

/** What the front made of one image: the crossing values one after another. */
type Kept = Float32Array;

const CACHE_BYTES = 2e9;

const sizeOfOne = ({ dims }: Crossing): number => dims.reduce((product, dim) => product * dim, 1);

/** Values of the frozen front; an image whose draw was seen before is neither decoded nor run again. */
export function frontSource(options: FrontOptions): BatchSource {
  const { pixels, pool, input, crossings, repeats, cacheBytes = CACHE_BYTES } = options;
  const length = crossings.reduce((sum, crossing) => sum + sizeOfOne(crossing), 0);
  const kept = new Map<string, Kept>();
  const most = Math.floor(cacheBytes / (length * 4));
  const keyOf = ({ mode, draw }: BatchRequest, row: number): string => `${mode}/${draw}/${row}`;
  const isKept = (request: BatchRequest): boolean =>
    request.rows.every((row) => row < 0 || kept.has(keyOf(request, row)));

  /** Looked at when it is walked over: what is kept changes. */
  const lackingOf = (requests: Iterable<BatchRequest>): Iterable<BatchRequest> => ({
    *[Symbol.iterator]() {
      for (const request of requests) if (!isKept(request)) yield request;
    },
  });

  async function through(request: BatchRequest, loaded: StepInputs): Promise<void> {
    const outputs = await pool.run({ [input]: loaded.inputs[input]! });
    const bad = new Set(loaded.failed.map(({ at }) => at));
    request.rows.forEach((row, at) => {
      if (row < 0 || bad.has(at)) return;
      const value = new Float32Array(length);
      let offset = 0;
      for (const crossing of crossings) {
        const size = sizeOfOne(crossing);
        const data = outputs[crossing.name]!.data as Float32Array;
        value.set(data.subarray(at * size, (at + 1) * size), offset);
        offset += size;
      }
      kept.set(keyOf(request, row), value);
    });
  }

  function gather(request: BatchRequest): Record<string, Tensor> {
    const n = request.rows.length;
    let offset = 0;
    return Object.fromEntries(
      crossings.map((crossing) => {
        const size = sizeOfOne(crossing);
        const data = new Float32Array(n * size);
        request.rows.forEach((row, at) => {
          const value = row < 0 ? undefined : kept.get(keyOf(request, row));
          if (value) data.set(value.subarray(offset, offset + size), at * size);
        });
        offset += size;
        return [crossing.name, { type: 'float32', dims: [n, ...crossing.dims], data }] as const;
      }),
    );
  }

  function forget(request: BatchRequest): void {
    if (repeats && kept.size <= most) return;
    for (const row of request.rows) kept.delete(keyOf(request, row));
  }

  return {
    async *run(requests, signal, then = []) {
      // Decided before anything runs: what is kept then stays kept until its batch was taken.
      const missing = [...lackingOf(requests)];
      const lacking = new Set(missing);
      const loads = pixels.run(missing, signal, lackingOf(then));
      const passes = new Map<BatchRequest, Promise<StepInputs>>();
      let next = 0;
      const ahead = async (): Promise<void> => {
        if (next >= missing.length) return;
        const request = missing[next++]!;
        const { value, done } = await loads.next();
        if (done) return;
        const pass = through(request, value).then(() => value);
        pass.catch(() => undefined);
        passes.set(request, pass);
      };
      for (const request of requests) {
        if (signal.aborted) throw new AssayError('internal/cancelled');
        let loaded: StepInputs = { inputs: {}, failed: [], decodeMs: 0, augmentMs: 0 };
        if (lacking.has(request)) {
          // One more batch is in the front than there are sessions.
          while (passes.size <= pool.size && next < missing.length) await ahead();
          loaded = await passes.get(request)!;
          passes.delete(request);
        }
        const inputs = gather(request);
        forget(request);
        yield { ...loaded, inputs };
      }
    },
    ahead: (requests) => pixels.ahead(lackingOf(requests)),
    async close() {
      await pool.close();
      await pixels.close();
    },
  };
}
