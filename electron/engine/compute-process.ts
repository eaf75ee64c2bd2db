/**
 * The compute process: a child of the engine in plain Node, a utility process under Electron (then its line to the
 * engine is a port that the shell hands over).
 */
import { forkedEndpoint, serveTasks } from '../compute/host.ts';
import { type FromCompute, type HostEndpoint, type ToCompute } from '../compute/protocol.ts';
import { tasks } from './tasks/index.ts';

interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown; ports: Port[] }) => void): unknown;
  start(): void;
}

const parent = (process as unknown as { parentPort?: Port }).parentPort;

function portEndpoint(port: Port): HostEndpoint {
  return {
    post: (message: FromCompute) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', (event) => listener(event.data as ToCompute)),
  };
}

if (parent) {
  parent.on('message', ({ ports }) => {
    const [port] = ports;
    if (!port) return;
    serveTasks(tasks, portEndpoint(port));
    port.start();
  });
} else {
  serveTasks(tasks, forkedEndpoint());
}
