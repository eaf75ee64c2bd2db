/** What the loader and its worker threads say to each other. */
import { type Plan, type Policy } from '../../contract/index.ts';

export interface LoaderImage {
  path: string;
  /** Content hash: draws are a function of it. */
  hash: string;
  /** Name of its class. */
  class: string;
  /** Held out: it never shines through another one. */
  held: boolean;
}

/** Decoded pictures of the network's size, shared by all workers and kept for later epochs. */
export interface PixelCache {
  /** uint8 [images, size, size, 3] */
  pixels: SharedArrayBuffer;
  /** int32 [images, 5]: 1 where the row is filled; left, top, width, height of the picture in it. */
  known: SharedArrayBuffer;
}

export interface LoaderSetup {
  images: LoaderImage[];
  size: number;
  fit: 'letterbox' | 'stretch';
  policy: Policy;
  /** By class group; it stands in place of `policy`. */
  plan?: Plan | null;
  /** The fixed degraded twin of validation. */
  twin: Policy;
  seed: number;
  cache: PixelCache | null;
}

/** `plain`: as decoded; `augmented`: by the plan; `degraded`: the fixed twin. */
export type BatchMode = 'plain' | 'augmented' | 'degraded';

export interface BatchRequest {
  /** Indices of images; −1 is filling (white). */
  rows: readonly number[];
  mode: BatchMode;
  /** Which draw: the epoch, or its place among those that repeat. */
  draw: number;
  /** Number of the batch in the whole training: mixing is a function of it. */
  number?: number;
}

export interface LoadedBatch {
  /** uint8 [rows, size, size, 3] */
  pixels: Uint8Array<ArrayBuffer>;
  /** Places in the batch whose file could not be read: they are white. */
  failed: { at: number; reason: string }[];
  /** Milliseconds of the worker, images taken together. */
  decodeMs: number;
  augmentMs: number;
}

export type ToLoader = { id: number; request: BatchRequest } | { close: true };
export type FromLoader = { id: number; batch: LoadedBatch } | { id: number; error: string };
