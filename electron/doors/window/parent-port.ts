/** The messages between shell and engine, and the small part of Electron's port types that both sides use. */
import { type PictureRequest, type WireError } from '../../contract/index.ts';

export interface PortEvent {
  data: unknown;
  ports: PortLike[];
}

/** What Electron's MessagePortMain and its ParentPort have in common. */
export interface PortLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: PortEvent) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close?(): void;
}

export type ToEngine =
  /** A window's port comes with it. */
  | { kind: 'client' }
  /** The port of compute process `id` comes with it. */
  | { kind: 'compute'; id: number }
  | { kind: 'compute-exit'; id: number; code: number | null }
  | { kind: 'picture'; id: number; request: PictureRequest }
  | { kind: 'open'; path: string }
  | { kind: 'quit' };

export type FromEngine =
  | { kind: 'up' }
  | { kind: 'spawn-compute'; id: number }
  | { kind: 'kill-compute'; id: number }
  | { kind: 'picture'; id: number; picture: { bytes: Uint8Array; type: string; immutable: boolean } | null }
  | { kind: 'open-failed'; error: WireError }
  /** Jobs queued or running, and the language of the settings: the shell asks before it ends them. */
  | { kind: 'work'; jobs: number; locale: 'en' | 'ko' };

/** `process.parentPort`, which only a utility process has. */
export function parentPort(): PortLike {
  const port = (process as unknown as { parentPort?: PortLike }).parentPort;
  if (!port) throw new Error('this file runs only in a utility process of Electron');
  return port;
}
