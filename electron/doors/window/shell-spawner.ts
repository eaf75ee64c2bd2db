/** Compute processes under Electron: asked of the shell, reached over a port that it hands to both sides. */
import { type FromCompute, type ProcessEnd, type ProcessEndpoint, type ToCompute } from '../../compute/protocol.ts';
import { type FromEngine, type PortLike } from './parent-port.ts';

interface Pending {
  port: PortLike | null;
  unsent: ToCompute[];
  messages: ((message: FromCompute) => void)[];
  exits: ((end: ProcessEnd) => void)[];
}

export function shellSpawner(post: (message: FromEngine) => void) {
  const pending = new Map<number, Pending>();
  let next = 1;
  return {
    /** Returns at once; messages sent before the process is up are kept. */
    spawn(): ProcessEndpoint {
      const id = next++;
      const entry: Pending = { port: null, unsent: [], messages: [], exits: [] };
      pending.set(id, entry);
      post({ kind: 'spawn-compute', id });
      return {
        pid: undefined,
        post: (message) => {
          if (entry.port) entry.port.postMessage(message);
          else entry.unsent.push(message);
        },
        onMessage: (listener) => void entry.messages.push(listener),
        onExit: (listener) => void entry.exits.push(listener),
        // The process inherits the shell's output: its last words are in the terminal, not here.
        onLine: () => {},
        kill: () => post({ kind: 'kill-compute', id }),
      };
    },
    connect(id: number, port: PortLike): void {
      const entry = pending.get(id);
      if (!entry) return;
      entry.port = port;
      port.on('message', (event) => entry.messages.forEach((take) => take(event.data as FromCompute)));
      port.start();
      for (const message of entry.unsent.splice(0)) port.postMessage(message);
    },
    exited(id: number, code: number | null): void {
      pending.get(id)?.exits.forEach((tell) => tell({ reason: `exit code ${code ?? 'unknown'}` }));
      pending.delete(id);
    },
  };
}
