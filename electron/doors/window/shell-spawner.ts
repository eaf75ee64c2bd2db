/** Compute processes under Electron: asked of the shell, reached over a port that it hands to both sides. */
import { type Endpoint } from '../../engine/index.ts';
import { type FromEngine, type PortLike } from './parent-port.ts';

interface Pending {
  port: PortLike | null;
  unsent: unknown[];
  onMessage: (message: unknown) => void;
  onExit: (code: number | null) => void;
}

export function shellSpawner(post: (message: FromEngine) => void) {
  const pending = new Map<number, Pending>();
  let next = 1;
  return {
    /** Returns at once; messages sent before the process is up are kept. */
    spawn(): Endpoint {
      const id = next++;
      const entry: Pending = { port: null, unsent: [], onMessage: () => {}, onExit: () => {} };
      pending.set(id, entry);
      post({ kind: 'spawn-compute', id });
      return {
        post: (message) => (entry.port ? entry.port.postMessage(message) : void entry.unsent.push(message)),
        onMessage: (listener) => void (entry.onMessage = listener),
        onExit: (listener) => void (entry.onExit = listener),
        kill: () => post({ kind: 'kill-compute', id }),
      };
    },
    connect(id: number, port: PortLike): void {
      const entry = pending.get(id);
      if (!entry) return;
      entry.port = port;
      port.on('message', (event) => entry.onMessage(event.data));
      port.start();
      for (const message of entry.unsent.splice(0)) port.postMessage(message);
    },
    exited(id: number, code: number | null): void {
      pending.get(id)?.onExit(code);
      pending.delete(id);
    },
  };
}
